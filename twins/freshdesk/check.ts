import { isRecord } from '../exchange.ts'
import { invalid } from './errors.ts'
import type { FieldError } from './errors.ts'
import { parseTime } from './times.ts'

/** What a field holds. `strings`, `integers` and `objects` are lists. */
export type FieldKind =
  | 'string'
  | 'integer'
  | 'boolean'
  | 'date'
  | 'strings'
  | 'integers'
  | 'object'
  | 'objects'
  | 'value'

/** What a field must be. Null is taken where it may be empty. */
export interface FieldRule {
  readonly kind: FieldKind
  readonly nullable?: true
  readonly required?: true
  readonly oneOf?: readonly (string | number)[]
}

/** The fields a call takes; any other is refused. */
export type FieldRules = Readonly<Record<string, FieldRule>>

/** A request's body or a part of it. */
export type Body = Readonly<Record<string, unknown>>

const names: Readonly<Record<FieldKind, string>> = {
  string: 'String',
  integer: 'Positive Integer',
  boolean: 'Boolean',
  date: 'DateTime',
  strings: 'Array',
  integers: 'Array',
  object: 'key/value pair',
  objects: 'Array',
  value: 'value',
}

/**
 * Holds a body against its rules, all of them, as the provider does.
 *
 * @throws 400 with one error a field: `invalid_field` for one that is not known, `missing_field`, `datatype_mismatch`, `invalid_value`
 */
export function checkFields(body: Body, rules: FieldRules): void {
  const errors = [...unknownFields(body, rules), ...Object.keys(rules).flatMap((name) => problemOf(body, name, rules))]
  if (errors.length > 0) throw invalid(errors)
}

/** An error for each key that no rule names. */
export function unknownFields(body: Body, rules: Readonly<Record<string, unknown>>): FieldError[] {
  return Object.keys(body)
    .filter((name) => !(name in rules))
    .map((field) => ({ field, message: 'Unexpected/invalid field in request', code: 'invalid_field' }))
}

function problemOf(body: Body, name: string, rules: FieldRules): FieldError[] {
  const rule = rules[name]
  const value = body[name]
  if (!rule) return []
  if (value === undefined || (value === '' && rule.required)) {
    return rule.required ? [{ field: name, message: 'Mandatory attribute missing', code: 'missing_field' }] : []
  }
  if (value === null && rule.nullable) return []
  if (!fits(value, rule.kind)) {
    const message = `Value set is of type ${typeName(value)}.It should be a/an ${names[rule.kind]}`
    return [{ field: name, message, code: 'datatype_mismatch' }]
  }
  if (rule.oneOf && !rule.oneOf.some((allowed) => allowed === value)) {
    const message = `It should be one of these values: '${rule.oneOf.join(',')}'`
    return [{ field: name, message, code: 'invalid_value' }]
  }
  return []
}

function fits(value: unknown, kind: FieldKind): boolean {
  switch (kind) {
    case 'string':
      return typeof value === 'string'
    case 'integer':
      return Number.isSafeInteger(value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'date':
      return typeof value === 'string' && parseTime(value) !== null
    case 'strings':
      return Array.isArray(value) && value.every((item) => typeof item === 'string')
    case 'integers':
      return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item))
    case 'objects':
      return Array.isArray(value) && value.every(isRecord)
    case 'object':
      return isRecord(value)
    case 'value':
      return true
  }
}

function typeName(value: unknown): string {
  if (value === null) return 'Null'
  if (Array.isArray(value)) return 'Array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'Integer' : 'Float'
  return typeof value === 'object' ? 'key/value pair' : typeof value === 'boolean' ? 'Boolean' : 'String'
}

/** A text field; undefined when it was not sent, or is null. */
export function textIn(body: Body, name: string): string | undefined {
  const value = body[name]
  return typeof value === 'string' ? value : undefined
}

/** A text field that null empties; undefined when it was not sent. */
export function nullableTextIn(body: Body, name: string): string | null | undefined {
  return body[name] === null ? null : textIn(body, name)
}

/** A whole number; undefined when it was not sent, or is null. */
export function numberIn(body: Body, name: string): number | undefined {
  const value = body[name]
  return typeof value === 'number' ? value : undefined
}

/** A whole number that null empties; undefined when it was not sent. */
export function nullableNumberIn(body: Body, name: string): number | null | undefined {
  return body[name] === null ? null : numberIn(body, name)
}

/** True or false; undefined when it was not sent. */
export function booleanIn(body: Body, name: string): boolean | undefined {
  const value = body[name]
  return typeof value === 'boolean' ? value : undefined
}

/** A date as the API writes it; undefined when it was not sent. */
export function timeIn(body: Body, name: string): string | undefined {
  const value = body[name]
  return typeof value === 'string' ? (parseTime(value) ?? undefined) : undefined
}

/** A list of texts; undefined when it was not sent. */
export function textsIn(body: Body, name: string): string[] | undefined {
  const value = body[name]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined
}

/** A list of whole numbers; undefined when it was not sent. */
export function numbersIn(body: Body, name: string): number[] | undefined {
  const value = body[name]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'number') : undefined
}

/** An object; undefined when it was not sent. */
export function objectIn(body: Body, name: string): Record<string, unknown> | undefined {
  const value = body[name]
  return isRecord(value) ? value : undefined
}
