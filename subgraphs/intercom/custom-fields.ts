import { entriesByName } from '../../kit/entries.ts'
import { fromUnixSeconds } from '../../kit/time.ts'
import type { CustomField, Json } from '../../store/kinds.ts'

type FieldType = CustomField['type']

/** The data types of ticket attributes. Source: Intercom REST 2.16, schema `ticket_type_attribute`. */
const DECLARED: Readonly<Record<string, FieldType>> = {
  string: 'TEXT',
  list: 'LIST',
  integer: 'NUMBER',
  decimal: 'NUMBER',
  float: 'NUMBER',
  boolean: 'BOOLEAN',
  datetime: 'DATE',
  date: 'DATE',
}

/** What a field of a declared data type holds. */
export const declaredType = (dataType: string): FieldType => DECLARED[dataType] ?? 'OTHER'

/** Intercom itself takes an attribute for a date when it is a number and its name ends so. */
const DATE_NAME = /_at$/

function infer(name: string, value: Json): FieldType {
  if (Array.isArray(value)) return 'LIST'
  if (typeof value === 'number') return DATE_NAME.test(name) ? 'DATE' : 'NUMBER'
  if (typeof value === 'boolean') return 'BOOLEAN'
  return typeof value === 'string' ? 'TEXT' : 'OTHER'
}

/** Unix seconds become ISO 8601, as every date outside is. */
const present = (type: FieldType, value: Json): Json =>
  type === 'DATE' && typeof value === 'number' ? fromUnixSeconds(value).toISOString() : value

/**
 * The account's own fields, by name.
 *
 * @param dataTypes the declared data type by name, where the provider tells it; else the type is seen from the value
 */
export function toCustomFields(
  attributes: Readonly<Record<string, Json>> | null | undefined,
  dataTypes: ReadonlyMap<string, string> = new Map(),
): CustomField[] {
  return entriesByName(attributes).map(([name, value]) => {
    const declared = dataTypes.get(name)
    const type = declared === undefined ? infer(name, value) : declaredType(declared)
    return { key: name, label: name, type, value: present(type, value) }
  })
}
