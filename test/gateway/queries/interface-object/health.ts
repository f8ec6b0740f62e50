import type { TestSubgraph } from '../../graph.ts'
import { toHealth } from './data.ts'

/** Computes of channels what it knows neither the kinds nor the queues of. */
export const healthSubgraph: TestSubgraph = {
  name: 'health',
  typeDefs: `
    type Query { health: Int }
    type Channel @interfaceObject @key(fields: "id") {
      id: ID! name: String! @external waiting: Int @external health: String! @requires(fields: "name waiting")
    }
  `,
  resolvers: {
    Query: { health: () => 1 },
    Channel: {
      __resolveReference: (sent: unknown) => sent,
      health: ({ name, waiting }: { readonly name: string; readonly waiting: number | null }) =>
        toHealth(name, waiting),
    },
  },
}
