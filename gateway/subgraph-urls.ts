import { Kind, parse, type ConstDirectiveNode } from 'graphql'

/** Where each subgraph of a supergraph says that it answers, by its name. */
export function readSubgraphUrls(supergraphSdl: string): ReadonlyMap<string, string> {
  const graphs = parse(supergraphSdl, { noLocation: true }).definitions.find(
    (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph',
  )
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION) throw new Error('this is no supergraph: it has no enum join__Graph')
  const directives = (graphs.values ?? []).flatMap((value) => value.directives ?? [])
  return new Map(directives.map((directive) => [argument(directive, 'name'), argument(directive, 'url')]))
}

function argument(directive: ConstDirectiveNode, name: string): string {
  const value = directive.arguments?.find((each) => each.name.value === name)?.value
  return value?.kind === Kind.STRING ? value.value : ''
}
