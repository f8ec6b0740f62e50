import type { FlattenNodePathSegment } from '@graphql-hive/router-query-planner'
import { isData, type Data, type Place } from './data.ts'
import type { TypeFacts } from './type-facts.ts'

/** Calls back for every object a path leads to, with its place. */
export type Walk = (data: Data, visit: (entity: Data, place: Place | null) => void) => void

/**
 * Compiles the path of a Flatten node: `Field` steps into a key, `@` into each item of a list, `TypeCondition` goes on
 * only with objects of those types (or of unknown type).
 *
 * Lists are stepped into wherever they stand, with or without `@`; nulls and leaves end a way silently.
 */
export function compileWalk(path: readonly FlattenNodePathSegment[], facts: TypeFacts): Walk {
  const go = (
    value: unknown,
    step: number,
    place: Place | null,
    visit: (entity: Data, place: Place | null) => void,
  ) => {
    if (Array.isArray(value)) {
      const next = path[step] === '@' ? step + 1 : step
      for (let index = 0; index < value.length; index++) go(value[index], next, { parent: place, key: index }, visit)
      return
    }
    if (!isData(value)) return
    const segment = path[step]
    if (segment === undefined) visit(value, place)
    else if (segment === '@') return
    else if ('Field' in segment) go(value[segment.Field], step + 1, { parent: place, key: segment.Field }, visit)
    else if (fits(value, segment.TypeCondition, facts)) go(value, step + 1, place, visit)
  }
  return (data, visit) => go(data, 0, null, visit)
}

function fits(value: Data, conditions: readonly string[], facts: TypeFacts): boolean {
  const typeName = value['__typename']
  return typeof typeName !== 'string' || conditions.some((condition) => facts.matches(condition, typeName))
}

/** The keys of a path up to its first list: the branch that is gone when the fetch behind the path fails. */
export function branchOf(path: readonly FlattenNodePathSegment[]): string[] {
  const branch: string[] = []
  for (const segment of path) {
    if (segment === '@') break
    if ('Field' in segment) branch.push(segment.Field)
  }
  return branch
}
