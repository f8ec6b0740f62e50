import type { TestSubgraph } from '../../graph.ts'
import { conversations, type Conversation } from './data.ts'

const point = (id: string | null) => id && { id }

/** Owns conversations; points at customers without knowing whether they are there. */
export const conversationsSubgraph: TestSubgraph = {
  name: 'conversations',
  typeDefs: `
    type Query { conversations: [Conversation!]! }
    type Conversation { id: ID! subject: String! customer: Customer watchers: [Customer]! }
    type Customer @key(fields: "id") { id: ID! }
  `,
  resolvers: {
    Query: { conversations: () => conversations },
    Conversation: {
      customer: ({ customerId }: Conversation) => point(customerId),
      watchers: ({ watcherIds }: Conversation) => watcherIds.map(point),
    },
  },
}
