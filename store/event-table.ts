import type { EventKind, EventOp, Origin, StoreEvent } from './change.ts'
import type { Queryable } from './database.ts'
import { type Moment, type Position, toCursor, toMoment } from './event-position.ts'

/** The channel of the bell that says "there are events"; its payload is the workspace. */
export const EVENT_CHANNEL = 'switchboard_event'

/** An event before it has its place in the log. */
export interface EventDraft {
  readonly integrationId: string | null
  readonly provider: string | null
  readonly kind: EventKind
  readonly op: EventOp
  readonly rowId: string
  readonly conversationId: string | null
  readonly ticketId: string | null
  readonly origin: Origin
}

/** An event with its place. */
export interface Placed {
  readonly position: Position
  readonly event: StoreEvent
}

/** What one look at the log gave. */
export interface EventPage {
  readonly events: readonly Placed[]
  /** Everything of what was asked for, up to here, is in `events`. */
  readonly upTo: Position
  /** There is more to read at once. */
  readonly full: boolean
  /** Something has committed that may not be read yet, since an older transaction is still open. */
  readonly pending: boolean
  /** When it was read. */
  readonly moment: Moment
}

interface EventRow extends Omit<StoreEvent, 'cursor'> {
  readonly xid: string | null
  readonly id: string
  readonly snapshot: string
  readonly log: string
  readonly pending: boolean
}

/** The identity of the log. */
export const LOG = `(select encode(identity, 'hex') from event_log)`

/**
 * Only what lies below the oldest open transaction (the horizon) is read: above it, something with a lower place may
 * still commit. Plain `id > last` loses such events.
 */
const PAGE = `
select h.snapshot::text as snapshot, ${LOG} as log, h.pending, e.xid::text as xid, e.id::text as id, e.workspace_id as "workspaceId",
  e.integration_id as "integrationId", e.provider, e.kind, e.op, e.row_id as "rowId",
  e.conversation_id as "conversationId", e.ticket_id as "ticketId", e.origin, e.at
from (
  select pg_current_snapshot() as snapshot, pg_snapshot_xmin(pg_current_snapshot()) as horizon,
    exists (select from event where xid >= pg_snapshot_xmin(pg_current_snapshot())) as pending
) h
left join lateral (
  select * from event
  where (xid, id) > ($1::xid8, $2::bigint) and xid < h.horizon and workspace_id = any ($3::uuid[])
    and ($4::text[] is null or kind = any ($4))
  order by xid, id limit $5
) e on true
order by e.xid, e.id`

/** Writes events, in this order, and rings the bell when the transaction commits. */
export async function writeEvents(tx: Queryable, workspaceId: string, drafts: readonly EventDraft[]): Promise<void> {
  if (drafts.length === 0) return
  await tx.query(
    `with written as (
       insert into event (workspace_id, integration_id, provider, kind, op, row_id, conversation_id, ticket_id, origin)
       select $1::uuid, e."integrationId", e.provider, e.kind, e.op, e."rowId", e."conversationId", e."ticketId", e.origin
       from rows from (jsonb_to_recordset($2::jsonb) as ("integrationId" uuid, provider text, kind text, op text,
         "rowId" uuid, "conversationId" uuid, "ticketId" uuid, origin text))
         with ordinality as e ("integrationId", provider, kind, op, "rowId", "conversationId", "ticketId", origin, place)
       order by e.place)
     select pg_notify($3, $1::text)`,
    [workspaceId, JSON.stringify(drafts), EVENT_CHANNEL],
  )
}

/** Reads events of some workspaces after a position, in commit order, at most `limit`; `kinds` null reads all. */
export async function readEvents(
  queryable: Queryable,
  query: { after: Position; workspaceIds: readonly string[]; kinds: readonly string[] | null; limit: number },
): Promise<EventPage> {
  const { after, workspaceIds, kinds, limit } = query
  const rows = await queryable.query<EventRow>(PAGE, [String(after.xid), String(after.id), workspaceIds, kinds, limit])
  const events = rows.flatMap((row) => (row.xid === null ? [] : [toPlaced(row, row.xid)]))
  const full = events.length === limit
  const moment = toMoment(rows[0]?.snapshot ?? '', rows[0]?.log ?? '')
  const last = events.at(-1)?.position
  return {
    events,
    upTo: full && last !== undefined ? last : moment.position,
    full,
    pending: rows[0]?.pending ?? false,
    moment,
  }
}

function toPlaced(row: EventRow, xid: string): Placed {
  const { snapshot: _snapshot, log, pending: _pending, xid: _xid, id, ...rest } = row
  const position = { xid: BigInt(xid), id: BigInt(id), log }
  return { position, event: Object.freeze({ cursor: toCursor(position), ...rest }) }
}

/** Now. */
export async function readMoment(queryable: Queryable): Promise<Moment> {
  const [row] = await queryable.query<{ snapshot: string; log: string }>(
    `select pg_current_snapshot()::text as snapshot, ${LOG} as log`,
  )
  return toMoment(row?.snapshot ?? '', row?.log ?? '')
}
