import { invalid } from './errors.ts'

/** How a list is ordered and cut. */
export interface PageRequest<Item> {
  readonly perPage: number
  /** The cursor of an earlier page. */
  readonly startingAfter: string | null
  readonly order: Order<Item>
}

/** What a list is sorted by; the id decides between equals. */
export interface Order<Item> {
  readonly name: string
  readonly key: (item: Item) => number | string | null
  readonly descending: boolean
}

/** One page and where it stands. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly total: number
  /** The `pages` object of the answer. */
  readonly pages: Record<string, unknown>
}

type Key = number | string | null

/**
 * Cuts one page out of a list.
 *
 * A cursor is the sort key of the last item seen, not a position: an item that is changed while somebody pages moves to
 * the other side of the cursor, and a reader of `updated_at` order misses it. So it is with the real one.
 *
 * @throws 400 a cursor that is no cursor, or one of a list in another order
 */
export function pageOf<Item extends { readonly id: string }>(
  all: readonly Item[],
  request: PageRequest<Item>,
): Page<Item> {
  const { order, perPage } = request
  const entries = all.map((item) => ({ item, key: order.key(item) }))
  entries.sort((left, right) => compare(order, left.key, left.item.id, right.key, right.item.id))
  const cursor = request.startingAfter === null ? null : fromCursor(request.startingAfter, order)
  const start = cursor
    ? entries.findIndex(({ item, key }) => compare(order, key, item.id, cursor.key, cursor.id) > 0)
    : 0
  const slice = start < 0 ? [] : entries.slice(start, start + perPage)
  const last = slice.at(-1)
  const more = last !== undefined && start + perPage < entries.length
  const page = cursor?.page ?? 1
  return {
    items: slice.map(({ item }) => item),
    total: entries.length,
    pages: {
      type: 'pages',
      page,
      per_page: perPage,
      total_pages: Math.ceil(entries.length / perPage),
      next: more ? { per_page: perPage, starting_after: toCursor(order, last.key, last.item.id, page + 1) } : null,
    },
  }
}

/** @throws 400 unless a whole number from 1 to `max` */
export function parsePerPage(raw: unknown, limits: { readonly usual: number; readonly max: number }): number {
  if (raw === undefined || raw === null || raw === '') return limits.usual
  const perPage = Number(raw)
  if (!Number.isInteger(perPage) || perPage < 1) throw invalid('per_page must be a positive whole number')
  if (perPage > limits.max) throw invalid(`Per Page is too big, at most ${limits.max}`)
  return perPage
}

function compare<Item>(order: Order<Item>, leftKey: Key, leftId: string, rightKey: Key, rightId: string): number {
  const direction = order.descending ? -1 : 1
  return direction * (compareKeys(leftKey, rightKey) || compareIds(leftId, rightId))
}

function compareKeys(left: Key, right: Key): number {
  if (left === right) return 0
  if (left === null) return -1
  if (right === null) return 1
  return left < right ? -1 : 1
}

function compareIds(left: string, right: string): number {
  if (left.length !== right.length) return left.length - right.length
  return left === right ? 0 : left < right ? -1 : 1
}

function toCursor<Item>(order: Order<Item>, key: Key, id: string, page: number): string {
  return Buffer.from(JSON.stringify([directionName(order), key, id, page])).toString('base64')
}

function fromCursor<Item>(cursor: string, order: Order<Item>): { key: Key; id: string; page: number } {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64').toString('utf8'))
  } catch {
    throw invalid('starting_after is not a valid cursor')
  }
  if (!Array.isArray(parts) || parts.length !== 4) throw invalid('starting_after is not a valid cursor')
  const [name, key, id, page]: unknown[] = parts
  const isKey = key === null || typeof key === 'number' || typeof key === 'string'
  if (name !== directionName(order) || !isKey || typeof id !== 'string' || typeof page !== 'number') {
    throw invalid('starting_after does not belong to this list')
  }
  return { key, id, page }
}

function directionName<Item>(order: Order<Item>): string {
  return `${order.descending ? '-' : ''}${order.name}`
}
