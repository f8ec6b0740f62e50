import type { TestSubgraph } from '../../graph.ts'
import { findCustomer } from './data.ts'

/** Owns customers. */
export const customersSubgraph: TestSubgraph = {
  name: 'customers',
  typeDefs: `
    type Query { customers: Int }
    type Customer @key(fields: "id") { id: ID! name: String vip: Boolean }
  `,
  resolvers: { Query: { customers: () => 2 }, Customer: { __resolveReference: findCustomer } },
}
