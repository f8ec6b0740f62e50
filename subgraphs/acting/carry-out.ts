import type { AccountClient } from '../../kit/account-client.ts'
import type { Acting, Outcome } from '../../kit/actions.ts'
import { endedAfter } from '../../kit/ended-by.ts'
import { CredentialError, ProviderError } from '../../kit/errors.ts'
import { FIRST_LOOK_MS } from '../../kit/looking.ts'
import { saidOf } from '../../kit/receipts.ts'
import { type Told, toldOfAction } from '../../kit/told.ts'
import { watched } from '../../kit/watched.ts'
import { IdempotencyKeyReusedError, IntegrationNotFoundError } from '../../store/errors.ts'
import { type Integration, whyInactive } from '../../store/integrations.ts'
import type { Json } from '../../store/kinds.ts'
import type { Begun, Kept, SendDraft } from '../../store/sends/begin.ts'
import { CALLS_END_MS, type Claim } from '../../store/sends/send.ts'
import type { Settlement } from '../../store/sends/settle.ts'
import type { SubgraphContext } from '../context.ts'
import { type UserError, userError } from '../interfaces/user-error.ts'
import { type Acted, type Asking, notDone } from './acted.ts'
import { afterWaiting, findSubject, standing, toStub } from './standing.ts'

/** How something is done with a client of the account. */
type Perform = (client: AccountClient, acting: Acting) => Promise<Outcome>

/** What is to be done, under which name it is told, and what is kept of it for others. */
interface Wish extends Asking {
  readonly name: string
  readonly kept: Kept | null
  /** How long to wait for others to do it; null does it here. */
  readonly waitMs: number | null
}

/**
 * Puts a wish on record and does it, or waits while others do.
 *
 * @param find how it is done in that account; or why it cannot be
 */
export async function carryOut(
  context: SubgraphContext,
  asked: Wish,
  find: (integration: Integration) => Perform | UserError,
): Promise<Acted> {
  const { services, viewer } = context
  const integration = await services.store.integrations.find(viewer.workspaceId, asked.integrationId)
  if (integration === null) return notDone([userError('NOT_FOUND', asked.field, 'the account of this record is gone')])
  const performing = find(integration)
  if (typeof performing !== 'function') return notDone([performing])
  if (integration.status !== 'ACTIVE')
    return notDone([userError('INTEGRATION_INACTIVE', null, whyInactive(integration))])
  const begun = await claim(context, {
    workspaceId: viewer.workspaceId,
    integrationId: integration.id,
    memberId: viewer.memberId,
    idempotencyKey: asked.idempotencyKey,
    action: asked.name,
    input: asked.input,
    kept: asked.kept,
  })
  if ('code' in begun) return notDone([begun])
  const { send, claim: own } = begun
  if (own === null) {
    return asked.waitMs === null ? standing(context, send) : afterWaiting(context, send, asked.waitMs)
  }
  const acting: Acting = { agentRemoteId: asked.agentRemoteId, actId: send.id }
  const run = (client: AccountClient): Promise<Outcome> => performing(client, acting)
  const { name, field, inputFields, kept } = asked
  return perform(context, integration, { name, field, inputFields, claim: own, isKept: kept !== null, run })
}

const ENDED = 'the account was disconnected'

async function claim(context: SubgraphContext, draft: SendDraft): Promise<Begun | UserError> {
  try {
    return await context.services.store.sends.begin(draft)
  } catch (error) {
    if (error instanceof IdempotencyKeyReusedError)
      return userError('IDEMPOTENCY_KEY_REUSED', 'idempotencyKey', error.message)
    if (error instanceof IntegrationNotFoundError) return userError('INTEGRATION_INACTIVE', null, ENDED)
    throw error
  }
}

interface Running extends Pick<Asking, 'field' | 'inputFields'> {
  readonly name: string
  readonly claim: Claim
  readonly isKept: boolean
  readonly run: (client: AccountClient) => Promise<Outcome>
}

async function perform(context: SubgraphContext, integration: Integration, running: Running): Promise<Acted> {
  const { services } = context
  const { store } = services
  const { claim: own, name, run } = running
  let outcome: Outcome
  let answeredAt: () => Date
  try {
    const opened = watched(await services.openClient(integration.id, 'person'), () => services.now())
    ;({ answeredAt } = opened)
    outcome = await run(endedAfter(opened.client, CALLS_END_MS))
  } catch (error) {
    return fail(context, integration, running, error)
  }
  // First what cannot be found out again: should the mirror fail now, the key still answers what was done.
  await store.sends.settle(own, { state: 'SENT', result: { ...outcome.subject }, error: null, said: saidOf(outcome) })
  await record(context, integration, { action: name, detail: { ...outcome.subject } })
  await store.applyAnswer({ integrationId: integration.id, changes: outcome.changes, observedAt: answeredAt() })
  context.forgetRows()
  // Null when it was done and could not be read back: a delivery or the next sync brings it.
  const row = await findSubject(context, integration.id, outcome.subject)
  return { subject: toStub(row), userErrors: [], sendId: own.id }
}

/**
 * What went wrong, as it is kept. A call that did nothing, and may succeed later, leaves its key free; one that may have been
 * carried out is unknown, whatever went wrong with its answer.
 */
function toSettlement(told: Told, isKept: boolean): Settlement {
  const { code, field, message: error } = told
  const result = { code, field }
  if (code === 'OUTCOME_UNKNOWN') return { state: 'UNKNOWN', result, error, nextInMs: isKept ? FIRST_LOOK_MS : null }
  const freesKey = code !== 'PROVIDER_REJECTED' && code !== 'PROVIDER_NOT_FOUND'
  return { state: 'FAILED', result, error, freesKey }
}

async function fail(
  context: SubgraphContext,
  integration: Integration,
  { name, field, inputFields, claim: own, isKept }: Running,
  error: unknown,
): Promise<Acted> {
  const { store } = context.services
  const told = toldOfAction(error, { field, inputFields })
  await store.sends.settle(own, toSettlement(told, isKept))
  await record(context, integration, { action: `${name}.failed`, detail: { code: told.code } })
  if (error instanceof CredentialError) {
    await store.integrations.needsReconnect(integration, error.message)
  }
  if (!(error instanceof ProviderError)) throw error
  return { ...notDone([told]), sendId: own.id }
}

function record(
  { services, viewer }: SubgraphContext,
  integration: Integration,
  { action, detail }: { readonly action: string; readonly detail: Json },
): Promise<void> {
  return services.store.activity.record({
    workspaceId: viewer.workspaceId,
    memberId: viewer.memberId,
    integrationId: integration.id,
    action: `${integration.provider}.${action}`,
    detail,
  })
}
