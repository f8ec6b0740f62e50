import { testCase } from '../case.ts'
import { conversationsSubgraph } from './conversations.ts'
import { customersSubgraph } from './customers.ts'
import { conversations, findCustomer } from './data.ts'

/** A customer that only conversations know is there, but nothing else is known of them. */
const pointed = (id: string | null) => id && (findCustomer({ id }) ?? { id, name: null, vip: null })

testCase('entities that are null, or not where they are looked for', {
  subgraphs: [conversationsSubgraph, customersSubgraph],
  schema: `
    type Query { conversations: [Conversation!]! customers: Int }
    type Conversation { id: ID! subject: String! customer: Customer watchers: [Customer]! }
    type Customer { id: ID! name: String vip: Boolean }
  `,
  roots: {
    conversations: conversations.map(({ customerId, watcherIds, ...conversation }) => ({
      ...conversation,
      customer: pointed(customerId),
      watchers: watcherIds.map(pointed),
    })),
    customers: 2,
  },
  operations: {
    'leaves null what nobody has': '{ conversations { subject customer { id name } watchers { name } } }',
    'repeats the error of an entity wherever it stands': '{ conversations { watchers { vip } customer { vip } } }',
    'asks no one of nobody': '{ conversations { customer { __typename } } }',
  },
})
