import {
  Kind,
  parse,
  print,
  visit,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type SelectionNode,
} from 'graphql'
import { readContexts, type Contexts } from './contexts.ts'
import { readDifferingFields } from './differing-fields.ts'
import { argumentOf, directivesOf, isTrue } from './supergraph-directives.ts'

/** A way into an entity: the subgraph that knows it by a key. */
export interface Entry {
  readonly typeName: string
  /** The root field that stands for this way in {@link Entries.supergraphSdl}. */
  readonly field: string
  /** The subgraph, as the supergraph spells its graph. */
  readonly graph: string
  readonly key: readonly SelectionNode[]
}

/** The ways into the entities of a supergraph, and what makes it necessary to plan from there. */
export interface Entries {
  /** The ways into an entity of a type, or of any type of an interface; none for what has no key. */
  of(typeName: string): readonly Entry[]
  /** True for a field that requires others. */
  requires(typeName: string, fieldName: string): boolean
  /** True for an object type of an interface that some subgraph knows as one object, without its types. */
  isMasked(typeName: string): boolean
  /** True for an interface that some subgraph knows as one object. */
  isInterfaceObject(typeName: string): boolean
  /** True for a field answered with an interface of which the subgraphs that answer it may know different types. */
  differs(typeName: string, fieldName: string): boolean
  /** What fields need of the objects above them; null when none does. */
  readonly contexts: Contexts | null
  /** The supergraph with a root field for every way in. No client and no subgraph ever sees these. */
  readonly supergraphSdl: string
}

type EntityNode = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode

/**
 * Reads the ways into entities out of a supergraph.
 *
 * @returns null when nothing in it makes it necessary to plan from there, or there is no way in
 */
export function readEntries(supergraph: DocumentNode): Entries | null {
  const types = supergraph.definitions.filter(isEntityNode)
  const requiring = new Set(types.flatMap(readRequiring))
  const interfaceObjects = new Set(types.filter(isInterfaceObject).map(({ name }) => name.value))
  const contexts = readContexts(supergraph)
  const differing = readDifferingFields(supergraph)
  const reasons = requiring.size + interfaceObjects.size + differing.size
  if (reasons === 0 && contexts === null) return null
  const ways = types.flatMap(readWays)
  if (ways.length === 0 && contexts !== null) throw new Error('what needs a context has no key')
  if (ways.length === 0) return null
  const masked = types.filter(({ interfaces = [] }) => interfaces.some(({ name }) => interfaceObjects.has(name.value)))
  const maskedNames = new Set(masked.map(({ name }) => name.value))
  const byType = Map.groupBy(ways, ({ typeName }) => typeName)
  return {
    of: (typeName) => byType.get(typeName) ?? [],
    requires: (typeName, fieldName) => requiring.has(`${typeName}.${fieldName}`),
    isMasked: (typeName) => maskedNames.has(typeName),
    isInterfaceObject: (typeName) => interfaceObjects.has(typeName),
    differs: (typeName, fieldName) => differing.has(`${typeName}.${fieldName}`),
    contexts,
    supergraphSdl: print(addFields(supergraph, ways)),
  }
}

/** Finds out which fields stand in a key of their type, at any subgraph. */
export function readKeyFields(supergraph: DocumentNode): (typeName: string, fieldName: string) => boolean {
  const inKeys = new Set(supergraph.definitions.filter(isEntityNode).flatMap(readKeyed))
  return (typeName, fieldName) => inKeys.has(`${typeName}.${fieldName}`)
}

function readKeyed(node: EntityNode): string[] {
  return directivesOf(node, 'join__type')
    .map((join) => argumentOf(join, 'key'))
    .flatMap((key) => (key?.kind === Kind.STRING ? parseFields(key.value) : []))
    .flatMap((field) => (field.kind === Kind.FIELD ? [`${node.name.value}.${field.name.value}`] : []))
}

function isEntityNode(node: { readonly kind: string }): node is EntityNode {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION
}

function readRequiring({ name, fields = [] }: EntityNode): string[] {
  const isRequiring = (field: FieldDefinitionNode) =>
    directivesOf(field, 'join__field').some((join) => argumentOf(join, 'requires') !== undefined)
  return fields.filter(isRequiring).map((field) => `${name.value}.${field.name.value}`)
}

function isInterfaceObject(node: EntityNode): boolean {
  return directivesOf(node, 'join__type').some((join) => isTrue(argumentOf(join, 'isInterfaceObject')))
}

function readWays(node: EntityNode): Entry[] {
  return directivesOf(node, 'join__type').flatMap((join, index): Entry[] => {
    const [graph, key, resolvable] = ['graph', 'key', 'resolvable'].map((name) => argumentOf(join, name))
    if (graph?.kind !== Kind.ENUM || key?.kind !== Kind.STRING) return []
    if (resolvable !== undefined && !isTrue(resolvable)) return []
    if (isTrue(argumentOf(join, 'isInterfaceObject'))) return []
    const typeName = node.name.value
    return [{ typeName, graph: graph.value, field: `_enter_${typeName}_${index}`, key: parseFields(key.value) }]
  })
}

/** Reads a set of fields as keys are spelled: without the braces around it. */
function parseFields(fields: string): readonly SelectionNode[] {
  const [definition] = parse(`{ ${fields} }`, { noLocation: true }).definitions
  return definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections : []
}

function addFields(supergraph: DocumentNode, ways: readonly Entry[]): DocumentNode {
  const schema = supergraph.definitions.find((node) => node.kind === Kind.SCHEMA_DEFINITION)
  const query = schema?.operationTypes.find(({ operation }) => operation === 'query')?.type.name.value ?? 'Query'
  const added = parse(
    `type Query { ${ways.map(({ field, typeName, graph }) => `${field}: ${typeName} @join__field(graph: ${graph})`).join(' ')} }`,
    { noLocation: true },
  )
  const fields = added.definitions.flatMap((node) =>
    node.kind === Kind.OBJECT_TYPE_DEFINITION ? (node.fields ?? []) : [],
  )
  return visit(supergraph, {
    ObjectTypeDefinition: (node) =>
      node.name.value === query ? { ...node, fields: [...(node.fields ?? []), ...fields] } : false,
  })
}
