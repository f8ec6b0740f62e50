import type { TestSubgraph } from '../../graph.ts'
import { toDuty, toLabel } from './data.ts'

interface Sent {
  readonly postage: number | null
  readonly origin: { readonly country: { readonly zone: number } } | null
  readonly duty: number
  readonly route: string
}

/** Requires what another subgraph computes from what it requires itself. */
export const customsSubgraph: TestSubgraph = {
  name: 'customs',
  typeDefs: `
    type Query { customs: Int }
    type Parcel @key(fields: "id") {
      id: ID!
      postage(express: Boolean! = false): Float @external
      origin: Address @external
      duty: Float! @requires(fields: "postage(express: true) origin { country { zone } }")
    }
    type Address { country: Country! @external }
    type Country { zone: Int! @external }
  `,
  resolvers: {
    Query: { customs: () => 1 },
    Parcel: {
      __resolveReference: (sent: Sent) => sent,
      duty: (sent: Sent) => toDuty(sent.postage, sent.origin?.country.zone),
    },
  },
}

/** The end of the chain. */
export const labelsSubgraph: TestSubgraph = {
  name: 'labels',
  typeDefs: `
    type Query { labels: Int }
    type Parcel @key(fields: "id") {
      id: ID! duty: Float! @external route: String! @external label: String! @requires(fields: "duty route")
    }
  `,
  resolvers: {
    Query: { labels: () => 1 },
    Parcel: { __resolveReference: (sent: Sent) => sent, label: ({ duty, route }: Sent) => toLabel(duty, route) },
  },
}
