import type { EventOp } from '../change.ts'
import type { Queryable } from '../database.ts'
import { writeEvents } from '../event-table.ts'
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

/** Tells followers how a send stands, and whoever does sends that there is one to do. */
export async function tellSend(
  tx: Queryable,
  { id, workspaceId, integrationId, state }: Pick<Send, 'id' | 'workspaceId' | 'integrationId' | 'state'>,
  op: EventOp,
): Promise<void> {
  const [of] = await tx.query<{ provider: string }>(`select provider from integration where id = $1`, [integrationId])
  const nowhere = { conversationId: null, ticketId: null }
  const where = { integrationId, provider: of?.provider ?? null }
  await writeEvents(tx, workspaceId, [{ ...nowhere, ...where, kind: 'send', op, rowId: id, origin: 'mutation' }])
  if (state === 'QUEUED') await tx.query('select pg_notify($1, $2)', [SEND_CHANNEL, integrationId])
}
