import type { TestSubgraph } from '../../graph.ts'
import { findProduct, products } from './data.ts'

/** A subgraph of the first federation: it links nothing, and owns products. */
export const productsSubgraph: TestSubgraph = {
  name: 'products',
  link: '',
  typeDefs: `
    type Query { products: [Product!]! settings: Settings }
    type Settings { currency: String! }
    type Product @key(fields: "upc") { upc: ID! name: String! weight: Int! }
  `,
  resolvers: {
    Query: { products: () => products, settings: () => ({ currency: 'EUR' }) },
    Product: { __resolveReference: findProduct },
  },
}
