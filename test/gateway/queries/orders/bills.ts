import type { TestSubgraph } from '../../graph.ts'
import { perform } from './data.ts'

/** Bills orders. */
export const billsSubgraph: TestSubgraph = {
  name: 'bills',
  typeDefs: `
    type Query { bills: Int }
    type Mutation { pay(order: ID!): Order }
    type Order @key(fields: "id") { id: ID! paid: Boolean }
  `,
  resolvers: {
    Mutation: {
      pay: async (_root: unknown, { order }: { order: string }) => {
        await perform(`pay ${order}`)
        return { id: order }
      },
    },
    Order: {
      paid: async ({ id }: { id: string }) => {
        await perform(`read ${id}`)
        return true
      },
    },
  },
}
