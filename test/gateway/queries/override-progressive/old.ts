import type { TestSubgraph } from '../../graph.ts'
import { notes } from './data.ts'

/** Owned the fields of notes, and still answers them to whom they are not yet taken from it. */
export const oldSubgraph: TestSubgraph = {
  name: 'old',
  typeDefs: `
    type Query { notes: [Note!]! }
    type Note @key(fields: "id") { id: ID! text: String! size: Int! tone: String! mood: String! }
  `,
  resolvers: {
    Query: { notes: () => notes },
    Note: {
      __resolveReference: (key: object) => key,
      text: () => 'old',
      size: () => 1,
      tone: () => 'old',
      mood: () => 'old',
    },
  },
}
