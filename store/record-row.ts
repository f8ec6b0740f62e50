import { type Json, KINDS, type Kind, type RowOf } from './kinds.ts'
import { propertiesOf } from './tables.ts'

/** What is copied as it is. */
const COPIED: ReadonlyMap<Kind, readonly string[]> = new Map(
  KINDS.map((kind) => [kind, propertiesOf(kind).filter((property) => property !== 'native')]),
)

/**
 * A row, with its provider's record as text, as it came from the database, while nobody asked for it. It is kept in the row: were it
 * kept beside it, by a WeakMap, each collection of garbage would have to look for who is still there.
 */
class Row {
  readonly [property: string]: unknown
  readonly #text: string | null

  constructor(text: string | null) {
    this.#text = text
  }

  /** One function for all rows, so that all have one shape. */
  static readonly native = {
    configurable: true,
    enumerable: true,
    get(this: Row): Json {
      const native: Json = this.#text === null ? null : JSON.parse(this.#text)
      Object.defineProperty(this, 'native', { value: native, enumerable: true })
      return native
    },
  }
}

/**
 * Makes the row of what `selectList` selected, which may have more columns: copied, since an object that something is deleted
 * from is slow.
 *
 * `native` is read when it is asked for: pages hold hundreds of rows, and hardly any is asked for what only its
 * provider has.
 */
export function toRow<K extends Kind>(kind: K, record: Readonly<Record<string, unknown>>): RowOf<K> {
  const { native } = record
  const row: Record<string, unknown> = new Row(typeof native === 'string' ? native : null)
  for (const property of COPIED.get(kind) ?? []) row[property] = record[property]
  Object.defineProperty(row, 'native', Row.native)
  return row as RowOf<K> // as `selectList` selects it
}
