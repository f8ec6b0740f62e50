import 'reflect-metadata'
import { integrationsSubgraph } from './integrations/subgraph.ts'
import { providers } from './registry.ts'
import { buildSubgraph, type Subgraph } from './schema.ts'
import { supportSubgraph } from './support/subgraph.ts'

/** Builds every subgraph of the graph. */
export async function buildSubgraphs(): Promise<readonly Subgraph[]> {
  const built: Subgraph[] = []
  // One after the other: type-graphql keeps what it is building in one place.
  for (const parts of [supportSubgraph, integrationsSubgraph, ...providers.map((provider) => provider.subgraph)]) {
    built.push(await buildSubgraph(parts))
  }
  return built
}
