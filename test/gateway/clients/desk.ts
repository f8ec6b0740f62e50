import { GraphQLError } from 'graphql'
import { createFeed, type Feed } from '../queries/live/data.ts'
import type { TestSubgraph } from '../graph.ts'

/** A subgraph with what a client library has to bring through: data, an error beside data, a change, events. */
export interface Desk {
  readonly subgraph: TestSubgraph
  readonly feed: Feed
}

/** Makes the subgraph. */
export function createDesk(): Desk {
  const feed = createFeed()
  const subgraph: TestSubgraph = {
    name: 'desk',
    typeDefs: `
      type Query { ticket(id: ID!): Ticket }
      type Mutation { close(id: ID!): Ticket }
      type Subscription { closed: Ticket! }
      type Ticket { id: ID! subject: String secret: String }
    `,
    resolvers: {
      Query: { ticket: (_root: unknown, { id }: { id: string }) => ({ id, subject: `Ticket ${id}` }) },
      Mutation: { close: (_root: unknown, { id }: { id: string }) => ({ id, subject: `Closed ${id}` }) },
      Subscription: {
        closed: {
          subscribe: () => feed.subscribe(),
          resolve: (id: unknown) => ({ id, subject: `Closed ${String(id)}` }),
        },
      },
      Ticket: {
        secret: () => {
          throw new GraphQLError('An agent may not read this.', { extensions: { code: 'FORBIDDEN' } })
        },
      },
    },
  }
  return { subgraph, feed }
}
