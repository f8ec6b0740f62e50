import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { readFragments, type Fragments } from './execute/conditions.ts'

/** What a list is taken to hold when the operation does not say how much of it is wanted. */
const UNSAID_SIZE = 25

/** The arguments that say how much of a list is wanted, as the Relay cursor specification names them. */
const SIZE_ARGUMENTS = ['first', 'last']

/** How many of something: a number, or a variable with what holds when it is not given. */
type Size = number | { readonly variable: string; readonly unsaid: number }

/** The objects one field answers, and within each of them those of further fields. */
interface Objects {
  readonly size: Size
  readonly within: readonly Objects[]
}

/** Says how many objects an operation may answer, going by its page sizes. */
export type CountObjects = (variables: Readonly<Record<string, unknown>>) => number

/**
 * Compiles the count of an operation's objects. A page's size counts for the lists inside the page's own object
 * (`nodes`, `edges`). The document must keep the limits on fields, and fit the schema.
 */
export function compileCountObjects(
  operation: OperationDefinitionNode,
  document: DocumentNode,
  schema: GraphQLSchema,
): CountObjects {
  const fragments = readFragments(document)
  const root = schema.getRootType(operation.operation)
  const context: ReadContext = { schema, fragments, defaults: readDefaults(operation) }
  const objects = root ? readObjects(operation.selectionSet, root, null, context) : []
  return (variables) => sum(objects, variables)
}

interface ReadContext {
  readonly schema: GraphQLSchema
  readonly fragments: Fragments
  readonly defaults: ReadonlyMap<string, number>
}

function readDefaults(operation: OperationDefinitionNode): Map<string, number> {
  const defaults = new Map<string, number>()
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    if (defaultValue?.kind === Kind.INT) defaults.set(variable.name.value, Number(defaultValue.value))
  }
  return defaults
}

function readObjects(
  set: SelectionSetNode,
  type: GraphQLNamedType,
  page: Size | null,
  context: ReadContext,
): Objects[] {
  return set.selections.flatMap((node): Objects[] => {
    if (node.kind === Kind.FIELD) return readField(node, type, page, context)
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : context.fragments.get(node.name.value)
    if (fragment === undefined) return []
    const condition = fragment.typeCondition?.name.value
    const inner = condition === undefined ? type : context.schema.getType(condition)
    return inner === undefined ? [] : readObjects(fragment.selectionSet, inner, page, context)
  })
}

function readField(node: FieldNode, type: GraphQLNamedType, page: Size | null, context: ReadContext): Objects[] {
  if (!(isObjectType(type) || isInterfaceType(type))) return []
  const fieldType = type.getFields()[node.name.value]?.type
  const named = fieldType && getNamedType(fieldType)
  if (fieldType === undefined || named === undefined || !isCompositeType(named) || node.selectionSet === undefined)
    return []
  const own = readSize(node, context)
  const isList = isListOf(fieldType)
  const size = isList ? (own ?? page ?? UNSAID_SIZE) : 1
  const within = readObjects(node.selectionSet, named, isList ? null : own, context)
  return [{ size, within }]
}

function isListOf(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type)
}

function readSize(node: FieldNode, { defaults }: ReadContext): Size | null {
  for (const { name, value } of node.arguments ?? []) {
    if (!SIZE_ARGUMENTS.includes(name.value)) continue
    if (value.kind === Kind.INT) return Math.max(0, Number(value.value))
    if (value.kind === Kind.VARIABLE) {
      const variable = value.name.value
      return { variable, unsaid: defaults.get(variable) ?? UNSAID_SIZE }
    }
  }
  return null
}

function sum(objects: readonly Objects[], variables: Readonly<Record<string, unknown>>): number {
  let total = 0
  for (const { size, within } of objects) total += toNumber(size, variables) * (1 + sum(within, variables))
  return total
}

function toNumber(size: Size, variables: Readonly<Record<string, unknown>>): number {
  if (typeof size === 'number') return size
  const value = variables[size.variable]
  return typeof value === 'number' ? Math.max(0, value) : size.unsaid
}
