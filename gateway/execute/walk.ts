import type { FlattenNodePathSegment } from '@graphql-hive/router-query-planner'
import { isData, type Data } from './data.ts'
import type { TypeFacts } from './type-facts.ts'

/** Called for an object with where it is: `path` up to `depth`, which holds only as long as the call. */
export type Visit = (entity: Data, path: readonly (string | number)[], depth: number) => void

/** Calls back for every object a path leads to, in the order of the data. */
export type Walk = (data: Data, visit: Visit) => void

/** A walk under way: `path` is valid up to the depth handed along, so that a walk leaves nothing behind. */
interface Walking {
  readonly path: (string | number)[]
  readonly visit: Visit
}

type Go = (value: unknown, walking: Walking, depth: number) => void

/**
 * Compiles the path of a Flatten node: `Field` steps into a key, `@` into each item of a list, `TypeCondition` goes on
 * only with objects of those types (or of unknown type).
 *
 * Lists are stepped into wherever they stand, with or without `@`; nulls and leaves end a way silently.
 */
export function compileWalk(path: readonly FlattenNodePathSegment[], facts: TypeFacts): Walk {
  const go = compileFrom(path, facts)
  return (data, visit) => go(data, { path: [], visit }, 0)
}

/** Compiles a path to where all stand whom its walk could ever have visited, whatever their types were at that time. */
export function compileWideWalk(path: readonly FlattenNodePathSegment[], facts: TypeFacts): Walk {
  return compileWalk(
    path.filter((segment) => segment === '@' || 'Field' in segment),
    facts,
  )
}

function compileFrom([segment, ...rest]: readonly FlattenNodePathSegment[], facts: TypeFacts): Go {
  if (segment === undefined) return throughLists((entity, { path, visit }, depth) => visit(entity, path, depth))
  const next = compileFrom(rest, facts)
  if (segment === '@') return throughLists(() => {}, next)
  if ('Field' in segment) {
    const key = segment.Field
    return throughLists((entity, walking, depth) => {
      walking.path[depth] = key
      next(entity[key], walking, depth + 1)
    })
  }
  const { TypeCondition: conditions } = segment
  return throughLists((entity, walking, depth) => {
    if (fits(entity, conditions, facts)) next(entity, walking, depth)
  })
}

/** Goes into lists, and lists in lists, until there is an object; with `onItem`, into one list only. */
function throughLists(onObject: (entity: Data, walking: Walking, depth: number) => void, onItem?: Go): Go {
  const go: Go = (value, walking, depth) => {
    if (Array.isArray(value)) {
      const item = onItem ?? go
      for (let index = 0; index < value.length; index++) {
        walking.path[depth] = index
        item(value[index], walking, depth + 1)
      }
    } else if (isData(value)) onObject(value, walking, depth)
  }
  return go
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
