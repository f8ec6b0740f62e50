import type { TestSubgraph } from '../../graph.ts'
import { describe, name, type Method, type Owner } from './data.ts'

interface Sent {
  readonly method: Method
  readonly others: readonly (Method | null)[]
  readonly owner: Owner
}

/** Computes from what it is sent of unions and interfaces, by fragments. */
export const billingSubgraph: TestSubgraph = {
  name: 'billing',
  typeDefs: `
    type Query { billing: Int }
    type Account @key(fields: "id") {
      id: ID!
      method: Method @external
      others: [Method]! @external
      owner: Owner! @external
      summary: String! @requires(fields: "method { __typename ... on Card { last4 bank { name } } ... on Invoice { days company } }")
      rest: [String!]! @requires(fields: "others { __typename ... on Card { last4 bank { name } } ... on Invoice { days company } }")
      addressee: String! @requires(fields: "owner { __typename name ... on Person { born } ... on Firm { seat } }")
    }
    union Method = Card | Invoice
    type Card { last4: String! @external bank: Bank! @external }
    type Bank { name: String! @external }
    type Invoice { days: Int! @external company: String @external }
    interface Owner { name: String! }
    type Person implements Owner { name: String! @external born: Int! @external }
    type Firm implements Owner { name: String! @external seat: String! @external }
  `,
  resolvers: {
    Query: { billing: () => 1 },
    Account: {
      __resolveReference: (sent: Sent) => sent,
      summary: ({ method }: Sent) => describe(method),
      rest: ({ others }: Sent) => others.map(describe),
      addressee: ({ owner }: Sent) => name(owner),
    },
    Method: { __resolveType: ({ __typename }: Method) => __typename },
    Owner: { __resolveType: ({ __typename }: Owner) => __typename },
  },
}
