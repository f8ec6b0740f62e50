import type { TestSubgraph } from '../../graph.ts'
import { findSeat, seats, type Seat } from './data.ts'

/** Sells seats; says where they are by a desk that it knows nothing else of. */
export const licencesSubgraph: TestSubgraph = {
  name: 'licences',
  typeDefs: `
    type Query { seats: [Seat!]! seat(tenant: ID!, number: Int!): Seat }
    type Seat @key(fields: "tenant { id } number") { tenant: Tenant! number: Int! price: Int! desk: Desk! }
    type Tenant { id: ID! region: Region! @shareable }
    type Region @shareable { code: String! }
    type Desk @key(fields: "place { building floors { level } }", resolvable: false) { place: Place! }
    type Place @shareable { building: String! floors: [Floor!]! }
    type Floor @shareable { level: Int! }
  `,
  resolvers: {
    Query: {
      seats: () => seats,
      seat: (_root: unknown, { tenant, number }: { readonly tenant: string; readonly number: number }) =>
        seats.find((seat) => seat.tenant.id === tenant && seat.number === number),
    },
    Seat: { __resolveReference: findSeat, desk: ({ desk }: Seat) => ({ place: desk.place }) },
  },
}
