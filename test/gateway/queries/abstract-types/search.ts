import type { TestSubgraph } from '../../graph.ts'
import { findFound, found, type Found, type Post } from './data.ts'

const typeOf = { __resolveType: ({ __typename }: Found | Post) => __typename }

/** Owns what is found: a union, and interfaces over some of its members and others. */
export const searchSubgraph: TestSubgraph = {
  name: 'search',
  typeDefs: `
    type Query { search(first: Int): [Result]! titled: [Titled!]! voted: [Voted] one(id: ID!): Node }
    union Result = Article | Video | Thread
    interface Node { id: ID! }
    interface Titled implements Node { id: ID! title: String! }
    interface Voted { votes: Int! }
    type Article implements Titled & Node & Voted @key(fields: "id") { id: ID! title: String! votes: Int! tags: [String!]! }
    type Video implements Titled & Node @key(fields: "id") { id: ID! title: String! length: Int }
    type Thread implements Node @key(fields: "id") { id: ID! topic: String! first: Post! last: Post }
    interface Post implements Voted { votes: Int! text: String! about: Result! }
    type Question implements Post & Voted { votes: Int! text: String! about: Result! }
    type Answer implements Post & Voted { votes: Int! text: String! about: Result! }
  `,
  resolvers: {
    Query: {
      search: (_root: unknown, { first }: { readonly first?: number | null }) => found.slice(0, first ?? found.length),
      titled: () => found.slice(0, 2),
      voted: () => [found[0], found[2].__typename === 'Thread' ? found[2].last : null, null],
      one: (_root: unknown, key: { readonly id: string }) => findFound(key),
    },
    Result: typeOf,
    Node: typeOf,
    Titled: typeOf,
    Voted: typeOf,
    Post: typeOf,
    Article: { __resolveReference: findFound },
    Video: { __resolveReference: findFound },
    Thread: { __resolveReference: findFound },
  },
}
