import type { TestSubgraph } from '../../graph.ts'
import { perform } from './data.ts'

/** Takes orders. */
export const cartSubgraph: TestSubgraph = {
  name: 'cart',
  typeDefs: `
    type Query { nothing: String }
    type Mutation { add(item: String!): Order clear: String! fail: Order! }
    type Order @key(fields: "id") { id: ID! items: [String!]! }
  `,
  resolvers: {
    Mutation: {
      add: async (_root: unknown, { item }: { item: string }) => ({ id: await perform(`add ${item}`), items: [item] }),
      clear: () => perform('clear'),
      fail: async () => {
        await perform('fail')
        throw new Error('no')
      },
    },
  },
}
