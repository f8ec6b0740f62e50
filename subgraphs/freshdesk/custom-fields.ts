import { entriesByName } from '../../kit/entries.ts'
import type { CustomField, Json } from '../../store/kinds.ts'

type FieldType = CustomField['type']

const DATE = /^\d{4}-\d{2}-\d{2}(?:T|$)/

function infer(value: Json): FieldType {
  if (Array.isArray(value)) return 'LIST'
  if (typeof value === 'number') return 'NUMBER'
  if (typeof value === 'boolean') return 'BOOLEAN'
  if (typeof value !== 'string') return 'OTHER'
  return DATE.test(value) ? 'DATE' : 'TEXT'
}

/** The account's own fields, by name. Their labels and types stand in the definitions, by key. */
export function toCustomFields(fields: Readonly<Record<string, Json>> | null | undefined): CustomField[] {
  return entriesByName(fields).map(([key, value]) => ({ key, label: key, type: infer(value), value }))
}
