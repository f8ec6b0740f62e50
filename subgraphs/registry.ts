import 'reflect-metadata'
import type { Connector } from '../kit/contract.ts'
import { freshdesk } from './freshdesk/index.ts'
import { freshdeskSubgraph } from './freshdesk/subgraph.ts'
import { intercom } from './intercom/index.ts'
import { intercomSubgraph } from './intercom/subgraph.ts'
import type { SubgraphParts } from './schema.ts'
import { zendesk } from './zendesk/index.ts'
import { zendeskSubgraph } from './zendesk/subgraph.ts'

/** One provider, whole: how it is spoken to, and what it adds to the graph. */
export interface Provider {
  readonly connector: Connector
  readonly subgraph: SubgraphParts
}

/** Every provider that Switchboard speaks to; one line each. */
export const providers: readonly Provider[] = [
  { connector: intercom, subgraph: intercomSubgraph },
  { connector: zendesk, subgraph: zendeskSubgraph },
  { connector: freshdesk, subgraph: freshdeskSubgraph },
]

/** How each provider is spoken to. */
export const connectors: readonly Connector[] = providers.map((provider) => provider.connector)
