import { testCase } from '../case.ts'
import { accountsSubgraph } from './accounts.ts'
import { billingSubgraph } from './billing.ts'
import { accounts, describe, name } from './data.ts'

testCase('fields that require fragments on unions and interfaces', {
  subgraphs: [accountsSubgraph, billingSubgraph],
  schema: `
    type Query { accounts: [Account!]! billing: Int }
    type Account {
      id: ID! method: Method others: [Method]! owner: Owner! summary: String! rest: [String!]! addressee: String!
    }
    union Method = Card | Invoice
    type Card { id: ID! last4: String! bank: Bank! }
    type Bank { name: String! }
    type Invoice { id: ID! days: Int! company: String }
    interface Owner { name: String! id: ID! }
    type Person implements Owner { id: ID! name: String! born: Int! }
    type Firm implements Owner { id: ID! name: String! seat: String! }
  `,
  roots: {
    billing: 1,
    accounts: accounts.map((account) => ({
      ...account,
      summary: describe(account.method),
      rest: account.others.map(describe),
      addressee: name(account.owner),
    })),
  },
  operations: {
    'sends what is required of each member of a union': '{ accounts { summary } }',
    'sends what is required of each item of a list': '{ accounts { rest others { ... on Card { last4 } } } }',
    'sends what is required of an interface and of its types': '{ accounts { addressee owner { id } } }',
    'keeps the aliases of the client apart from it':
      '{ accounts { rest summary method { ... on Card { last4: id id: last4 } ... on Invoice { company: id } } } }',
  },
})
