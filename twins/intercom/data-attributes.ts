import { invalid } from './errors.ts'
import type { App } from './world.ts'

/** A field that the workspace itself gave its contacts or companies. */
export interface DataAttribute {
  readonly id: number
  readonly model: 'contact' | 'company'
  readonly name: string
  readonly label: string
  readonly description: string
  readonly dataType: 'string' | 'integer'
  /** Null for anything. */
  readonly options: readonly string[] | null
}

/** Those of every workspace here. */
export const dataAttributes: readonly DataAttribute[] = [
  {
    id: 31,
    model: 'contact',
    name: 'loyalty_tier',
    label: 'Loyalty tier',
    description: 'What the customer earned',
    dataType: 'string',
    options: ['none', 'silver', 'gold'],
  },
  {
    id: 32,
    model: 'contact',
    name: 'orders',
    label: 'Orders',
    description: 'How many there were',
    dataType: 'integer',
    options: null,
  },
  {
    id: 33,
    model: 'company',
    name: 'credit_terms',
    label: 'Credit terms',
    description: 'By when an invoice is paid',
    dataType: 'string',
    options: ['14 days', '30 days', '60 days'],
  },
]

/** Some of those that every workspace has. Source: the published 2.16 description, the example of `GET /data_attributes`. */
const standard = [
  { model: 'contact', name: 'name', label: 'Name' },
  { model: 'contact', name: 'email', label: 'Email' },
  { model: 'company', name: 'name', label: 'Company name' },
  { model: 'company', name: 'website', label: 'Company website' },
] as const

/** An answer of `GET /data_attributes`, the standard ones first: those have no id. */
export function renderDataAttributes(app: App, model: string | null): Record<string, unknown> {
  const writable = { api_writable: true, ui_writable: true, messenger_writable: true, archived: false }
  const rows = [
    ...standard.map((each) => ({
      type: 'data_attribute',
      ...each,
      full_name: each.name,
      description: '',
      data_type: 'string',
      ...writable,
      custom: false,
    })),
    ...dataAttributes.map(({ dataType, options, ...each }) => ({
      type: 'data_attribute',
      ...each,
      full_name: `custom_attributes.${each.name}`,
      data_type: dataType,
      ...(options === null ? {} : { options }),
      ...writable,
      custom: true,
      created_at: app.createdAt,
      updated_at: app.createdAt,
    })),
  ]
  return { type: 'list', data: rows.filter((row) => model === null || row.model === model) }
}

/**
 * Refuses what the workspace did not give its contacts or companies, and a value that is none of the field's.
 *
 * The words for a field that is not there are those that conversations are refused with (intercom-node issue 349, read
 * 2026-11-28); that the values of a list are checked, Intercom-OpenAPI pull request 457 says. Its words are invented.
 *
 * @throws 400
 */
export function refuseUnknownData(model: DataAttribute['model'], given: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(given)) {
    const known = dataAttributes.find((each) => each.model === model && each.name === name)
    if (!known) throw invalid(`Custom attribute '${name}' does not exist`)
    const allowed = value === null || known.options === null || known.options.some((option) => option === value)
    if (!allowed) throw invalid(`Custom attribute '${name}' does not take this value`)
  }
}
