import type { TestSubgraph } from '../../graph.ts'
import { diagnose, findOwner, type Animal, type Owner } from './data.ts'
import { LINK } from './link.ts'

/** Knows what animals have, and what owners owe. Guards what requires what another subgraph tells, and a type. */
export const recordsSubgraph: TestSubgraph = {
  name: 'records',
  link: LINK,
  typeDefs: `
    type Query { clinic: String }
    type Dog @key(fields: "id") {
      id: ID!
      weight: Int @external
      diagnosis: String! @requires(fields: "weight") @requiresScopes(scopes: [["records"]])
    }
    type Owner @key(fields: "id") { id: ID! bill: Bill debt: Int @authenticated }
    type Bill @policy(policies: [["money"]]) { amount: Int! owner: Owner! }
  `,
  resolvers: {
    Query: { clinic: () => 'Paws' },
    Dog: { __resolveReference: (sent: unknown) => sent, diagnosis: (sent: Animal) => diagnose(sent) },
    Owner: {
      __resolveReference: findOwner,
      bill: (owner: Owner) => ({ amount: owner.debt, owner }),
    },
  },
}
