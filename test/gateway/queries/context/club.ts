import type { TestSubgraph } from '../../graph.ts'
import { findItem, findReader, noteOf, type Item, type Reader } from './data.ts'
import { LINK } from './link.ts'

/** Needs of a context what another subgraph knows, and of a gift, too. */
export const clubSubgraph: TestSubgraph = {
  name: 'club',
  link: LINK,
  typeDefs: `
    type Query { club: String }
    type Member @key(fields: "id") @context(name: "member") { id: ID! tier: Int! @external picks: [Gift!] }
    type Gift @key(fields: "id") {
      id: ID!
      cents: Int @external
      perk(tier: Int @fromContext(field: "$member { tier }"), loud: Boolean): String! @requires(fields: "cents")
    }
  `,
  resolvers: {
    Query: { club: () => 'open' },
    Member: {
      __resolveReference: findReader,
      picks: ({ id }: Reader) => (findReader({ id })?.basket ?? []).flatMap((each) => findItem({ id: each }) ?? []),
    },
    Gift: {
      __resolveReference: (sent: unknown) => sent,
      perk: ({ id, cents }: Item, { tier, loud }: { readonly tier?: number | null; readonly loud?: boolean | null }) =>
        `${noteOf(id, String(cents), tier)}${loud === true ? '!' : ''}`,
    },
  },
}
