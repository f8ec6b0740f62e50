import { testCase } from '../case.ts'
import { greet, people, toGrade, type Person } from './data.ts'
import { payrollSubgraph } from './payroll.ts'
import { staffSubgraph } from './staff.ts'

/** A person as clients see them. */
function toWhole(person: Person): object | null {
  const { __typename, id, name, salary, mood } = person
  if (__typename === 'Robot') return null
  return {
    __typename,
    id,
    name,
    mood: mood === 'SECRET' ? null : mood,
    greeting: (args: { readonly politely?: boolean | null }) => greet(name, args),
    grade: toGrade(salary),
    colleague: () => people.filter((other) => other.id === (id === '1' ? '3' : '1')).map(toWhole)[0],
  }
}

testCase('what clients must not see: fields, types, values, arguments and fields of inputs', {
  subgraphs: [staffSubgraph, payrollSubgraph],
  schema: `
    type Query { people: [Person]! agents(filter: Filter): [Agent!]! members: [Member]! agent(id: ID!): Agent payroll: Int }
    interface Person { id: ID! name: String! }
    union Member = Agent
    enum Mood { GOOD }
    input Filter { name: String and: Filter }
    type Agent implements Person {
      id: ID! name: String! mood: Mood greeting(politely: Boolean): String! grade: String! colleague: Agent
    }
  `,
  roots: {
    people: people.map(toWhole),
    agents: ({ filter }: { readonly filter?: { readonly name?: string | null } | null }) =>
      people.flatMap((person) => ((filter?.name ?? person.name) === person.name ? (toWhole(person) ?? []) : [])),
    members: people.map(toWhole),
    agent: ({ id }: Person) => people.filter((person) => person.id === id).map(toWhole)[0],
    payroll: 1,
  },
  samples: { id: ['1', '2', '3'], name: ['Ann', 'R2'] },
  operations: {
    'requires what clients cannot ask for': {
      text: '{ agents { grade } }',
      plan: `
Sequence
  Fetch staff: {agents{__typename id salary}}
  At agents.@
    requires Agent { __typename salary id }
    Fetch payroll: query($representations:[_Any!]!){_entities(representations: $representations){...on Agent{grade}}}`,
    },
    'is null where an object is of a hidden type':
      '{ people { name } members { ... on Agent { name } } members { __typename } }',
    'is null where a value is hidden': '{ agents { mood colleague { mood grade colleague { grade } } } }',
    'leaves the default of a hidden argument to the subgraph': '{ agents { greeting(politely: false) } }',
    'does not take an alias for a hidden field': '{ agents { salary: name level: id grade } }',
  },
})
