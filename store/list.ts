import { CASTS, fromListCursor, type KeyValue, toListCursor } from './cursor.ts'
import type { Queryable } from './database.ts'
import type { Kind, RowOf } from './kinds.ts'
import { type Bind, type Filter, isRelated, type Relation, toConditions } from './list-filter.ts'
import { type Order, type OrderBy, toOrder } from './list-order.ts'
import { selectList } from './tables.ts'

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
}

/** What list of a kind, and which part of it. Without an order, each kind has its own (`store/list-order.ts`). */
export interface ListQuery extends PageRequest {
  readonly filter?: Filter
  readonly orderBy?: OrderBy
}

/** Many lists that differ only in which row they belong to; null for one list that belongs to none. */
export interface Owners {
  readonly relation: Relation
  readonly ids: readonly string[]
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
 * @throws BadCursorError
 * @throws TypeError the kind cannot be filtered or sorted so
 */
export async function readLists<K extends Kind>(
  queryable: Queryable,
  kind: K,
  query: ListQuery,
  owners: Owners | null,
): Promise<readonly Page<RowOf<K>>[]> {
  const order = toOrder(kind, query.orderBy)
  const { sql, values, size, backwards } = toStatement(kind, query, owners, order)
  const records = await queryable.query<Record<string, unknown>>(sql, values)
  const lists: Keyed<K>[][] = Array.from({ length: owners?.ids.length ?? 1 }, () => [])
  for (const record of records) lists[Number(record['owner_place']) - 1]?.push(toKeyed<K>(record, order))
  const count = countOnce(queryable, kind, query, owners)
  return lists.map((found, n) => {
    const more = found.length > size
    const kept = found.slice(0, size)
    if (backwards) kept.reverse()
    return {
      rows: kept.map(({ row }) => row),
      cursors: kept.map(({ keys }) => toListCursor(order, keys)),
      hasNextPage: backwards ? query.before !== undefined : more,
      hasPreviousPage: backwards ? more : query.after !== undefined,
      totalCount: async () => (await count()).get(n + 1) ?? 0,
    }
  })
}

/** Statement parameters, and the function that adds one. */
function parameters(): { readonly values: unknown[]; readonly bind: Bind } {
  const values: unknown[] = []
  return { values, bind: (value) => `$${values.push(value)}` }
}

/** `from` one row an owner: its id, and its place from 1. */
const ownersOf = (owners: Owners | null, bind: Bind): string =>
  `unnest(${bind(owners?.ids ?? [null])}::uuid[]) with ordinality as o (id, place)`

function conditionsOf(kind: Kind, filter: Filter, owners: Owners | null, bind: Bind): readonly string[] {
  const related = owners === null ? [] : [isRelated(kind, owners.relation, 'o.id')]
  return ['t.deleted_at is null', ...related, ...toConditions(kind, filter, bind)]
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
      limit ${bind(size + 1)}
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

function toKeyed<K extends Kind>(record: Record<string, unknown>, order: Order): Keyed<K> {
  const { owner_place: _, ...rest } = record
  const keys = order.keys.map((_key, n) => {
    const value = rest[`key${n}`]
    delete rest[`key${n}`]
    return value as KeyValue // by the key's type
  })
  return { row: rest as RowOf<K>, keys } // as `selectList` selects it
}

/** Counts the lists of all owners, once, when first asked. */
function countOnce(
  queryable: Queryable,
  kind: Kind,
  query: ListQuery,
  owners: Owners | null,
): () => Promise<ReadonlyMap<number, number>> {
  let counted: Promise<ReadonlyMap<number, number>> | null = null
  return () => {
    counted ??= count(queryable, kind, query.filter ?? {}, owners)
    return counted
  }
}

async function count(queryable: Queryable, kind: Kind, filter: Filter, owners: Owners | null) {
  const { values, bind } = parameters()
  const from = ownersOf(owners, bind)
  const rows = await queryable.query<{ place: number; n: number }>(
    `select o.place::int as place, c.n::int as n from ${from} cross join lateral (
       select count(*) as n from "${kind}" t where ${conditionsOf(kind, filter, owners, bind).join(' and ')}) c`,
    values,
  )
  return new Map(rows.map(({ place, n }) => [place, n]))
}
