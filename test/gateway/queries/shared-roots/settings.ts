import type { TestSubgraph } from '../../graph.ts'
import { workspace } from './data.ts'

/** Knows the settings of the workspace, and the plan as well, otherwise nullable. */
export const settingsSubgraph: TestSubgraph = {
  name: 'settings',
  typeDefs: `
    type Query { workspace: Workspace @shareable languages: [Language]! }
    type Workspace @shareable { name: String! region: String plan: Plan languages: [Language]! }
    type Plan @shareable { name: String seats: Int! limits: Limits! }
    type Limits @shareable { tickets: Int contacts: Int }
    type Language { code: String! name: String }
  `,
  resolvers: { Query: { workspace: () => workspace, languages: () => workspace.languages } },
}
