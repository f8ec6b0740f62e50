import { z } from 'zod'
import { ask, type Graph } from './calls.ts'

const integrations = z.object({
  integrations: z.object({
    nodes: z.array(
      z.object({
        id: z.string(),
        provider: z.string(),
        status: z.string(),
        syncedAt: z.string().nullable(),
        syncing: z.boolean(),
        webhook: z.object({ state: z.string(), reason: z.string().nullable() }).nullable(),
      }),
    ),
  }),
})

/** How the connected accounts stand, as one gateway tells. */
export const integrationsOf = (graph: Graph) =>
  ask(graph, integrations, {
    query: '{ integrations { nodes { id provider status syncedAt syncing webhook { state reason } } } }',
  }).then((data) => data.integrations.nodes)
