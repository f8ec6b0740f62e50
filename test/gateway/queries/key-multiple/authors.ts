import type { TestSubgraph } from '../../graph.ts'
import { articles, findArticle, type Article } from './data.ts'

/** Knows articles by id alone. */
export const authorsSubgraph: TestSubgraph = {
  name: 'authors',
  typeDefs: `
    type Query { by(author: String!): [Article] }
    type Article @key(fields: "id") { id: ID! author: String! }
  `,
  resolvers: {
    Query: {
      by: (_root: unknown, { author }: Pick<Article, 'author'>) => articles.filter((each) => each.author === author),
    },
    Article: { __resolveReference: findArticle },
  },
}
