import type { TestSubgraph } from '../../graph.ts'
import { findParcel } from './data.ts'

/** Knows what parcels cost. */
export const pricesSubgraph: TestSubgraph = {
  name: 'prices',
  typeDefs: `
    type Query { prices: Int }
    type Parcel @key(fields: "id") { id: ID! price: Float }
  `,
  resolvers: { Query: { prices: () => 3 }, Parcel: { __resolveReference: findParcel } },
}
