import type { TestSubgraph } from '../../graph.ts'
import { findArticle, type Article } from './data.ts'

/** Knows every name of an article: the way from each to the others leads through here. */
export const registerSubgraph: TestSubgraph = {
  name: 'register',
  typeDefs: `
    type Query { article(id: ID!): Article }
    type Article @key(fields: "id") @key(fields: "slug") @key(fields: "number locale") {
      id: ID! slug: String! number: Int! locale: String! related: [Article!]!
    }
  `,
  resolvers: {
    Query: { article: (_root: unknown, key: { readonly id: string }) => findArticle(key) },
    Article: {
      __resolveReference: findArticle,
      related: ({ id: self }: Article) =>
        findArticle({ id: self })
          ?.related()
          .map(({ id, slug, number, locale }) => ({ id, slug, number, locale })),
    },
  },
}
