import type { TestSubgraph } from '../../graph.ts'

interface Key {
  readonly id: string
}

/** Owns items. */
export const itemsSubgraph: TestSubgraph = {
  name: 'items',
  typeDefs: `
    type Query { items(ids: [ID!]!): [Item!]! item(id: ID!): Item box: Box! }
    type Item @key(fields: "id") { id: ID! same: Item self: [Item!] }
    type Box { items: [Item!]! first: Item! }
  `,
  resolvers: {
    Query: {
      items: (_root: unknown, { ids }: { ids: string[] }) => ids.map((id) => ({ id })),
      item: (_root: unknown, { id }: Key) => ({ id }),
      box: () => ({ items: [{ id: 'good' }, { id: 'bug' }], first: { id: 'good' } }),
    },
    Item: { __resolveReference: (key: Key) => key, same: ({ id }: Key) => ({ id }), self: ({ id }: Key) => [{ id }] },
  },
}
