import type { TestSubgraph } from '../../graph.ts'
import { articles, findArticle } from './data.ts'

/** Knows articles by number and locale. */
export const statisticsSubgraph: TestSubgraph = {
  name: 'statistics',
  typeDefs: `
    type Query { mostViewed: Article }
    type Article @key(fields: "locale number") { number: Int! locale: String! views: Int! }
  `,
  resolvers: { Query: { mostViewed: () => articles[0] }, Article: { __resolveReference: findArticle } },
}
