import type { TestSubgraph } from '../../graph.ts'
import { findProduct, toShipping, type Product } from './data.ts'

/** Another one, which extends what the first owns; a value type is in both, as was the custom. */
export const inventorySubgraph: TestSubgraph = {
  name: 'inventory',
  link: '',
  typeDefs: `
    extend type Query { scarce: Product @provides(fields: "name") }
    type Settings { currency: String! }
    extend type Product @key(fields: "upc") {
      upc: ID! @external name: String! @external weight: Int! @external stock: Int! shipping: Int! @requires(fields: "weight")
    }
  `,
  resolvers: {
    Query: { scarce: () => ({ upc: 'b', name: 'Ink' }) },
    Product: {
      __resolveReference: (sent: Product) => sent,
      stock: ({ upc }: Product) => findProduct({ upc })?.stock,
      shipping: ({ upc, weight }: Product) => toShipping(weight, findProduct({ upc })?.stock ?? 0),
    },
  },
}
