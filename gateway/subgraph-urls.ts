import { GraphQLError, Kind, parse, type ConstDirectiveNode, type DocumentNode } from 'graphql'

/** A supergraph cannot be served; the message says what is wrong with it, and what to do. */
export class SupergraphError extends Error {
  readonly code = 'SUPERGRAPH_UNUSABLE'

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SupergraphError'
  }
}

const HOW_TO_COMPOSE =
  'compose a supergraph of it and the others first, such as by: rover supergraph compose --config supergraph.yaml'

/**
 * Where each subgraph of a supergraph says that it answers, by its name; a blank text where it does not say.
 *
 * @throws SupergraphError this is no supergraph
 */
export function readSubgraphUrls(supergraphSdl: string): ReadonlyMap<string, string> {
  const document = parseSupergraph(supergraphSdl)
  const graphs = document.definitions.find(
    (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph',
  )
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION) throw new SupergraphError(whatElse(document))
  const directives = (graphs.values ?? []).flatMap((value) => value.directives ?? [])
  const urls = new Map(directives.map((directive) => [argument(directive, 'name'), argument(directive, 'url')]))
  if (urls.size === 0) throw new SupergraphError('it is a supergraph without subgraphs')
  return urls
}

function parseSupergraph(supergraphSdl: string): DocumentNode {
  if (supergraphSdl.trim() === '') throw new SupergraphError('it is empty')
  try {
    return parse(supergraphSdl, { noLocation: true })
  } catch (cause) {
    if (!(cause instanceof GraphQLError)) throw cause
    const [place] = cause.locations ?? []
    const where = place ? ` (line ${place.line}, column ${place.column})` : ''
    throw new SupergraphError(`it is not a GraphQL schema: ${cause.message}${where}`, { cause })
  }
}

/** Says what a document is that is no supergraph. */
function whatElse({ definitions }: DocumentNode): string {
  const isSubgraph = definitions.some(
    (node) =>
      (node.kind === Kind.SCHEMA_EXTENSION || node.kind === Kind.SCHEMA_DEFINITION) &&
      (node.directives ?? []).some((each) => /\/federation(\/|$)/.test(argument(each, 'url'))),
  )
  if (isSubgraph) return `it is the schema of one subgraph, not a supergraph; ${HOW_TO_COMPOSE}`
  if (definitions.some((node) => node.kind === Kind.OPERATION_DEFINITION)) {
    return 'it holds operations, not a supergraph'
  }
  return `it is a plain GraphQL schema, not a supergraph; ${HOW_TO_COMPOSE}`
}

function argument(directive: ConstDirectiveNode, name: string): string {
  const value = directive.arguments?.find((each) => each.name.value === name)?.value
  return value?.kind === Kind.STRING ? value.value : ''
}
