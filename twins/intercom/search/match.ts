import { invalid } from '../errors.ts'
import { compareByDay } from './day.ts'
import type { Filter, Operator, Query } from './query.ts'

/** What kind of value a field holds. `words` compares each word by itself; `ids` holds several. */
export type FieldKind = 'string' | 'words' | 'ids' | 'integer' | 'boolean' | 'date' | 'any'

/** One searchable field. */
export interface Field<Item> {
  readonly kind: FieldKind
  readonly read: (item: Item) => unknown
}

/** How one kind of record is searched. */
export interface SearchRules<Item> {
  readonly field: (name: string) => Field<Item> | null
  /** Whether an operator may be used on a field. */
  readonly allows: (operator: Operator, kind: FieldKind, name: string) => boolean
  /** Dates by whole days in this time zone; null means to the second, and then `>` and `<` include their value. */
  readonly dayZone: string | null
}

type Test<Item> = (item: Item) => boolean

/** @throws 400 a field that cannot be searched, or an operator or value that does not fit it */
export function compile<Item>(query: Query, rules: SearchRules<Item>): Test<Item> {
  if (!('members' in query)) return compileFilter(query, rules)
  const tests = query.members.map((member) => compile(member, rules))
  return query.operator === 'AND'
    ? (item) => tests.every((test) => test(item))
    : (item) => tests.some((test) => test(item))
}

function compileFilter<Item>(filter: Filter, rules: SearchRules<Item>): Test<Item> {
  const { operator, value } = filter
  const field = rules.field(filter.field)
  if (!field) throw invalid(`'${filter.field}' is not a searchable field`)
  if (!rules.allows(operator, field.kind, filter.field)) {
    throw invalid(`Operator '${operator}' is not supported for the field '${filter.field}'`)
  }
  const values = Array.isArray(value) ? value.map((one: unknown) => parse(one, field.kind, filter.field)) : []
  if (operator === 'IN') return (item) => values.some((one) => equals(field.read(item), one, field.kind))
  if (operator === 'NIN') return (item) => !values.some((one) => equals(field.read(item), one, field.kind))
  const wanted = parse(value, field.kind, filter.field)
  if (field.kind === 'date' && rules.dayZone !== null) return byDay(field, operator, wanted, rules.dayZone)
  return (item) => holds(field.read(item), operator, wanted, field.kind, rules.dayZone === null)
}

function byDay<Item>(field: Field<Item>, operator: Operator, wanted: Value, zone: string): Test<Item> {
  if (typeof wanted !== 'number') return (item) => field.read(item) === wanted
  const compared = compareByDay(wanted, zone)
  return (item) => {
    const actual = field.read(item)
    if (typeof actual !== 'number') return false
    const order = compared(actual)
    return operator === '=' ? order === 0 : operator === '>' ? order > 0 : order < 0
  }
}

type Value = string | number | boolean | null

/** A value as its field's kind. Numbers may come as strings of digits. */
function parse(raw: unknown, kind: FieldKind, name: string): Value {
  if (raw === null) return null
  switch (kind) {
    case 'date':
    case 'integer': {
      const number = typeof raw === 'string' && /^-?\d+$/.test(raw) ? Number(raw) : raw
      if (typeof number === 'number' && Number.isFinite(number)) return number
      throw invalid(`value of '${name}' must be ${kind === 'date' ? 'a Unix timestamp' : 'an integer'}`)
    }
    case 'boolean':
      if (typeof raw === 'boolean') return raw
      if (raw === 'true' || raw === 'false') return raw === 'true'
      throw invalid(`value of '${name}' must be true or false`)
    case 'string':
    case 'words':
    case 'ids':
      if (typeof raw === 'string') return raw.toLowerCase()
      if (typeof raw === 'number') return String(raw)
      throw invalid(`value of '${name}' must be a string`)
    case 'any':
      if (typeof raw === 'string') return raw.toLowerCase()
      if (typeof raw === 'number' || typeof raw === 'boolean') return raw
      throw invalid(`value of '${name}' must be a string, a number or a boolean`)
  }
}

function equals(actual: unknown, wanted: Value, kind: FieldKind): boolean {
  if (Array.isArray(actual)) return actual.some((one) => equals(one, wanted, 'string'))
  if (kind === 'words' && typeof actual === 'string') return wordsOf(actual).some((word) => word === wanted)
  if (kind === 'any' && (typeof actual === 'number' || typeof actual === 'boolean'))
    return String(actual) === String(wanted)
  return (typeof actual === 'string' ? actual.toLowerCase() : (actual ?? null)) === wanted
}

function holds(actual: unknown, operator: Operator, wanted: Value, kind: FieldKind, inclusive: boolean): boolean {
  switch (operator) {
    case '=':
      return equals(actual, wanted, kind)
    case '!=':
      return !equals(actual, wanted, kind)
    case '>':
    case '<':
    case '>=':
    case '<=': {
      if (typeof actual !== 'number' || typeof wanted !== 'number') return false
      if (actual === wanted) return inclusive || operator.length === 2
      return operator.startsWith('>') ? actual > wanted : actual < wanted
    }
    case '~':
      return anyText(actual, kind, (text) => text.includes(String(wanted)))
    case '!~':
      return !anyText(actual, kind, (text) => text.includes(String(wanted)))
    case '^':
      return anyText(actual, kind, (text) => text.startsWith(String(wanted)))
    case '$':
      return anyText(actual, kind, (text) => text.endsWith(String(wanted)))
    case 'IN':
    case 'NIN':
      throw new Error(`${operator} is compiled by itself`)
  }
}

function anyText(actual: unknown, kind: FieldKind, test: (text: string) => boolean): boolean {
  const texts: unknown[] = Array.isArray(actual) ? actual : [actual]
  return texts.some((one) => {
    if (typeof one !== 'string') return false
    return kind === 'words' ? wordsOf(one).some(test) : test(one.toLowerCase())
  })
}

function wordsOf(html: string): string[] {
  return (
    html
      .replaceAll(/<[^>]*>/g, ' ')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  )
}
