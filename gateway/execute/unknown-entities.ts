import { Kind, type DocumentNode, type FieldNode, type SelectionNode, type SelectionSetNode } from 'graphql'
import type { SubgraphAnswerError } from '../transport/transport.ts'
import { readFragments, type Fragments } from './conditions.ts'
import type { Data } from './data.ts'
import type { Rewrites } from './rewrites.ts'
import type { TypeFacts } from './type-facts.ts'

/** What an entity of a type has by an `_entities` selection whose subgraph does not know it: nulls, under their keys. */
export type Blank = (typeName: string) => Data

/** What making blanks needs to know of an `_entities` selection. */
export interface BlankOptions {
  /** The operation that it stands in. */
  readonly document: DocumentNode
  /** The key under which it is answered. */
  readonly key: string
  readonly outputRewrites: Rewrites | null
  readonly facts: TypeFacts
}

/**
 * Compiles the blanks of a selection.
 *
 * What may be null, and is not a key, is null of an entity that its subgraph does not know, and is sent as null to whoever
 * requires it. All else stays absent, as everything does after a failure: there the value is not known to be null.
 */
export function compileBlank({ document, key, outputRewrites, facts }: BlankOptions): Blank {
  const fragments = readFragments(document)
  const selected = document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION ? findSelected(node.selectionSet, key, fragments) : [],
  )
  const blanks = new Map<string, Data>()
  return (typeName) => {
    let blank = blanks.get(typeName)
    if (blank === undefined) {
      blank = { __typename: typeName }
      for (const set of selected) fill(blank, set, null, { typeName, fragments, facts })
      outputRewrites?.apply(blank)
      delete blank['__typename']
      blanks.set(typeName, blank)
    }
    return blank
  }
}

/**
 * Says of each position of a selection whether the errors of an answer are about the entity there; one that names no
 * entity of any selection is about all.
 */
export function findFailed(
  errors: readonly SubgraphAnswerError[],
  key: string,
  selections: readonly { readonly key: string }[],
): (position: number) => boolean {
  const positions = new Set<number>()
  for (const { path = [] } of errors) {
    const [selection, position] = path
    if (selection !== key && selections.some((other) => other.key === selection)) continue
    if (selection !== key || typeof position !== 'number') return () => true
    positions.add(position)
  }
  return (position) => positions.has(position)
}

function findSelected(set: SelectionSetNode, key: string, fragments: Fragments): SelectionSetNode[] {
  return set.selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return keyOf(node) === key && node.selectionSet ? [node.selectionSet] : []
    const fragment = toFragment(node, fragments)
    return fragment ? findSelected(fragment.selectionSet, key, fragments) : []
  })
}

interface Filling {
  readonly typeName: string
  readonly fragments: Fragments
  readonly facts: TypeFacts
}

function fill(blank: Data, set: SelectionSetNode, condition: string | null, filling: Filling): void {
  const { typeName, fragments, facts } = filling
  for (const node of set.selections) {
    if (node.kind === Kind.FIELD) {
      if (condition !== null && facts.mayBeUnknown(condition, node.name.value)) blank[keyOf(node)] = null
      continue
    }
    const fragment = toFragment(node, fragments)
    if (fragment === undefined) continue
    const inner = fragment.typeCondition?.name.value ?? condition
    if (inner === null || facts.matches(inner, typeName)) fill(blank, fragment.selectionSet, inner, filling)
  }
}

function toFragment(node: Exclude<SelectionNode, FieldNode>, fragments: Fragments) {
  return node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value)
}

function keyOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value
}
