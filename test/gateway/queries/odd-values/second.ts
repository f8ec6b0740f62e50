import type { TestSubgraph } from '../../graph.ts'

/** Adds to them by key. */
export const secondSubgraph: TestSubgraph = {
  name: 'second',
  typeDefs: `
    scalar JSON
    type Query { second: Int }
    type Odd @key(fields: "id") { id: ID! isPrototypeOf: JSON toLocaleString: Odd }
    type Keyed @key(fields: "code") { code: String! seen: String! twins: [[Keyed!]!] }
  `,
  resolvers: {
    Query: { second: () => 2 },
    Odd: { __resolveReference: (key: object) => key, isPrototypeOf: () => [{}], toLocaleString: () => ({ id: '1' }) },
    Keyed: {
      __resolveReference: (key: object) => key,
      seen: ({ code }: { readonly code: string }) => `<${code}>`,
      twins: ({ code }: { readonly code: string }) => [[{ code }], [], [{ code: '0' }, { code }]],
    },
  },
}
