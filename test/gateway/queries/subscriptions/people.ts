import type { TestSubgraph } from '../../graph.ts'
import { findParty, type Party } from './data.ts'

/** Owns agents and customers. */
export const peopleSubgraph: TestSubgraph = {
  name: 'people',
  typeDefs: `
    type Query { party(id: ID!): Party }
    interface Party { id: ID! name: String }
    type Agent implements Party @key(fields: "id") { id: ID! name: String grade: Int manager: Agent }
    type Customer implements Party @key(fields: "id") { id: ID! name: String company: String }
  `,
  resolvers: {
    Query: { party: (_, key: { readonly id: string }) => findParty(key) },
    Party: { __resolveType: ({ __typename }: Party) => __typename },
    Agent: { __resolveReference: findParty },
    Customer: { __resolveReference: findParty },
  },
}
