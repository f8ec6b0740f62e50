import { Kind, type SelectionNode } from 'graphql'
import type { FlattenNodePathSegment } from '@graphql-hive/router-query-planner'
import type { ContextFetch, ContextVariable } from './context-plan.ts'
import { isData, type Data } from './data.ts'
import type { Execution, Step } from './execution.ts'
import type { TypeFacts } from './type-facts.ts'
import { compileWalk, type Walk } from './walk.ts'

/** Asks for entities, those found in the data or those given, with more variables than the operation has. */
export type AskEntities = (execution: Execution, from: Data | readonly Data[], more?: Data) => Promise<void> | void

/** What a fetch by contexts is made of besides. */
export interface ByContext {
  /** Where its entities are. */
  readonly path: readonly FlattenNodePathSegment[]
  readonly facts: TypeFacts
  readonly ask: AskEntities
}

/** Entities with the same values of their contexts. */
interface Group {
  readonly values: Data
  readonly entities: Data[]
}

/** Calls back for entities with the values of their contexts; not for one of whose context something is not known. */
type WalkWithContext = (data: Data, visit: (entity: Data, values: Data) => void) => void

/**
 * Compiles a fetch of entities by a field that takes values of their contexts: one request for each way these are, all at
 * the same time, for a field has one set of arguments in a request.
 */
export function compileByContext(fetch: ContextFetch, { path, facts, ask }: ByContext): Step {
  const walk = compileWalkWithContext(fetch.contextVariables, path, facts)
  return (execution) => {
    const { data } = execution
    if (data === null) return
    const groups = new Map<string, Group>()
    walk(data, (entity, values) => {
      const key = JSON.stringify(values)
      let group = groups.get(key)
      if (group === undefined) groups.set(key, (group = { values, entities: [] }))
      group.entities.push(entity)
    })
    const waiting = [...groups.values()].flatMap(({ values, entities }) => ask(execution, entities, values) ?? [])
    if (waiting.length > 0) return Promise.all(waiting).then(() => {})
  }
}

/** Goes from holder to holder, the outermost first, and from the innermost to the entities. */
function compileWalkWithContext(
  variables: readonly ContextVariable[],
  path: readonly FlattenNodePathSegment[],
  facts: TypeFacts,
): WalkWithContext {
  const legs: { readonly walk: Walk; readonly variable: ContextVariable }[] = []
  let from: readonly FlattenNodePathSegment[] = []
  for (const variable of variables.toSorted((one, other) => one.path.length - other.path.length)) {
    legs.push({ walk: compileWalk(stepsFrom(from, variable.path), facts), variable })
    from = variable.path
  }
  const last = compileWalk(stepsFrom(from, path), facts)
  return (data, visit) => {
    const go = (leg: number, at: Data, values: Data): void => {
      const next = legs[leg]
      if (next === undefined) return last(at, (entity) => visit(entity, values))
      next.walk(at, (holder) => {
        const value = take(holder, next.variable.selection, facts)
        if (value !== undefined) go(leg + 1, holder, { ...values, [next.variable.variable]: value })
      })
    }
    go(0, data, {})
  }
}

function stepsFrom(
  from: readonly FlattenNodePathSegment[],
  to: readonly FlattenNodePathSegment[],
): readonly FlattenNodePathSegment[] {
  if (JSON.stringify(to.slice(0, from.length)) !== JSON.stringify(from))
    throw new Error('expected contexts to be above')
  return to.slice(from.length)
}

/** The leaf that a selection takes of an object; undefined when it is not known. */
function take(object: Data, selections: readonly SelectionNode[], facts: TypeFacts): unknown {
  for (const node of selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const condition = node.typeCondition?.name.value
      const typeName = object['__typename']
      if (condition !== undefined && typeof typeName === 'string' && !facts.matches(condition, typeName)) continue
      return take(object, node.selectionSet.selections, facts)
    }
    if (node.kind !== Kind.FIELD || node.name.value === '__typename') continue
    const value = object[(node.alias ?? node.name).value]
    return node.selectionSet && isData(value) ? take(value, node.selectionSet.selections, facts) : value
  }
  // Of an object of another type, nothing is taken.
  return null
}
