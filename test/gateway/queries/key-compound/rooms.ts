import type { TestSubgraph } from '../../graph.ts'
import { desks, findDesk, type Desk } from './data.ts'

/** Owns desks; names their seats by key. */
export const roomsSubgraph: TestSubgraph = {
  name: 'rooms',
  typeDefs: `
    type Query { desks: [Desk]! }
    type Desk @key(fields: "place { building floors { level } }") { place: Place! label: String! seats: [Seat!]! }
    type Place @shareable { building: String! floors: [Floor!]! }
    type Floor @shareable { level: Int! }
    type Seat @key(fields: "tenant { id } number", resolvable: false) { tenant: Tenant! number: Int! }
    type Tenant { id: ID! }
  `,
  resolvers: {
    Query: { desks: () => [desks[1], null, desks[0]] },
    Desk: {
      __resolveReference: findDesk,
      seats: (desk: Desk) => desk.seats().map(({ tenant: { id }, number }) => ({ tenant: { id }, number })),
    },
  },
}
