import { hash } from 'node:crypto'
import type { Json } from './kinds.ts'

/*
 * What PostgreSQL holds of what comes from outside. It has no NUL, no half of a surrogate pair, no key longer than an index
 * takes, and its parser of JSON ends at some depth: none of that is a reason to fail, and to fail each time that it is tried
 * again.
 */

/** What JSON may hold and PostgreSQL may not: NUL, and halves of surrogate pairs. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu
const UNSTORABLE_ESCAPED = /\\u(?:0000|d[89a-f])/i

/** A text with U+FFFD for what cannot be held. */
export const storableText = (text: string): string => text.replaceAll(UNSTORABLE, '\ufffd')

/** A value as JSON that PostgreSQL takes: what it cannot hold becomes U+FFFD. */
export function toStorableJson(value: unknown): string {
  const json = JSON.stringify(value)
  if (!UNSTORABLE_ESCAPED.test(json)) return json
  return JSON.stringify(mend(JSON.parse(json) as Json)) // it was JSON a line ago
}

function mend(value: Json): Json {
  if (typeof value === 'string') return storableText(value)
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) return value.map(mend)
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [storableText(key), mend(each)]))
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)

/** Under which a value stands that has to come out as it went in. No stream's cursor has such a name. */
const UNCHANGED = 'switchboard:json'

/** A value as JSON that PostgreSQL takes, from which `fromUnchangedJson` makes the very same. */
export function toUnchangedJson(value: Json): string {
  const json = JSON.stringify(value)
  // As a text, what cannot be held is spelled in letters that can.
  return UNSTORABLE_ESCAPED.test(json) ? JSON.stringify({ [UNCHANGED]: json }) : json
}

/** What `toUnchangedJson` was given, from what was stored of it. */
export function fromUnchangedJson(stored: Json): Json {
  if (typeof stored !== 'object' || stored === null || isList(stored)) return stored
  const json = stored[UNCHANGED]
  return typeof json === 'string' ? (JSON.parse(json) as Json) : stored
}

/** No index takes a key much longer. */
const LONGEST_KEY = 512

/** What stands for a key that is longer begins so, and no provider's key does. */
const STANDS_FOR = 'sha256:'

const standIn = (text: string): string => `${STANDS_FOR}${hash('sha256', text)}`

/** What something is found by: as it is, or what is as good as itself when it is longer than any provider's. */
export const storableKey = (text: string): string => (text.length <= LONGEST_KEY ? storableText(text) : standIn(text))

/** Whether a key can be held as it is, so that one can ask its provider by it. */
export const isStorableKey = (text: string): boolean => storableKey(text) === text

/** A key as it is where that can be held; else what nobody can ask a provider by, and is always the same for it. */
export const keyOrStandIn = (text: string): string => (isStorableKey(text) ? text : standIn(text))

/** The condition that a column holds what stands for a key. */
export const isStandIn = (column: string): string => `starts_with(${column}, '${STANDS_FOR}')`

/** The same record with a `remoteId` that an index takes. */
export const withStorableId = <Named extends { readonly remoteId: string }>(named: Named): Named => ({
  ...named,
  remoteId: storableKey(named.remoteId),
})

const LARGEST_COUNT = 2 ** 31 - 1

/** How many there are, as a provider says it; null for what is no number of things. */
export const storableCount = (count: number | null): number | null =>
  count !== null && Number.isInteger(count) && count >= 0 && count <= LARGEST_COUNT ? count : null

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null

/** Whether JSON is nested deeper than so many levels. Every record is asked, so that no list is made of what is in it. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (!isObject(value)) return false
  if (levels === 0) return true
  if (Array.isArray(value)) {
    for (const each of value) if (isDeeper(each, levels - 1)) return true
    return false
  }
  for (const key in value) if (isDeeper(value[key], levels - 1)) return true
  return false
}
