import type { TestSubgraph } from '../../graph.ts'
import { badges, greet, LINKED, type Badge } from './data.ts'

/** Knows the names of members as well, and greets by what it knows itself. */
export const greetingsSubgraph: TestSubgraph = {
  name: 'greetings',
  link: LINKED,
  typeDefs: `
    directive @badge(of: String!) on FIELD_DEFINITION
    type Query { greeted: Member @tag(name: "public") }
    type Member @key(fields: "id") { id: ID! name: String! @shareable greeting: String! @badge(of: "manners") @cost(weight: 2) }
  `,
  resolvers: {
    Query: { greeted: () => badges[1] },
    Member: {
      __resolveReference: ({ id }: Badge) => badges.find((each) => each.id === id),
      greeting: ({ name }: Badge) => greet(name),
    },
  },
}
