import { CASTS, fromListCursor, type KeyValue, toListCursor } from '../cursor.ts'
import type { Queryable } from '../database.ts'
import { beyond, type Page } from '../list.ts'
import type { Order } from '../list-order.ts'
import { timeKey } from '../time-key.ts'
import { type Bind, parameters } from '../parameters.ts'

/** What a timeline holds. Of one instant, what comes later here is the newer. */
export const TIMELINE_KINDS = ['conversation', 'ticket', 'message', 'rating'] as const
export type TimelineKind = (typeof TIMELINE_KINDS)[number]

/** One thing that happened with a customer. */
export interface TimelineItem {
  readonly kind: TimelineKind
  readonly id: string
  readonly provider: string
  /** Null where the provider does not tell. */
  readonly at: Date | null
}

/** Which part of the timeline of a customer. */
export interface TimelineQuery {
  readonly customerId: string
  readonly kinds: readonly TimelineKind[]
  readonly first: number
  readonly after?: string
}

interface ItemRow {
  readonly kind: TimelineKind
  readonly id: string
  readonly provider: string
  readonly at: KeyValue
  readonly rank: string
  readonly sequence: string
}

const AT = timeKey('created_at', '-infinity')

const orderOf = (kinds: readonly TimelineKind[]): Order => ({
  tag: `timeline.${kinds.join('.')}`,
  keys: [
    // The end of time that stands for "none" is the one that a cursor is read by.
    { sql: `case when t.at is null then '-infinity'::timestamptz else t.at end`, type: 'time' },
    { sql: 't.rank', type: 'bigint' },
    { sql: 't.sequence', type: 'bigint' },
    { sql: 't.id', type: 'uuid' },
  ],
  descending: true,
})

/** The threads of the customer `$1`: whatever any of its contacts takes part in. */
const THREADS = (['conversation', 'ticket'] as const)
  .map(
    (kind) => `${kind}s as materialized (
  select t.id, t.provider, ${AT} as at from "${kind}" t where t.deleted_at is null and t.id in (
    select ${kind}_of_contact(array(select i.contact_id from identity i where i.customer_id = $1))))`,
  )
  .join(', ')

/**
 * Reads what happened with a customer, newest first, forwards: the conversations and tickets of all its contacts, and all
 * messages and ratings that stand in them, whoever wrote them.
 *
 * @param queryable of the workspace
 * @throws BadCursorError
 */
export async function readTimeline(
  queryable: Queryable,
  { customerId, kinds: asked, first, after }: TimelineQuery,
): Promise<Page<TimelineItem>> {
  const kinds = TIMELINE_KINDS.filter((kind) => asked.includes(kind))
  if (kinds.length === 0) return NOTHING
  const order = orderOf(kinds)
  const { values, bind } = parameters(customerId)
  const most = bind(first + 1)
  const from = after === undefined ? null : fromListCursor(order, after)
  const items = kinds.flatMap((kind) => toItems(kind, { most, from, bind }))
  const found = await queryable.query<ItemRow>(
    `with ${THREADS}, item as (${items.join(' union all ')})
     select t.kind, t.id, t.provider, t.at, t.rank::text as rank, t.sequence::text as sequence from item t
     ${after === undefined ? '' : `where ${beyond(order, after, '<', bind)}`}
     order by t.at desc, t.rank desc, t.sequence desc, t.id desc limit ${most}`,
    values,
  )
  const shown = found.slice(0, first)
  return {
    rows: shown.map(({ kind, id, provider, at }) => ({ kind, id, provider, at: at instanceof Date ? at : null })),
    cursors: shown.map(({ at, rank, sequence, id }) => toListCursor(order, [at, rank, sequence, id])),
    hasNextPage: found.length > first,
    hasPreviousPage: after !== undefined,
    totalCount: () => count(queryable, customerId, kinds),
  }
}

const NOTHING: Page<TimelineItem> = {
  rows: [],
  cursors: [],
  hasNextPage: false,
  hasPreviousPage: false,
  totalCount: () => Promise.resolve(0),
}

/** How many are wanted at most, and what they come after. */
interface Wanted {
  readonly most: string
  readonly from: readonly KeyValue[] | null
  readonly bind: Bind
}

/** Selects of the items of a kind: of each thread the newest that are wanted, found by the index of the thread. */
function toItems(kind: TimelineKind, wanted: Wanted): readonly string[] {
  const rank = TIMELINE_KINDS.indexOf(kind)
  const columns = `'${kind}' as kind, m.id, m.provider, m.at, ${rank}::bigint as rank`
  if (kind === 'conversation' || kind === 'ticket') return [`select ${columns}, 0::bigint as sequence from ${kind}s m`]
  const sequence = kind === 'message' ? 't.sequence' : '0::bigint'
  const sort = kind === 'message' ? `${AT} desc, t.sequence desc, t.id desc` : `${AT} desc, t.id desc`
  return (['conversation', 'ticket'] as const).map((thread) => {
    const conditions = [`t.${thread}_id = thread.id`, 't.deleted_at is null', ...behind(kind, rank, wanted)]
    // What stands in a conversation of theirs is told there.
    if (thread === 'ticket') {
      conditions.push(
        '(t.conversation_id is null or not exists (select from conversations c where c.id = t.conversation_id))',
      )
    }
    return `select ${columns}, m.sequence from ${thread}s thread cross join lateral (
      select t.id, t.provider, ${AT} as at, ${sequence} as sequence from "${kind}" t
      where ${conditions.join(' and ')} order by ${sort} limit ${wanted.most}) m`
  })
}

/** The condition that an item of a kind comes after a cursor. */
function behind(kind: TimelineKind, rank: number, { from, bind }: Wanted): readonly string[] {
  if (from === null) return []
  const [at, lastRank, sequence, id] = from
  const time = `${bind(at)}::${CASTS.time}`
  if (rank !== Number(lastRank)) return [`${AT} ${rank < Number(lastRank) ? '<=' : '<'} ${time}`]
  const last = kind === 'message' ? `${bind(sequence)}::${CASTS.bigint}, ` : ''
  const keys = kind === 'message' ? 't.sequence, t.id' : 't.id'
  return [`(${AT}, ${keys}) < (${time}, ${last}${bind(id)}::${CASTS.uuid})`]
}

async function count(queryable: Queryable, customerId: string, kinds: readonly TimelineKind[]): Promise<number> {
  const counts = kinds.map((kind) => {
    if (kind === 'conversation' || kind === 'ticket') return `(select count(*) from ${kind}s)`
    return `(select count(*) from "${kind}" t where t.deleted_at is null and (
      t.conversation_id in (select id from conversations) or t.ticket_id in (select id from tickets)))`
  })
  const [row] = await queryable.query<{ n: number }>(`with ${THREADS} select (${counts.join(' + ')})::int as n`, [
    customerId,
  ])
  return row?.n ?? 0
}
