import type { TestSubgraph } from '../../graph.ts'
import { postOf, posts, teamOf, typeOf, userOf, users } from './data.ts'

/** Owns posts, and knows who wrote them. */
export const writingSubgraph: TestSubgraph = {
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
