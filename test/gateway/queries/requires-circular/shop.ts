import type { TestSubgraph } from '../../graph.ts'
import { customers, findCustomer, toPromise, toRank, type Customer } from './data.ts'

interface Sent {
  readonly id: string
  readonly urgency: string
}

/** Ranks customers; promises by the urgency that the desk computes from the rank. */
export const shopSubgraph: TestSubgraph = {
  name: 'shop',
  typeDefs: `
    type Query { customers: [Customer!]! customer(id: ID!): Customer }
    type Customer @key(fields: "id") {
      id: ID! orders: Int! rank: Int! region: String!
      urgency: String! @external
      promise: String! @requires(fields: "urgency")
      friend: Customer
    }
  `,
  resolvers: {
    Query: { customers: () => customers, customer: (_root: unknown, key: Customer) => findCustomer(key) },
    Customer: {
      __resolveReference: (sent: Sent) => ({ ...sent, ...findCustomer(sent) }),
      rank: ({ orders }: Customer) => toRank(orders),
      promise: ({ urgency }: Sent) => toPromise(urgency),
      friend: ({ id }: Customer) => customers.find((other) => other.id !== id),
    },
  },
}
