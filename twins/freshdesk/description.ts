import { isRecord } from '../exchange.ts'

/** A part of an OpenAPI description. */
export type Json = Record<string, unknown>

/** A whole number of 64 bits. */
export const integer = { type: 'integer', format: 'int64' }
/** Any text. */
export const text = { type: 'string' }
/** Text, or null. */
export const nullableText = { type: ['string', 'null'] }
/** A moment. */
export const time = { type: 'string', format: 'date-time' }

/** A component by its name. */
export function refer(schema: string): Json {
  return { $ref: `#/components/schemas/${schema}` }
}

/** A list of a component. */
export function listOf(schema: string): Json {
  return { type: 'array', items: refer(schema) }
}

/** An object with all of these and nothing else. */
export function closed(properties: Json): Json {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}

/** The same, or null. */
export function nullable(schema: Json): Json {
  return { anyOf: [schema, { type: 'null' }] }
}

/** @throws TypeError there is no such part */
export function objectAt(parent: Json, key: string): Json {
  const value = parent[key]
  if (!isRecord(value)) throw new TypeError(`the description has no "${key}" where it was expected`)
  return value
}
