import { testCase } from '../case.ts'
import { reset, state, toTotal, write, type Note } from './data.ts'
import { notesSubgraph } from './notes.ts'
import { starsSubgraph } from './stars.ts'

const board = () => ({ total: toTotal, starred: () => state.notes.map(toWhole) })

/** A note that reads what is written by the time it is asked. */
const toWhole = (note: Note): object => ({
  id: note.id,
  text: () => note.text,
  history: () => note.history,
  stars: () => note.stars,
  worth: () => '*'.repeat(note.stars),
  board,
})

testCase('mutations: in order, across subgraphs, each complete before the next', {
  subgraphs: [notesSubgraph, starsSubgraph],
  schema: `
    type Query { notes: [Note!]! total: Int! }
    type Mutation {
      edit(edit: Edit!): Note editAll(text: String!): [Note!]! undo(id: ID!): Int!
      star(id: ID!, times: Int! = 1): Note! clear: Board
    }
    input Edit { id: ID! text: String! = "emptied" }
    type Board { total: Int! starred: [Note!]! }
    type Note { id: ID! text: String! history: [String!]! worth: String! stars: Int! board: Board! }
  `,
  roots: {
    notes: () => state.notes.map(toWhole),
    total: toTotal,
    edit: ({ edit: { id, text } }: { readonly edit: Note }) =>
      toWhole(write(id, (note) => void (note.text = text), `text ${text}`)),
    editAll: ({ text }: Note) =>
      state.notes.map(({ id }) => toWhole(write(id, (note) => void (note.text = text), 'all'))),
    undo: ({ id }: Note) => write(id, (note) => void (note.text = ''), 'undo').history.length,
    star: ({ id, times }: { readonly id: string; readonly times: number }) =>
      toWhole(write(id, (note) => void (note.stars = Math.max(0, note.stars + times)), `star ${times}`)),
    clear: () => {
      for (const id of ['1', '2']) write(id, (note) => void (note.stars = 0), 'clear')
      return board()
    },
  },
  reset,
  samples: { id: ['1', '2'], times: [1, 2, -1] },
  operations: {
    'reads between one write and the next':
      'mutation { a: star(id: "1") { text stars history } b: edit(edit: { id: "1", text: "x" }) { worth history } c: star(id: "1", times: 2) { worth history } }',
    'ends with the first that breaks the whole answer':
      'mutation { edit(edit: { id: "1" }) { text } star(id: "9") { id } }',
    'goes on after one that breaks no more than itself':
      'mutation { a: edit(edit: { id: "9" }) { text } b: edit(edit: { id: "2" }) { text history } }',
    'requires of what was met inside of the requiring subgraph, field by field':
      'mutation { a: editAll(text: "y") { board { starred { board { starred { worth } } } } } b: star(id: "2") { board { starred { worth stars } } } }',
    'takes variables for inputs': {
      text: 'mutation ($id: ID!, $edit: Edit!) { edit(edit: { id: $id }) { text } again: edit(edit: $edit) { text history } }',
      variables: { id: '1', edit: { id: '1', text: 'z' } },
    },
  },
})
