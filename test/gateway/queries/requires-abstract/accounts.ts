import type { TestSubgraph } from '../../graph.ts'
import { accounts, findAccount, type Method, type Owner } from './data.ts'

/** Owns accounts. */
export const accountsSubgraph: TestSubgraph = {
  name: 'accounts',
  typeDefs: `
    type Query { accounts: [Account!]! }
    type Account @key(fields: "id") { id: ID! method: Method others: [Method]! owner: Owner! }
    union Method = Card | Invoice
    type Card { id: ID! last4: String! bank: Bank! }
    type Bank { name: String! }
    type Invoice { id: ID! days: Int! company: String }
    interface Owner { id: ID! name: String! }
    type Person implements Owner { id: ID! name: String! born: Int! }
    type Firm implements Owner { id: ID! name: String! seat: String! }
  `,
  resolvers: {
    Query: { accounts: () => accounts },
    Account: { __resolveReference: findAccount },
    Method: { __resolveType: ({ __typename }: Method) => __typename },
    Owner: { __resolveType: ({ __typename }: Owner) => __typename },
  },
}
