import { testCase } from '../case.ts'
import { channelsSubgraph } from './channels.ts'
import { channels, findChannel, followersOf, queues, toHealth, type Channel } from './data.ts'
import { healthSubgraph } from './health.ts'
import { queuesSubgraph } from './queues.ts'

/** A channel with what the subgraphs add that do not know its kind. */
function toWhole(channel: Channel): object {
  const waiting = queues[channel.id] ?? null
  return {
    ...channel,
    waiting,
    health: toHealth(channel.name, waiting),
    next: () => followersOf(channel).map(toWhole)[0],
    others: ({ first }: { readonly first: number | null }) =>
      followersOf(channel)
        .slice(0, first ?? 9)
        .map(toWhole),
  }
}

testCase('an interface as one object in subgraphs that do not know its types', {
  subgraphs: [channelsSubgraph, queuesSubgraph, healthSubgraph],
  schema: `
    type Query {
      channels: [Channel!]! channel(id: ID!): Channel mailboxes: [Mailbox!]! busiest: Channel
      waiting(atLeast: Int! = 0): [Channel]! health: Int
    }
    interface Channel { id: ID! name: String! waiting: Int next: Channel! others(first: Int = 2): [Channel!]! health: String! }
    type Mailbox implements Channel {
      id: ID! name: String! address: String! waiting: Int next: Channel! others(first: Int = 2): [Channel!]! health: String!
    }
    type Phone implements Channel {
      id: ID! name: String! number: String waiting: Int next: Channel! others(first: Int = 2): [Channel!]! health: String!
    }
    type Widget implements Channel {
      id: ID! name: String! site: String! waiting: Int next: Channel! others(first: Int = 2): [Channel!]! health: String!
    }
  `,
  roots: {
    channels: channels.map(toWhole),
    channel: (key: Channel) => channels.filter((channel) => channel === findChannel(key)).map(toWhole)[0],
    mailboxes: channels.filter(({ __typename }) => __typename === 'Mailbox').map(toWhole),
    busiest: channels.filter(({ id }) => id === 'm2').map(toWhole)[0],
    waiting: ({ atLeast }: { readonly atLeast: number }) =>
      channels.map((channel) => ((queues[channel.id] ?? 0) >= atLeast ? toWhole(channel) : null)),
    health: 1,
  },
  samples: { id: ['m1', 'p1', 'x9'], atLeast: [0, 3, 99], first: [0, 1, 3] },
  operations: {
    'adds to whatever stands behind the interface': '{ channels { name waiting ... on Mailbox { address } } }',
    'asks the owner of which type something is': '{ busiest { __typename name } waiting(atLeast: 1) { __typename } }',
    'knows the type where a fragment asks for it':
      '{ busiest { waiting ... on Phone { number } ... on Mailbox { address } } }',
    'requires of an interface object': '{ mailboxes { health } channels { health } busiest { health } }',
    'goes on from one interface object to the next':
      '{ busiest { next { name others { health ... on Widget { site } } } } }',
    'adds behind a fragment on a type':
      '{ channels { ... on Phone { waiting next { id } } ... on Widget { health } } }',
  },
})
