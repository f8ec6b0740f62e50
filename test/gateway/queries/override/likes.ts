import type { TestSubgraph } from '../../graph.ts'
import { findPost, posts, type Post } from './data.ts'

/** Took over the likes of every kind of post, who wrote stories, and a root field. */
export const likesSubgraph: TestSubgraph = {
  name: 'likes',
  typeDefs: `
    type Query { top: Post @override(from: "monolith") }
    interface Post { id: ID! likes: Int! }
    type Story implements Post @key(fields: "id") {
      id: ID! likes: Int! @override(from: "monolith") by: String! @override(from: "monolith")
    }
    type Photo implements Post @key(fields: "id") { id: ID! likes: Int! @override(from: "monolith") }
  `,
  resolvers: {
    Query: { top: () => posts[1] },
    Post: { __resolveType: ({ __typename }: Post) => __typename },
    Story: { __resolveReference: findPost, by: () => 'likes' },
    Photo: { __resolveReference: findPost },
  },
}
