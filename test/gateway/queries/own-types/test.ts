import { testCase } from '../case.ts'
import { testSubscriptions } from '../subscription-case.ts'
import { archiveSubgraph } from './archive.ts'
import { chatSubgraph } from './chat.ts'
import {
  closing,
  contacts,
  findContact,
  greetingOf,
  isKept,
  pageOfChat,
  pageOfMail,
  stateOf,
  tickets,
  toPage,
  toStreams,
  type Contact,
  type Page,
  type Ticket,
} from './data.ts'
import { deskSubgraph } from './desk.ts'
import { mailSubgraph } from './mail.ts'

/** A ticket with what is known of its kind; of the last of all nothing is. */
const toWhole = (ticket: Ticket | null): object | null =>
  ticket && {
    ...ticket,
    contact: () => toWholeContact(findContact(ticket.contactId)),
    address: ticket.id === 'x9' ? null : `${ticket.id}@example.com`,
    greeting: greetingOf(ticket),
    seconds: ticket.id.length * 30,
    state: ticket.__typename === 'Draft' ? 'DRAFT' : stateOf(ticket),
    kept: ticket.__typename === 'Draft' ? null : isKept(ticket),
  }

const toWholeContact = (contact: Contact | null): object | null =>
  contact && {
    ...contact,
    tickets: () => toWholePage(contact.__typename === 'MailContact' ? pageOfMail() : pageOfChat(contact)),
  }

const toWholePage = ({ nodes }: Page): object => ({
  nodes: nodes.map(toWhole),
  items: nodes.map(toWhole),
  first: toWhole(nodes[0] ?? null),
  next: () => (nodes.length > 1 ? toWholePage(toPage(nodes.slice(1))) : null),
})

const toWholeContacts = (kind: Contact['__typename']) =>
  contacts.filter(({ __typename }) => __typename === kind).map(toWholeContact)

const subgraphs = [deskSubgraph, mailSubgraph, chatSubgraph, archiveSubgraph]

const schema = `
  type Query { tickets: TicketPage ticket(id: ID!): Ticket writers: [MailContact!]! chatters: [ChatContact!]! }
  type Mutation { close(id: ID!): Closing! }
  type Subscription { pageChanged: TicketPage }
  type Closing { ticket: Ticket left: TicketPage! }
  type TicketPage { nodes: [Ticket] items: [Item]! first: Ticket next: TicketPage }
  interface Ticket { id: ID! subject: String contact: Contact state: String kept: Boolean }
  union Item = MailTicket | ChatTicket | CallTicket | Draft
  type MailTicket implements Ticket { id: ID! subject: String contact: Contact state: String kept: Boolean address: String! greeting: String }
  type ChatTicket implements Ticket { id: ID! subject: String contact: Contact state: String kept: Boolean }
  type CallTicket implements Ticket { id: ID! subject: String contact: Contact state: String kept: Boolean seconds: Int }
  type Draft implements Ticket { id: ID! subject: String contact: Contact state: String kept: Boolean }
  interface Contact { id: ID! name: String tickets: TicketPage! }
  type MailContact implements Contact { id: ID! name: String tickets: TicketPage! }
  type ChatContact implements Contact { id: ID! name: String tickets: TicketPage! }
`

testCase('a value type with interfaces and unions of which each subgraph knows its own types', {
  subgraphs,
  schema,
  roots: {
    tickets: toWholePage(toPage(tickets)),
    ticket: (key: Ticket) => toWhole(tickets.find(({ id }) => id === key.id) ?? null),
    writers: toWholeContacts('MailContact'),
    chatters: toWholeContacts('ChatContact'),
    close: ({ id }: Ticket) => {
      const { ticket, left } = closing(id)
      return { ticket: toWhole(ticket), left: toWholePage(left) }
    },
  },
  samples: { id: ['m1', 'c2', 'p1', 'x9', 'n0'] },
  operations: {
    'asks of the interface what only the types have elsewhere': '{ tickets { nodes { subject } } }',
    'asks what the interface has as well': '{ tickets { nodes { id again: id __typename } } }',
    'asks each type for itself':
      '{ tickets { nodes { ... on MailTicket { subject } ... on ChatTicket { subject } ... on CallTicket { subject } } } }',
    'asks two types of three, and one alone':
      '{ tickets { nodes { ... on MailTicket { subject } ... on CallTicket { subject } } next { nodes { ... on CallTicket { subject } } } } }',
    'asks types that know different things':
      '{ tickets { nodes { id ... on MailTicket { address } ... on CallTicket { seconds } ... on Ticket { subject } } } }',
    'asks one name of types that mean different fields by it':
      '{ tickets { nodes { ... on MailTicket { it: greeting } ... on ChatTicket { it: subject } ... on CallTicket { it: state } } } }',
    'stays where the types are known': {
      text: '{ writers { tickets { nodes { subject } } } }',
      plan: 'Fetch mail: {writers{tickets{nodes{__typename subject}}}}',
    },
    'goes around: tickets, contact, tickets':
      '{ tickets { nodes { contact { name tickets { nodes { subject contact { tickets { nodes { id subject } } } } } } } } }',
    'goes around from contacts':
      '{ writers { tickets { nodes { subject contact { tickets { nodes { contact { name } } } } } } } chatters { tickets { nodes { subject } } } }',
    'asks members of a union':
      '{ tickets { items { ... on MailTicket { subject } ... on CallTicket { subject } ... on Ticket { id contact { name } } } } }',
    'asks single objects and pages of pages':
      '{ tickets { first { subject } next { first { subject } next { nodes { subject } items { ... on Ticket { subject } } } } } }',
    'asks in fragments and under conditions': {
      text: `query ($no: Boolean!) { tickets { ...P } } 
        fragment P on TicketPage { nodes { ...T @skip(if: $no) subject @include(if: $no) } next { nodes { ...T } } }
        fragment T on Ticket { subject ... on ChatTicket { contact { ... on ChatContact { name } } } }`,
      variables: { no: false },
    },
    'goes back to those that know a type less':
      '{ writers { tickets { nodes { state subject kept } } } tickets { nodes { state kept } } }',
    'asks an object that several know, each in part':
      '{ ticket(id: "m1") { state kept subject } gone: ticket(id: "x9") { state kept subject } none: ticket(id: "n0") { kept state } }',
    'asks what a mutation leaves': 'mutation { close(id: "m1") { ticket { subject } left { nodes { subject } } } }',
    'asks after several mutations':
      'mutation { a: close(id: "c1") { left { nodes { subject } first { contact { name } } } } b: close(id: "n0") { ticket { subject } left { first { subject } } } }',
  },
})

testSubscriptions('subscriptions whose events have such a value', {
  subgraphs,
  schema,
  streams: toStreams(toWholePage),
  operations: {
    'ask of the interface': 'subscription { pageChanged { nodes { subject } } }',
    'ask of the types, and around': `subscription { pageChanged {
      nodes { ... on MailTicket { subject address } ... on ChatTicket { subject contact { tickets { nodes { subject } } } } }
      next { first { subject } }
    } }`,
  },
})
