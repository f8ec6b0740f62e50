import type { TestSubgraph } from '../../graph.ts'
import { tickets, ticketsOf, toColour, toUrgency, type Ticket } from './data.ts'

interface Sent {
  readonly id: string
  readonly rank: number
  readonly region: string
  readonly promise: string
  readonly urgency: string
}

/** Owns tickets; computes of customers from what the shop knows and, in turn, computes from that. */
export const deskSubgraph: TestSubgraph = {
  name: 'desk',
  typeDefs: `
    type Query { tickets: [Ticket!]! }
    type Ticket @key(fields: "id") { id: ID! customer: Customer! }
    type Customer @key(fields: "id") {
      id: ID!
      rank: Int! @external
      region: String! @external
      promise: String! @external
      urgency: String! @requires(fields: "rank region")
      colour: String! @requires(fields: "promise")
      tickets: [Ticket!]!
    }
  `,
  resolvers: {
    Query: { tickets: () => tickets.map(({ id, customer }) => ({ id, customer: { id: customer.id } })) },
    Ticket: {
      __resolveReference: (key: Ticket) => tickets.find(({ id }) => id === key.id),
      customer: ({ customer: { id } }: Ticket) => ({ id }),
    },
    Customer: {
      __resolveReference: (sent: Sent) => sent,
      urgency: ({ rank, region }: Sent) => toUrgency(rank, region),
      colour: ({ promise }: Sent) => toColour(promise, promise.replace('Answered ', '')),
      tickets: (key: Sent) => ticketsOf(key).map(({ id }) => ({ id, customer: { id: key.id } })),
    },
  },
}
