import type { StoreEvent } from '../change.ts'
import type { Database } from '../database.ts'
import { toCursor } from '../event-position.ts'
import { findStretch } from '../event-stretch.ts'
import { LOG } from '../event-table.ts'
import { type EventFilter, isWanted, toMessage } from './message.ts'
import { enqueue } from './queue.ts'

/** What came of asking for a replay. */
export type Replayed =
  | { readonly state: 'QUEUED'; readonly count: number }
  /** There are more than are sent again at once. */
  | { readonly state: 'TOO_MANY'; readonly most: number }
  /** Events of the beginning are not held any more. */
  | { readonly state: 'NOT_HELD'; readonly since: Date | null }

/** As many are sent again at once. */
const MOST_REPLAYED = 10_000

type Row = Omit<StoreEvent, 'cursor'> & { readonly log: string; readonly xid: string; readonly eventId: string }

/**
 * Queues the events of a stretch of time once more, under the `webhook-id` that they had.
 *
 * All or nothing: where there are too many, or some are not held any more, nothing is queued.
 */
export function replay(
  database: Database,
  endpoint: EventFilter & { readonly id: string; readonly workspaceId: string },
  { from, to }: { readonly from: Date; readonly to: Date },
  now: Date,
): Promise<Replayed> {
  const { workspaceId } = endpoint
  return database.transaction(null, async (tx) => {
    const [held] = await tx.query<{ since: Date | null; pruned: boolean }>(
      `select (select at from event where workspace_id = $1 order by xid, id limit 1) as since,
         exists (select from event_floor where workspace_id = $1) as pruned`,
      [workspaceId],
    )
    const since = held?.since ?? null
    if (held?.pruned === true && (since === null || since > from)) return { state: 'NOT_HELD', since }
    const stretch = await findStretch(tx, workspaceId, { from, to })
    // By the columns of the table: "xid" alone is the text that is selected.
    const rows = await tx.query<Row>(
      `select ${LOG} as log, xid::text, id::text as "eventId", workspace_id as "workspaceId", integration_id as "integrationId",
         provider, kind, op, row_id as "rowId", conversation_id as "conversationId", ticket_id as "ticketId", origin, at
       from event where workspace_id = $1 and xid >= $7::xid8 and xid < $8::xid8 and at >= $2 and at < $3
         and ($4::text[] = '{}' or kind || '.' || op = any ($4)) and ($5 or origin <> 'backfill')
       order by event.xid, event.id limit $6`,
      [
        workspaceId,
        from,
        to,
        endpoint.eventTypes,
        endpoint.includeBackfill,
        MOST_REPLAYED + 1,
        stretch.from,
        stretch.before,
      ],
    )
    if (rows.length > MOST_REPLAYED) return { state: 'TOO_MANY', most: MOST_REPLAYED }
    const events = rows.map(({ log, xid, eventId, ...rest }): StoreEvent => ({
      cursor: toCursor({ xid: BigInt(xid), id: BigInt(eventId), log }),
      ...rest,
    }))
    const messages = events.filter((event) => isWanted(endpoint, event)).map(toMessage)
    await enqueue(tx, endpoint.id, { messages, dueAt: now, again: true })
    return { state: 'QUEUED', count: messages.length }
  })
}
