import type { TestSubgraph } from '../../graph.ts'
import { echo, passes, tickets, type Filter, type Ticket } from './data.ts'

/** Owns tickets; knows a status more than clients may see, and a field of the filter that the other does not take. */
export const deskSubgraph: TestSubgraph = {
  name: 'desk',
  typeDefs: `
    type Query {
      tickets(filter: Filter, status: Status = OPEN): [Ticket!]!
      echo(filter: Filter, list: [Int], text: String = "none", flag: Boolean): String!
    }
    enum Status { OPEN CLOSED MERGED }
    enum Priority { HIGH LOW }
    input Filter { status: Status tags: [String!] and: Filter deskOnly: Int limit: Int = 10 }
    type Ticket @key(fields: "id") { id: ID! status: String! priority: Priority! tags: [String!]! }
  `,
  resolvers: {
    Query: {
      tickets: (_root: unknown, { filter, status }: { readonly filter?: Filter; readonly status?: string | null }) =>
        tickets.filter((ticket) => passes(ticket, { status: status ?? ticket.status, and: filter ?? null })),
      echo: (_root: unknown, args: object) => echo(args),
    },
    Ticket: { __resolveReference: (key: Ticket) => tickets.find(({ id }) => id === key.id) },
  },
}
