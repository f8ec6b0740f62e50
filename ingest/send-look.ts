import type { AccountClient } from '../kit/account-client.ts'
import { type Candidate, candidatesIn, goneIn, madeBy } from '../kit/candidates.ts'
import type { Connector } from '../kit/contract.ts'
import { CredentialError, NotFoundError, ProviderError } from '../kit/errors.ts'
import { FIRST_LOOK_MS, LOOK_FOR_MS, type Looks, timed } from '../kit/looking.ts'
import { fromStoredWork, type Outgoing, type Work } from '../kit/outbox.ts'
import type { Change } from '../store/change.ts'
import type { Integration } from '../store/integrations.ts'
import type { DueSend } from '../store/sends/due.ts'
import type { Settlement } from '../store/sends/settle.ts'
import { describe, retryDelayMs } from './retry.ts'
import { ended, keepDone, performSend } from './send-perform.ts'
import type { SendGround } from './send-ground.ts'

/** What cannot be read so often is left to a person, with all that is known. */
const MOST_LOOKS = 100

/**
 * Looks at the provider for a send of which nobody knows whether it was done.
 *
 * Found, it is SENT. What is certainly not there is done again, or was not done, where its caller was told that nobody knows
 * and is not to be surprised by it. Where nothing can tell, also since what it was sent into is gone, it stays UNKNOWN for
 * good, and a person sees to it.
 *
 * @throws StoreError
 */
export async function lookForSend(ground: SendGround, due: DueSend): Promise<void> {
  const { store, connectors } = ground
  const { send, claim } = due
  const integration = await store.integrations.get(send.integrationId)
  const connector = connectors.get(integration.provider)
  const work = fromStoredWork(due.work)
  if (connector?.looks !== undefined && isRepeatable(connector.looks, due, work)) return performSend(ground, due)
  const look = connector === undefined ? null : lookOf(connector, work.outgoing)
  if (look === null) {
    await store.sends.settle(claim, stays(due))
    return
  }
  try {
    const settlement = await lookIn(ground, due, { look, integration, work })
    if (settlement !== null) await store.sends.settle(claim, settlement)
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    if (error instanceof NotFoundError) await store.sends.settle(claim, nowhere(due, look.certainAfterMs))
    else await putOff(ground, due, { integration, error })
  }
}

/** How a send is looked for. */
interface Look {
  /** Null where no time makes certain that what is not there never will be. */
  readonly certainAfterMs: number | null
  /** @param since when it can have been done at the earliest, by the provider's clock as its last answer told it */
  read(client: AccountClient, since: () => Date): Promise<readonly Change[]>
  /** By message, by which act it proves to have been said. */
  acts(client: AccountClient): Promise<ReadonlyMap<string, string>>
}

const UNPROVEN = (): Promise<ReadonlyMap<string, string>> => Promise.resolve(new Map())

/** Null where nothing can tell. */
function lookOf(connector: Connector, outgoing: Outgoing): Look | null {
  const { thread, beginning } = connector.looks ?? {}
  switch (outgoing.action) {
    case 'reply':
    case 'note':
      if (thread === undefined) return null
      return {
        certainAfterMs: thread.certainAfterMs,
        read: (client) => thread.read(client, outgoing.thread),
        acts: (client) => thread.acts?.(client, outgoing.thread) ?? UNPROVEN(),
      }
    case 'messageContact':
    case 'createTicket': {
      if (beginning === undefined) return null
      const { action } = outgoing
      const { contactRemoteId } = action === 'createTicket' ? outgoing.draft : outgoing
      return {
        certainAfterMs: beginning.certainAfterMs,
        acts: UNPROVEN,
        async read(client, since) {
          // Its answer tells the provider's clock.
          await connector.identify(client)
          return beginning.read(client, { action, contactRemoteId, since: since() })
        },
      }
    }
  }
}

/** Whether doing it again tells what came of it, and does nothing more: the provider knows it by its id. */
function isRepeatable({ repeats }: Looks, due: DueSend, { outgoing }: Work): boolean {
  return repeats !== undefined && repeats.actions.includes(outgoing.action) && due.beganMsAgo < repeats.withinMs
}

/** It stays as it is; looked for again after so long, or not any more. */
const stays = ({ send }: DueSend, nextInMs: number | null = null): Settlement => ({
  state: 'UNKNOWN',
  result: send.result,
  error: send.error,
  nextInMs,
})

interface Looking {
  readonly look: Look
  readonly integration: Integration
  readonly work: Work
}

/** Null when it was found, which is kept already. */
async function lookIn(ground: SendGround, due: DueSend, looking: Looking): Promise<Settlement | null> {
  const { store, accounts, clock, signal } = ground
  const { look, integration, work } = looking
  const { client, theirTime } = timed(ended(await accounts.open(integration.id, 'person'), signal))
  const since = (): Date => theirTime(due.beganMsAgo)
  const observedAt = clock.now()
  const changes = await look.read(client, since)
  const agentRemoteId = work.agentRemoteId ?? client.settings.actorRemoteId
  // After what was said: then each of its messages is among them.
  const acts = await look.acts(client)
  const found = candidatesIn(changes, { outgoing: work.outgoing, agentRemoteId, since: since() })
  const candidates = madeBy(due.send.id, found, acts)
  const gone = goneIn(changes, work.outgoing)
  const { taken, isBusy } = await store.sends.others(due.send, [...candidates, ...gone])
  // It may be that one's, which will say so in a moment.
  if (isBusy) return stays(due, FIRST_LOOK_MS)
  const isOurs = (found: Candidate): boolean =>
    !taken.some(({ kind, remoteId }) => kind === found.kind && remoteId === found.remoteId)
  const subject = candidates.find(isOurs)
  if (subject !== undefined) {
    await keepDone(ground, due, { integration, outcome: { changes, subject }, observedAt })
    return null
  }
  if (gone.some(isOurs)) return stays(due)
  return saysThreadGone(changes, work.outgoing) ? nowhere(due, look.certainAfterMs) : notThere(due, look.certainAfterMs)
}

const NOT_DONE = 'it did not arrive: the provider was looked at, and it is not there'

/** It is looked for again after as long as it has been looked for, until what is not there is certainly not; null from then on. */
function nextLookMs({ endedMsAgo }: DueSend, certainAfterMs: number | null): number | null {
  const leftMs = (certainAfterMs ?? LOOK_FOR_MS) - endedMsAgo
  return leftMs > 0 ? Math.min(leftMs, Math.max(FIRST_LOOK_MS, endedMsAgo)) : null
}

/** Whether the thread that it was said in is told of as deleted. */
const saysThreadGone = (changes: readonly Change[], outgoing: Outgoing): boolean =>
  'thread' in outgoing &&
  changes.some(
    ({ op, kind, remoteId }) =>
      op === 'delete' && kind === outgoing.thread.kind && remoteId === outgoing.thread.remoteId,
  )

const NOWHERE = 'what it was sent into is gone at the provider, so that nothing tells any more whether it arrived'

/** What it was sent into is not there; a person has to look, unless it comes back in the meantime. */
const nowhere = (due: DueSend, certainAfterMs: number | null): Settlement => ({
  ...stays(due, nextLookMs(due, certainAfterMs)),
  error: NOWHERE,
})

/** Certainly not there, it is done again, or was not done; where nothing makes certain, a person has to look. */
function notThere(due: DueSend, certainAfterMs: number | null): Settlement {
  const nextInMs = nextLookMs(due, certainAfterMs)
  if (nextInMs !== null || certainAfterMs === null) return stays(due, nextInMs)
  const result = { code: 'PROVIDER_UNAVAILABLE', field: null }
  if (due.send.deadlineAt === null) return { state: 'FAILED', result, error: NOT_DONE, freesKey: true }
  return { state: 'QUEUED', result, error: NOT_DONE, nextInMs: 0 }
}

/** The provider could not be asked: it is looked for again later. */
async function putOff(
  { store, retries, clock, log }: SendGround,
  due: DueSend,
  { integration, error }: { readonly integration: Integration; readonly error: ProviderError },
): Promise<void> {
  log(`sends: ${integration.provider} integration ${integration.id}: looking for ${due.send.id}: ${describe(error)}`)
  const nextInMs = due.looks < MOST_LOOKS ? retryDelayMs(retries, due.looks - 1, error, clock.now()) : null
  await store.sends.settle(due.claim, stays(due, nextInMs))
  if (error instanceof CredentialError) await store.integrations.needsReconnect(integration, error.message)
}
