import { testCase } from '../case.ts'
import { posts } from './data.ts'
import { likesSubgraph } from './likes.ts'
import { monolithSubgraph } from './monolith.ts'

const [story, photo] = posts.map((post) => ({
  ...post,
  by: post.__typename === 'Story' ? 'likes' : 'monolith',
  text: 'monolith',
  alt: 'monolith',
}))

testCase('fields that one subgraph took over from another', {
  subgraphs: [monolithSubgraph, likesSubgraph],
  schema: `
    type Query { feed: [Post!]! newest: Story top: Post }
    interface Post { id: ID! likes: Int! by: String! }
    type Story implements Post { id: ID! likes: Int! by: String! text: String! }
    type Photo implements Post { id: ID! likes: Int! by: String! alt: String! }
  `,
  roots: { feed: [story, photo], newest: story, top: photo },
  operations: {
    'asks who took over, behind an interface': '{ feed { likes by } }',
    'asks who took over, of one type': {
      text: '{ newest { by text } }',
      plan: `
Sequence
  Fetch monolith: {newest{__typename id text}}
  At newest
    requires Story { __typename id }
    Fetch likes: query($representations:[_Any!]!){_entities(representations: $representations){...on Story{by}}}`,
    },
    'asks who took over a root field': '{ top { likes by ... on Photo { alt } } }',
  },
})
