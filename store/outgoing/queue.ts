import type { Queryable } from '../database.ts'
import type { Position } from '../event-position.ts'
import type { Message } from './message.ts'

/** What is put into the queue of an endpoint. */
interface Enqueued {
  /** In the order in which they are to be sent. */
  readonly messages: readonly Message[]
  readonly dueAt: Date
  /** Has those sent again that were there already; otherwise they stay as they are. */
  readonly again?: boolean
}

const RECORDS = `jsonb_to_recordset($2::jsonb) as ("webhookId" text, "eventType" text, lane text, body text)`

/** Puts messages at the end of an endpoint's queue. */
export async function enqueue(
  queryable: Queryable,
  endpointId: string,
  { messages, dueAt, again = false }: Enqueued,
): Promise<void> {
  await queryable.query(
    `insert into endpoint_message (endpoint_id, webhook_id, event_type, lane, body, due_at)
     select $1, m."webhookId", m."eventType", m.lane, m.body, $3
     from rows from (${RECORDS}) with ordinality as m ("webhookId", "eventType", lane, body, nr) order by m.nr
     on conflict (endpoint_id, webhook_id) do update
       set state = 'PENDING', tries = 0, tried_since = null, due_at = excluded.due_at where $4`,
    [endpointId, JSON.stringify(messages), dueAt, again],
  )
}

/** How far an endpoint's queue is filled from the log of events. */
export interface Progress {
  readonly from: Position
  readonly upTo: Position
}

/**
 * The same for what the log holds between two places, once however many processes try: the endpoint's place in the log
 * moves with the messages, in one statement. Answers whether it was this process that did it.
 */
export async function advance(
  queryable: Queryable,
  endpointId: string,
  { messages, dueAt, from, upTo }: Omit<Enqueued, 'again'> & Progress,
): Promise<boolean> {
  const moved = await queryable.query(
    `with moved as (
       update webhook_endpoint set xid = $6::xid8, event_id = $7::bigint
       where id = $1 and xid = $4::xid8 and event_id = $5::bigint and state = 'ACTIVE' returning id
     ), queued as (
       insert into endpoint_message (endpoint_id, webhook_id, event_type, lane, body, due_at)
       select moved.id, m."webhookId", m."eventType", m.lane, m.body, $3
       from moved, rows from (${RECORDS}) with ordinality as m ("webhookId", "eventType", lane, body, nr) order by m.nr
       on conflict (endpoint_id, webhook_id) do nothing
     )
     select 1 from moved`,
    [endpointId, JSON.stringify(messages), dueAt, String(from.xid), String(from.id), String(upTo.xid), String(upTo.id)],
  )
  return moved.length > 0
}
