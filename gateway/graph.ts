import { validate, type DocumentNode, type GraphQLError } from 'graphql'
import { createAdmission, type Admission, type AdmissionOptions } from './admission.ts'
import { createExecutor, type Executor } from './execute/executor.ts'
import type { Grants } from './grants.ts'
import { explainOnDemand } from './observe/explained.ts'
import type { Observer } from './observe/observer.ts'
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
  /** Why a document that another graph let in does not fit this one; empty when it does. */
  check(document: DocumentNode): readonly GraphQLError[]
}

/** How operations are run and let in, whatever the supergraph. */
export interface GraphSettings extends Omit<AdmissionOptions, 'schema' | 'prices'> {
  readonly deadlineMs: number
  readonly shareQueries: boolean
  readonly grants: Grants
  readonly observer: Observer
}

/** Problems of a document that are told. */
const MAX_PROBLEMS = 3

/**
 * Makes a graph. Nothing is asked of a subgraph.
 *
 * @throws PlannerUnavailableError the planner has no build for this machine
 * @throws SupergraphError the supergraph cannot be served
 * @throws Error no transport leads to one of its subgraphs
 */
export async function loadGraph(source: GraphSource, settings: GraphSettings): Promise<Graph> {
  const { supergraphSdl, transports } = source
  const { deadlineMs, shareQueries, grants, observer, ...letting } = settings
  const missing = [...readSubgraphUrls(supergraphSdl).keys()].filter((name) => !(name in transports))
  if (missing.length > 0) throw new Error(`no transport leads to the subgraphs: ${missing.join(', ')}`)
  const observed = Object.entries(transports).map(([name, each]) => [name, observer.transport(name, each)] as const)
  const executor = await createExecutor({
    supergraphSdl,
    transports: Object.fromEntries(observed),
    deadlineMs,
    shareQueries,
    grants,
    budget: letting.budget,
    hideSuggestions: letting.introspection !== 'public',
    observeSubscription: (request) => observer.subscription(request),
    onPlanLooked: (result) => observer.planLooked(result),
  })
  const { schema, prices } = executor
  const checked = new WeakMap<DocumentNode, readonly GraphQLError[]>()
  return {
    ...source,
    executor: explainOnDemand(observer.executor(executor)),
    admission: observer.admission(
      createAdmission({ ...letting, onRemembered: (count) => observer.documentsRemembered(count), schema, prices }),
    ),
    check: (document) => {
      let problems = checked.get(document)
      if (problems === undefined) {
        problems = validate(schema, document, undefined, { maxErrors: MAX_PROBLEMS, hideSuggestions: true })
        checked.set(document, problems)
      }
      return problems
    },
  }
}
