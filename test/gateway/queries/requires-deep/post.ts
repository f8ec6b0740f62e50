import type { TestSubgraph } from '../../graph.ts'
import { toPostage, toRoute, type Address } from './data.ts'

interface Sent {
  readonly id: string
  readonly weight: number
  readonly price: number | null
  readonly origin: Address | null
  readonly stops: readonly Address[]
}

/** Computes from what it is sent, and nothing else: a field with an argument, from several subgraphs, nested, in lists. */
export const postSubgraph: TestSubgraph = {
  name: 'post',
  typeDefs: `
    type Query { post: Int }
    enum Unit { KG G }
    type Parcel @key(fields: "id") {
      id: ID!
      weight(unit: Unit! = KG): Float! @external
      price: Float @external
      origin: Address @external
      stops: [Address!]! @external
      postage(express: Boolean! = false): Float @requires(fields: "weight(unit: G) price")
      route: String! @requires(fields: "origin { city country { code } } stops { city country { code } }")
    }
    type Address { city: String! @external country: Country! @external }
    type Country { code: String! @external }
  `,
  resolvers: {
    Query: { post: () => 1 },
    Parcel: {
      __resolveReference: (sent: Sent) => sent,
      postage: ({ weight, price }: Sent, { express }: { readonly express: boolean }) =>
        toPostage(weight, price, express),
      route: ({ origin, stops }: Sent) => toRoute(origin, stops),
    },
  },
}
