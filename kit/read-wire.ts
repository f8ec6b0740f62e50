import type { z } from 'zod'
import { MalformedError } from './errors.ts'

/** Whose record it is, for the message when it is not what was promised. */
export interface WireOrigin {
  readonly provider: string
  /** The stream, topic or call that it came by: `tickets`. */
  readonly stream: string
}

/**
 * Reads bytes of a provider as the wire type that they ought to be. Fields that the schema does not name are let be.
 *
 * The message of the error names provider, stream, field and record, and never a value of the record, since that may
 * be a customer's: `zendesk: tickets: expected "updated_at" to be a number, but got null (ticket 42)`.
 *
 * @throws MalformedError
 */
export function readWire<Wire>(schema: z.ZodType<Wire>, value: unknown, origin: WireOrigin): Wire {
  const read = schema.safeParse(value)
  if (read.success) return read.data
  const issue = read.error.issues[0]
  const path = issue?.path ?? []
  const what = path.length === 0 ? 'the record' : `"${path.join('.')}"`
  const got = describe(at(value, path))
  throw new MalformedError(
    origin.provider,
    `${origin.stream}: expected ${what} to be ${expectation(issue)}, but got ${got}${identity(value)}`,
  )
}

const ARTICLE: Readonly<Record<string, string>> = { array: 'an array', object: 'an object', int: 'a whole number' }

function expectation(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'as promised'
  if (issue.code === 'invalid_type') return ARTICLE[issue.expected] ?? `a ${issue.expected}`
  if (issue.code === 'invalid_value') return `one of ${issue.values.join(', ')}`
  return `as promised (${issue.code})`
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  )
}

function describe(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** No message is to be as long as what it is about. */
const MOST_NAMED = 100

const shortened = (name: string): string => name.slice(0, MOST_NAMED).toWellFormed()

/** ` (ticket 42)`: the record's own type and id where it says them. */
function identity(value: unknown): string {
  const id = at(value, ['id'])
  if (typeof id !== 'string' && typeof id !== 'number') return ''
  const type = at(value, ['type'])
  return ` (${shortened(typeof type === 'string' ? type : 'record')} ${shortened(String(id))})`
}
