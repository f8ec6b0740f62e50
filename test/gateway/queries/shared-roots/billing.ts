import type { TestSubgraph } from '../../graph.ts'
import { workspace } from './data.ts'

/** Knows the plan of the workspace. */
export const billingSubgraph: TestSubgraph = {
  name: 'billing',
  typeDefs: `
    type Query { workspace: Workspace @shareable invoices: Int! }
    type Workspace @shareable { name: String! plan: Plan! }
    type Plan @shareable { name: String! limits: Limits }
    type Limits @shareable { tickets: Int! }
  `,
  resolvers: { Query: { workspace: () => workspace, invoices: () => 3 } },
}
