import type { TestSubgraph } from '../../graph.ts'
import { channels, findChannel, type Channel } from './data.ts'

/** Owns channels, and knows which kinds there are. */
export const channelsSubgraph: TestSubgraph = {
  name: 'channels',
  typeDefs: `
    type Query { channels: [Channel!]! channel(id: ID!): Channel mailboxes: [Mailbox!]! }
    interface Channel @key(fields: "id") { id: ID! name: String! }
    type Mailbox implements Channel @key(fields: "id") { id: ID! name: String! address: String! }
    type Phone implements Channel @key(fields: "id") { id: ID! name: String! number: String }
    type Widget implements Channel @key(fields: "id") { id: ID! name: String! site: String! }
  `,
  resolvers: {
    Query: {
      channels: () => channels,
      channel: (_root: unknown, key: Channel) => findChannel(key),
      mailboxes: () => channels.filter(({ __typename }) => __typename === 'Mailbox'),
    },
    Channel: { __resolveReference: findChannel, __resolveType: ({ __typename }: Channel) => __typename },
    Mailbox: { __resolveReference: findChannel },
    Phone: { __resolveReference: findChannel },
    Widget: { __resolveReference: findChannel },
  },
}
