import type { GraphQLError } from 'graphql'

/** An answer, of the gateway or of the oracle. */
export interface Answer {
  readonly data?: unknown
  readonly errors?: readonly GraphQLError[] | undefined
}

/** What must be the same in two answers. */
export interface Comparable {
  /** Spelled, because the order of keys counts. */
  readonly data: string
  /** The places that are null because of an error, each once. */
  readonly failed: readonly string[]
}

/**
 * Reduces an answer to what must be the same whoever gives it.
 *
 * Of several errors below one null, which are told is up to the order in which they come; the null is what counts.
 */
export function toComparable({ data = null, errors = [] }: Answer): Comparable {
  const failed = errors.map(({ path }) => JSON.stringify(toNull(path ?? [], data)))
  return { data: JSON.stringify(data, null, 1), failed: [...new Set(failed)].toSorted() }
}

/** As much of a path as leads to the first null on its way. */
function toNull(path: readonly (string | number)[], data: unknown): readonly (string | number)[] {
  let at = data
  for (let depth = 0; depth < path.length; depth++) {
    if (typeof at !== 'object' || at === null) return path.slice(0, depth)
    at = Reflect.get(at, path[depth] ?? '')
  }
  return path
}
