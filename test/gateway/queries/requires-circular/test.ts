import { testCase } from '../case.ts'
import { customers, ticketsOf, toColour, toPromise, toRank, toUrgency, type Customer } from './data.ts'
import { deskSubgraph } from './desk.ts'
import { shopSubgraph } from './shop.ts'

/** A customer with all that is computed of them. */
function toWhole(customer: Customer): object {
  const rank = toRank(customer.orders)
  const urgency = toUrgency(rank, customer.region)
  const promise = toPromise(urgency)
  return {
    ...customer,
    rank,
    urgency,
    promise,
    colour: toColour(promise, urgency),
    tickets: () => ticketsOf(customer).map(toWholeTicket),
    friend: () => customers.filter((other) => other !== customer).map(toWhole)[0],
  }
}

const toWholeTicket = ({ id, customer }: { readonly id: string; readonly customer: Customer }): object => ({
  id,
  customer: () => toWhole(customer),
})

testCase('two subgraphs that require of each other, and entities met again inside of them', {
  subgraphs: [shopSubgraph, deskSubgraph],
  schema: `
    type Query { customers: [Customer!]! customer(id: ID!): Customer tickets: [Ticket!]! }
    type Ticket { id: ID! customer: Customer! }
    type Customer {
      id: ID! orders: Int! rank: Int! region: String! promise: String! friend: Customer urgency: String! colour: String!
      tickets: [Ticket!]!
    }
  `,
  roots: {
    customers: customers.map(toWhole),
    customer: ({ id }: Customer) => customers.filter((each) => each.id === id).map(toWhole)[0],
    tickets: () => customers.flatMap(ticketsOf).map(toWholeTicket),
  },
  operations: {
    'goes back and forth as often as it takes': '{ customers { colour } }',
    'requires of an entity that the requiring subgraph names': '{ tickets { customer { urgency colour } } }',
    'requires of an entity met again inside of the requiring subgraph':
      '{ customers { tickets { customer { urgency } } } }',
    'and again, further in':
      '{ customers { urgency tickets { id customer { promise tickets { customer { colour friend { urgency } } } } } } }',
  },
})
