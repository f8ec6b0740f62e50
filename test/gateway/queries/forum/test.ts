import { testCase } from '../case.ts'
import { roots } from './data.ts'
import { greetingSubgraph } from './greeting.ts'
import { likingSubgraph } from './liking.ts'
import { peopleSubgraph } from './people.ts'
import { writingSubgraph } from './writing.ts'

testCase('four subgraphs that know different things of the same people', {
  subgraphs: [peopleSubgraph, writingSubgraph, likingSubgraph, greetingSubgraph],
  schema: `
    type Query {
      users: [User!]! user(id: ID!): User things: [Thing]! nodes: [Node] posts(first: Int): [Post!]! newest: Post
      recent: [Node!] liking: Int greeting: Int
    }
    interface Node { id: ID! }
    union Thing = User | Team
    enum Mood { GOOD BAD }
    type User implements Node {
      id: ID! name: String nick: String! mood: Mood! team: Team friends(first: Int): [User!]! posts(first: Int): [Post!]!
      pinned: Post karma: Int! score(scale: Int! = 1): Int badge: Badge! greeting: String
    }
    type Team implements Node { id: ID! title: String! lead: User posts: [Post!] }
    type Post implements Node {
      id: ID! text: String tags: [String!]! author: User! editors: [User]! likes: Int! likedBy: [User!]!
    }
    type Badge { level: Int! of: User! }
  `,
  roots,
  samples: { id: ['u0', 'u1', 'u3', 'u9'], first: [0, 1, 3] },
  operations: {
    'follows entities around': '{ newest { author { greeting posts { likedBy { name team { lead { nick } } } } } } }',
    'nulls the nearest place that may be null': '{ users { nick karma badge { level } } newest { text } }',
  },
  runs: 100,
})
