import type { TestSubgraph } from '../../graph.ts'

/** Greets users by the name that others know. */
export const greetingSubgraph: TestSubgraph = {
  name: 'greeting',
  typeDefs: `
    type Query { greeting: Int }
    type User @key(fields: "id") { id: ID! name: String @external greeting: String @requires(fields: "name") }
  `,
  resolvers: {
    Query: { greeting: () => 1 },
    User: {
      __resolveReference: (user: unknown) => user,
      greeting: ({ name }: { readonly name: string | null }) => `Hello ${name}`,
    },
  },
}
