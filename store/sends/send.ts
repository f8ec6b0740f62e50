import type { EventOp } from '../change.ts'
import type { Queryable } from '../database.ts'
import { type EventDraft, writeEvents } from '../event-table.ts'
import { rowId } from '../id.ts'
import type { Json } from '../kinds.ts'

/**
 * How a send stands. `QUEUED` waits to be done · `SENDING` is at the provider · `SENT` the provider has it · `DELIVERED` and
 * `READ` as far as a provider tells · `FAILED` it was not done · `UNKNOWN` it went out and no answer came: the provider is
 * looked at before it is tried again.
 */
export type SendState = 'QUEUED' | 'SENDING' | 'SENT' | 'DELIVERED' | 'READ' | 'FAILED' | 'UNKNOWN'

/** Something that was asked of a provider, and what became of it. */
export interface Send {
  readonly id: string
  readonly workspaceId: string
  readonly integrationId: string
  readonly memberId: string | null
  readonly idempotencyKey: string | null
  readonly action: string
  readonly state: SendState
  /** Of one that the provider has, the record that it is about: `{ kind, remoteId }`. Else why it has not: `{ code, field }`. */
  readonly result: Json | null
  /** The same as the result's `code`, in words. */
  readonly error: string | null
  /** How often it was begun. */
  readonly attempts: number
  /** Whether what is needed to do it later is kept. */
  readonly isKept: boolean
  /** When it is tried, or looked for, again; null when nothing more is done by itself. */
  readonly nextAt: Date | null
  /** Until when it is tried; null for one that is tried while its caller waits, and not afterwards. */
  readonly deadlineAt: Date | null
  readonly createdAt: Date
  readonly settledAt: Date | null
}

/** Who has a send in hand. Whoever takes it over has another token, and what the first still says of it is not heard. */
export interface Claim {
  readonly id: string
  readonly token: string
}

/**
 * For so long a send belongs to whoever claimed it. Calls to the provider are ended before that, so that nobody takes over
 * what may still be on its way.
 */
export const LEASE_MS = 60_000
export const CALLS_END_MS = 45_000

/** A number of milliseconds from now, as SQL; null stays null. */
export const fromNow = (parameter: string): string =>
  `clock_timestamp() + make_interval(secs => ${parameter}::float8 / 1000)`

/** The columns of `send s` under the names of `Send`. */
export const SEND_COLUMNS = `s.id, s.workspace_id as "workspaceId", s.integration_id as "integrationId",
  s.member_id as "memberId", s.idempotency_key as "idempotencyKey", s.action, s.state, s.result, s.error, s.attempts,
  s.work is not null as "isKept", s.next_at as "nextAt", s.deadline_at as "deadlineAt", s.created_at as "createdAt",
  s.settled_at as "settledAt"`

/** The channel of the bell that says "a send is due". */
export const SEND_CHANNEL = 'switchboard_send'

const isObject = (value: Json | null): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What stands in the result of a send, under names. */
export const fieldsOf = (result: Json | null): Readonly<Record<string, Json | undefined>> =>
  isObject(result) ? result : {}

/** The record that a send made or changed; null while the provider does not have it. */
export function doneTo({ state, result }: Pick<Send, 'state' | 'result'>): { kind: string; remoteId: string } | null {
  if (state !== 'SENT' && state !== 'DELIVERED' && state !== 'READ') return null
  const { kind, remoteId } = fieldsOf(result)
  return typeof kind === 'string' && typeof remoteId === 'string' ? { kind, remoteId } : null
}

/** The provider of a send's account, and the message that it made, once that is stored. */
const ABOUT = `select i.provider, m.id as "messageId", m.conversation_id as "conversationId", m.ticket_id as "ticketId"
  from integration i left join message m on m.integration_id = i.id and m.id = $2 and m.deleted_at is null
  where i.id = $1`

interface AboutSend {
  readonly provider: string
  readonly messageId: string | null
  readonly conversationId: string | null
  readonly ticketId: string | null
}

/**
 * Tells followers how a send stands, and whoever does sends that there is one to do. Who follows the message that it made
 * hears of it, too: that shows how its send stands.
 */
export async function tellSend(
  tx: Queryable,
  {
    id,
    workspaceId,
    integrationId,
    state,
    result,
  }: Pick<Send, 'id' | 'workspaceId' | 'integrationId' | 'state' | 'result'>,
  op: EventOp,
): Promise<void> {
  const made = doneTo({ state, result })
  const messageId = made?.kind === 'message' ? rowId(integrationId, made.kind, made.remoteId) : null
  const [about] = await tx.query<AboutSend>(ABOUT, [integrationId, messageId])
  const told = { integrationId, provider: about?.provider ?? null, origin: 'mutation' } as const
  const drafts: EventDraft[] = [{ ...told, kind: 'send', op, rowId: id, conversationId: null, ticketId: null }]
  if (about?.messageId != null) {
    const { messageId: row, conversationId, ticketId } = about
    drafts.push({ ...told, kind: 'message', op: 'updated', rowId: row, conversationId, ticketId })
  }
  await writeEvents(tx, workspaceId, drafts)
  if (state === 'QUEUED') await tx.query('select pg_notify($1, $2)', [SEND_CHANNEL, integrationId])
}
