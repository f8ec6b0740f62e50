import { testSubscriptions } from '../subscription-case.ts'
import { billingSubgraph } from './billing.ts'
import { callsSubgraph } from './calls.ts'
import { streams } from './data.ts'
import { peopleSubgraph } from './people.ts'

testSubscriptions('subscriptions across subgraphs', {
  subgraphs: [callsSubgraph, peopleSubgraph, billingSubgraph],
  schema: `
    type Query { calls: Int! party(id: ID!): Party currency: String! }
    type Subscription {
      callChanged(seconds: Int, ids: [ID!] = ["c1", "c2", "c4"]): Call
      callTold: Call!
      callsWaiting: [Call!]
      happened: Happening
      joined: Party
      waiting: Int
    }
    interface Party { id: ID! name: String }
    union Happening = Call | Note
    type Call {
      id: ID! seconds: Int! line: String! agent: Agent caller: Party parties: [Party] price: Int summary: String!
    }
    type Note { id: ID! text: String author: Agent! }
    type Agent implements Party { id: ID! name: String grade: Int manager: Agent }
    type Customer implements Party { id: ID! name: String company: String }
  `,
  streams,
  samples: { ID: ['c1', 'c2', 'c5'], Int: [0, 60, 61] },
  operations: {
    'asks other subgraphs for each event': {
      text: 'subscription { callTold { id agent { name grade } caller { name ... on Customer { company } } } }',
    },
    'computes from what two others tell': { text: 'subscription { callTold { id price } }' },
    'computes from what an interface holds': { text: 'subscription { callChanged(ids: null) { summary price } }' },
    'breaks an event, and not the next': { text: 'subscription { callTold { line summary } }' },
    'nulls an event, and not the next': { text: 'subscription { callChanged(ids: null) { line summary } }' },
    'breaks the list of an event': { text: 'subscription { callsWaiting { price agent { name } line } }' },
    'follows entities of entities': {
      text: 'subscription { callsWaiting { agent { manager { name manager { grade } } } parties { id name } } }',
    },
    'tells which of a union happened': {
      text: `subscription { happened { __typename ... on Call { price } ... on Note { text author { name grade } } } }`,
    },
    'tells of an interface': {
      text: 'subscription { joined { __typename id name ... on Agent { grade manager { name } } ...C } } fragment C on Customer { company }',
    },
    'asks nobody else where nothing else is asked': { text: 'subscription { it: waiting }' },
    'passes variables to the source and to what follows': {
      text: `subscription ($s: Int!, $ids: [ID!], $yes: Boolean = true) {
        callChanged(seconds: $s, ids: $ids) { id seconds @skip(if: $yes) agent @include(if: $yes) { constructor: name } }
      }`,
      variables: { s: 61, ids: ['c1', 'c9'] },
    },
  },
})
