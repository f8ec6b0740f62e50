import type { TestSubgraph } from '../../graph.ts'
import { calls, streams, type Call, type Party } from './data.ts'

/** Of agents and customers it knows who they are, and nothing else. */
const stub = (party: Party | null) => party && { __typename: party.__typename, id: party.id }

const typeOf = { __resolveType: ({ __typename }: { readonly __typename: string }) => __typename }

/** Tells of calls, and of whatever else happens. */
export const callsSubgraph: TestSubgraph = {
  name: 'calls',
  typeDefs: `
    type Query { calls: Int! }
    type Subscription {
      callChanged(seconds: Int, ids: [ID!] = ["c1", "c2", "c4"]): Call
      callTold: Call!
      callsWaiting: [Call!]
      happened: Happening
      joined: Party
      waiting: Int
    }
    interface Party { id: ID! }
    union Happening = Call | Note
    type Call @key(fields: "id") {
      id: ID!
      seconds: Int!
      line: String!
      agent: Agent
      caller: Party
      parties: [Party]
    }
    type Note { id: ID! text: String author: Agent! }
    type Agent implements Party @key(fields: "id") { id: ID! }
    type Customer implements Party @key(fields: "id") { id: ID! }
  `,
  resolvers: {
    Query: { calls: () => calls.length },
    Subscription: {
      callChanged: { subscribe: (_, asked: Parameters<typeof streams.callChanged>[0]) => streams.callChanged(asked) },
      callTold: { subscribe: streams.callTold },
      callsWaiting: { subscribe: streams.callsWaiting },
      happened: { subscribe: streams.happened },
      joined: { subscribe: streams.joined },
      waiting: { subscribe: streams.waiting },
    },
    Party: typeOf,
    Happening: typeOf,
    Call: {
      agent: ({ agent }: Call) => stub(agent),
      caller: ({ caller }: Call) => stub(caller),
      parties: ({ parties }: Call) => (typeof parties === 'function' ? parties() : (parties?.map(stub) ?? null)),
    },
  },
}
