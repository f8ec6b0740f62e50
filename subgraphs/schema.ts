import { buildSubgraphSchema } from '@apollo/subgraph'
import { printSchemaWithDirectives } from '@graphql-tools/utils'
import { type GraphQLSchema, parse } from 'graphql'
import { buildSchema, type ClassType, createResolversMap, type NonEmptyArray, type PubSub } from 'type-graphql'
import { fromNodeId } from '../store/id.ts'
import type { Kind, RowOf } from '../store/kinds.ts'
import type { SubgraphContext } from './context.ts'

/** A subgraph: its name in the supergraph, its schema language, and the schema that answers. */
export interface Subgraph {
  readonly name: string
  readonly sdl: string
  readonly schema: GraphQLSchema
}

/** How an entity is found from its key. */
export type ReferenceResolver = (reference: { readonly id: string }, context: SubgraphContext) => unknown

/** What a subgraph is made of. */
export interface SubgraphParts {
  readonly name: string
  readonly resolvers: NonEmptyArray<ClassType>
  /** Every object type of the subgraph that no field names: the implementations of its interfaces. */
  readonly types: readonly ClassType[]
  /** By type name. */
  readonly references: Readonly<Record<string, ReferenceResolver>>
}

const FEDERATION = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@cost", "@listSize"])\n\n`

/** Subscriptions here are fed by the event log; type-graphql wants a bus all the same. */
const noBus: PubSub = {
  publish: () => {
    throw new Error('publish: events come from the event log')
  },
  subscribe: () => {
    throw new Error('subscribe: every subscription has its own source')
  },
}

/** Builds a Federation 2 subgraph from type-graphql classes. */
export async function buildSubgraph(parts: SubgraphParts): Promise<Subgraph> {
  const built = await buildSchema({
    resolvers: parts.resolvers,
    orphanedTypes: [...parts.types],
    pubSub: noBus,
    validate: false,
  })
  const sdl = `${FEDERATION}${printSchemaWithDirectives(built)}\n`
  const resolvers: Record<string, unknown> = { ...createResolversMap(built) }
  for (const [type, resolve] of Object.entries(parts.references)) {
    resolvers[type] = { ...(resolvers[type] as object | undefined), __resolveReference: resolve }
  }
  const modules = [{ typeDefs: parse(sdl), resolvers }] as Parameters<typeof buildSubgraphSchema>[0]
  return { name: parts.name, sdl, schema: buildSubgraphSchema(modules) }
}

/**
 * Finds a mirrored record by its global id. An id of another kind finds nothing.
 *
 * The row loader is the operation's own, so that fifty references cost one read.
 */
export function rowReference<K extends Kind>(kind: K): ReferenceResolver {
  return async ({ id }, context): Promise<RowOf<K> | null> => {
    const found = fromNodeId(id)
    return found?.kind === kind ? context.reader.byId(kind, found.uuid) : null
  }
}
