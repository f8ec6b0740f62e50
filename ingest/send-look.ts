import { CredentialError, ProviderError } from '../kit/errors.ts'
import { candidatesIn, FIRST_LOOK_MS, type Looks, type ThreadLook, timed } from '../kit/looking.ts'
import { fromStoredWork, type Work } from '../kit/outbox.ts'
import type { Integration } from '../store/integrations.ts'
import type { DueSend } from '../store/sends/due.ts'
import type { Settlement } from '../store/sends/settle.ts'
import { describe, retryDelayMs } from './retry.ts'
import { ended, keepDone, performSend } from './send-perform.ts'
import type { SendGround } from './send-ground.ts'

/** A thread that cannot be read so often is left to a person, with all that is known. */
const MOST_LOOKS = 100

/**
 * Looks at the provider for a send of which nobody knows whether it was done.
 *
 * Found, it is SENT. What is certainly not there is done again, or was not done, where its caller was told that nobody knows
 * and is not to be surprised by it. Where nothing can tell, it stays UNKNOWN for good, and a person sees to it.
 *
 * @throws StoreError
 */
export async function lookForSend(ground: SendGround, due: DueSend): Promise<void> {
  const { store, connectors } = ground
  const { send, claim } = due
  const integration = await store.integrations.get(send.integrationId)
  const looks = connectors.get(integration.provider)?.looks ?? {}
  const work = fromStoredWork(due.work)
  if (isRepeatable(looks, due, work)) return performSend(ground, due)
  if (looks.thread === undefined) {
    await store.sends.settle(claim, stays(due))
    return
  }
  try {
    const settlement = await lookIn(ground, due, { look: looks.thread, integration, work })
    if (settlement !== null) await store.sends.settle(claim, settlement)
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    await putOff(ground, due, { integration, error })
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
  readonly look: ThreadLook
  readonly integration: Integration
  readonly work: Work
}

/** Null when it was found, which is kept already. */
async function lookIn(ground: SendGround, due: DueSend, looking: Looking): Promise<Settlement | null> {
  const { store, accounts, clock, signal } = ground
  const { look, integration, work } = looking
  const { outgoing } = work
  if (outgoing.action !== 'reply' && outgoing.action !== 'note') return stays(due)
  const { client, theirTime } = timed(ended(await accounts.open(integration.id, 'person'), signal))
  const observedAt = clock.now()
  const changes = await look.read(client, outgoing.thread)
  const agentRemoteId = work.agentRemoteId ?? client.settings.actorRemoteId
  const candidates = candidatesIn(changes, { outgoing, agentRemoteId, since: theirTime(due.beganMsAgo) })
  const remoteIds = candidates.map(({ remoteId }) => remoteId)
  const { taken, isBusy } = await store.sends.others(due.send, remoteIds)
  // It may be that one's, which will say so in a moment.
  if (isBusy) return stays(due, FIRST_LOOK_MS)
  const found = remoteIds.find((remoteId) => !taken.has(remoteId))
  if (found === undefined) return notThere(due, look.certainAfterMs)
  const outcome = { changes, subject: { kind: 'message', remoteId: found } } as const
  await keepDone(ground, due, { integration, outcome, observedAt })
  return null
}

const NOT_DONE = 'it did not arrive: the provider was looked at, and it is not there'

function notThere(due: DueSend, certainAfterMs: number): Settlement {
  const leftMs = certainAfterMs - due.endedMsAgo
  if (leftMs > 0) return stays(due, leftMs)
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
