import { getOperationAST, getVariableValues } from 'graphql'
import type { Viewer } from '../../store/viewer.ts'
import type { Executor, OperationRequest } from '../execute/executor.ts'
import type { OperationResult } from '../execute/run.ts'
import { listFetches, printPlan, type PlannedFetch } from '../print-plan.ts'
import type { Fetched } from '../transport/transport.ts'

/** What `extensions.plan` of an answer tells. */
export interface ExplainedPlan {
  /** The plan, as {@link printPlan} prints it. */
  readonly text: string
  /** The fetches that ran and ended, in the order of their ends. */
  readonly fetches: readonly ExplainedFetch[]
}

/** One fetch that ran. Times are milliseconds, with microseconds. */
export interface ExplainedFetch {
  readonly subgraph: string
  /** Where its entities stand in the plan's text; null when it asked for root fields. */
  readonly at: string | null
  /** Since the operation began. */
  readonly startedMs: number
  readonly durationMs: number
  /** How many entities were asked for, each once. */
  readonly entities: number
  /** `ok`, `errors` when the subgraph answered with some, or the code of the failure to ask it. */
  readonly outcome: string
}

/** Whether a viewer may see how operations are carried out. */
const maySee = (viewer: Viewer | null): boolean => viewer?.role === 'OWNER' || viewer?.role === 'ADMIN'

/**
 * The same executor, which tells an owner or admin who asks by `extensions: { plan: true }` how a query or mutation was
 * carried out. Nobody else gets, or is told, anything.
 *
 * What is explained runs for itself alone: it neither joins nor is joined by an identical query.
 */
export function explainOnDemand(executor: Executor): Executor {
  return {
    ...executor,
    execute: (request) =>
      request.extensions?.['plan'] === true && maySee(request.viewer)
        ? executeExplained(executor, request)
        : executor.execute(request),
  }
}

async function executeExplained(executor: Executor, request: OperationRequest): Promise<OperationResult> {
  const fetched: Fetched[] = []
  const startMs = performance.now()
  const result = await executor.execute({ ...request, onFetched: (each) => fetched.push(each) })
  const plan = explain(executor, request, { fetched, startMs })
  return plan === null ? result : { ...result, extensions: { ...result.extensions, plan } }
}

interface Ran {
  readonly fetched: readonly Fetched[]
  readonly startMs: number
}

/** Null when there is no plan: the operation, or its variables, were not acceptable, and the answer says why. */
function explain(executor: Executor, request: OperationRequest, { fetched, startMs }: Ran): ExplainedPlan | null {
  const { document, operationName, variables, viewer } = request
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? []
  const { coerced } = getVariableValues(executor.schema, definitions, variables ?? {})
  if (coerced === undefined) return null
  try {
    const plan = executor.explain(document, operationName ?? undefined, { variables: coerced, viewer })
    const planned = listFetches(plan)
    return { text: printPlan(plan), fetches: fetched.map((each) => toExplained(each, planned, startMs)) }
  } catch {
    // What cannot be planned has been answered with the error that says so.
    return null
  }
}

function toExplained(fetched: Fetched, planned: readonly PlannedFetch[], startMs: number): ExplainedFetch {
  const { subgraph, outcome, request } = fetched
  const { at = null, entityVariables = [] } =
    planned.find((each) => each.subgraph === subgraph && each.operation === request.operation.text) ?? {}
  return {
    subgraph,
    at,
    startedMs: round(fetched.startMs - startMs),
    durationMs: round(fetched.seconds * 1_000),
    entities: entityVariables.reduce((sum, name) => sum + lengthOf(request.variables?.[name]), 0),
    outcome,
  }
}

const lengthOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0)
const round = (ms: number): number => Math.round(ms * 1_000) / 1_000
