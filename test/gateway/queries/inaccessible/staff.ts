import type { TestSubgraph } from '../../graph.ts'
import { findPerson, greet, people, type Person } from './data.ts'

const typeOf = { __resolveType: ({ __typename }: Person) => __typename }

/** Owns people; hides fields, a type, an argument, an input field, an enum value and a whole enum. */
export const staffSubgraph: TestSubgraph = {
  name: 'staff',
  typeDefs: `
    type Query {
      people: [Person]! agents(filter: Filter): [Agent!]! members: [Member]! agent(id: ID!): Agent
      audit: String @inaccessible
    }
    interface Person { id: ID! name: String! }
    union Member = Agent | Robot
    enum Mood { GOOD SECRET @inaccessible }
    enum Level @inaccessible { HIGH }
    input Filter { name: String salaryAbove: Int @inaccessible and: Filter }
    type Agent implements Person @key(fields: "id") {
      id: ID! name: String! salary: Int! @inaccessible mood: Mood level: Level @inaccessible
      greeting(politely: Boolean, inSlang: Boolean = true @inaccessible): String!
    }
    type Robot implements Person @key(fields: "id") @inaccessible { id: ID! name: String! }
  `,
  resolvers: {
    Query: {
      people: () => people,
      agents: (_root: unknown, { filter }: { readonly filter?: { readonly name?: string | null } | null }) =>
        people.filter(({ __typename, name }) => __typename === 'Agent' && (filter?.name ?? name) === name),
      members: () => people,
      agent: (_root: unknown, key: Person) => people.find((each) => each.id === key.id && each.__typename === 'Agent'),
    },
    Person: typeOf,
    Member: typeOf,
    Agent: {
      __resolveReference: findPerson,
      greeting: ({ name }: Person, args: { readonly politely?: boolean | null }) => greet(name, args),
    },
    Robot: { __resolveReference: findPerson },
  },
}
