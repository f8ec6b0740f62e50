import type { TestSubgraph } from '../../graph.ts'
import { findProduct, type Product } from './data.ts'

/** A subgraph of the second federation that extends it by the directive and by the keyword. */
export const reviewsSubgraph: TestSubgraph = {
  name: 'reviews',
  link: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key", "@extends", "@external", "@requires"])\n`,
  typeDefs: `
    type Query @extends { reviewed(least: Int = 1): [Product!]! }
    type Product @extends @key(fields: "upc") { upc: ID! @external name: String! @external stars: Int headline: String @requires(fields: "name") }
    extend type Product { related: [Product] }
  `,
  resolvers: {
    Query: {
      reviewed: (_root: unknown, { least }: { readonly least: number | null }) => (least === 1 ? [{ upc: 'a' }] : []),
    },
    Product: {
      __resolveReference: (sent: Product) => sent,
      stars: ({ upc }: Product) => (upc === 'a' ? 5 : null),
      headline: ({ name }: Product) => `${name}!`,
      related: ({ upc }: Product) => (findProduct({ upc }) ? [{ upc: 'b' }, null] : null),
    },
  },
}
