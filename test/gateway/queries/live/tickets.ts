import type { TestSubgraph } from '../../graph.ts'
import type { Feed } from './data.ts'

/** Tells of tickets as they change. */
export function ticketsSubgraph(feed: Feed): TestSubgraph {
  return {
    name: 'tickets',
    typeDefs: `
      type Query { nothing: String }
      type Subscription { ticketChanged(team: ID): Ticket refused: Ticket }
      type Ticket @key(fields: "id") { id: ID! subject: String! agent: Agent }
      type Agent @key(fields: "id") { id: ID! }
    `,
    resolvers: {
      Subscription: {
        ticketChanged: {
          subscribe: () => feed.subscribe(),
          resolve: (event: unknown) => {
            if (event instanceof Error) throw event
            return event
          },
        },
        refused: {
          subscribe: () => {
            throw new Error('not you')
          },
        },
      },
    },
  }
}
