import { CASTS, fromListCursor, type KeyValue, toListCursor } from './cursor.ts'
import type { Queryable } from './database.ts'
import type { Kind, RowOf } from './kinds.ts'
import { conditionsOf, type Count, type Counted, type Counting, countWhole, ownersOf } from './list-count.ts'
import type { Filter, Owners } from './list-filter.ts'
import { type Order, type OrderBy, toOrder } from './list-order.ts'
import { toRow } from './record-row.ts'
import { selectList } from './tables.ts'
import { type Bind, parameters } from './parameters.ts'

/** Which part of a list is wanted: forwards with `first` and `after`, or backwards with `last` and `before`. */
export interface PageRequest {
  readonly first?: number
  readonly after?: string
  readonly last?: number
  readonly before?: string
}

/** A part of a list, in the list's order. */
export interface Page<Row> {
  readonly rows: readonly Row[]
  /** One for each row. */
  readonly cursors: readonly string[]
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
  /** Counts the whole list; asks the database only when called. */
  totalCount(): Promise<number>
  /** Whether `totalCount` is an estimate; it never is where this is not given. */
  isTotalCountEstimate?(): Promise<boolean>
}

/** What list of a kind, and which part of it. Without an order, each kind has its own (`store/list-order.ts`). */
export interface ListQuery extends PageRequest {
  readonly filter?: Filter
  readonly orderBy?: OrderBy
  /** Asks for the rows alone, and not whether there are more: the page then says that there are none. */
  readonly more?: 'unasked'
}

/** Rows of a page when nothing is said. */
const DEFAULT_SIZE = 20

type Keyed<K extends Kind> = { readonly row: RowOf<K>; readonly keys: readonly KeyValue[] }

/**
 * Reads a page of each owner's list in one statement, in the order of the owners.
 *
 * Pages are stable: they go by the values of the last row seen, not by counting, so that rows that come and go
 * meanwhile neither repeat nor hide others.
 *
 * @param counting by what the lists are counted, when that is asked for; whole when not given
 * @throws BadCursorError
 * @throws TypeError the kind cannot be filtered or sorted so
 */
export async function readLists<K extends Kind>(
  queryable: Queryable,
  kind: K,
  query: ListQuery,
  owners: Owners | null,
  counting: Counting = countWhole(queryable),
): Promise<readonly Page<RowOf<K>>[]> {
  const order = toOrder(kind, query.orderBy)
  const { sql, values, size, backwards } = toStatement(kind, query, owners, order)
  const records = await queryable.query<Record<string, unknown>>(sql, values)
  const lists: Keyed<K>[][] = Array.from({ length: owners?.ids.length ?? 1 }, () => [])
  for (const record of records) {
    lists[Number(record['owner_place']) - 1]?.push(toKeyed(kind, record, order))
  }
  const count = countOnce(counting, { kind, filter: query.filter ?? {}, owners })
  return lists.map((found, n) => {
    const more = found.length > size
    const kept = found.slice(0, size)
    if (backwards) kept.reverse()
    return {
      rows: kept.map(({ row }) => row),
      cursors: kept.map(({ keys }) => toListCursor(order, keys)),
      hasNextPage: backwards ? query.before !== undefined : more,
      hasPreviousPage: backwards ? more : query.after !== undefined,
      totalCount: async () => (await count())[n]?.count ?? 0,
      isTotalCountEstimate: async () => (await count())[n]?.isEstimate ?? false,
    }
  })
}

function toStatement(kind: Kind, query: ListQuery, owners: Owners | null, order: Order) {
  const { filter = {}, first, after, last, before } = query
  const backwards = last !== undefined && first === undefined
  const size = (backwards ? last : first) ?? DEFAULT_SIZE
  const { values, bind } = parameters()
  const from = ownersOf(owners, bind)
  const conditions = [...conditionsOf(kind, filter, owners, bind)]
  if (after !== undefined) conditions.push(beyond(order, after, order.descending ? '<' : '>', bind))
  if (before !== undefined) conditions.push(beyond(order, before, order.descending ? '>' : '<', bind))
  const direction = order.descending === backwards ? 'asc' : 'desc'
  const sort = (names: readonly string[]): string => names.map((name) => `${name} ${direction}`).join(', ')
  const names = order.keys.map((_, n) => `key${n}`)
  const sql = `
    select o.place::int as owner_place, ${names.map((name) => `p.${name}`).join(', ')}, ${selectList(kind, 'p')}
    from ${from}
    cross join lateral (
      select t.*, ${order.keys.map((key, n) => `${key.sql} as key${n}`).join(', ')} from "${kind}" t
      where ${conditions.join(' and ')}
      order by ${sort(order.keys.map((key) => key.sql))}
      limit ${bind(query.more === 'unasked' ? size : size + 1)}
    ) p
    order by o.place, ${sort(names.map((name) => `p.${name}`))}`
  return { sql, values, size, backwards }
}

/** The condition that a row stands on one side of a cursor. @throws BadCursorError */
export function beyond(order: Order, cursor: string, side: '<' | '>', bind: Bind): string {
  const values = fromListCursor(order, cursor)
  const keys = order.keys.map((key) => key.sql).join(', ')
  return `(${keys}) ${side} (${order.keys.map((key, n) => `${bind(values[n])}::${CASTS[key.type]}`).join(', ')})`
}

function toKeyed<K extends Kind>(kind: K, record: Readonly<Record<string, unknown>>, order: Order): Keyed<K> {
  const keys = order.keys.map((_key, n) => record[`key${n}`] as KeyValue) // by the key's type
  return { row: toRow(kind, record), keys }
}

/** Counts the lists of all owners, once, when first asked. */
function countOnce(counting: Counting, counted: Counted): () => Promise<readonly Count[]> {
  let counts: Promise<readonly Count[]> | null = null
  return () => {
    counts ??= counting.counts(counted)
    return counts
  }
}
