import { type Json, KINDS, type Kind, type RowOf } from './kinds.ts'
import { propertiesOf } from './tables.ts'

/** What is copied as it is. */
const COPIED: ReadonlyMap<Kind, readonly string[]> = new Map(
  KINDS.map((kind) => [kind, propertiesOf(kind).filter((property) => property !== 'native')]),
)

/** What providers' records are, as it came from the database, while nobody asked for it. */
const unread = new WeakMap<object, string>()

/** One function for all rows, so that all have one shape. */
const LAZY: PropertyDescriptor = {
  configurable: true,
  enumerable: true,
  get(this: object): Json {
    const text = unread.get(this)
    const native: Json = text === undefined ? null : JSON.parse(text)
    Object.defineProperty(this, 'native', { value: native, enumerable: true })
    return native
  },
}

/**
 * Makes the row of what `selectList` selected, which may have more columns: copied, since an object that something is deleted
 * from is slow.
 *
 * `native` is read when it is asked for: pages hold hundreds of rows, and hardly any is asked for what only its
 * provider has.
 */
export function toRow<K extends Kind>(kind: K, record: Readonly<Record<string, unknown>>): RowOf<K> {
  const row: Record<string, unknown> = {}
  for (const property of COPIED.get(kind) ?? []) row[property] = record[property]
  const { native } = record
  if (typeof native === 'string') unread.set(row, native)
  Object.defineProperty(row, 'native', LAZY)
  return row as RowOf<K> // as `selectList` selects it
}
