import {
  getNamedType,
  getNullableType,
  isListType,
  Kind,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  type SelectionNode,
} from 'graphql'
import type { FlattenNodePathSegment } from '@graphql-hive/router-query-planner'
import type { ContextArgument, ContextualField, Contexts } from './contexts.ts'

/** A value that one field is given out of its context. */
export interface ContextValue {
  /** What the argument is called, and its type as the subgraph spells it. */
  readonly argument: Pick<ContextArgument, 'name' | 'type'>
  /** Where the objects are that hold it. */
  readonly path: readonly FlattenNodePathSegment[]
  /** What of them: fetched under names that nothing else has. */
  readonly selection: readonly SelectionNode[]
}

/** A field of an operation that a subgraph answers only with values of its context. */
export interface ContextUse extends Pick<ContextualField, 'graph'> {
  readonly typeName: string
  readonly values: readonly ContextValue[]
}

/** Selections that ask, beside all that they asked before, for what fields need of their contexts. */
export interface Marked {
  readonly selections: readonly SelectionNode[]
  /** The fields that need something, as they stand in the selections. */
  readonly uses: ReadonlyMap<FieldNode, ContextUse>
}

/** The selections of an object on the way to a field, and what is to be asked beside them. */
interface Frame {
  readonly typeName: string
  readonly path: readonly FlattenNodePathSegment[]
  /** How many fields are above it. */
  readonly depth: number
  readonly added: SelectionNode[]
}

interface Marking {
  readonly schema: GraphQLSchema
  readonly contexts: Contexts
  readonly uses: Map<FieldNode, ContextUse>
  count: number
}

/** What the names begin with under which contexts are fetched. */
const PREFIX = '_context'

/**
 * Marks the fields of an operation that need contexts, and asks for these where they are: of the nearest object above the
 * field's own whose type holds the context.
 *
 * Fields are spelled out: there are no fragment spreads. A field that needs a context is none of an interface's: composers see to it.
 *
 * @throws Error nothing above a field holds the context it needs; composers do not allow that
 */
export function markContexts(
  selections: readonly SelectionNode[],
  root: GraphQLNamedType,
  { schema, contexts }: Pick<Marking, 'schema' | 'contexts'>,
): Marked {
  const uses = new Map<FieldNode, ContextUse>()
  const frame: Frame = { typeName: root.name, path: [], depth: 0, added: [] }
  return { selections: mark(selections, root, [frame], { schema, contexts, uses, count: 0 }), uses }
}

function mark(
  selections: readonly SelectionNode[],
  type: GraphQLNamedType,
  frames: readonly Frame[],
  marking: Marking,
): SelectionNode[] {
  const here = lastOf(frames)
  const marked = selections.flatMap((node): SelectionNode[] => {
    if (node.kind === Kind.FRAGMENT_SPREAD) throw new Error(`expected no spread of ${node.name.value}`)
    if (node.kind === Kind.FIELD) return markField(node, type, frames, marking)
    const condition = node.typeCondition?.name.value
    const target = (condition === undefined ? undefined : marking.schema.getType(condition)) ?? type
    const path = target === type ? here.path : [...here.path, { TypeCondition: [target.name] }]
    const frame: Frame = { typeName: target.name, path, depth: here.depth, added: [] }
    const inner = mark(node.selectionSet.selections, target, [...frames, frame], marking)
    return [{ ...node, selectionSet: { kind: Kind.SELECTION_SET, selections: inner } }]
  })
  return [...here.added, ...marked]
}

function markField(
  node: FieldNode,
  type: GraphQLNamedType,
  frames: readonly Frame[],
  marking: Marking,
): SelectionNode[] {
  const marked = markWithin(node, type, frames, marking)
  const contextual = marking.contexts.of(type.name, node.name.value)
  if (contextual === null) return [marked]
  const values = contextual.arguments.map((argument) => toValue(argument, frames, marking))
  marking.uses.set(marked, { graph: contextual.graph, typeName: type.name, values })
  return [marked]
}

function markWithin(node: FieldNode, type: GraphQLNamedType, frames: readonly Frame[], marking: Marking): FieldNode {
  const definition = 'getFields' in type ? type.getFields()[node.name.value] : undefined
  if (definition === undefined || node.selectionSet === undefined) return { ...node }
  const { path, depth } = lastOf(frames)
  const inner = getNamedType(definition.type)
  const key = (node.alias ?? node.name).value
  const frame: Frame = {
    typeName: inner.name,
    path: [...path, { Field: key }, ...stepsInto(definition.type)],
    depth: depth + 1,
    added: [],
  }
  const selections = mark(node.selectionSet.selections, inner, [...frames, frame], marking)
  return { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections } }
}

/** How a path goes on into the lists of a field's type. */
export function stepsInto(type: GraphQLType): '@'[] {
  const nullable = getNullableType(type)
  return isListType(nullable) ? ['@', ...stepsInto(nullable.ofType)] : []
}

function toValue(argument: ContextArgument, frames: readonly Frame[], marking: Marking): ContextValue {
  const { depth } = lastOf(frames)
  const holder = frames.findLast(
    (frame) => frame.depth < depth && marking.contexts.isHeldBy(frame.typeName, argument.context),
  )
  if (holder === undefined) throw new Error(`expected an object with the context ${argument.context} above`)
  const selection = rename(argument.selection, `${PREFIX}${marking.count++}_`)
  holder.added.push({ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }, ...selection)
  return { argument, path: holder.path, selection }
}

/** Gives what is taken of one object names of its own; of objects inside of it, no other fetch has anything. */
function rename(selections: readonly SelectionNode[], prefix: string): SelectionNode[] {
  return selections.map((node): SelectionNode => {
    if (node.kind === Kind.FIELD) return { ...node, alias: { kind: Kind.NAME, value: prefix + node.name.value } }
    if (node.kind === Kind.FRAGMENT_SPREAD) throw new Error('expected a context to spread no fragment')
    const inner = rename(node.selectionSet.selections, prefix)
    return { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections: inner } }
  })
}

function lastOf(frames: readonly Frame[]): Frame {
  const last = frames.at(-1)
  if (last === undefined) throw new Error('expected to be in an object')
  return last
}
