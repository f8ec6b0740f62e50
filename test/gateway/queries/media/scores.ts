import type { TestSubgraph } from '../../graph.ts'
import { scores } from './data.ts'

interface Key {
  readonly id: string
}

/** Knows all media as one type, an interface object, and adds to each. */
export const scoresSubgraph: TestSubgraph = {
  name: 'scores',
  typeDefs: `
    type Query { best: Medium lost: Medium secret: Medium }
    type Medium @interfaceObject @key(fields: "id") { id: ID! score(of: Int = 5): Float rivals: [Medium!]! }
  `,
  resolvers: {
    Query: { best: () => ({ id: 'b1' }), lost: () => ({ id: 'x9' }), secret: () => ({ id: 'd1' }) },
    Medium: {
      __resolveReference: (key: Key) => key,
      score: ({ id }: Key, { of }: { of: number }) => (scores[id] ?? 0) * (of / 5),
      rivals: ({ id }: Key) => ['b1', 'f1'].filter((other) => other !== id).map((other) => ({ id: other })),
    },
  },
}
