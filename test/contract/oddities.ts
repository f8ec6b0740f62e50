import type { Json } from '../../store/kinds.ts'

/** Where records of a stream stand in answers, and what none of them can be without. */
export interface OddRecord {
  /** Of the requests, below the base address, whose answers have them. */
  readonly path: RegExp
  /** A field of theirs that the connector relies on. The suite puts in what no provider would. */
  readonly field: string
  /** The record's own `id` in those answers, where the remote id is made of more. */
  readonly idOf?: (remoteId: string) => string
}

/** A word of the provider's own in a record, that a connector cannot know. */
export interface UnseenWord {
  readonly stream: string
  /** Of the requests whose answers have the record. */
  readonly path: RegExp
  /** Where in the record: `['via', 'channel']`. */
  readonly field: readonly string[]
  readonly value: string | number
  /** The columns of ours which then are `OTHER`, and the word as it came. */
  readonly reads: 'status' | 'priority' | 'channel'
  readonly native: 'nativeStatus' | 'nativePriority' | 'nativeChannel'
}

const isRecord = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function isOf({ id: named }: { readonly [key: string]: Json }, id: string): boolean {
  return named === id || (typeof named === 'number' && String(named) === id)
}

/** The same answer, with every record of that `id` which has the field changed in it. */
export function changeRecord(
  body: Json,
  id: string,
  { field, value }: { readonly field: readonly string[]; readonly value: Json },
): Json {
  if (Array.isArray(body)) return body.map((each: Json) => changeRecord(each, id, { field, value }))
  if (!isRecord(body)) return body
  const inside = Object.fromEntries(
    Object.entries(body).map(([name, each]) => [name, changeRecord(each, id, { field, value })]),
  )
  return isOf(body, id) ? put(inside, field, value) : inside
}

/** The same answer, with more in every record of that `id`. */
export function addToRecord(body: Json, id: string, more: { readonly [key: string]: Json }): Json {
  if (Array.isArray(body)) return body.map((each: Json) => addToRecord(each, id, more))
  if (!isRecord(body)) return body
  const inside = Object.fromEntries(Object.entries(body).map(([name, each]) => [name, addToRecord(each, id, more)]))
  return isOf(body, id) ? { ...inside, ...more } : inside
}

function put(record: { readonly [key: string]: Json }, [name, ...deeper]: readonly string[], value: Json): Json {
  const held = name === undefined ? undefined : record[name]
  if (name === undefined || held === undefined) return record
  if (deeper.length === 0) return { ...record, [name]: value }
  return isRecord(held) ? { ...record, [name]: put(held, deeper, value) } : record
}
