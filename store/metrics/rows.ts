import { hash } from 'node:crypto'
import { type KeyValue, toListCursor } from '../cursor.ts'
import type { Queryable } from '../database.ts'
import { beyond, type Page } from '../list.ts'
import type { Order } from '../list-order.ts'
import type { Slice } from './ask.ts'
import { metricOf } from './dictionary.ts'
import { conditionsOf, valueOf } from './fact-sql.ts'
import { parameters } from '../parameters.ts'

/** A fact that a number counted. */
export interface FactRow {
  readonly provider: string
  readonly integrationId: string
  readonly threadKind: 'conversation' | 'ticket'
  readonly threadId: string
  /** The end of a span that has not ended is null. */
  readonly at: Date | null
  readonly since: Date | null
  readonly openedAt: Date | null
  /** The message of an answer, or the rating. */
  readonly recordId: string | null
  readonly agentId: string | null
  readonly teamId: string | null
  readonly contactId: string | null
  /** What it was counted with: seconds, or a score; null where it was only counted. */
  readonly value: number | null
}

/** A page is asked for forwards. */
export interface RowsRequest {
  readonly first: number
  readonly after?: string
}

interface Found extends Omit<FactRow, 'at'> {
  /** The driver's word for never. */
  readonly at: Date | number
  readonly place: string
}

/**
 * A page of exactly the facts that a number counts: the newest first, and of what stands open the oldest first.
 *
 * @param total how many there are, which is known already
 * @throws BadCursorError `after` is of another number
 * @throws QueryTimeoutError
 */
export async function readFacts(
  queryable: Queryable,
  slice: Slice,
  { first, after }: RowsRequest,
  total: number,
): Promise<Page<FactRow>> {
  const order = toOrder(slice)
  const { values, bind } = parameters()
  const end = `${bind(slice.range.to)}::timestamptz`
  const conditions = [...conditionsOf(slice, end, bind)]
  if (after !== undefined) conditions.push(beyond(order, after, order.descending ? '<' : '>', bind))
  const direction = order.descending ? 'desc' : 'asc'
  const found = await queryable.query<Found>(
    `select f.provider, f.integration_id as "integrationId", f.thread_kind as "threadKind", f.thread_id as "threadId",
       f.at, f.since, f.opened_at as "openedAt", f.record_id as "recordId", f.agent_id as "agentId",
       f.team_id as "teamId", f.contact_id as "contactId", f.place::text as place,
       ${valueOf(slice, end, bind)} as value
     from fact f where ${conditions.join(' and ')}
     order by ${order.keys.map(({ sql }) => `${sql} ${direction}`).join(', ')} limit ${bind(first + 1)}`,
    values,
  )
  const kept = found.slice(0, first)
  return {
    rows: kept.map(toRow),
    cursors: kept.map((row) => toListCursor(order, keysOf(slice, row))),
    hasNextPage: found.length > first,
    hasPreviousPage: after !== undefined,
    totalCount: () => Promise.resolve(total),
  }
}

const toRow = ({ place: _place, at, ...row }: Found): FactRow => ({ ...row, at: at instanceof Date ? at : null })

function keysOf({ metric }: Slice, { at, since, threadId, place }: Found): readonly KeyValue[] {
  return [metricOf(metric).counted === 'standing' ? (since ?? at) : at, threadId, place]
}

/** A cursor is good for the same number, also when its range has grown since. */
function toOrder({ metric, range, filter, group }: Slice): Order {
  const { counted } = metricOf(metric)
  const asked = JSON.stringify([metric, counted === 'standing' ? null : range.from, filter, group])
  return {
    tag: `facts.${hash('sha256', asked, 'base64url').slice(0, 10)}`,
    keys: [
      { sql: counted === 'standing' ? 'f.since' : 'f.at', type: 'time' },
      { sql: 'f.thread_id', type: 'uuid' },
      { sql: 'f.place', type: 'bigint' },
    ],
    descending: counted === 'within',
  }
}
