import {
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionNode,
} from 'graphql'
import type { FlattenNodePathSegment } from '@graphql-hive/router-query-planner'
import type { Entries, Entry } from './entries.ts'
import { stepsInto, type ContextUse } from './mark-contexts.ts'
import { selectionsFor } from './selections-for.ts'

/** What is planned by itself: selections of the entities at a path, entered in one way. */
export interface Part {
  readonly path: readonly FlattenNodePathSegment[]
  readonly entry: Entry
  readonly selections: readonly SelectionNode[]
  /** The one field, and what it needs of its context; null for what needs nothing. */
  readonly contextual: { readonly field: FieldNode; readonly use: ContextUse } | null
}

/** Where selections stand: under which path, and how many fields below what is planned at once. */
interface Position {
  readonly path: readonly FlattenNodePathSegment[]
  readonly depth: number
}

/** A cutting under way. */
export interface Cutting {
  readonly schema: GraphQLSchema
  readonly entries: Entries
  /** Which of several ways into an entity to take. */
  readonly way: number
  /** How many fields below what is planned at once a field that requires others is cut out, at least. */
  readonly minDepth: number
  /** Whether interfaces are cut into their types where the subgraphs that answer them may know different ones. */
  readonly cutsTypes: boolean
  /** The fields that need contexts. */
  readonly uses: ReadonlyMap<FieldNode, ContextUse>
  /** Gathers what is cut out. */
  readonly parts: Part[]
}

/**
 * Cuts out of selections what is to be planned by itself, and leaves the keys in its place.
 *
 * Fields are spelled out: there are no fragment spreads.
 */
export function cutSelections(
  selections: readonly SelectionNode[],
  type: GraphQLNamedType,
  position: Position,
  cutting: Cutting,
): SelectionNode[] {
  const requiring: SelectionNode[] = []
  const keys: SelectionNode[] = []
  const kept = selections.flatMap((node): SelectionNode[] => {
    if (node.kind === Kind.INLINE_FRAGMENT) return cutFragment(node, type, position, cutting)
    if (node.kind === Kind.FRAGMENT_SPREAD) throw new Error(`expected no spread of ${node.name.value}`)
    const use = cutting.uses.get(node)
    if (use !== undefined) {
      keys.push(TYPENAME, ...cutContextual(node, use, position, cutting))
      return []
    }
    // The planner mostly does plan what requires others where it begins.
    const isLate = position.depth >= cutting.minDepth && cutting.entries.requires(type.name, node.name.value)
    if (!isLate || findEntry(type, cutting) === undefined) return [cutField(node, type, position, cutting)]
    requiring.push(node)
    return []
  })
  const entry = requiring.length > 0 ? findEntry(type, cutting) : undefined
  if (entry === undefined) return [...keys, ...kept]
  cutting.parts.push({ path: position.path, entry, selections: requiring, contextual: null })
  return [TYPENAME, ...entry.key, ...keys, ...kept]
}

/** Cuts out a field that the subgraph in question answers only with its context; the key by which it is entered is left. */
function cutContextual(
  node: FieldNode,
  use: ContextUse,
  { path }: Position,
  { entries, way, parts }: Cutting,
): readonly SelectionNode[] {
  const ways = entries.of(use.typeName).filter(({ graph }) => graph === use.graph)
  const entry = ways[Math.min(way, ways.length - 1)]
  if (entry === undefined) throw new Error(`expected ${use.graph} to know ${use.typeName} by a key`)
  // By itself it is asked for as any other field.
  const field = { ...node }
  parts.push({ path, entry, selections: [field], contextual: { field, use } })
  return entry.key
}

function findEntry(type: GraphQLNamedType, { entries, way }: Cutting): Entry | undefined {
  const ways = entries.of(type.name)
  return ways[Math.min(way, ways.length - 1)]
}

function cutField(node: FieldNode, type: GraphQLNamedType, position: Position, cutting: Cutting): FieldNode {
  const definition = 'getFields' in type ? type.getFields()[node.name.value] : undefined
  if (definition === undefined || node.selectionSet === undefined) return node
  const { path, depth } = position
  const inner = {
    path: [...path, { Field: (node.alias ?? node.name).value }, ...stepsInto(definition.type)],
    depth: depth + 1,
  }
  const answer = getNamedType(definition.type)
  const isCut = cutting.cutsTypes && isInterfaceType(answer) && cutting.entries.differs(type.name, node.name.value)
  const cut = isCut ? cutTypes : cutSelections
  const selections = cut(node.selectionSet.selections, answer, inner, cutting)
  return { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections } }
}

/** Cuts out what is asked of each type of an interface; what has no key is asked for where it is. */
function cutTypes(
  selections: readonly SelectionNode[],
  type: GraphQLNamedType,
  { path, depth }: Position,
  cutting: Cutting,
): SelectionNode[] {
  const { schema, parts } = cutting
  const types = isAbstractType(type) ? schema.getPossibleTypes(type) : []
  const kept = types.flatMap((each): InlineFragmentNode[] => {
    const asked = selectionsFor(each, selections, schema)
    if (asked.length === 0) return []
    const inner = [...path, { TypeCondition: [each.name] }]
    const entry = findEntry(each, cutting)
    if (entry === undefined)
      return [on(each, [TYPENAME, ...cutSelections(asked, each, { path: inner, depth }, cutting)])]
    parts.push({ path: inner, entry, selections: asked, contextual: null })
    return [on(each, [TYPENAME, ...entry.key])]
  })
  return [TYPENAME, ...kept]
}

function on({ name }: GraphQLNamedType, selections: readonly SelectionNode[]): InlineFragmentNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } },
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  }
}

function cutFragment(
  node: InlineFragmentNode,
  type: GraphQLNamedType,
  { path, depth }: Position,
  cutting: Cutting,
): SelectionNode[] {
  const condition = node.typeCondition?.name.value
  const target = (condition === undefined ? undefined : cutting.schema.getType(condition)) ?? type
  const inner = target === type ? path : [...path, { TypeCondition: [target.name] }]
  const entry = findEntry(target, cutting)
  const { selections } = node.selectionSet
  if (isAbstractType(type) && isObjectType(target) && cutting.entries.isMasked(target.name) && entry !== undefined) {
    cutting.parts.push({ path: inner, entry, selections, contextual: null })
    const left = [TYPENAME, ...entry.key]
    // Asked of the interface itself, the key is not one more fragment on one of its types.
    return hasFields(type, entry.key) ? left : [within(node, left)]
  }
  return [within(node, cutSelections(selections, target, { path: inner, depth }, cutting))]
}

function within(node: InlineFragmentNode, selections: readonly SelectionNode[]): InlineFragmentNode {
  return { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections } }
}

function hasFields(type: GraphQLNamedType, selections: readonly SelectionNode[]): boolean {
  if (!isInterfaceType(type)) return false
  const fields = type.getFields()
  return selections.every((node) => node.kind === Kind.FIELD && node.name.value in fields)
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }
