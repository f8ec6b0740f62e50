import type { TestSubgraph } from '../../graph.ts'

/** Takes fields over: one for all, two for a part of the operations, one when a label says so, which none does. */
export const newSubgraph: TestSubgraph = {
  name: 'new',
  typeDefs: `
    type Query { new: Int }
    type Note @key(fields: "id") {
      id: ID!
      mood: String! @override(from: "old")
      text: String! @override(from: "old", label: "percent(25)")
      size: Int! @override(from: "old", label: "percent(75)")
      tone: String! @override(from: "old", label: "our-flag")
    }
  `,
  resolvers: {
    Query: { new: () => 1 },
    Note: {
      __resolveReference: (key: object) => key,
      text: () => 'new',
      size: () => 2,
      tone: () => 'new',
      mood: () => 'new',
    },
  },
}
