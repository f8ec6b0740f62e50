import type { TestSubgraph } from '../../graph.ts'
import { findNote, state, write, type Note } from './data.ts'

/** Owns notes and their texts. */
export const notesSubgraph: TestSubgraph = {
  name: 'notes',
  typeDefs: `
    type Query { notes: [Note!]! }
    input Edit { id: ID! text: String! = "emptied" }
    type Mutation { edit(edit: Edit!): Note editAll(text: String!): [Note!]! undo(id: ID!): Int! }
    type Note @key(fields: "id") { id: ID! text: String! history: [String!]! stars: Int! @external worth: String! @requires(fields: "stars") }
  `,
  resolvers: {
    Query: { notes: () => state.notes },
    Mutation: {
      edit: (_root: unknown, { edit: { id, text } }: { readonly edit: Note }) =>
        write(id, (note) => void (note.text = text), `text ${text}`),
      editAll: (_root: unknown, { text }: Note) =>
        state.notes.map(({ id }) => write(id, (note) => void (note.text = text), 'all')),
      undo: (_root: unknown, { id }: Note) => write(id, (note) => void (note.text = ''), 'undo').history.length,
    },
    Note: {
      // What was required is sent; the rest is read.
      __resolveReference: (sent: Note) => ({ ...findNote(sent), ...sent }),
      history: ({ id }: Note) => findNote({ id })?.history ?? [],
      worth: ({ stars }: Note) => '*'.repeat(stars),
    },
  },
}
