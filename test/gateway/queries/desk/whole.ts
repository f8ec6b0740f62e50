import { people, tickets, toSize, type PersonRow, type TicketRow } from './data.ts'

/** What clients see of people and their tickets. */
export const schema = `
  type Query {
    me: Person! people: [Person!]! person(id: ID!): Person version: String tickets: [Ticket!]! ticket(id: ID!): Ticket
    writers: [Person]!
  }
  enum Mood { GOOD BAD }
  type Person {
    id: ID! name: String zip: Int size(unit: String = "m"): Float address: Address friend: Person
    friends(first: Int = 10): [Person!]! mood: Mood firmMood: Mood! status: String
    tickets(first: Int = 10, reverse: Boolean = false): [Ticket!]! ticketCount: Int!
    postage(express: Boolean = false): Int volume: Float girth: Float label: String firmNumber: Int!
  }
  type Address { zip: Int street: Street }
  type Street { name: String number: Int }
  type Ticket { id: ID! subject: String author: Person! followers: [Person!]! }
`

interface Page {
  readonly first: number | null
  readonly reverse?: boolean | null
}

/** As a subgraph reads it: of null, as of 0, no item. */
const page = <T>(list: readonly T[], { first }: Page): readonly T[] => list.slice(0, first ?? 0)

/** A person with what both subgraphs know. */
function toPerson(row: PersonRow): object {
  const { id, zip, mood } = row
  const own = tickets.filter(({ authorId }) => authorId === id)
  const known = mood === 'SECRET' ? null : mood
  return {
    ...row,
    size: ({ unit }: { readonly unit: string | null }) => toSize(id, unit),
    address: zip && { zip, street: { name: `Road ${zip}`, number: zip } },
    friend: () => people.filter((other) => other.id === row.friendId).map(toPerson)[0],
    friends: (args: Page) =>
      page(
        people.filter((other) => other !== row),
        args,
      ).map(toPerson),
    mood: known,
    firmMood: known,
    status: 'person',
    tickets: (args: Page) => {
      const list = page(own, args).map(toTicket)
      return args.reverse ? list.toReversed() : list
    },
    ticketCount: own.length,
    postage: ({ express }: { readonly express: boolean | null }) => zip && zip * (express ? 2 : 1),
    volume: toSize(id, 'cm') ** 3,
    girth: toSize(id, 'mm') / 2,
    label: zip && `Road ${zip}/${zip}`,
    firmNumber: id === '3' ? null : Number(id),
  }
}

function toTicket(row: TicketRow): object {
  const peopleOf = (ids: readonly string[]) => ids.flatMap((id) => people.filter((person) => person.id === id))
  return {
    ...row,
    author: () => peopleOf([row.authorId]).map(toPerson)[0],
    followers: () => peopleOf(row.followerIds).map(toPerson),
  }
}

/** What the oracle's root fields answer. */
export const roots = {
  me: () => people.map(toPerson)[0],
  people: () => people.map(toPerson),
  person: ({ id }: { readonly id: string }) => people.filter((person) => person.id === id).map(toPerson)[0],
  version: '1',
  tickets: () => tickets.map(toTicket),
  writers: () => people.slice(0, 2).map(toPerson),
  ticket: ({ id }: { readonly id: string }) => tickets.filter((ticket) => ticket.id === id).map(toTicket)[0],
}
