import type { CustomField } from '../account.ts'
import { invalid } from '../errors.ts'
import type { FieldError } from '../errors.ts'
import type { Account } from '../account.ts'
import type { Searched } from '../world.ts'
import type { IndexedRow } from '../../index-lag.ts'
import type { Literal, Query, Term } from './query.ts'

type Kind = 'number' | 'text' | 'boolean' | 'date'

const stock: Readonly<Record<Searched, Readonly<Record<string, Kind>>>> = {
  tickets: {
    agent_id: 'number',
    group_id: 'number',
    priority: 'number',
    status: 'number',
    tag: 'text',
    type: 'text',
    due_by: 'date',
    fr_due_by: 'date',
    created_at: 'date',
    updated_at: 'date',
  },
  contacts: {
    active: 'boolean',
    company_id: 'number',
    twitter_id: 'text',
    email: 'text',
    phone: 'text',
    mobile: 'text',
    tag: 'text',
    language: 'text',
    time_zone: 'text',
    created_at: 'date',
    updated_at: 'date',
  },
  companies: { domain: 'text', created_at: 'date', updated_at: 'date' },
}

/** Fields a search may name, by what they hold. Source: the provider's notes. */
export function searchFields(account: Account, kind: Searched): Readonly<Record<string, Kind>> {
  const own = { tickets: account.ticketFields, contacts: account.contactFields, companies: account.companyFields }
  return { ...stock[kind], ...Object.fromEntries(own[kind].map((field) => [field.name, kindOf(field)])) }
}

function kindOf({ type }: CustomField): Kind {
  switch (type) {
    case 'custom_number':
      return 'number'
    case 'custom_checkbox':
      return 'boolean'
    case 'custom_date':
      return 'date'
    case 'custom_text':
    case 'custom_dropdown':
      return 'text'
  }
}

/** @throws 400 a field that cannot be searched, or a value that is none of its kind */
export function checkQuery(query: Query, fields: Readonly<Record<string, Kind>>): void {
  const errors = termsOf(query).flatMap((term) => problemOf(term, fields))
  if (errors.length > 0) throw invalid(errors)
}

/** Whether a query holds for a row. */
export function matches(query: Query, row: IndexedRow, fields: Readonly<Record<string, Kind>>): boolean {
  if ('all' in query) return query.all.every((one) => matches(one, row, fields))
  if ('any' in query) return query.any.some((one) => matches(one, row, fields))
  const actual = row[query.field]
  const values: unknown[] = Array.isArray(actual) ? actual : [actual]
  if (query.value.type === 'null') return values.every((value) => value === null || value === undefined)
  return values.some((value) => holds(value, query, fields[query.field]))
}

function termsOf(query: Query): Term[] {
  if ('all' in query) return query.all.flatMap(termsOf)
  return 'any' in query ? query.any.flatMap(termsOf) : [query]
}

function problemOf({ field, comparison, value }: Term, fields: Readonly<Record<string, Kind>>): FieldError[] {
  const kind = fields[field]
  if (kind === undefined) {
    return [{ field, message: 'Unexpected/invalid field in request', code: 'invalid_field' }]
  }
  const wrong = (message: string): FieldError[] => [{ field, message, code: 'invalid_value' }]
  if (value.type === 'null') return comparison === ':' ? [] : wrong('null can only be compared by :')
  if (comparison !== ':' && kind !== 'number' && kind !== 'date') return wrong(`${comparison} is for numbers and dates`)
  return isOf(value, kind) ? [] : [{ field, message: `It should be a/an ${kind}`, code: 'datatype_mismatch' }]
}

function isOf(value: Literal, kind: Kind): boolean {
  if (kind === 'date') return value.type === 'text' && /^\d{4}-\d{2}-\d{2}$/.test(value.text)
  return value.type === kind
}

function holds(actual: unknown, { comparison, value }: Term, kind: Kind | undefined): boolean {
  switch (value.type) {
    case 'null':
      return false
    case 'boolean':
      return actual === value.boolean
    case 'number':
      return typeof actual === 'number' && compare(actual, value.number, comparison)
    case 'text':
      if (typeof actual !== 'string') return false
      // Dates are compared by the day, in UTC.
      if (kind === 'date') return compare(actual.slice(0, 10), value.text, comparison)
      return actual.toLowerCase() === value.text.toLowerCase()
  }
}

function compare<Value extends number | string>(actual: Value, wanted: Value, comparison: Term['comparison']): boolean {
  switch (comparison) {
    case ':':
      return actual === wanted
    case ':>':
      return actual >= wanted
    case ':<':
      return actual <= wanted
  }
}
