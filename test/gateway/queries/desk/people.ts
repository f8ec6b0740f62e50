import type { TestSubgraph } from '../../graph.ts'
import { people, toSize, type PersonRow } from './data.ts'

const find = (id: string | null) => people.find((person) => person.id === id) ?? null

/** Owns people. */
export const peopleSubgraph: TestSubgraph = {
  name: 'people',
  typeDefs: `
    type Query { me: Person! people: [Person!]! person(id: ID!): Person version: String }
    enum Mood { GOOD BAD SECRET @inaccessible }
    type Person @key(fields: "id") {
      id: ID!
      name: String
      zip: Int
      size(unit: String = "m"): Float
      address: Address
      friend: Person
      friends(first: Int = 10): [Person!]!
      mood: Mood
      firmMood: Mood!
      status: String
    }
    type Address { zip: Int street: Street }
    type Street { name: String number: Int }
  `,
  resolvers: {
    Query: {
      me: () => people[0],
      people: () => people,
      person: (_root: unknown, { id }: { id: string }) => find(id),
      version: () => '1',
    },
    Person: {
      __resolveReference: ({ id }: PersonRow) => find(id),
      size: ({ id }: PersonRow, { unit }: { unit: string }) => toSize(id, unit),
      address: ({ zip }: PersonRow) => zip && { zip, street: { name: `Road ${zip}`, number: zip } },
      friend: ({ friendId }: PersonRow) => find(friendId),
      friends: ({ id }: PersonRow, { first }: { first: number }) =>
        people.filter((other) => other.id !== id).slice(0, first),
      firmMood: ({ mood }: PersonRow) => mood,
      status: () => 'person',
    },
  },
}
