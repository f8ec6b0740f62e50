import { plainText } from '../../plain-value.ts'
import type { CustomField } from '../account.ts'
import type { Complain } from './sent.ts'

/**
 * Sets values of an account's own fields, by id or key.
 *
 * A field that is not there is refused. That the provider does so for tickets is not confirmed by a source.
 */
export function setCustomFields(
  declared: readonly CustomField[],
  values: Record<string, unknown>,
  sent: readonly (readonly [name: string, value: unknown])[],
  complain: Complain,
): void {
  for (const [name, value] of sent) {
    const field = declared.find(({ id, key }) => String(id) === name || key === name)
    if (!field) {
      complain('base', `Custom field ${name}: does not exist`)
      continue
    }
    const problem = problemOf(field, value)
    if (problem !== null) complain('base', `${field.title}: ${problem}`)
    else values[keyOf(field, name)] = normal(field, value)
  }
}

/** Values stand under the name they are asked for by: tickets use ids, others keys. */
function keyOf(field: CustomField, name: string): string {
  return name === String(field.id) ? name : field.key
}

/** Numbers of a text field are its digits; the rest is kept as sent. Source: values of whole-number fields are text in the JSON. */
function normal(field: CustomField, value: unknown): unknown {
  if (value === null || value === '') return field.type === 'checkbox' ? false : null
  if (field.type === 'checkbox') return value === true || value === 'true'
  return typeof value === 'number' ? plainText(value) : value
}

function problemOf({ type, options }: CustomField, value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null
  switch (type) {
    case 'text':
      return typeof value === 'string' || typeof value === 'number' ? null : 'is not a text'
    case 'integer':
      return /^-?\d+$/.test(plainText(value)) ? null : 'must be a whole number'
    case 'decimal':
      return /^-?\d+([.,]\d+)?$/.test(plainText(value)) ? null : 'must be a decimal number'
    case 'checkbox':
      return ['true', 'false'].includes(plainText(value)) ? null : 'must be true or false'
    case 'date':
      return /^\d{4}-\d{2}-\d{2}/.test(plainText(value)) ? null : 'must be a date'
    case 'tagger':
      return Object.hasOwn(options ?? {}, plainText(value)) ? null : `'${plainText(value)}' is not a valid option`
    case 'multiselect': {
      const chosen: unknown[] = Array.isArray(value) ? value : [value]
      const wrong = chosen.find((one) => !Object.hasOwn(options ?? {}, plainText(one)))
      return wrong === undefined ? null : `'${plainText(wrong)}' is not a valid option`
    }
  }
}
