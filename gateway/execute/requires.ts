import type { RequiresSelection } from '@graphql-hive/router-query-planner'
import { isData, type Data } from './data.ts'
import type { TypeFacts } from './type-facts.ts'

/** The operation's coerced variables. */
export type Variables = Readonly<Record<string, unknown>>

/** Copies what a fetch requires of an entity into a representation; false when something required is not there. */
type Copy = (entity: Data, into: Data, variables: Variables) => boolean

/** Makes the representation of an entity, or null when the entity lacks something the fetch requires of it. */
export type Represent = (entity: Data, variables: Variables) => Data | null

/**
 * Compiles the `requires` of an entity fetch.
 *
 * A field is read under `name` and sent under `alias` (the planner aliases what it had to fetch twice). Null is sent as
 * null; an absent value means the entity cannot be asked for. Nested objects may come without `__typename`.
 */
export function compileRepresent(requires: readonly RequiresSelection[], facts: TypeFacts): Represent {
  const copy = compileSelections(requires, facts)
  return (entity, variables) => {
    const typeName = entity['__typename']
    if (typeof typeName !== 'string') return null
    const representation: Data = { __typename: typeName }
    if (!copy(entity, representation, variables)) return null
    for (const key in representation) if (key !== '__typename') return representation
    return null
  }
}

/** The one leaf that is required of the entities of one type, as it is of nearly all: their key. */
export interface SoleKey {
  readonly typeCondition: string
  readonly from: string
  readonly to: string
}

/** Finds out whether `requires` is one leaf, besides `__typename`; null when it is more, or hangs on a condition. */
export function findSoleKey(requires: readonly RequiresSelection[]): SoleKey | null {
  const [fragment, ...others] = requires
  if (fragment?.kind !== 'InlineFragment' || others.length > 0) return null
  if (fragment.skipIf !== undefined || fragment.includeIf !== undefined) return null
  const [leaf, ...more] = fragment.selections.filter((each) => !isTypename(each))
  if (leaf?.kind !== 'Field' || more.length > 0 || (leaf.selections ?? []).length > 0) return null
  return { typeCondition: fragment.typeCondition, from: leaf.name, to: leaf.alias ?? leaf.name }
}

function isTypename(selection: RequiresSelection): boolean {
  if (selection.kind !== 'Field' || selection.name !== '__typename') return false
  return selection.alias === undefined || selection.alias === '__typename'
}

function compileSelections(selections: readonly RequiresSelection[], facts: TypeFacts): Copy {
  const copies = selections.map((selection) => compileSelection(selection, facts))
  return (entity, into, variables) => {
    for (const copy of copies) if (!copy(entity, into, variables)) return false
    return true
  }
}

function compileSelection(selection: RequiresSelection, facts: TypeFacts): Copy {
  switch (selection.kind) {
    case 'InlineFragment': {
      const { typeCondition, skipIf, includeIf } = selection
      const copy = compileSelections(selection.selections, facts)
      return (entity, into, variables) => {
        if (skipIf !== undefined && variables[skipIf] === true) return true
        if (includeIf !== undefined && variables[includeIf] !== true) return true
        const typeName = entity['__typename']
        if (typeof typeName === 'string' && !facts.matches(typeCondition, typeName)) return true
        return copy(entity, into, variables)
      }
    }
    case 'Field':
      return compileField(selection.name, selection.alias ?? selection.name, selection.selections, facts)
    case 'FragmentSpread':
      throw new Error(`requires: expected fields and inline fragments, but the plan spreads "${selection.value}"`)
  }
}

function compileField(
  from: string,
  to: string,
  selections: readonly RequiresSelection[] | undefined,
  facts: TypeFacts,
): Copy {
  const nested = selections !== undefined && selections.length > 0 ? compileSelections(selections, facts) : null
  const optional = from === '__typename'
  return (entity, into, variables) => {
    const value = entity[from]
    if (value === undefined) return optional
    into[to] = nested === null ? value : project(value, nested, variables)
    return into[to] !== undefined
  }
}

/** Copies a required object, or each of a list of them; undefined when one lacks something required. */
function project(value: unknown, copy: Copy, variables: Variables): unknown {
  if (Array.isArray(value)) {
    const list = value.map((item) => project(item, copy, variables))
    return list.includes(undefined) ? undefined : list
  }
  if (!isData(value)) return value
  const into: Data = {}
  return copy(value, into, variables) ? into : undefined
}
