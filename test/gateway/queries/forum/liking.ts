import type { TestSubgraph } from '../../graph.ts'
import { postOf, userOf } from './data.ts'

/** Knows who likes what, and gives badges, which one user cannot have. */
export const likingSubgraph: TestSubgraph = {
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
