import type { TestSubgraph } from '../../graph.ts'
import { priceOf, summaryOf, type Party, type Priced } from './data.ts'

/** Computes from what it is sent of calls and of who speaks in them. */
export const billingSubgraph: TestSubgraph = {
  name: 'billing',
  typeDefs: `
    type Query { currency: String! }
    interface Party { id: ID! }
    type Call @key(fields: "id") {
      id: ID!
      seconds: Int! @external
      agent: Agent @external
      caller: Party @external
      price: Int @requires(fields: "seconds agent { grade }")
      summary: String! @requires(fields: "caller { __typename ... on Customer { company } }")
    }
    type Agent implements Party @key(fields: "id") { id: ID! grade: Int @external }
    type Customer implements Party @key(fields: "id") { id: ID! company: String @external }
  `,
  resolvers: {
    Query: { currency: () => 'EUR' },
    Party: { __resolveType: ({ __typename }: Party) => __typename },
    Call: {
      __resolveReference: (sent: Priced) => sent,
      price: priceOf,
      summary: summaryOf,
    },
  },
}
