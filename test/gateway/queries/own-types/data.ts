/** A ticket of some kind. Invented. */
export interface Ticket {
  readonly __typename: 'MailTicket' | 'ChatTicket' | 'CallTicket' | 'Draft'
  readonly id: string
  /** Null where it has none; fails where it is not to be told. */
  readonly subject: string | null | (() => never)
  readonly contactId: string | null
}

/** A contact, by the subgraph that knows its kind. */
export interface Contact {
  readonly __typename: 'MailContact' | 'ChatContact'
  readonly id: string
  readonly name: string | null
}

/** One page of tickets, as whoever tells it knows them. */
export interface Page {
  readonly __typename: 'TicketPage'
  readonly nodes: readonly (Ticket | null)[]
}

const fail = (): never => {
  throw new Error('not to be told')
}

/** Tickets of all kinds; the last is known to nobody but the desk. */
export const tickets: readonly Ticket[] = [
  { __typename: 'MailTicket', id: 'm1', subject: 'Invoice', contactId: 'k1' },
  { __typename: 'ChatTicket', id: 'c1', subject: 'Hello', contactId: 'l1' },
  { __typename: 'CallTicket', id: 'p1', subject: null, contactId: 'l2' },
  { __typename: 'MailTicket', id: 'm2', subject: fail, contactId: null },
  { __typename: 'ChatTicket', id: 'c2', subject: null, contactId: 'l1' },
  { __typename: 'CallTicket', id: 'p2', subject: 'Callback', contactId: null },
  { __typename: 'MailTicket', id: 'x9', subject: null, contactId: null },
]

/** A ticket that is none yet, and has no key. */
export const draft: Ticket = { __typename: 'Draft', id: 'd1', subject: 'Unsent', contactId: 'k1' }

/** Whether a ticket is open, as the desk knows. */
export const stateOf = ({ id }: { readonly id: string }): string => (id.endsWith('1') ? 'OPEN' : 'SOLVED')

/** Whether a ticket is kept for good. */
export const isKept = ({ id }: { readonly id: string }): boolean => id.endsWith('2')

/** How a ticket of mail begins; nothing is known of the last. */
export const greetingOf = ({ id }: { readonly id: string }): string | null => (id === 'x9' ? null : `Dear ${id}`)

/** Contacts of both kinds. */
export const contacts: readonly Contact[] = [
  { __typename: 'MailContact', id: 'k1', name: 'Kim' },
  { __typename: 'ChatContact', id: 'l1', name: 'Lee' },
  { __typename: 'ChatContact', id: 'l2', name: null },
]

/** The ticket of a key, for those who know tickets; null for one that they do not know. */
export const findTicket = (key: { readonly id: string }): Ticket | null =>
  tickets.find(({ id }) => id === key.id && id !== 'x9') ?? null

/** The contact of a key, or of none. */
export const findContact = (key: string | null): Contact | null => contacts.find(({ id }) => id === key) ?? null

/** Tickets as a page. */
export const toPage = (nodes: readonly (Ticket | null)[]): Page => ({ __typename: 'TicketPage', nodes })

/** The tickets of a contact of mail: those of mail and chat, for others are not known there. */
export const pageOfMail = (): Page =>
  toPage([draft, ...tickets.filter(({ __typename, id }) => __typename !== 'CallTicket' && id !== 'x9'), null])

/** The tickets of a contact of chat, likewise. */
export const pageOfChat = ({ id }: { readonly id: string }): Page =>
  toPage(tickets.filter(({ __typename, contactId }) => __typename !== 'MailTicket' && contactId === id))

/** What a resolver tells the subject of a ticket by. */
export const subjectOf = ({ id }: { readonly id: string }): string | null => {
  const subject = [...tickets, draft].find((ticket) => ticket.id === id)?.subject ?? null
  return typeof subject === 'function' ? subject() : subject
}

/** Whatever closes tickets tells of the closed one, and of what is left. */
export const closing = (id: string) => ({
  ticket: tickets.find((ticket) => ticket.id === id) ?? null,
  left: toPage(tickets.filter((ticket) => ticket.id !== id)),
})

async function* tell(field: string, values: readonly unknown[]): AsyncGenerator<object> {
  for (const value of values) yield { [field]: value }
}

/** The streams: each tells its events as soon as somebody subscribes, and ends. */
export const toStreams = (toTold: (page: Page) => unknown) => ({
  pageChanged: () =>
    tell('pageChanged', [
      toTold(toPage(tickets)),
      toTold(toPage([])),
      fail,
      null,
      toTold(toPage([null, ...tickets.slice(1, 3)])),
    ]),
})
