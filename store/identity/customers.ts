import { toListCursor, type KeyValue } from '../cursor.ts'
import type { Queryable } from '../database.ts'
import { beyond, type Page, type PageRequest } from '../list.ts'
import type { Order, OrderBy, OrderKey } from '../list-order.ts'
import { timeKey } from '../time-key.ts'
import { toTerms, toTsquery } from '../words.ts'
import { customerColumns, type CustomerRow } from './customer-row.ts'
import { toEmailKey } from './keys.ts'
import { type Bind, parameters } from '../parameters.ts'

/** What a list of customers is narrowed to; conditions are joined by *and*. */
export interface CustomerFilter {
  /** Known by any of these. */
  readonly providers?: readonly string[]
  /** Words, each as the beginning of one. */
  readonly query?: string
  /** An address of any of their contacts, whole. */
  readonly email?: string
  /** Whether they have several contacts. */
  readonly linked?: boolean
  readonly createdAfter?: Date
  readonly createdBefore?: Date
  readonly lastSeenAfter?: Date
  readonly lastSeenBefore?: Date
}

/** Which list of customers, and which part of it. */
export interface CustomerQuery extends PageRequest {
  readonly filter?: CustomerFilter
  readonly orderBy?: OrderBy
}

const DEFAULT_SIZE = 20
/** Newest matches that a filter by words considers. */
const MOST_MATCHES = 5_000
const NEWEST: OrderBy = { field: 'createdAt', direction: 'DESC' }

const KEYS: ReadonlyMap<string, OrderKey> = new Map([
  ['createdAt', { sql: timeKey('created_at', '-infinity'), type: 'time' }],
  ['updatedAt', { sql: timeKey('updated_at', '-infinity'), type: 'time' }],
  ['lastSeenAt', { sql: timeKey('last_seen_at', '-infinity'), type: 'time' }],
  ['name', { sql: 't.name_key', type: 'text' }],
])

/**
 * Reads a page of the customers of a workspace.
 *
 * @param queryable of the workspace; the system's finds nothing by words
 * @throws BadCursorError
 * @throws TypeError they cannot be sorted so
 */
export async function readCustomers(
  queryable: Queryable,
  workspaceId: string,
  { filter = {}, orderBy = NEWEST, first, after, last, before }: CustomerQuery,
): Promise<Page<CustomerRow>> {
  const order = toOrder(orderBy)
  const backwards = last !== undefined && first === undefined
  const size = (backwards ? last : first) ?? DEFAULT_SIZE
  const { values, bind } = parameters()
  const conditions = toConditions(workspaceId, filter, bind)
  if (after !== undefined) conditions.push(beyond(order, after, order.descending ? '<' : '>', bind))
  if (before !== undefined) conditions.push(beyond(order, before, order.descending ? '>' : '<', bind))
  const direction = order.descending === backwards ? 'asc' : 'desc'
  const found = await queryable.query<CustomerRow & { readonly key: KeyValue }>(
    `select ${order.keys[0]?.sql} as key, ${customerColumns('t')} from customer t
     where ${conditions.join(' and ')}
     order by ${order.keys.map(({ sql }) => `${sql} ${direction}`).join(', ')} limit ${bind(size + 1)}`,
    values,
  )
  const more = found.length > size
  const kept = found.slice(0, size)
  if (backwards) kept.reverse()
  return {
    rows: kept.map(({ key: _key, ...row }) => row),
    cursors: kept.map(({ key, id }) => toListCursor(order, [key, id])),
    hasNextPage: backwards ? before !== undefined : more,
    hasPreviousPage: backwards ? more : after !== undefined,
    totalCount: () => count(queryable, workspaceId, filter),
  }
}

function toOrder({ field, direction }: OrderBy): Order {
  const key = KEYS.get(field)
  if (key === undefined) throw new TypeError(`customer: cannot be sorted by "${field}"`)
  const tag = `customer.${field}.${direction}`
  return { tag, keys: [key, { sql: 't.id', type: 'uuid' }], descending: direction === 'DESC' }
}

function toConditions(workspaceId: string, filter: CustomerFilter, bind: Bind): string[] {
  const conditions = [`t.workspace_id = ${bind(workspaceId)}`]
  const { providers, query, email, linked } = filter
  if (providers !== undefined) conditions.push(`t.providers && ${bind(providers)}::text[]`)
  if (linked !== undefined) conditions.push(`t.contact_count ${linked ? '>' : '='} 1`)
  if (query !== undefined) {
    const terms = toTerms(query)
    const words = terms.length === 0 ? null : bind(toTsquery(terms))
    conditions.push(
      words === null ? 'false' : `t.id in (select id from customer_matching(${words}::tsquery, null, ${MOST_MATCHES}))`,
    )
  }
  if (email !== undefined) {
    const key = bind(toEmailKey(email))
    conditions.push(
      `t.id in (select i.customer_id from identity i where i.workspace_id = $1 and i.email = ${key}::text)`,
    )
  }
  for (const [name, column] of [
    ['created', 'created_at'],
    ['lastSeen', 'last_seen_at'],
  ] as const) {
    const [from, to] = [filter[`${name}After`], filter[`${name}Before`]]
    const key = timeKey(column, '-infinity')
    // Who lacks the time is in no range.
    if (from !== undefined || to !== undefined) conditions.push(`t.${column} is not null`)
    if (from !== undefined) conditions.push(`${key} >= ${bind(from)}::timestamptz`)
    if (to !== undefined) conditions.push(`${key} < ${bind(to)}::timestamptz`)
  }
  return conditions
}

async function count(queryable: Queryable, workspaceId: string, filter: CustomerFilter): Promise<number> {
  const { values, bind } = parameters()
  const conditions = toConditions(workspaceId, filter, bind)
  const [row] = await queryable.query<{ n: number }>(
    `select count(*)::int as n from customer t where ${conditions.join(' and ')}`,
    values,
  )
  return row?.n ?? 0
}
