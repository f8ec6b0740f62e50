import type { TestSubgraph } from '../../graph.ts'
import { findItem, findReader } from './data.ts'
import { LINK } from './link.ts'

/** Knows how good readers are, and what things cost. */
export const stockSubgraph: TestSubgraph = {
  name: 'stock',
  link: LINK,
  typeDefs: `
    type Query { stock: Int }
    type Member @key(fields: "id") { id: ID! tier: Int! }
    type Gift @key(fields: "id") { id: ID! cents: Int }
  `,
  resolvers: {
    Query: { stock: () => 7 },
    Member: { __resolveReference: findReader },
    Gift: { __resolveReference: findItem },
  },
}
