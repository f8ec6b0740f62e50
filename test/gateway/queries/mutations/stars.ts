import type { TestSubgraph } from '../../graph.ts'
import { findNote, toTotal, write, type Note } from './data.ts'

/** Gives stars to notes that another subgraph owns. */
export const starsSubgraph: TestSubgraph = {
  name: 'stars',
  typeDefs: `
    type Query { total: Int! }
    type Mutation { star(id: ID!, times: Int! = 1): Note! clear: Board }
    type Board { total: Int! starred: [Note!]! }
    type Note @key(fields: "id") { id: ID! stars: Int! board: Board! }
  `,
  resolvers: {
    Query: { total: toTotal },
    Mutation: {
      star: (_root: unknown, { id, times }: { readonly id: string; readonly times: number }) => ({
        id: write(id, (note) => void (note.stars = Math.max(0, note.stars + times)), `star ${times}`).id,
      }),
      clear: () => {
        for (const id of ['1', '2']) write(id, (note) => void (note.stars = 0), 'clear')
        return {}
      },
    },
    Board: { total: toTotal, starred: () => ['1', '2'].map((id) => ({ id })) },
    Note: {
      __resolveReference: ({ id }: Note) => ({ id }),
      stars: ({ id }: Note) => findNote({ id })?.stars,
      board: () => ({}),
    },
  },
}
