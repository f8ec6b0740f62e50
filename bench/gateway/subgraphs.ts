import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph'
import { parse, type GraphQLSchema } from 'graphql'
import { composeSupergraph } from '../../gateway/compose.ts'
import { products, reviews, stocks, users } from './data.ts'

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])\n'

/** One subgraph: what it says of itself, and what answers. */
export interface BenchSubgraph {
  readonly name: string
  readonly sdl: string
  readonly resolvers: GraphQLResolverMap<unknown>
}

interface Key {
  readonly id: string
}

interface Page {
  readonly first: number
  readonly skip: number
}

const byId = <T extends Key>(list: readonly T[]) => {
  const map = new Map(list.map((each) => [each.id, each]))
  return ({ id }: Key) => map.get(id)
}
const userOf = byId(users)
const productOf = byId(products)
const reviewsBy = (key: 'productId' | 'authorId') => {
  const map = Map.groupBy(reviews, (review) => review[key])
  return ({ id }: Key) => map.get(id) ?? []
}
const reviewsOfProduct = reviewsBy('productId')
const reviewsOfAuthor = reviewsBy('authorId')

/** Four subgraphs over the same few things. Each answers at once, from memory: what is measured is the gateway. */
export const subgraphs: readonly BenchSubgraph[] = [
  {
    name: 'catalogue',
    sdl: `${LINK}
      type Query { products(first: Int!, skip: Int!): [Product!]! product(id: ID!): Product }
      type Product @key(fields: "id") { id: ID! name: String! tags: [String!]! seller: User! }
      type User @key(fields: "id", resolvable: false) { id: ID! }`,
    resolvers: {
      Query: {
        products: (_root: unknown, { first, skip }: Page) => products.slice(skip, skip + first),
        product: (_root: unknown, key: Key) => productOf(key),
      },
      Product: { __resolveReference: productOf, seller: ({ sellerId }: { sellerId: string }) => ({ id: sellerId }) },
    },
  },
  {
    name: 'people',
    sdl: `${LINK}
      type Query { user(id: ID!): User }
      type User @key(fields: "id") { id: ID! name: String! city: String }`,
    resolvers: {
      Query: { user: (_root: unknown, key: Key) => userOf(key) },
      User: { __resolveReference: userOf },
    },
  },
  {
    name: 'reviews',
    sdl: `${LINK}
      type Query { review(id: ID!): Review }
      type Review @key(fields: "id") { id: ID! text: String! stars: Int! author: User! }
      type Product @key(fields: "id") { id: ID! reviews: [Review!]! }
      type User @key(fields: "id") { id: ID! reviewCount: Int! }`,
    resolvers: {
      Query: { review: (_root: unknown, key: Key) => byId(reviews)(key) },
      Review: { author: ({ authorId }: { authorId: string }) => ({ id: authorId }) },
      Product: { __resolveReference: ({ id }: Key) => ({ id }), reviews: reviewsOfProduct },
      User: { __resolveReference: ({ id }: Key) => ({ id }), reviewCount: (user: Key) => reviewsOfAuthor(user).length },
    },
  },
  {
    name: 'stocks',
    sdl: `${LINK}
      type Query { stocked: Int! }
      type Product @key(fields: "id") { id: ID! price: Int stock: Int }`,
    resolvers: {
      Query: { stocked: () => stocks.size },
      Product: { __resolveReference: ({ id }: Key) => ({ id, ...stocks.get(id) }) },
    },
  },
]

/** Builds a subgraph's schema. */
export function buildSubgraph({ sdl, resolvers }: BenchSubgraph): GraphQLSchema {
  return buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }])
}

/** Composes the subgraphs as they are reached under an address. */
export function composeAt(url: string) {
  return composeSupergraph(subgraphs.map(({ name, sdl }) => ({ name, url: `${url}/${name}`, sdl })))
}
