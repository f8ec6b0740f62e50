import { testCase } from '../case.ts'
import { authorsSubgraph } from './authors.ts'
import { articles, findArticle, type Article } from './data.ts'
import { pagesSubgraph } from './pages.ts'
import { registerSubgraph } from './register.ts'
import { statisticsSubgraph } from './statistics.ts'

testCase('one entity under several keys, of which most subgraphs know one', {
  subgraphs: [pagesSubgraph, registerSubgraph, statisticsSubgraph, authorsSubgraph],
  schema: `
    type Query { pages: [Article!]! article(id: ID!): Article mostViewed: Article by(author: String!): [Article] }
    type Article {
      slug: String! title: String! id: ID! number: Int! locale: String! related: [Article!]! views: Int! author: String!
    }
  `,
  roots: {
    pages: articles,
    article: findArticle,
    mostViewed: articles[0],
    by: ({ author }: Pick<Article, 'author'>) => articles.filter((each) => each.author === author),
  },
  samples: { id: ['a1', 'a3', 'a9'], author: ['Ann', 'Bob', 'Cy'] },
  operations: {
    'goes from one key to another by a third subgraph': {
      text: '{ mostViewed { title } }',
      plan: `
Sequence
  Fetch statistics: {mostViewed{__typename number locale}}
  At mostViewed
    requires Article { __typename number locale }
    Fetch register: query($representations:[_Any!]!){_entities(representations: $representations){...on Article{slug}}}
  At mostViewed
    requires Article { __typename slug }
    Fetch pages: query($representations:[_Any!]!){_entities(representations: $representations){...on Article{title}}}`,
    },
    'takes everything from everywhere':
      '{ pages { id number locale slug title views author related { title views } } }',
    'asks for several of them at once':
      '{ by(author: "Ann") { title } article(id: "a2") { views } mostViewed { author } }',
  },
})
