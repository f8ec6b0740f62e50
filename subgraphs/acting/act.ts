import type { Acting, ActionName, Actions, Outcome } from '../../kit/actions.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { CredentialError, ProviderError } from '../../kit/errors.ts'
import { toldOfAction, toldUnsupported } from '../../kit/told.ts'
import { watched } from '../../kit/watched.ts'
import { IdempotencyKeyReusedError } from '../../store/errors.ts'
import { rowId } from '../../store/id.ts'
import { type Integration, whyInactive } from '../../store/integrations.ts'
import type { Json, RowOf } from '../../store/kinds.ts'
import type { Send, SendDraft } from '../../store/sends.ts'
import type { SubgraphContext } from '../context.ts'
import { UserErrorCode, type UserError, userError } from '../interfaces/user-error.ts'
import { isStubKind, type Stub, type StubKind } from '../interfaces/stub.ts'

/** What is asked for, whatever the action. */
export interface Asking {
  /** The row id of the integration that the record belongs to. */
  readonly integrationId: string
  /** In whose name; null for the integration's own agent. */
  readonly agentRemoteId: string | null
  /** A repeated key answers what the first call did, and does nothing. */
  readonly idempotencyKey: string | null
  /** As it is compared when the key comes again. */
  readonly input: { readonly [key: string]: Json }
  /** Every field that the input may have, given or not. */
  readonly inputFields: readonly string[]
  /** The input field that a provider's refusal is about when it names none of ours. */
  readonly field: string | null
}

/** Something that several providers can do. */
export interface Act<Name extends ActionName> extends Asking {
  readonly name: Name
  readonly perform: (action: NonNullable<Actions[Name]>, client: AccountClient, acting: Acting) => Promise<Outcome>
}

/** Something that only one provider can do. */
export interface OwnAct extends Asking {
  readonly provider: string
  /** As the activity tells it: `forwardTicket`. */
  readonly name: string
  readonly perform: (client: AccountClient, acting: Acting) => Promise<Outcome>
}

/** What came of it: the record that it was about; or null, and why it was not done. */
export interface Acted {
  readonly subject: Stub | null
  readonly userErrors: readonly UserError[]
}

/** Nothing was done, and why. */
export const notDone = (userErrors: readonly UserError[]): Acted => ({ subject: null, userErrors })

/**
 * Does one thing at a provider, once: the call is on record before it is made, the provider's answer is stored
 * through `apply`, and what came of it is kept for the next time the key comes.
 */
export async function act<Name extends ActionName>(context: SubgraphContext, asked: Act<Name>): Promise<Acted> {
  return carryOut(context, asked, ({ provider }) => {
    const connector = context.services.connectors.get(provider)
    const action = connector?.actions[asked.name]
    if (!action) return toldUnsupported(connector?.title ?? provider, asked.name)
    return (client, acting) => asked.perform(action, client, acting)
  })
}

/** Does, in the same way, what only one provider can do. */
export async function actAt(context: SubgraphContext, asked: OwnAct): Promise<Acted> {
  return carryOut(context, asked, ({ provider }) => {
    if (provider === asked.provider) return asked.perform
    return toldUnsupported(context.services.connectors.get(provider)?.title ?? provider, asked.name)
  })
}

type Perform = OwnAct['perform']

async function carryOut(
  context: SubgraphContext,
  asked: Asking & { readonly name: string },
  find: (integration: Integration) => Perform | UserError,
): Promise<Acted> {
  const { services, viewer } = context
  const integration = await services.store.integrations.find(viewer.workspaceId, asked.integrationId)
  if (integration === null) return notDone([userError('NOT_FOUND', asked.field, 'the account of this record is gone')])
  const performing = find(integration)
  if (typeof performing !== 'function') return notDone([performing])
  if (integration.status !== 'ACTIVE')
    return notDone([userError('INTEGRATION_INACTIVE', null, whyInactive(integration))])
  const send = await claim(context, {
    workspaceId: viewer.workspaceId,
    integrationId: integration.id,
    memberId: viewer.memberId,
    idempotencyKey: asked.idempotencyKey,
    action: asked.name,
    input: asked.input,
  })
  if ('code' in send) return notDone([send])
  if (send.state !== 'NEW') return repeat(context, integration, send)
  const acting: Acting = { agentRemoteId: asked.agentRemoteId, actId: send.id }
  const run = (client: AccountClient): Promise<Outcome> => performing(client, acting)
  const { name, field, inputFields } = asked
  return perform(context, integration, { name, field, inputFields, sendId: send.id, run })
}

async function claim(context: SubgraphContext, draft: SendDraft): Promise<Send | UserError> {
  try {
    return await context.services.store.sends.once(draft)
  } catch (error) {
    if (!(error instanceof IdempotencyKeyReusedError)) throw error
    return userError('IDEMPOTENCY_KEY_REUSED', 'idempotencyKey', error.message)
  }
}

interface Running extends Pick<Asking, 'field' | 'inputFields'> {
  readonly name: string
  readonly sendId: string
  readonly run: (client: AccountClient) => Promise<Outcome>
}

async function perform(context: SubgraphContext, integration: Integration, running: Running): Promise<Acted> {
  const { services } = context
  const { store } = services
  const { client, answeredAt } = watched(await services.openClient(integration.id, 'person'), () => services.now())
  let outcome: Outcome
  try {
    outcome = await running.run(client)
  } catch (error) {
    return fail(context, integration, running, error)
  }
  // First what cannot be found out again: should the mirror fail now, the key still answers what was done.
  await store.sends.settle(running.sendId, { state: 'SENT', result: { ...outcome.subject }, error: null })
  await record(context, integration, { action: running.name, detail: { ...outcome.subject } })
  await store.apply({
    integrationId: integration.id,
    changes: outcome.changes,
    observedAt: answeredAt(),
    origin: 'mutation',
  })
  context.forgetRows()
  // Null when it was done and could not be read back: a delivery or the next sync brings it.
  return { subject: toStub(await findSubject(context, integration, outcome.subject)), userErrors: [] }
}

/**
 * Keeps what went wrong. A call that did nothing, and may succeed later, leaves its key free; one that may have been
 * carried out is unknown, whatever went wrong with its answer.
 */
async function fail(
  context: SubgraphContext,
  integration: Integration,
  running: Running,
  error: unknown,
): Promise<Acted> {
  const { store } = context.services
  const told = toldOfAction(error, running)
  if (told.code === 'OUTCOME_UNKNOWN' || told.code === 'PROVIDER_REJECTED' || told.code === 'PROVIDER_NOT_FOUND') {
    const state = told.code === 'OUTCOME_UNKNOWN' ? 'UNKNOWN' : 'FAILED'
    await store.sends.settle(running.sendId, {
      state,
      result: { code: told.code, field: told.field },
      error: told.message,
    })
  } else {
    await store.sends.release(running.sendId, told.message)
  }
  await record(context, integration, { action: `${running.name}.failed`, detail: { code: told.code } })
  if (error instanceof CredentialError) {
    await store.integrations.needsReconnect(integration, error.message)
  }
  if (!(error instanceof ProviderError)) throw error
  return notDone([told])
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

/** What a call that was made before came to. */
async function repeat(
  context: SubgraphContext,
  integration: Integration,
  send: Exclude<Send, { state: 'NEW' }>,
): Promise<Acted> {
  const result = send.result as { readonly [key: string]: string | null } | null
  switch (send.state) {
    case 'SENT': {
      const done = { kind: String(result?.['kind']), remoteId: String(result?.['remoteId']) }
      const row = await findSubject(context, integration, done)
      if (row !== null) return { subject: toStub(row), userErrors: [] }
      return notDone([
        userError('IN_PROGRESS', 'idempotencyKey', 'it was done with this key, but is not stored here yet; ask again'),
      ])
    }
    case 'SENDING':
      return notDone([
        userError('IN_PROGRESS', 'idempotencyKey', 'the first call with this key is not over yet; ask again'),
      ])
    case 'UNKNOWN':
      return notDone([userError('OUTCOME_UNKNOWN', null, send.error ?? 'no answer came; look at the provider')])
    case 'FAILED': {
      const code = Object.values(UserErrorCode).find((each) => each === result?.['code']) ?? 'PROVIDER_REJECTED'
      return notDone([userError(code, result?.['field'] ?? null, send.error ?? 'the first call with this key failed')])
    }
  }
}

/** The record that an action was about, or its tombstone; null while it is not stored. */
async function findSubject(
  context: SubgraphContext,
  integration: Integration,
  { kind, remoteId }: { readonly kind: string; readonly remoteId: string },
): Promise<RowOf<StubKind> | null> {
  if (!isStubKind(kind)) throw new Error(`an action answered a ${kind}, which is no kind of the graph`)
  return context.reader.byId(kind, rowId(integration.id, kind, remoteId), { deleted: true })
}

/** What clients are told of a record: nothing when it is deleted. */
const toStub = (row: RowOf<StubKind> | null): Stub | null => (row === null || row.deletedAt !== null ? null : row)
