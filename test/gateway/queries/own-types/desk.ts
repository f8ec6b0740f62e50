import type { TestSubgraph } from '../../graph.ts'
import { closing, stateOf, tickets, toPage, toStreams, type Page, type Ticket } from './data.ts'

const typeOf = { __resolveType: ({ __typename }: { readonly __typename: string }) => __typename }

/** Of a ticket it knows of which kind it is, and whether it is open. */
const stub = (ticket: Ticket | null) => ticket && { __typename: ticket.__typename, id: ticket.id }
/** Keys are sent of tickets that are there, so that what is sent is what is there. */
const own = { __resolveReference: (sent: unknown) => sent, state: stateOf }
const stubs = ({ nodes }: Page) => nodes.map(stub)

/** Lists tickets of all kinds. */
export const deskSubgraph: TestSubgraph = {
  name: 'desk',
  typeDefs: `
    type Query { tickets: TicketPage ticket(id: ID!): Ticket @shareable }
    type Mutation { close(id: ID!): Closing! }
    type Subscription { pageChanged: TicketPage }
    type Closing { ticket: Ticket left: TicketPage! }
    type TicketPage @shareable { nodes: [Ticket] items: [Item]! first: Ticket next: TicketPage }
    interface Ticket { id: ID! state: String }
    union Item = MailTicket | ChatTicket | CallTicket
    type MailTicket implements Ticket @key(fields: "id") { id: ID! state: String }
    type ChatTicket implements Ticket @key(fields: "id") { id: ID! state: String }
    type CallTicket implements Ticket @key(fields: "id") { id: ID! state: String }
  `,
  resolvers: {
    Query: {
      tickets: () => toPage(tickets),
      ticket: (_root: unknown, key: Ticket) => stub(tickets.find(({ id }) => id === key.id) ?? null),
    },
    Mutation: { close: (_root: unknown, { id }: Ticket) => closing(id) },
    Subscription: { pageChanged: { subscribe: toStreams((page) => page).pageChanged } },
    Closing: { ticket: ({ ticket }: { readonly ticket: Ticket | null }) => stub(ticket) },
    TicketPage: {
      nodes: stubs,
      items: stubs,
      first: ({ nodes }: Page) => stub(nodes[0] ?? null),
      next: ({ nodes }: Page) => (nodes.length > 1 ? toPage(nodes.slice(1)) : null),
    },
    Ticket: typeOf,
    Item: typeOf,
    MailTicket: own,
    ChatTicket: own,
    CallTicket: own,
  },
}
