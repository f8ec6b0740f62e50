import type { TestSubgraph } from '../../graph.ts'
import { findPost, posts, type Post } from './data.ts'

/** Had everything, and still says so. */
export const monolithSubgraph: TestSubgraph = {
  name: 'monolith',
  typeDefs: `
    type Query { feed: [Post!]! newest: Story top: Post }
    interface Post { id: ID! likes: Int! by: String! }
    type Story implements Post @key(fields: "id") { id: ID! likes: Int! by: String! text: String! }
    type Photo implements Post @key(fields: "id") { id: ID! likes: Int! by: String! alt: String! }
  `,
  resolvers: {
    Query: { feed: () => posts, newest: () => posts[0], top: () => posts[0] },
    Post: { __resolveType: ({ __typename }: Post) => __typename },
    Story: { __resolveReference: findPost, likes: () => -1, by: () => 'monolith', text: () => 'monolith' },
    Photo: { __resolveReference: findPost, likes: () => -1, by: () => 'monolith', alt: () => 'monolith' },
  },
}
