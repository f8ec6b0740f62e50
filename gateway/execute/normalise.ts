import {
  getNamedType,
  isInterfaceType,
  isUnionType,
  Kind,
  print,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { toPlanKey } from './aliases.ts'
import type { Fragments, Selected } from './conditions.ts'
import type { TypeFacts } from './type-facts.ts'

/** An operation taken apart: what is planned over subgraphs, and what is answered from the schema. */
export interface NormalOperation {
  /** The text to plan, holding this operation only; null when nothing has to be asked of a subgraph. */
  readonly toPlan: string | null
  /** The operation reduced to `__schema` and `__type`; null when it has neither. */
  readonly introspection: DocumentNode | null
}

/** What taking an operation apart needs to know of types. */
export interface NormaliseContext {
  readonly schema: GraphQLSchema
  readonly facts: TypeFacts
}

/**
 * Takes a validated operation apart whose conditions are decided.
 *
 * What is planned has no introspection and no alias that could be taken for a key, and asks for the type wherever
 * shaping the answer takes it.
 */
export function normalise({ operation, fragments }: Selected, context: NormaliseContext): NormalOperation {
  return {
    toPlan: toPlan(operation, { ...context, fragments, used: new Map() }),
    introspection: toIntrospection(operation, fragments),
  }
}

/** True for a root field that the schema answers and no subgraph. */
export function isIntrospectionField(field: FieldNode): boolean {
  return field.name.value === '__schema' || field.name.value === '__type'
}

/** A rewriting under way: `used` gathers the fragments that are still spread, rewritten. */
interface Rewriting extends NormaliseContext {
  readonly fragments: Fragments
  readonly used: Map<string, FragmentDefinitionNode | null>
}

function toPlan(operation: OperationDefinitionNode, rewriting: Rewriting): string | null {
  const root = rewriting.schema.getRootType(operation.operation)
  if (!root) return null
  const isAsked = ({ name }: FieldNode) => !name.value.startsWith('__')
  const selections = rootSelections(operation.selectionSet, rewriting.fragments, isAsked)
  const planned = rewriteSelections(selections, root, rewriting)
  if (planned.length === 0) return null
  const definitions = [...rewriting.used.values()].filter((fragment) => fragment !== null)
  const planOperation = { ...operation, selectionSet: selectionSetOf(planned) }
  return print({ kind: Kind.DOCUMENT, definitions: [planOperation, ...definitions] })
}

function toIntrospection(operation: OperationDefinitionNode, fragments: Fragments): DocumentNode | null {
  const selections = rootSelections(operation.selectionSet, fragments, isIntrospectionField)
  if (selections.length === 0) return null
  const reduced = { ...operation, selectionSet: selectionSetOf(selections) }
  return { kind: Kind.DOCUMENT, definitions: [reduced, ...fragments.values()] }
}

/** The root's selections reduced to some fields; fragments at the root are spelled out. */
function rootSelections(
  selectionSet: SelectionSetNode,
  fragments: Fragments,
  keep: (field: FieldNode) => boolean,
): SelectionNode[] {
  return selectionSet.selections.flatMap((node): SelectionNode[] => {
    if (node.kind === Kind.FIELD) return keep(node) ? [node] : []
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value)
    if (fragment === undefined) return []
    const selections = rootSelections(fragment.selectionSet, fragments, keep)
    if (selections.length === 0) return []
    return [{ kind: Kind.INLINE_FRAGMENT, selectionSet: selectionSetOf(selections) }]
  })
}

function rewriteSelections(
  selections: readonly SelectionNode[],
  type: GraphQLNamedType,
  rewriting: Rewriting,
): SelectionNode[] {
  return selections.flatMap((node): SelectionNode[] => {
    if (node.kind === Kind.FIELD) return [rewriteField(node, type, rewriting)]
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const inner = rewriteSelections(node.selectionSet.selections, typeOf(node, type, rewriting), rewriting)
      return inner.length === 0 ? [] : [{ ...node, selectionSet: selectionSetOf(inner) }]
    }
    rewriteFragment(node.name.value, type, rewriting)
    return [node]
  })
}

function rewriteFragment(name: string, type: GraphQLNamedType, rewriting: Rewriting): void {
  const { fragments, used } = rewriting
  const fragment = fragments.get(name)
  if (fragment === undefined || used.has(name)) return
  used.set(name, null)
  const selectionSet = rewriteSet(fragment.selectionSet, typeOf(fragment, type, rewriting), rewriting)
  used.set(name, { ...fragment, selectionSet })
}

function typeOf(
  { typeCondition }: InlineFragmentNode | FragmentDefinitionNode,
  type: GraphQLNamedType,
  { schema }: Rewriting,
): GraphQLNamedType {
  return (typeCondition && schema.getType(typeCondition.name.value)) ?? type
}

function rewriteField(node: FieldNode, type: GraphQLNamedType, rewriting: Rewriting): FieldNode {
  const key = toPlanKey(node, rewriting.facts)
  const { alias: _alias, selectionSet, ...rest } = node
  const definition = 'getFields' in type ? type.getFields()[node.name.value] : undefined
  return {
    ...rest,
    ...(key !== node.name.value && { alias: { kind: Kind.NAME, value: key } }),
    ...(selectionSet &&
      definition && { selectionSet: rewriteSet(selectionSet, getNamedType(definition.type), rewriting) }),
  }
}

/**
 * Rewrites what is selected of an object. The type is asked for, always and under its own name, wherever shaping the
 * answer takes it, and where every field is excluded: whether the object is null is still part of the answer.
 */
function rewriteSet(set: SelectionSetNode, type: GraphQLNamedType, rewriting: Rewriting): SelectionSetNode {
  const selections = rewriteSelections(set.selections, type, rewriting)
  const asksType = selections.length === 0 || takesType(type, selections, rewriting.facts)
  return selectionSetOf(asksType ? [TYPENAME, ...selections] : selections)
}

/** An interface's own fields can be shaped without knowing the type; asking an interface object's would cost a fetch. */
function takesType(type: GraphQLNamedType, selections: readonly SelectionNode[], facts: TypeFacts): boolean {
  if (isUnionType(type)) return true
  if (!isInterfaceType(type)) return false
  return facts.hasHiddenTypes(type.name) || selections.some((node) => node.kind !== Kind.FIELD)
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

function selectionSetOf(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections }
}
