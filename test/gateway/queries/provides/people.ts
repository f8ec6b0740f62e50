import type { TestSubgraph } from '../../graph.ts'
import { findSender } from './data.ts'

/** Owns senders and their teams. */
export const peopleSubgraph: TestSubgraph = {
  name: 'people',
  typeDefs: `
    type Query { people: Int }
    type Sender @key(fields: "id") { id: ID! name: String! @shareable email: String! team: Team! @shareable }
    type Team @shareable { id: ID! title: String! lead: Lead! }
    type Lead @shareable { name: String! }
  `,
  resolvers: { Query: { people: () => 2 }, Sender: { __resolveReference: findSender } },
}
