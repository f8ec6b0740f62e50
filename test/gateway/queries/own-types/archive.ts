import type { TestSubgraph } from '../../graph.ts'
import { isKept, tickets, type Ticket } from './data.ts'

const own = { __resolveReference: (sent: unknown) => sent, kept: isKept }

/** Finds tickets as the desk does; knows of each whether it is kept. */
export const archiveSubgraph: TestSubgraph = {
  name: 'archive',
  typeDefs: `
    type Query { ticket(id: ID!): Ticket @shareable }
    interface Ticket { id: ID! kept: Boolean }
    type MailTicket implements Ticket @key(fields: "id") { id: ID! kept: Boolean }
    type ChatTicket implements Ticket @key(fields: "id") { id: ID! kept: Boolean }
    type CallTicket implements Ticket @key(fields: "id") { id: ID! kept: Boolean }
  `,
  resolvers: {
    Query: { ticket: (_root: unknown, key: Ticket) => tickets.find(({ id }) => id === key.id) ?? null },
    Ticket: { __resolveType: ({ __typename }: Ticket) => __typename },
    MailTicket: own,
    ChatTicket: own,
    CallTicket: own,
  },
}
