import type { TestSubgraph } from '../../graph.ts'
import { badges, LINKED } from './data.ts'

/** Owns members; prices them, tags them, keeps them for whom it knows, and decorates them with a directive of its own. */
export const accountsSubgraph: TestSubgraph = {
  name: 'accounts',
  link: LINKED,
  typeDefs: `
    directive @badge(of: String!) on FIELD_DEFINITION
    type Query { members(first: Int = 2): [Member!]! @listSize(slicingArguments: ["first"]) }
    type Member @key(fields: "id") {
      id: ID! @tag(name: "public")
      name: String! @badge(of: "honour") @shareable
      wage: Int @cost(weight: 3) @authenticated
    }
  `,
  resolvers: {
    Query: { members: (_root: unknown, { first }: { readonly first: number | null }) => badges.slice(0, first ?? 0) },
  },
}
