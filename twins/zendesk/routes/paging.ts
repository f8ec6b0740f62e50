import { json } from '../../exchange.ts'
import type { TwinReply } from '../../exchange.ts'
import { badQuery } from '../errors.ts'
import type { ApiCall } from './call.ts'

/** Rows of a page unless told, and at most. Source: the reference's "Pagination". */
const maxRows = 100

/** Rows that offset pages reach. Source: the same page, since August 2023. */
const offsetWall = 10_000

/** A list to show a page of. */
export interface Listing<Row> {
  /** What the rows are called in the JSON. */
  readonly name: string
  /** In the order that offset pages show them. */
  readonly rows: readonly Row[]
  readonly render: (row: Row) => unknown
  /** What pages may be sorted by, beside `id`, which is the usual. */
  readonly sorts?: Readonly<Record<string, (row: Row) => string | number>>
  /** What stands beside the rows of a page. */
  readonly beside?: (rows: readonly Row[]) => Record<string, unknown>
}

/** One page, by cursor when `page[…]` is asked for and by number else. @throws 400 a page that cannot be */
export function pageReply<Row extends { readonly id: number | string }>(call: ApiCall, list: Listing<Row>): TwinReply {
  const isCursor = [...call.query.keys()].some((name) => name.startsWith('page['))
  return isCursor ? cursorPage(call, list) : offsetPage(call, list)
}

function offsetPage<Row extends { readonly id: number | string }>(call: ApiCall, list: Listing<Row>): TwinReply {
  const [page, size] = [wholeNumber(call, 'page', 1), Math.min(maxRows, wholeNumber(call, 'per_page', maxRows))]
  if (page * size > offsetWall) {
    throw badQuery(
      'InvalidPaginationDepth',
      `Page number is too deep: at most ${offsetWall} rows can be reached. Use cursor pagination.`,
    )
  }
  const rows = offsetOrder(call, list)
  const shown = rows.slice((page - 1) * size, page * size)
  return json({
    [list.name]: shown.map(list.render),
    ...list.beside?.(shown),
    next_page: page * size < rows.length ? address(call, { page: String(page + 1) }) : null,
    previous_page: page > 1 ? address(call, { page: String(page - 1) }) : null,
    count: rows.length,
  })
}

function offsetOrder<Row extends { readonly id: number | string }>(call: ApiCall, list: Listing<Row>): readonly Row[] {
  const by = call.query.get('sort_by')
  const isDown = call.query.get('sort_order') === 'desc'
  const value = by === null ? undefined : sortsOf(list)[by]
  const sorted = value ? list.rows.toSorted((left, right) => compare(value(left), value(right))) : list.rows
  return isDown ? sorted.toReversed() : sorted
}

interface Place {
  readonly sort: string
  readonly value: string | number
  readonly id: number | string
}

function cursorPage<Row extends { readonly id: number | string }>(call: ApiCall, list: Listing<Row>): TwinReply {
  const size = wholeNumber(call, 'page[size]', maxRows)
  if (size > maxRows) throw badQuery('InvalidPaginationParameter', `page[size] must be at most ${maxRows}`)
  const sort = call.query.get('sort') ?? 'id'
  const value = sortsOf(list)[sort.replace(/^-/, '')]
  if (!value) throw badQuery('InvalidPaginationParameter', `sort is not valid: ${sort}`)
  const sign = sort.startsWith('-') ? -1 : 1
  const order = (left: Place, right: Place): number =>
    sign * (compare(left.value, right.value) || compare(left.id, right.id))
  const placeOf = (row: Row): Place => ({ sort, value: value(row), id: row.id })
  const rows = list.rows.toSorted((left, right) => order(placeOf(left), placeOf(right)))
  const [after, before] = [placeIn(call, 'page[after]', sort), placeIn(call, 'page[before]', sort)]
  const reached = rows.filter(
    (row) => (!after || order(placeOf(row), after) > 0) && (!before || order(placeOf(row), before) < 0),
  )
  const shown = before && !after ? reached.slice(-size) : reached.slice(0, size)
  const [first, last] = [shown.at(0), shown.at(-1)]
  const afterCursor = last ? cursorAt(placeOf(last)) : null
  const beforeCursor = first ? cursorAt(placeOf(first)) : null
  return json({
    [list.name]: shown.map(list.render),
    ...list.beside?.(shown),
    meta: { has_more: reached.length > shown.length, after_cursor: afterCursor, before_cursor: beforeCursor },
    // A link is given also when nothing follows: it is `has_more` that says so.
    links: {
      next: afterCursor === null ? null : address(call, { 'page[after]': afterCursor, 'page[before]': null }),
      prev: beforeCursor === null ? null : address(call, { 'page[before]': beforeCursor, 'page[after]': null }),
    },
  })
}

function sortsOf<Row extends { readonly id: number | string }>(
  list: Listing<Row>,
): Readonly<Record<string, (row: Row) => string | number>> {
  return { ...list.sorts, id: (row) => row.id }
}

function cursorAt({ sort, value, id }: Place): string {
  return Buffer.from(JSON.stringify([sort, value, id])).toString('base64url')
}

function placeIn(call: ApiCall, name: string, sort: string): Place | null {
  const raw = call.query.get(name)
  if (raw === null) return null
  try {
    const read: unknown = JSON.parse(Buffer.from(raw, 'base64url').toString('utf8'))
    const [of, value, id]: unknown[] = Array.isArray(read) ? read : []
    if (of === sort && isKey(value) && isKey(id)) return { sort, value, id }
  } catch {
    // Not a cursor of ours: refused below like one of another order.
  }
  throw badQuery('InvalidPaginationParameter', `${name} is not valid`)
}

function isKey(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

/** A number of the query. @throws 400 unless it is a whole one above zero */
export function wholeNumber(call: ApiCall, name: string, usual: number): number {
  const raw = call.query.get(name)
  if (raw === null) return usual
  const value = Number(raw)
  if (!/^\d+$/.test(raw) || value < 1) throw badQuery('InvalidPaginationParameter', `${name} is not valid`)
  return value
}

/** This call with other values in its query; null leaves one out. */
export function address(call: ApiCall, values: Readonly<Record<string, string | null>>): string {
  const query = new URLSearchParams(call.query)
  for (const [name, value] of Object.entries(values)) {
    if (value === null) query.delete(name)
    else query.set(name, value)
  }
  return `${call.base}/api/v2${call.path}.json?${query.toString()}`
}

function compare(left: string | number, right: string | number): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  return String(left) < String(right) ? -1 : String(left) > String(right) ? 1 : 0
}
