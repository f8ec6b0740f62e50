import { GraphQLError } from 'graphql'
import type { TestSubgraph } from '../graph.ts'

/** A thing on the shelf. */
export interface Thing {
  readonly id: string
  readonly name: string | null
  readonly count?: number | null
  readonly tags?: readonly string[]
}

/** Two subgraphs: a list of things in pages, and who owns each. */
export interface Shelf {
  readonly subgraphs: readonly TestSubgraph[]
  /** Changed by tests, also while they are exported. */
  things: Thing[]
  /** Pages that were asked for: how many rows of them, and behind which cursor. */
  readonly asked: { readonly first: number; readonly after: string | null }[]
  /** Says in place of the owner of a thing what is wrong; null for nothing. */
  ownerFault: (id: string) => string | null
  /** Called before a page is answered. */
  beforePage: (n: number, signal: AbortSignal) => Promise<void> | void
}

/** Makes a shelf of `n` things. */
export function createShelf(n = 0): Shelf {
  const asked: { first: number; after: string | null }[] = []
  const shelf: Shelf = {
    things: Array.from({ length: n }, (_, index) => ({ id: String(index), name: `Thing ${index}` })),
    asked,
    ownerFault: () => null,
    beforePage: () => undefined,
    get subgraphs() {
      return [things, owners]
    },
  }
  interface Args {
    readonly first?: number | null
    readonly after?: string | null
    readonly odd?: string | null
    readonly name?: string | null
  }
  const page = async (_parent: unknown, { first, after = null, odd, name }: Args, context: { signal: AbortSignal }) => {
    const size = first ?? 20
    if (size > 100) throw new GraphQLError('first: at most 100', { extensions: { code: 'BAD_USER_INPUT' } })
    asked.push({ first: size, after })
    await shelf.beforePage(asked.length, context.signal)
    if (odd === 'GONE') throw new GraphQLError('no shelf', { extensions: { code: 'NOT_FOUND' } })
    if (odd === 'NULL') return null
    const all = shelf.things.filter((thing) => name == null || thing.name === name)
    const start = after === null ? 0 : Number(after.slice(1)) + 1
    const rows = all.slice(start, start + size)
    const edges = rows.map((node, index) => ({ cursor: `c${start + index}`, node: odd === 'HOLES' ? null : node }))
    const hasNextPage = start + size < all.length
    const endCursor = odd === 'STUCK' ? 'c0' : (edges.at(-1)?.cursor ?? null)
    const pageInfo = { hasNextPage: odd === 'STUCK' || hasNextPage, endCursor }
    return { edges, nodes: edges.map(({ node }) => node), pageInfo, totalCount: all.length }
  }
  const things: TestSubgraph = {
    name: 'things',
    typeDefs: `
      type Query {
        things(first: Int, after: String, last: Int, before: String, name: String, odd: String): ThingPage
        room(id: ID!): Place
        plain: [Thing!]!
        words(first: Int, after: String): WordPage
        hello: String
      }
      interface Place { id: ID! things(first: Int = 5, after: String): ThingPage! }
      type Room implements Place { id: ID! things(first: Int = 5, after: String): ThingPage! colour: String }
      type Hall implements Place { id: ID! things(first: Int = 5, after: String): ThingPage! }
      type Mutation { add(name: String!): String }
      type Subscription { tick: String }
      type PageInfo { hasNextPage: Boolean! endCursor: String }
      type ThingPage { edges: [ThingEdge!]! nodes: [Thing]! pageInfo: PageInfo! totalCount: Int! }
      type ThingEdge { cursor: String! node: Thing }
      type WordPage { nodes: [String!]! pageInfo: PageInfo! }
      type Thing @key(fields: "id") { id: ID! name: String count: Int tags: [String!]! size: Size }
      type Size { label: String inner: Size parts: [Part!] }
      type Part { id: ID! }
    `,
    resolvers: {
      Query: {
        things: page,
        room: (_root: unknown, { id }: { id: string }) =>
          id === '0' ? null : { __typename: 'Room', id, colour: 'red' },
        plain: () => [],
        hello: () => 'hello',
      },
      Room: { things: page },
      Thing: {
        count: ({ count }: Thing) => count ?? null,
        tags: ({ tags }: Thing) => tags ?? [],
        size: ({ id }: Thing) => ({ label: `s${id}`, inner: { label: null, inner: null, parts: [{ id }] } }),
      },
    },
  }
  const owners: TestSubgraph = {
    name: 'owners',
    typeDefs: 'type Thing @key(fields: "id") { id: ID! owner: Owner } type Owner { email: String }',
    resolvers: {
      Thing: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        owner: ({ id }: { id: string }) => {
          const code = shelf.ownerFault(id)
          if (code !== null) throw new GraphQLError(`no owner of ${id}`, { extensions: { code } })
          return { email: `o${id}@acme.test` }
        },
      },
    },
  }
  return shelf
}
