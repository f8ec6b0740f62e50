import {
  Kind,
  parse,
  print,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type UnionTypeDefinitionNode,
} from 'graphql'

/**
 * Says of unions which subgraph knows which member, where a supergraph does not: up to join v0.2, of Federation 2.0, it
 * was left to be concluded that whoever has a union and a type has the type in the union
 * (https://specs.apollo.dev/join/v0.2/ against v0.3, read 2026-11-21). The planner finds no way through such a union.
 * Any other supergraph is answered as it is.
 */
export function withUnionMembers(supergraphSdl: string): string {
  if (!/\/join\/v0\.2\b/.test(supergraphSdl)) return supergraphSdl
  const document = parse(supergraphSdl, { noLocation: true })
  const graphsOf = readGraphs(document)
  const UnionTypeDefinition = (node: UnionTypeDefinitionNode): UnionTypeDefinitionNode => {
    const members = graphsOf(node.name.value).flatMap((graph) =>
      (node.types ?? [])
        .filter(({ name }) => graphsOf(name.value).includes(graph))
        .map(({ name }) => toMember(graph, name.value)),
    )
    return { ...node, directives: [...(node.directives ?? []), ...members] }
  }
  return print(visit(document, { UnionTypeDefinition }))
}

/** By the name of a type, the subgraphs that have it. */
function readGraphs({ definitions }: DocumentNode): (typeName: string) => readonly string[] {
  const graphs = new Map<string, readonly string[]>()
  for (const node of definitions) {
    if (node.kind !== Kind.UNION_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue
    const joins = (node.directives ?? []).filter(({ name }) => name.value === 'join__type')
    // A type has one of these for each of its keys at a subgraph.
    graphs.set(node.name.value, [...new Set(joins.flatMap(readGraph))])
  }
  return (typeName) => graphs.get(typeName) ?? []
}

function readGraph(join: ConstDirectiveNode): readonly string[] {
  const value = join.arguments?.find(({ name }) => name.value === 'graph')?.value
  return value?.kind === Kind.ENUM ? [value.value] : []
}

function toMember(graph: string, member: string): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'join__unionMember' },
    arguments: [
      { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'graph' }, value: { kind: Kind.ENUM, value: graph } },
      { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'member' }, value: { kind: Kind.STRING, value: member } },
    ],
  }
}
