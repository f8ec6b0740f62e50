import type { TestSubgraph } from '../../graph.ts'
import { findFound, found, type Found } from './data.ts'

const typeOf = { __resolveType: ({ __typename }: Found) => __typename }

/** Knows how articles and threads are read, as a union of its own and by an interface the other does not have. */
export const readingSubgraph: TestSubgraph = {
  name: 'reading',
  typeDefs: `
    type Query { popular: [Readable!]! unread: [Counted]! }
    union Readable = Article | Thread
    interface Counted { reads: Int! }
    type Article implements Counted @key(fields: "id") { id: ID! reads: Int! next: Readable }
    type Thread implements Counted @key(fields: "id") { id: ID! reads: Int! next: Counted }
  `,
  resolvers: {
    Query: { popular: () => [found[2], found[0]], unread: () => [found[0], null, found[3]] },
    Readable: typeOf,
    Counted: typeOf,
    Article: { __resolveReference: findFound, reads: ({ id }: Found) => Number(id) * 10, next: () => found[3] },
    Thread: {
      __resolveReference: findFound,
      reads: ({ id }: Found) => Number(id) * 10,
      next: ({ id }: Found) => (id === '3' ? found[0] : null),
    },
  },
}
