import type { FieldNode } from 'graphql'
import type { TypeFacts } from './type-facts.ts'

/**
 * What marks an alias that plans see in place of the client's.
 *
 * A client may name one field like another (`{ user { id: name } }`). The planner fetches both and renames one over the
 * other, so that the next step would send a name where a key is expected. Such aliases are therefore replaced before
 * planning and put back when the answer is shaped.
 */
const PREFIX = '_client_'

/**
 * The key under which plans, and so the data that steps merge, hold a field of the client's operation.
 *
 * `__typename` always stands under its own name, because steps look for it there.
 */
export function toPlanKey(field: FieldNode, facts: TypeFacts): string {
  const alias = field.alias?.value
  if (field.name.value === '__typename') return '__typename'
  const name = alias ?? field.name.value
  // Where it is missing, a plain object would answer with what all objects have.
  if (name in Object.prototype) return PREFIX + name
  if (name === field.name.value) return name
  return facts.isField(name) || name.startsWith('_') ? PREFIX + name : name
}

/** The client's own key for a key of the data. */
export function toResponseKey(planKey: string): string {
  return planKey.startsWith(PREFIX) ? planKey.slice(PREFIX.length) : planKey
}

/** A path through the data, in the client's own keys. */
export function toResponsePath(path: readonly (string | number)[]): (string | number)[] {
  return path.map((key) => (typeof key === 'string' ? toResponseKey(key) : key))
}
