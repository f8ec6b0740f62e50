import type { TestSubgraph } from '../../graph.ts'
import { findContact, findTicket, greetingOf, pageOfMail, subjectOf, toPage, type Page, type Ticket } from './data.ts'

const typeOf = { __resolveType: ({ __typename }: { readonly __typename: string }) => __typename }

/** Knows tickets of mail and of chat, and drafts, which nobody else has. */
export const mailSubgraph: TestSubgraph = {
  name: 'mail',
  typeDefs: `
    type Query { writers: [MailContact!]! }
    type TicketPage @shareable { nodes: [Ticket] items: [Item]! first: Ticket next: TicketPage }
    interface Ticket { id: ID! subject: String }
    union Item = MailTicket | ChatTicket | Draft
    type MailTicket implements Ticket @key(fields: "id") { id: ID! subject: String contact: Contact address: String! greeting: String }
    type ChatTicket implements Ticket @key(fields: "id") { id: ID! subject: String @shareable }
    type Draft implements Ticket { id: ID! subject: String contact: Contact state: String kept: Boolean }
    interface Contact { id: ID! name: String tickets: TicketPage! }
    type MailContact implements Contact @key(fields: "id") { id: ID! name: String tickets: TicketPage! }
  `,
  resolvers: {
    Query: { writers: () => [findContact('k1')] },
    TicketPage: {
      items: ({ nodes }: Page) => nodes,
      first: ({ nodes }: Page) => nodes[0] ?? null,
      next: ({ nodes }: Page) => (nodes.length > 1 ? toPage(nodes.slice(1)) : null),
    },
    Ticket: typeOf,
    Item: typeOf,
    Contact: typeOf,
    MailTicket: {
      __resolveReference: findTicket,
      contact: ({ contactId }: Ticket) => findContact(contactId),
      greeting: greetingOf,
      address: ({ id }: Ticket) => `${id}@example.com`,
    },
    ChatTicket: { __resolveReference: findTicket, subject: subjectOf },
    Draft: {
      contact: ({ contactId }: Ticket) => findContact(contactId),
      state: () => 'DRAFT',
      kept: () => null,
    },
    MailContact: { __resolveReference: ({ id }: Ticket) => findContact(id), tickets: pageOfMail },
  },
}
