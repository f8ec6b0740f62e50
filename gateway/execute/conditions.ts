import {
  Kind,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { Variables } from './requires.ts'

/** The fragments of a document, by name. */
export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/** An operation with the fragments it may spread. */
export interface Selected {
  readonly operation: OperationDefinitionNode
  readonly fragments: Fragments
}

/** The fragments of a document, by name. */
export function readFragments(document: DocumentNode): Fragments {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  }
  return fragments
}

/** The variables that `@skip` and `@include` hang on: their values decide what is selected, and so what is planned. */
export function readConditionVariables({ operation, fragments }: Selected): readonly string[] {
  const names = new Set<string>()
  const Directive = (directive: DirectiveNode) => {
    const value = readCondition(directive)
    if (value?.kind === Kind.VARIABLE) names.add(value.name.value)
  }
  for (const node of [operation, ...fragments.values()]) visit(node, { Directive })
  return [...names]
}

/**
 * Takes out what `@skip` and `@include` exclude, and all directives with it: nothing conditional is left.
 *
 * Conditions are decided before planning because the planner keeps only the innermost of nested ones for a fetch, and
 * so fetches, and shows errors of, what the client excluded.
 */
export function decideConditions({ operation, fragments }: Selected, variables: Variables): Selected {
  const decide = (set: SelectionSetNode): SelectionSetNode => ({
    kind: Kind.SELECTION_SET,
    selections: set.selections
      .filter(({ directives = [] }) => directives.every((directive) => includes(directive, variables)))
      .map(({ directives: _directives, ...node }) => {
        if (node.kind === Kind.FRAGMENT_SPREAD || node.selectionSet === undefined) return node
        return { ...node, selectionSet: decide(node.selectionSet) }
      }),
  })
  const decided = new Map<string, FragmentDefinitionNode>()
  for (const [name, fragment] of fragments) {
    const { directives: _directives, ...node } = fragment
    decided.set(name, { ...node, selectionSet: decide(fragment.selectionSet) })
  }
  const { directives: _directives, ...node } = operation
  return { operation: { ...node, selectionSet: decide(operation.selectionSet) }, fragments: decided }
}

/** True when a directive that is a condition does not exclude what it stands on; others never do. */
export function includes(directive: DirectiveNode, variables: Variables): boolean {
  const value = readCondition(directive)
  if (value === null) return true
  const holds = value.kind === Kind.VARIABLE ? variables[value.name.value] === true : isTrue(value)
  return holds === (directive.name.value === 'include')
}

function isTrue(value: { readonly kind: string; readonly value?: unknown }): boolean {
  return value.kind === Kind.BOOLEAN && value.value === true
}

function readCondition(directive: DirectiveNode) {
  if (directive.name.value !== 'skip' && directive.name.value !== 'include') return null
  return directive.arguments?.find(({ name }) => name.value === 'if')?.value ?? null
}
