import { BadCursorError } from './errors.ts'
import type { Order, OrderKey } from './list-order.ts'

/** The value of an order's key as the driver gives and takes it; a time before or after all others is an infinity. */
export type KeyValue = string | Date | number

/** What a key is cast to in SQL. */
export const CASTS: { readonly [T in OrderKey['type']]: string } = {
  time: 'timestamptz',
  text: 'text',
  bigint: 'bigint',
  number: 'float8',
  uuid: 'uuid',
}

/** The cursor of a row: where it stands in its order. Opaque to clients. */
export function toListCursor(order: Order, values: readonly KeyValue[]): string {
  // JSON writes an infinity as null.
  const keys = values.map((value) => (value instanceof Date ? value.getTime() : value))
  return Buffer.from(JSON.stringify([order.tag, ...keys])).toString('base64url')
}

/**
 * The values of a cursor's keys, as statement parameters.
 *
 * @throws BadCursorError it is no cursor, or one of another list or order
 */
export function fromListCursor(order: Order, cursor: string): readonly KeyValue[] {
  const [tag, ...keys] = parse(cursor)
  if (tag !== order.tag) {
    throw new BadCursorError(
      typeof tag === 'string'
        ? 'this cursor was made for another list or order; start again without it'
        : `expected a cursor of a list, but got "${cursor.slice(0, 40)}"`,
    )
  }
  const values = order.keys.map(({ type, sql }, n) => toValue(type, keys[n], sql))
  if (keys.length !== values.length || values.some((value) => value === null)) {
    throw new BadCursorError(`expected a cursor of a list, but got "${cursor.slice(0, 40)}"`)
  }
  return values.filter((value) => value !== null)
}

function parse(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch {
    // Not JSON: the caller says that it is no cursor.
    return []
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The parameter for a key; null when the cursor was tampered with. */
function toValue(type: OrderKey['type'], value: unknown, sql: string): KeyValue | null {
  if (type === 'time') {
    // The end of time that stands for "none" is the one that the order itself names.
    if (value === null) return sql.includes(`'-infinity'`) ? '-infinity' : 'infinity'
    const date = typeof value === 'number' ? new Date(value) : null
    return date === null || Number.isNaN(date.getTime()) ? null : date
  }
  if (type === 'number') return typeof value === 'number' ? value : null
  if (typeof value !== 'string') return null
  if (type === 'text') return value.includes('\0') ? null : value
  if (type === 'bigint') return /^\d{1,18}$/.test(value) ? value : null
  return UUID.test(value) ? value : null
}
