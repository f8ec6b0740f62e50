import type { TestSubgraph } from '../../graph.ts'
import { toGrade, type Person } from './data.ts'

/** Requires a field that clients cannot ask for; knows people by a key of which they see nothing. */
export const payrollSubgraph: TestSubgraph = {
  name: 'payroll',
  typeDefs: `
    type Query { payroll: Int }
    type Agent @key(fields: "id") { id: ID! salary: Int! @external grade: String! @requires(fields: "salary") colleague: Agent }
  `,
  resolvers: {
    Query: { payroll: () => 1 },
    Agent: {
      __resolveReference: (sent: unknown) => sent,
      grade: ({ salary }: Person) => toGrade(salary),
      colleague: ({ id }: Person) => ({ id: id === '1' ? '3' : '1' }),
    },
  },
}
