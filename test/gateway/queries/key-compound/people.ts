import type { TestSubgraph } from '../../graph.ts'
import { findSeat } from './data.ts'

/** Knows who holds a seat, and asks for more to find it than it has to. */
export const peopleSubgraph: TestSubgraph = {
  name: 'people',
  typeDefs: `
    type Query { people: Int }
    type Seat @key(fields: "number tenant { id region { code } }") { tenant: Tenant! @shareable number: Int! @shareable holder: String }
    type Tenant { id: ID! @shareable region: Region! @shareable }
    type Region @shareable { code: String! }
  `,
  resolvers: { Query: { people: () => 2 }, Seat: { __resolveReference: findSeat } },
}
