import { setTimeout } from 'node:timers/promises'
import { rowId } from '../../store/id.ts'
import type { Json, RowOf } from '../../store/kinds.ts'
import { doneTo, fieldsOf, type Send } from '../../store/sends/send.ts'
import type { SubgraphContext } from '../context.ts'
import { isStubKind, type Stub, type StubKind } from '../interfaces/stub.ts'
import { UserErrorCode, type UserErrorCodeName, userError } from '../interfaces/user-error.ts'
import { type Acted, notDone } from './acted.ts'

/** How often a send is looked at by whoever waits for it. */
const LOOK_EVERY_MS = 50

/** What a call that was made before came to. */
export async function standing(context: SubgraphContext, send: Send): Promise<Acted> {
  const sendId = send.id
  switch (send.state) {
    case 'SENT':
    case 'DELIVERED':
    case 'READ': {
      const row = await findDone(context, send)
      if (row !== null) return { subject: toStub(row), userErrors: [], sendId }
      const why = 'it was done with this key, but is not stored here yet; ask again'
      return { ...notDone([userError('IN_PROGRESS', 'idempotencyKey', why)]), sendId }
    }
    case 'QUEUED':
    case 'SENDING': {
      const why = 'the first call with this key is not over yet; ask again'
      return { ...notDone([userError('IN_PROGRESS', 'idempotencyKey', why)]), sendId }
    }
    case 'UNKNOWN': {
      const why = send.error ?? 'no answer came; look at the provider'
      return { ...notDone([userError('OUTCOME_UNKNOWN', null, why)]), sendId }
    }
    case 'FAILED': {
      const { code, field } = whyOf(send.result)
      return { ...notDone([userError(code, field, send.error ?? 'the first call with this key failed')]), sendId }
    }
  }
}

/**
 * What a send that others do comes to within a time. While it is not over, and will be seen to, there is nothing wrong with
 * it: the send itself says how it stands.
 */
export async function afterWaiting(context: SubgraphContext, begun: Send, waitMs: number): Promise<Acted> {
  const { sends } = context.services.store
  const until = performance.now() + waitMs
  for (let send = begun; ;) {
    const isDone = ['SENT', 'DELIVERED', 'READ'].includes(send.state)
    const isOver = isDone
      ? (await findDone(context, send)) !== null
      : send.state === 'FAILED' || (send.state === 'UNKNOWN' && send.nextAt === null)
    if (isOver) return standing(context, send)
    const leftMs = until - performance.now()
    if (leftMs <= 0) return { subject: null, userErrors: [], sendId: send.id }
    await setTimeout(Math.min(LOOK_EVERY_MS, leftMs))
    context.forgetRows()
    send = (await sends.find(begun.workspaceId, begun.id)) ?? send
  }
}

/** Why a send was not done. */
export function whyOf(result: Json | null): { readonly code: UserErrorCodeName; readonly field: string | null } {
  const { code, field } = fieldsOf(result)
  return {
    code: Object.values(UserErrorCode).find((each) => each === code) ?? 'PROVIDER_REJECTED',
    field: typeof field === 'string' ? field : null,
  }
}

/** The record that a send made or changed, or its tombstone; null while it is not stored. */
export function findDone(context: SubgraphContext, send: Send): Promise<RowOf<StubKind> | null> {
  const done = doneTo(send)
  if (done === null) throw new Error(`send ${send.id} names no record`)
  return findSubject(context, send.integrationId, done)
}

/** The record that an action was about, or its tombstone; null while it is not stored. */
export async function findSubject(
  context: SubgraphContext,
  integrationId: string,
  { kind, remoteId }: { readonly kind: string; readonly remoteId: string },
): Promise<RowOf<StubKind> | null> {
  if (!isStubKind(kind)) throw new Error(`an action answered a ${kind}, which is no kind of the graph`)
  return context.reader.byId(kind, rowId(integrationId, kind, remoteId), { deleted: true })
}

/** What clients are told of a record: nothing when it is deleted. */
export const toStub = (row: RowOf<StubKind> | null): Stub | null =>
  row === null || row.deletedAt !== null ? null : row
