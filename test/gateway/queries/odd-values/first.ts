import type { TestSubgraph } from '../../graph.ts'
import { edges, keys, odd } from './data.ts'

/** Owns all of them. */
export const firstSubgraph: TestSubgraph = {
  name: 'first',
  typeDefs: `
    scalar JSON
    scalar BigInt
    type Query { odd: Odd none: Odd edges: Edges! keyed: [Keyed!]! grid: [[Keyed!]]! echo(json: JSON, big: BigInt, float: Float): JSON }
    type Odd @key(fields: "id") { id: ID! constructor: String toString: String! hasOwnProperty: Int length: Int caller: String valueOf: String }
    type Edges {
      most: Int least: Int tiny: Float huge: Float whole: Float! text: String! empty: String! json: JSON big: BigInt
      matrix: [[Int]]! cube: [[[Int!]!]!]
    }
    type Keyed @key(fields: "code") { code: String! }
  `,
  resolvers: {
    Query: {
      odd: () => odd,
      none: () => null,
      edges: () => edges,
      keyed: () => keys,
      grid: () => [keys.slice(0, 2), null, [], [...keys.slice(1, 3), ...keys.slice(0, 1)]],
      echo: (_root: unknown, args: object) => args,
    },
    Odd: { __resolveReference: () => odd },
    Keyed: { __resolveReference: (key: object) => key },
  },
}
