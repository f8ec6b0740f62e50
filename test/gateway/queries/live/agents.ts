import type { TestSubgraph } from '../../graph.ts'

/** Owns agents; of the one called "lost" it only knows that something is wrong. */
export const agentsSubgraph: TestSubgraph = {
  name: 'agents',
  typeDefs: `
    type Query { agents: Int }
    type Agent @key(fields: "id") { id: ID! name: String }
  `,
  resolvers: {
    Agent: {
      name: ({ id }: { id: string }) => {
        if (id === 'lost') throw new Error('lost')
        return `Agent ${id}`
      },
    },
  },
}
