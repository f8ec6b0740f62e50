import { testCase } from '../case.ts'
import { billingSubgraph } from './billing.ts'
import { workspace } from './data.ts'
import { settingsSubgraph } from './settings.ts'

testCase('a root field and value types that several subgraphs share, each nullable in its own way', {
  subgraphs: [billingSubgraph, settingsSubgraph],
  schema: `
    type Query { workspace: Workspace invoices: Int! languages: [Language]! }
    type Workspace { name: String! plan: Plan region: String languages: [Language]! }
    type Plan { name: String limits: Limits seats: Int! }
    type Limits { tickets: Int contacts: Int }
    type Language { code: String! name: String }
  `,
  roots: { workspace, invoices: 3, languages: workspace.languages },
  operations: {
    'asks both for one field, at once': {
      text: '{ workspace { region plan { limits { tickets } } } invoices }',
    },
    'puts the parts of a value together':
      '{ workspace { plan { seats limits { tickets contacts } name } languages { name } } }',
  },
})
