import type { QueryPlan } from '@graphql-hive/router-query-planner'
import { SupergraphError } from './subgraph-urls.ts'

/** Plans operations over the subgraphs of one supergraph. */
export interface Planner {
  /**
   * Plans the only operation of a document.
   *
   * @throws PlanningError the operation is valid, but the planner finds no way
   */
  plan(operation: string): QueryPlan
}

/** A planner for each side of the supergraph's progressive overrides, `@override(from: …, label: "percent(n)")`. */
export interface RollingPlanner {
  /** How much of the operations, in percent, each override is for: ascending, each once. Nearly always none. */
  readonly percentages: readonly number[]
  /**
   * The planner for operations that fall on a percentage, from 0 up to, but not including, 100: overrides for more than
   * it hold. Overrides with other labels never do.
   */
  at(percentage: number): Planner
}

/** The planner cannot run here: the gateway cannot start. */
export class PlannerUnavailableError extends Error {
  readonly code = 'PLANNER_UNAVAILABLE'
}

/** The planner found no way to answer an operation. */
export class PlanningError extends Error {
  readonly code = 'OPERATION_NOT_PLANNED'
}

/**
 * Loads the planner, which is a native library.
 *
 * @throws PlannerUnavailableError there is no build of it for this machine (it exists for glibc Linux and macOS, each
 *   on x64 and arm64)
 * @throws SupergraphError the supergraph is not acceptable
 */
export async function createPlanner(supergraphSdl: string): Promise<RollingPlanner> {
  const { QueryPlanner } = await load()
  let planner: InstanceType<typeof QueryPlanner>
  try {
    planner = new QueryPlanner(supergraphSdl)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SupergraphError(`the query planner does not accept the supergraph: ${reason}`, { cause })
  }
  const noLabels = new Set<string>()
  return {
    percentages: [...new Set(planner.overridePercentages)].toSorted((one, other) => one - other),
    at: (percentage) => ({
      plan: (operation) => {
        try {
          return planner.plan(operation, undefined, noLabels, percentage)
        } catch (cause) {
          throw new PlanningError(`no plan for: ${operation}`, { cause })
        }
      },
    }),
  }
}

async function load() {
  try {
    return await import('@graphql-hive/router-query-planner')
  } catch (cause) {
    throw new PlannerUnavailableError(
      `the query planner has no build for ${process.platform}-${process.arch} (it needs glibc Linux or macOS, on x64 or ` +
        'arm64); run the gateway on such a machine or in a Debian-based container',
      { cause },
    )
  }
}
