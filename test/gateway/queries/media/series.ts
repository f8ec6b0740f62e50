import type { TestSubgraph } from '../../graph.ts'

interface Key {
  readonly id: string
}

/** Knows what follows on what, by type. */
export const seriesSubgraph: TestSubgraph = {
  name: 'series',
  typeDefs: `
    type Query { series: Int }
    type Film @key(fields: "id") { id: ID! sequel: Film twin: Film! }
    type Book @key(fields: "id") { id: ID! twin: Book! }
  `,
  resolvers: {
    Film: { __resolveReference: (key: Key) => key, sequel: () => ({ id: 'f1' }), twin: (key: Key) => key },
    Book: { __resolveReference: (key: Key) => key, twin: (key: Key) => key },
  },
}
