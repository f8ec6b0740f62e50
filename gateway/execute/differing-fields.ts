import {
  Kind,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql'
import { argumentOf, directivesOf, graphOf, isTrue } from './supergraph-directives.ts'

type HolderNode = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode

/**
 * Finds the fields of a supergraph that several subgraphs answer with an interface, of which each may know fields and
 * types of its own.
 *
 * A value is answered by the subgraph that it was met in, whatever that knows. Which subgraph answers a field of an
 * entity or at the root is up to the planner: such a field is one of them only when it makes no difference, because all
 * of them know the same types.
 *
 * @returns each as `Type.field`
 */
export function readDifferingFields(document: DocumentNode): ReadonlySet<string> {
  const types = document.definitions.filter(isHolderNode)
  const interfaces = new Set(types.flatMap(({ kind, name }) => (kind === INTERFACE ? [name.value] : [])))
  const roots = new Set(
    document.definitions.flatMap((node) =>
      node.kind === Kind.SCHEMA_DEFINITION ? node.operationTypes.map(({ type }) => type.name.value) : [],
    ),
  )
  const isChosen = (type: HolderNode) =>
    roots.has(type.name.value) || directivesOf(type, 'join__type').some((join) => argumentOf(join, 'key') !== undefined)
  const typesAt = readTypesAt(types)
  const differs = (type: HolderNode, field: FieldDefinitionNode) => {
    const answer = namedType(field.type)
    const graphs = interfaces.has(answer) ? graphsOf(type, field) : []
    return graphs.length > 1 && (!isChosen(type) || new Set(graphs.map((graph) => typesAt(graph, answer))).size === 1)
  }
  return new Set(
    types.flatMap((type) =>
      (type.fields ?? []).flatMap((field) => (differs(type, field) ? [`${type.name.value}.${field.name.value}`] : [])),
    ),
  )
}

const INTERFACE = Kind.INTERFACE_TYPE_DEFINITION

function isHolderNode(node: { readonly kind: string }): node is HolderNode {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === INTERFACE
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type)
}

/** The subgraphs that answer a field: those that the supergraph tells of it, or else all that have its type. */
function graphsOf(type: HolderNode, field: FieldDefinitionNode): readonly string[] {
  const told = directivesOf(field, 'join__field')
  const answering = told.filter((join) => !isTrue(argumentOf(join, 'external')))
  const from = told.length > 0 ? answering : directivesOf(type, 'join__type')
  return [...new Set(from.flatMap((join) => graphOf(join) ?? []))]
}

/** Spells which types of an interface a subgraph knows. */
function readTypesAt(types: readonly HolderNode[]): (graph: string, interfaceName: string) => string {
  const known = new Map<string, string>()
  for (const type of types) {
    if (type.kind === INTERFACE) continue
    for (const join of directivesOf(type, 'join__implements')) {
      const implemented = argumentOf(join, 'interface')
      if (implemented?.kind !== Kind.STRING) continue
      const at = `${graphOf(join)} ${implemented.value}`
      known.set(at, `${known.get(at) ?? ''} ${type.name.value}`)
    }
  }
  return (graph, interfaceName) => known.get(`${graph} ${interfaceName}`) ?? ''
}
