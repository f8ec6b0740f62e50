import type { TestSubgraph } from '../../graph.ts'
import { channels, followersOf, queues, type Channel } from './data.ts'

const point = ({ id }: { readonly id: string }) => ({ id })

/** Knows who waits in a channel, of whatever kind it is. */
export const queuesSubgraph: TestSubgraph = {
  name: 'queues',
  typeDefs: `
    type Query { busiest: Channel waiting(atLeast: Int! = 0): [Channel]! }
    type Channel @interfaceObject @key(fields: "id") { id: ID! waiting: Int next: Channel! others(first: Int = 2): [Channel!]! }
  `,
  resolvers: {
    Query: {
      busiest: () => ({ id: 'm2' }),
      waiting: (_root: unknown, { atLeast }: { readonly atLeast: number }) =>
        channels.map((channel) => ((queues[channel.id] ?? 0) >= atLeast ? point(channel) : null)),
    },
    Channel: {
      __resolveReference: point,
      waiting: ({ id }: Channel) => queues[id] ?? null,
      next: (channel: Channel) => followersOf(channel).slice(0, 1).map(point)[0],
      others: (channel: Channel, { first }: { readonly first: number | null }) =>
        followersOf(channel)
          .slice(0, first ?? 9)
          .map(point),
    },
  },
}
