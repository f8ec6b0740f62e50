import type { CustomField, Json } from '../../store/kinds.ts'

/** What a value alone lets see; what the account says of its fields goes before it when they are read. */
function infer(value: Json): CustomField['type'] {
  if (Array.isArray(value)) return 'LIST'
  if (typeof value === 'number') return 'NUMBER'
  if (typeof value === 'boolean') return 'BOOLEAN'
  return typeof value === 'string' ? 'TEXT' : 'OTHER'
}

/** The account's own fields, by their keys: of tickets these are the ids of the fields. */
export const toCustomFields = (entries: Iterable<readonly [key: string, value: Json]>): CustomField[] =>
  [...entries].map(([key, value]) => ({ key, label: key, type: infer(value), value }))
