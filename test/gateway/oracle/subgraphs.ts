import type { TestSubgraph } from '../graph.ts'
import { posts, teams, users } from './data.ts'

interface Key {
  readonly id: string
}

const userOf = ({ id }: Key) => users.find((user) => user.id === id)
const teamOf = ({ id }: Key) => teams.find((team) => team.id === id)
const postOf = ({ id }: Key) => posts.find((post) => post.id === id)
const typeOf = { __resolveType: ({ __typename }: { readonly __typename: string }) => __typename }

const people: TestSubgraph = {
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

const writing: TestSubgraph = {
  name: 'writing',
  typeDefs: `
    type Query { posts(first: Int): [Post!]! newest: Post recent: [Node!] }
    interface Node { id: ID! }
    type Post implements Node @key(fields: "id") { id: ID! text: String tags: [String!]! author: User! editors: [User]! }
    type User implements Node @key(fields: "id") { id: ID! posts(first: Int): [Post!]! pinned: Post karma: Int! }
    type Team @key(fields: "id") { id: ID! posts: [Post!] }
  `,
  resolvers: {
    Query: {
      posts: (_root: unknown, { first }: { first?: number | null }) => posts.slice(0, first ?? posts.length),
      newest: () => posts[4],
      recent: () => [posts[0], users[1], posts[3]],
    },
    Node: typeOf,
    Post: { __resolveReference: postOf },
    User: { __resolveReference: userOf },
    Team: { __resolveReference: teamOf },
  },
}

const liking: TestSubgraph = {
  name: 'liking',
  typeDefs: `
    type Query { liking: Int }
    type Post @key(fields: "id") { id: ID! likes: Int! likedBy: [User!]! }
    type User @key(fields: "id") { id: ID! score(scale: Int! = 1): Int badge: Badge! }
    type Badge { level: Int! of: User! }
  `,
  resolvers: {
    Query: { liking: () => 1 },
    Post: { __resolveReference: postOf },
    User: { __resolveReference: userOf },
  },
}

const greeting: TestSubgraph = {
  name: 'greeting',
  typeDefs: `
    type Query { greeting: Int }
    type User @key(fields: "id") { id: ID! name: String @external greeting: String @requires(fields: "name") }
  `,
  resolvers: {
    Query: { greeting: () => 1 },
    User: {
      __resolveReference: (user: unknown) => user,
      greeting: ({ name }: { readonly name: string | null }) => `Hello ${name}`,
    },
  },
}

/** Four subgraphs that know different things of the same people, teams and posts. */
export const subgraphs: readonly TestSubgraph[] = [people, writing, liking, greeting]

/** The roots of one schema that knows everything. */
export const roots = {
  users,
  user: userOf,
  things: () => [...teams, null, ...users],
  nodes: () => [users[3], teams[0], null, users[0]],
  posts: ({ first }: { readonly first?: number | null }) => posts.slice(0, first ?? posts.length),
  newest: posts[4],
  recent: [posts[0], users[1], posts[3]],
  liking: 1,
  greeting: 1,
}
