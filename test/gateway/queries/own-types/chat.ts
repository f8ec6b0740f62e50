import type { TestSubgraph } from '../../graph.ts'
import { findContact, findTicket, pageOfChat, toPage, type Page, type Ticket } from './data.ts'

const typeOf = { __resolveType: ({ __typename }: { readonly __typename: string }) => __typename }

/** Knows tickets of chat and of calls. */
export const chatSubgraph: TestSubgraph = {
  name: 'chat',
  typeDefs: `
    type Query { chatters: [ChatContact!]! }
    type TicketPage @shareable { nodes: [Ticket] items: [Item]! first: Ticket next: TicketPage }
    interface Ticket { id: ID! subject: String contact: Contact }
    union Item = ChatTicket | CallTicket
    type ChatTicket implements Ticket @key(fields: "id") { id: ID! subject: String @shareable contact: Contact }
    type CallTicket implements Ticket @key(fields: "id") { id: ID! subject: String contact: Contact seconds: Int }
    interface Contact { id: ID! name: String tickets: TicketPage! }
    type ChatContact implements Contact @key(fields: "id") { id: ID! name: String tickets: TicketPage! }
  `,
  resolvers: {
    Query: { chatters: () => ['l1', 'l2'].map(findContact) },
    TicketPage: {
      items: ({ nodes }: Page) => nodes,
      first: ({ nodes }: Page) => nodes[0] ?? null,
      next: ({ nodes }: Page) => (nodes.length > 1 ? toPage(nodes.slice(1)) : null),
    },
    Ticket: typeOf,
    Item: typeOf,
    Contact: typeOf,
    ChatTicket: { __resolveReference: findTicket, contact: ({ contactId }: Ticket) => findContact(contactId) },
    CallTicket: {
      __resolveReference: findTicket,
      contact: ({ contactId }: Ticket) => findContact(contactId),
      seconds: ({ id }: Ticket) => id.length * 30,
    },
    ChatContact: { __resolveReference: ({ id }: Ticket) => findContact(id), tickets: pageOfChat },
  },
}
