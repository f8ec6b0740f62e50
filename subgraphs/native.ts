import type { Json } from '../store/kinds.ts'

/** What stands at a path inside a provider's own record; null when any step is missing. */
function at(native: Json, path: readonly string[]): Json {
  let value = native
  for (const step of path) {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return null
    const object = value as { readonly [key: string]: Json }
    value = object[step] ?? null
  }
  return value
}

/** Text at a path of a native record; null when it is missing or no text. */
export function textAt(native: Json, ...path: readonly string[]): string | null {
  const value = at(native, path)
  return typeof value === 'string' ? value : null
}

/** A number at a path of a native record; null when it is missing or no number. */
export function numberAt(native: Json, ...path: readonly string[]): number | null {
  const value = at(native, path)
  return typeof value === 'number' ? value : null
}

/** A truth value at a path of a native record; null when it is missing or none. */
export function booleanAt(native: Json, ...path: readonly string[]): boolean | null {
  const value = at(native, path)
  return typeof value === 'boolean' ? value : null
}

/** An object at a path of a native record; null when it is missing or none. */
export function objectAt(native: Json, ...path: readonly string[]): { readonly [key: string]: Json } | null {
  const value = at(native, path)
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as { readonly [key: string]: Json })
    : null
}

/** The texts of a list at a path of a native record; none when it is missing or no list. */
export function textsAt(native: Json, ...path: readonly string[]): readonly string[] {
  const value = at(native, path)
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}
