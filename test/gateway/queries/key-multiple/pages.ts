import type { TestSubgraph } from '../../graph.ts'
import { articles, findArticle } from './data.ts'

/** Knows articles by their slugs. */
export const pagesSubgraph: TestSubgraph = {
  name: 'pages',
  typeDefs: `
    type Query { pages: [Article!]! }
    type Article @key(fields: "slug") { slug: String! title: String! }
  `,
  resolvers: { Query: { pages: () => articles }, Article: { __resolveReference: findArticle } },
}
