import type { Received } from '../../kit/wire.ts'
import type { Upsert } from '../../store/change.ts'
import { type AppliesTo, definitionRemoteId, fieldRemoteId } from '../../store/definition-id.ts'
import type { CustomField, DefinitionOption, DefinitionType, Json } from '../../store/kinds.ts'
import type { FieldWire, NamedWire } from './wire.ts'

/** What fields hold, by the end of their type. Source: Freshdesk API v2, "Ticket Fields". */
const VALUE_TYPE: readonly (readonly [RegExp, CustomField['type']])[] = [
  [/(?:dropdown|nested_field|status|priority|source|ticket_type|choices|multi_select)$/, 'LIST'],
  [/(?:number|decimal)$/, 'NUMBER'],
  [/checkbox$/, 'BOOLEAN'],
  [/date(?:_time)?$/, 'DATE'],
  [/(?:text|paragraph|subject|description|name|email|phone|mobile|phone_number|url|note|address|industry)$/, 'TEXT'],
]

const valueTypeOf = (type: string): CustomField['type'] =>
  VALUE_TYPE.find(([pattern]) => pattern.test(type))?.[1] ?? 'OTHER'

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const optionOf = (value: string, label: string): DefinitionOption => ({ value, label })

/** A choice of newer accounts and of contact fields: `{ "label": "Gold", "value": "gold" }`. */
function fromRecord(choice: { readonly [key: string]: Json }): DefinitionOption[] {
  const value = choice['value'] ?? choice['id'] ?? choice['label']
  const label = choice['label'] ?? value
  if (typeof value !== 'string' && typeof value !== 'number') return []
  return [optionOf(String(value), typeof label === 'string' ? label : String(value))]
}

/** One of the shapes that an object of choices has: a number with labels, a label with its number, or nested choices. */
function fromEntry([key, choice]: readonly [string, Json]): DefinitionOption {
  // {"2": ["Open", "Being Processed"]}: what agents see, and what customers see.
  if (Array.isArray(choice) && /^\d+$/.test(key) && typeof choice[0] === 'string') return optionOf(key, choice[0])
  // {"Low": 1}
  if (typeof choice === 'number') return optionOf(String(choice), key)
  return optionOf(key, key)
}

/** The closed choices of a field, whatever their shape. */
export function toOptions(choices: Json | null | undefined): DefinitionOption[] {
  if (choices === null || choices === undefined) return []
  if (Array.isArray(choices)) {
    return choices.flatMap((choice: Json) => {
      if (typeof choice === 'string') return [optionOf(choice, choice)]
      return isObject(choice) ? fromRecord(choice) : []
    })
  }
  return isObject(choices) ? Object.entries(choices).map(fromEntry) : []
}

/** The names of choices in the order in which they came, as we keep it beside the field: an object of them loses it. */
const orderOf = (choices: Json | null | undefined): { readonly beside?: Json } =>
  choices !== null && choices !== undefined && isObject(choices) ? { beside: { choices: Object.keys(choices) } } : {}

/** A field of the account. The options of `status`, `priority` and `source` name the numbers that stand in tickets. */
export function toField({ wire, native }: Received<FieldWire>, appliesTo: AppliesTo): Upsert<'definition'> {
  return {
    op: 'upsert',
    kind: 'definition',
    remoteId: fieldRemoteId(appliesTo, wire.name),
    version: null,
    fields: {
      createdAt: wire.created_at,
      updatedAt: wire.updated_at,
      type: 'FIELD',
      name: wire.label,
      appliesTo,
      key: wire.name,
      valueType: valueTypeOf(wire.type),
      options: toOptions(wire.choices),
      position: wire.position ?? null,
      active: true,
    },
    native,
    ...orderOf(wire.choices),
  }
}

/** A product, an SLA policy or business hours. */
export function toDefinition(
  { wire, native }: Received<NamedWire>,
  type: Exclude<DefinitionType, 'FIELD'>,
): Upsert<'definition'> {
  return {
    op: 'upsert',
    kind: 'definition',
    remoteId: definitionRemoteId(type, wire.id),
    version: null,
    fields: {
      createdAt: wire.created_at,
      updatedAt: wire.updated_at,
      type,
      name: wire.name,
      appliesTo: null,
      key: null,
      valueType: null,
      options: [],
      position: wire.position ?? null,
      active: wire.active ?? true,
    },
    native,
  }
}
