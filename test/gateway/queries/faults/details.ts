import type { TestSubgraph } from '../../graph.ts'
import { details } from './data.ts'

interface Key {
  readonly id: string
}

/** Knows details of items, and fails in several ways. */
export const detailsSubgraph: TestSubgraph = {
  name: 'details',
  typeDefs: `
    type Query { status: String health: String }
    type Item @key(fields: "id") { id: ID! detail: String firm: String! parts: [Part!] }
    type Part { name: String }
  `,
  resolvers: {
    Query: { status: () => 'up', health: () => 'well' },
    Item: {
      __resolveReference: (key: Key) => (key.id === 'unknown' ? null : key),
      detail: ({ id }: Key) => details[id]?.(),
      firm: ({ id }: Key) => details[id]?.(),
      parts: ({ id }: Key) => [{ name: id }, { name: 'other' }],
    },
    Part: {
      name: ({ name }: { name: string }) => {
        if (name === 'away') details['away']?.()
        return name
      },
    },
  },
}
