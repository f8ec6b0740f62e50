import { isData, type Data } from './data.ts'
import type { TypeFacts } from './type-facts.ts'

/**
 * Merges one answer into another, in place: objects by key, lists by position, and a value never gives way to null.
 *
 * A `__typename` only gives way to an object type's, since an interface object answers with the interface's name.
 *
 * @param copy what to do with a value that is new to the target: take it as it is, or {@link clone} it when the
 *   same answer is merged into several places, because later steps write into what they find
 */
export function merge(target: Data, source: Data, facts: TypeFacts, copy: (value: unknown) => unknown): void {
  for (const key in source) {
    // Read from a plain object, it is the prototype that all of them share.
    if (key === '__proto__') continue
    const value = source[key]
    const current = target[key]
    if (key === '__typename') {
      if (current === undefined || (typeof value === 'string' && facts.isObject(value))) target[key] = value
    } else if (isData(current) && isData(value)) merge(current, value, facts, copy)
    else if (Array.isArray(current) && Array.isArray(value)) mergeLists(current, value, facts, copy)
    else if (current === undefined || value !== null) target[key] = copy(value)
  }
}

function mergeLists(target: unknown[], source: readonly unknown[], facts: TypeFacts, copy: (v: unknown) => unknown) {
  for (let index = 0; index < source.length; index++) {
    const value = source[index]
    const current = target[index]
    if (isData(current) && isData(value)) merge(current, value, facts, copy)
    else if (Array.isArray(current) && Array.isArray(value)) mergeLists(current, value, facts, copy)
    else if (current === undefined || value !== null) target[index] = copy(value)
  }
}

/** Takes a value as it is: what {@link merge} does with an answer that goes to one place only. */
export function own(value: unknown): unknown {
  return value
}

/** Copies objects and lists all the way down; leaves are shared. */
export function clone(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clone)
  if (!isPlain(value)) return value
  const copy: Data = {}
  for (const key in value) copy[key] = clone(value[key])
  return copy
}

/** Leaves of custom scalars answered in process may be objects with a class, such as Date: those are leaves, too. */
function isPlain(value: unknown): value is Data {
  if (!isData(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
