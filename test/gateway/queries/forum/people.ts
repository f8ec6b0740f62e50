import type { TestSubgraph } from '../../graph.ts'
import { teamOf, teams, typeOf, userOf, users, type Key } from './data.ts'

/** Owns users and teams. */
export const peopleSubgraph: TestSubgraph = {
  name: 'people',
  typeDefs: `
    type Query { users: [User!]! user(id: ID!): User things: [Thing]! nodes: [Node] }
    interface Node { id: ID! }
    union Thing = User | Team
    enum Mood { GOOD BAD }
    type User implements Node @key(fields: "id") {
      id: ID! name: String nick: String! mood: Mood! team: Team friends(first: Int): [User!]!
    }
    type Team implements Node @key(fields: "id") { id: ID! title: String! lead: User }
  `,
  resolvers: {
    Query: {
      users: () => users,
      user: (_root: unknown, key: Key) => userOf(key),
      things: () => [...teams, null, ...users],
      nodes: () => [users[3], teams[0], null, users[0]],
    },
    Node: typeOf,
    Thing: typeOf,
    User: { __resolveReference: userOf },
    Team: { __resolveReference: teamOf },
  },
}
