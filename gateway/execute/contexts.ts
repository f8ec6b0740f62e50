import {
  Kind,
  parse,
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type SelectionNode,
} from 'graphql'
import { argumentOf } from './supergraph-directives.ts'

/** An argument that a subgraph is given out of what an object above the field's own holds. */
export interface ContextArgument {
  readonly name: string
  /** As the subgraph spells it. */
  readonly type: string
  /** Which objects may hold it: those of the types that have this context. */
  readonly context: string
  /** What is taken of them; one leaf, whichever type the object is of. */
  readonly selection: readonly SelectionNode[]
}

/** A field that a subgraph answers only with such arguments. */
export interface ContextualField {
  /** The subgraph, as the supergraph spells its graph. */
  readonly graph: string
  readonly arguments: readonly ContextArgument[]
}

/** What the supergraph says of `@context` and `@fromContext`. */
export interface Contexts {
  /** Null for a field that no subgraph needs a context for. */
  of(typeName: string, fieldName: string): ContextualField | null
  /** True when an object that is asked as a type has a context: by the type, or by an interface or a union that it is in. */
  isHeldBy(typeName: string, context: string): boolean
  /** True for a field that a subgraph, by its name, needs a context for. */
  isNeededBy(subgraph: string, typeName: string, fieldName: string): boolean
  /** The name of the type of a field's value; null when there is no such field. */
  valueOf(typeName: string, fieldName: string): string | null
}

type FieldsNode = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode

/**
 * Reads the contexts of a supergraph; null when no field needs one.
 *
 * Source: `contextArguments` of https://specs.apollo.dev/join/v0.5/ and https://specs.apollo.dev/context/v0.1/ (read 2026-11-28).
 */
export function readContexts(supergraph: DocumentNode): Contexts | null {
  const types = supergraph.definitions.filter(hasFields)
  const contextual = new Map<string, ContextualField>()
  const values = new Map<string, string>()
  const above = new Map<string, string[]>()
  const held = new Map<string, readonly string[]>()
  const graphs = new Map<string, string>()
  const isAbove = (name: string, member: string) => above.set(member, [...(above.get(member) ?? []), name])
  for (const node of supergraph.definitions) {
    if ('name' in node && node.name && 'directives' in node) held.set(node.name.value, namesOfContexts(node.directives))
    if (node.kind === Kind.UNION_TYPE_DEFINITION)
      for (const { name } of node.types ?? []) isAbove(node.name.value, name.value)
    if (node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph') {
      for (const { name, directives } of node.values ?? []) {
        const [graph] = named(directives, 'join__graph')
        graphs.set(textOf(graph && argumentOf(graph, 'name')), name.value)
      }
    }
  }
  for (const node of types) {
    for (const { name } of node.interfaces ?? []) isAbove(name.value, node.name.value)
    for (const field of node.fields ?? []) {
      const place = `${node.name.value}.${field.name.value}`
      values.set(place, namedTypeOf(field))
      const [needed] = named(field.directives, 'join__field').flatMap(toContextual)
      if (needed !== undefined) contextual.set(place, needed)
    }
  }
  if (contextual.size === 0) return null
  const of = (typeName: string, fieldName: string) => contextual.get(`${typeName}.${fieldName}`) ?? null
  return {
    of,
    isHeldBy: (typeName, context) =>
      [typeName, ...(above.get(typeName) ?? [])].some((each) => held.get(each)?.includes(context) === true),
    isNeededBy: (subgraph, typeName, fieldName) => of(typeName, fieldName)?.graph === graphs.get(subgraph),
    valueOf: (typeName, fieldName) => values.get(`${typeName}.${fieldName}`) ?? null,
  }
}

function hasFields(node: { readonly kind: string }): node is FieldsNode {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION
}

function namedTypeOf({ type }: FieldDefinitionNode): string {
  let inner = type
  while (inner.kind !== Kind.NAMED_TYPE) inner = inner.type
  return inner.name.value
}

function toContextual(join: ConstDirectiveNode): ContextualField[] {
  const graph = argumentOf(join, 'graph')
  const given = argumentOf(join, 'contextArguments')
  if (graph?.kind !== Kind.ENUM || given?.kind !== Kind.LIST || given.values.length === 0) return []
  return [{ graph: graph.value, arguments: given.values.map(toArgument) }]
}

function toArgument(value: ConstValueNode): ContextArgument {
  const [name = '', type = '', context = '', selection = ''] = ['name', 'type', 'context', 'selection'].map((key) =>
    textOf(value.kind === Kind.OBJECT ? value.fields.find((field) => field.name.value === key)?.value : undefined),
  )
  // Composers write it with braces, or without when it begins with a fragment.
  const braced = selection.trim().startsWith('{') ? selection : `{ ${selection} }`
  const [definition] = parse(braced, { noLocation: true }).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION)
    throw new Error(`${name}: expected a selection, but got ${selection}`)
  return { name, type, context, selection: definition.selectionSet.selections }
}

function namesOfContexts(
  directives: readonly { readonly name: { readonly value: string } }[] | undefined,
): readonly string[] {
  return named(directives, 'context').map((each) => textOf(argumentOf(each, 'name')))
}

function named(directives: readonly object[] | undefined, name: string): ConstDirectiveNode[] {
  return (directives ?? []).filter(isDirective).filter((directive) => directive.name.value === name)
}

function isDirective(node: object): node is ConstDirectiveNode {
  return 'kind' in node && node.kind === Kind.DIRECTIVE
}

function textOf(value: ConstValueNode | undefined): string {
  return value?.kind === Kind.STRING ? value.value : ''
}
