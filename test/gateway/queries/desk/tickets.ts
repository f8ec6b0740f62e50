import type { TestSubgraph } from '../../graph.ts'
import { tickets, type TicketRow } from './data.ts'

interface PersonKey {
  readonly id: string
  readonly zip?: number | null
  readonly size?: number
  readonly address?: { readonly street: { readonly name: string; readonly number: number } } | null
}

/** Owns tickets, and what tickets know of people. */
export const ticketsSubgraph: TestSubgraph = {
  name: 'tickets',
  typeDefs: `
    type Query { tickets: [Ticket!]! ticket(id: ID!): Ticket writers: [Person]! }
    type Ticket @key(fields: "id") { id: ID! subject: String author: Person! followers: [Person!]! }
    type Person @key(fields: "id") {
      id: ID!
      zip: Int @external
      size(unit: String = "m"): Float @external
      address: Address @external
      tickets(first: Int = 10, reverse: Boolean = false): [Ticket!]!
      ticketCount: Int!
      postage(express: Boolean = false): Int @requires(fields: "zip")
      volume: Float @requires(fields: "size(unit: \\"cm\\")")
      girth: Float @requires(fields: "size(unit: \\"mm\\")")
      label: String @requires(fields: "address { street { name number } }")
      firmNumber: Int!
    }
    type Address { street: Street @external }
    type Street { name: String @external number: Int @external }
  `,
  resolvers: {
    Query: {
      writers: () => [{ id: '1' }, { id: '2' }],
      tickets: () => tickets,
      ticket: (_root: unknown, { id }: { id: string }) => tickets.find((ticket) => ticket.id === id) ?? null,
    },
    Ticket: {
      __resolveReference: ({ id }: TicketRow) => tickets.find((ticket) => ticket.id === id),
      author: ({ authorId }: TicketRow) => ({ id: authorId }),
      followers: ({ followerIds }: TicketRow) => followerIds.map((id) => ({ id })),
    },
    Person: {
      __resolveReference: (person: PersonKey) => person,
      tickets: ({ id }: PersonKey, { first, reverse }: { first: number; reverse: boolean }) => {
        const own = tickets.filter((ticket) => ticket.authorId === id).slice(0, first)
        return reverse ? own.reverse() : own
      },
      ticketCount: ({ id }: PersonKey) => tickets.filter((ticket) => ticket.authorId === id).length,
      postage: ({ zip }: PersonKey, { express }: { express: boolean }) => zip && zip * (express ? 2 : 1),
      volume: ({ size }: PersonKey) => (size === undefined ? null : size ** 3),
      girth: ({ size }: PersonKey) => (size === undefined ? null : size / 2),
      label: ({ address }: PersonKey) => (address ? `${address.street.name}/${address.street.number}` : null),
      // Null for Cy, of whom nobody may say so.
      firmNumber: ({ id }: PersonKey) => (id === '3' ? null : Number(id)),
    },
  },
}
