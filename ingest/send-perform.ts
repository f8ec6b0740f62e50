import type { Outcome } from '../kit/actions.ts'
import type { AccountClient } from '../kit/account-client.ts'
import { endedAfter, endedBy } from '../kit/ended-by.ts'
import { CredentialError, ProviderError, UnavailableError } from '../kit/errors.ts'
import { FIRST_LOOK_MS } from '../kit/looking.ts'
import { fromStoredWork, performing, type Work } from '../kit/outbox.ts'
import { saidOf } from '../kit/receipts.ts'
import { type Told, toldOfAction, toldUnsupported } from '../kit/told.ts'
import { watched } from '../kit/watched.ts'
import type { Integration } from '../store/integrations.ts'
import type { Json } from '../store/kinds.ts'
import type { DueSend } from '../store/sends/due.ts'
import { CALLS_END_MS, type Send } from '../store/sends/send.ts'
import type { Settlement } from '../store/sends/settle.ts'
import { describe, retryDelayMs } from './retry.ts'
import type { SendGround } from './send-ground.ts'

/**
 * Does a send, and keeps what came of it. One that did nothing, for a reason that passes, waits to be tried again, longer
 * each time; one that may have been done is looked for before that.
 *
 * @throws StoreError the database fails: when the claim has ended the send is looked for
 */
export async function performSend(ground: SendGround, due: DueSend): Promise<void> {
  const { store, accounts, connectors, clock, signal } = ground
  const { send } = due
  const integration = await store.integrations.get(send.integrationId)
  const work = fromStoredWork(due.work)
  const connector = connectors.get(integration.provider)
  const perform = connector ? performing(connector.actions, work.outgoing) : null
  if (perform === null) {
    return refuse(ground, due, toldUnsupported(connector?.title ?? integration.provider, send.action))
  }
  let outcome: Outcome
  let answeredAt: () => Date
  try {
    const opened = watched(await accounts.open(integration.id, 'person'), () => clock.now())
    ;({ answeredAt } = opened)
    outcome = await perform(ended(opened.client, signal), { agentRemoteId: work.agentRemoteId, actId: send.id })
  } catch (error) {
    return fail(ground, due, { work, integration, error })
  }
  await keepDone(ground, due, { integration, outcome, observedAt: answeredAt() })
}

/**
 * A client that asks nothing when the claim may have ended, or the process. A request that was not sent for whatever reason
 * of our own failed as if nobody answered: what was done before it is done.
 */
export function ended(client: AccountClient, signal: AbortSignal): AccountClient {
  const inner = endedBy(endedAfter(client, CALLS_END_MS), signal)
  const request: AccountClient['request'] = async (call) => {
    try {
      return await inner.request(call)
    } catch (cause) {
      if (cause instanceof ProviderError) throw cause
      throw new UnavailableError(client.provider, 'was not asked, for a reason of our own', null, { cause })
    }
  }
  return { ...inner, request }
}

/** What a send came to at the provider. */
export interface Done {
  readonly integration: Integration
  readonly outcome: Outcome
  readonly observedAt: Date
}

/** Keeps that a send is at the provider, and what then stands there. */
export async function keepDone(ground: SendGround, { send, claim }: DueSend, done: Done): Promise<void> {
  const { store } = ground
  const { integration, outcome, observedAt } = done
  // First what cannot be found out again.
  const isOurs = await store.sends.settle(claim, {
    state: 'SENT',
    result: { ...outcome.subject },
    error: null,
    said: saidOf(outcome),
  })
  if (isOurs) await record(ground, { send, integration }, { action: send.action, detail: { ...outcome.subject } })
  await store.applyAnswer({ integrationId: integration.id, changes: outcome.changes, observedAt })
}

async function refuse({ store }: SendGround, { claim }: DueSend, { code, field, message }: Told): Promise<void> {
  await store.sends.settle(claim, { state: 'FAILED', result: { code, field }, error: message })
}

interface Failed {
  readonly work: Work
  readonly integration: Integration
  readonly error: unknown
}

async function fail(ground: SendGround, { send, claim }: DueSend, { work, integration, error }: Failed): Promise<void> {
  const { store, log } = ground
  log(`sends: ${integration.provider} integration ${integration.id}: ${send.action} ${send.id}: ${describe(error)}`)
  const told = toldOfAction(error, work)
  const settlement = toSettlement(ground, { told, error, tries: send.attempts })
  const isOurs = await store.sends.settle(claim, settlement)
  if (error instanceof CredentialError) await store.integrations.needsReconnect(integration, error.message)
  if (isOurs && settlement.state === 'FAILED') {
    await record(ground, { send, integration }, { action: `${send.action}.failed`, detail: { code: told.code } })
  }
}

/** Nothing was done, for a reason that passes: by itself, or when a person connects the account anew. */
const PASSES: ReadonlySet<string> = new Set(['PROVIDER_UNAVAILABLE', 'RATE_LIMITED', 'CREDENTIAL_REFUSED'])

function toSettlement(
  { retries, clock }: SendGround,
  { told, error, tries }: { readonly told: Told; readonly error: unknown; readonly tries: number },
): Settlement {
  const { code, field, message } = told
  const kept = { result: { code, field }, error: message }
  if (code === 'OUTCOME_UNKNOWN') return { state: 'UNKNOWN', ...kept, nextInMs: FIRST_LOOK_MS }
  if (!PASSES.has(code)) return { state: 'FAILED', ...kept }
  return { state: 'QUEUED', ...kept, nextInMs: retryDelayMs(retries, tries - 1, error, clock.now()) }
}

function record(
  { store }: SendGround,
  { send, integration }: { readonly send: Send; readonly integration: Integration },
  { action, detail }: { readonly action: string; readonly detail: Json },
): Promise<void> {
  const { workspaceId, memberId, integrationId } = send
  const of = { workspaceId, memberId, integrationId }
  return store.activity.record({ ...of, action: `${integration.provider}.${action}`, detail })
}
