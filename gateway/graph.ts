import { createAdmission, type Admission, type AdmissionOptions } from './admission.ts'
import { createExecutor, type Executor } from './execute/executor.ts'
import { readSubgraphUrls } from './subgraph-urls.ts'
import type { Transport } from './transport/transport.ts'

/** The way to each subgraph, by its name in the supergraph. */
export type Transports = Readonly<Record<string, Transport>>

/** A supergraph, and the ways to its subgraphs. */
export interface GraphSource {
  readonly supergraphSdl: string
  readonly transports: Transports
}

/** Everything that is made of one supergraph, and replaced whole when it changes. */
export interface Graph extends GraphSource {
  readonly executor: Executor
  readonly admission: Admission
}

/** How operations are run and let in, whatever the supergraph. */
export interface GraphSettings extends Omit<AdmissionOptions, 'schema'> {
  readonly deadlineMs: number
  readonly shareQueries: boolean
}

/**
 * Makes a graph. Nothing is asked of a subgraph.
 *
 * @throws PlannerUnavailableError the planner has no build for this machine, or does not take the supergraph
 * @throws Error no transport leads to one of its subgraphs
 */
export async function loadGraph(source: GraphSource, settings: GraphSettings): Promise<Graph> {
  const { supergraphSdl, transports } = source
  const { deadlineMs, shareQueries, ...letting } = settings
  const missing = [...readSubgraphUrls(supergraphSdl).keys()].filter((name) => !(name in transports))
  if (missing.length > 0) throw new Error(`no transport leads to the subgraphs: ${missing.join(', ')}`)
  const executor = await createExecutor({
    supergraphSdl,
    transports,
    deadlineMs,
    shareQueries,
    hideSuggestions: letting.introspection !== 'public',
  })
  return { ...source, executor, admission: createAdmission({ ...letting, schema: executor.schema }) }
}
