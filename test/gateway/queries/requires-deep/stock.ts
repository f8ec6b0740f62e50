import type { TestSubgraph } from '../../graph.ts'
import { findParcel, parcels } from './data.ts'

/** Owns parcels. */
export const stockSubgraph: TestSubgraph = {
  name: 'stock',
  typeDefs: `
    type Query { parcels: [Parcel!]! parcel(id: ID!): Parcel }
    enum Unit { KG G }
    type Parcel @key(fields: "id") { id: ID! weight(unit: Unit! = KG): Float! origin: Address stops: [Address!]! }
    type Address { city: String! country: Country! }
    type Country { code: String! zone: Int! }
  `,
  resolvers: {
    Query: { parcels: () => parcels, parcel: (_root: unknown, key: { readonly id: string }) => findParcel(key) },
    Parcel: { __resolveReference: findParcel },
  },
}
