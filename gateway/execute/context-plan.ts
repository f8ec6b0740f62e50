import { Kind, parse, parseType, print, type FieldNode, type SelectionNode, type VariableDefinitionNode } from 'graphql'
import type { FetchNode, FlattenNodePathSegment, PlanNode } from '@graphql-hive/router-query-planner'
import type { Contexts } from './contexts.ts'
import type { ContextUse, ContextValue } from './mark-contexts.ts'
import { spellOut } from './spell-out.ts'

/** A value that goes along with a fetch as a variable. */
export interface ContextVariable extends ContextValue {
  readonly variable: string
}

/** A fetch of entities that is sent once for each way of their contexts, with these values. */
export interface ContextFetch extends FetchNode {
  readonly contextVariables: readonly ContextVariable[]
  /** The key under which it asks for the field that takes them. */
  readonly contextualKey: string
}

/** True for a fetch that needs values of contexts. */
export function isContextFetch(node: FetchNode): node is ContextFetch {
  return 'contextVariables' in node
}

/**
 * Makes fetches of some entities ask for a field with the values of its context.
 *
 * @throws Error no fetch asks for the field there
 */
export function giveContext(
  nodes: readonly PlanNode[],
  path: readonly FlattenNodePathSegment[],
  { field, use }: { readonly field: FieldNode; readonly use: ContextUse },
): PlanNode[] {
  const place = JSON.stringify(path)
  const key = keyOf(field)
  let count = 0
  const give = (node: PlanNode): PlanNode => {
    if (node.kind === 'Sequence' || node.kind === 'Parallel') return { ...node, nodes: node.nodes.map(give) }
    if (node.kind !== 'Flatten' || node.node.kind !== 'Fetch' || JSON.stringify(node.path) !== place) return node
    const variables = toVariables(use, node.node)
    const operation = addArguments(node.node.operation, key, variables)
    if (operation === null) return node
    count++
    const fetch: ContextFetch = { ...node.node, operation, contextVariables: variables, contextualKey: key }
    return { ...node, node: fetch }
  }
  const given = nodes.map(give)
  if (count === 0) throw new Error(`expected a fetch of ${key} with its context`)
  return given
}

/** Names the values by variables that the client has none of in the fetch. */
function toVariables({ values }: ContextUse, { variableUsages = [] }: FetchNode): readonly ContextVariable[] {
  return values.map((value) => {
    let variable = `_context_${value.argument.name}`
    while (variableUsages.includes(variable)) variable = `_${variable}`
    return { ...value, variable }
  })
}

/** The operation whose entities' field under a key takes the variables; null when they have no such field. */
function addArguments(text: string, key: string, variables: readonly ContextVariable[]): string | null {
  const operation = spellOut(parse(text, { noLocation: true }))
  let isFound = false
  const add = (selections: readonly SelectionNode[]): SelectionNode[] =>
    selections.map((node): SelectionNode => {
      if (node.kind === Kind.INLINE_FRAGMENT)
        return { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections: add(node.selectionSet.selections) } }
      if (node.kind !== Kind.FIELD || keyOf(node) !== key) return node
      isFound = true
      return { ...node, arguments: [...(node.arguments ?? []), ...variables.map(toArgument)] }
    })
  const selections = operation.selectionSet.selections.map((node) =>
    node.kind === Kind.FIELD && node.selectionSet
      ? { ...node, selectionSet: { kind: Kind.SELECTION_SET as const, selections: add(node.selectionSet.selections) } }
      : node,
  )
  if (!isFound) return null
  const variableDefinitions = [...(operation.variableDefinitions ?? []), ...variables.map(toDefinition)]
  return print({ ...operation, variableDefinitions, selectionSet: { kind: Kind.SELECTION_SET, selections } })
}

function toArgument({ argument, variable }: ContextVariable) {
  return { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: argument.name }, value: toVariable(variable) } as const
}

function toDefinition({ argument, variable }: ContextVariable): VariableDefinitionNode {
  return {
    kind: Kind.VARIABLE_DEFINITION,
    variable: toVariable(variable),
    type: parseType(argument.type, { noLocation: true }),
  }
}

function toVariable(name: string) {
  return { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } } as const
}

/** True for a plan that asks a subgraph for a field without the context that the subgraph needs for it. */
export function dropsContexts(node: PlanNode | undefined, contexts: Contexts, roots: readonly string[]): boolean {
  switch (node?.kind) {
    case 'Fetch':
    case 'BatchFetch':
      return asksWithout(node, contexts, roots)
    case 'Subscription':
      return asksWithout(node.primary, contexts, roots)
    case 'Flatten':
      return dropsContexts(node.node, contexts, roots)
    case 'Sequence':
    case 'Parallel':
      return node.nodes.some((each) => dropsContexts(each, contexts, roots))
    case 'Condition':
    case 'Defer':
    case undefined:
      return false
  }
}

function asksWithout(
  fetch: Pick<FetchNode, 'serviceName' | 'operation'> & { readonly contextualKey?: string },
  contexts: Contexts,
  roots: readonly string[],
): boolean {
  const look = (selections: readonly SelectionNode[], types: readonly string[]): boolean =>
    selections.some((node) => {
      if (node.kind === Kind.FRAGMENT_SPREAD) return false
      if (node.kind === Kind.INLINE_FRAGMENT) {
        const condition = node.typeCondition?.name.value
        return look(node.selectionSet.selections, condition === undefined ? types : [condition])
      }
      const name = node.name.value
      const isGiven = fetch.contextualKey === keyOf(node)
      if (!isGiven && types.some((type) => contexts.isNeededBy(fetch.serviceName, type, name))) return true
      const inner = types.flatMap((type) => contexts.valueOf(type, name) ?? [])
      return node.selectionSet !== undefined && look(node.selectionSet.selections, inner)
    })
  return look(spellOut(parse(fetch.operation, { noLocation: true })).selectionSet.selections, roots)
}

function keyOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value
}
