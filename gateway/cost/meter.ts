import type { GraphQLError } from 'graphql'
import type { Viewer } from '../../store/viewer.ts'
import { gatewayError } from '../errors.ts'
import type { OperationResult } from '../execute/run.ts'
import type { Budget } from './budget.ts'

/** What is known of an operation's cost before it runs. */
export interface RequestedCost {
  /** What it may cost at most. */
  readonly requested: number
  /** Whether the client wants to be told what it cost. */
  readonly isReported: boolean
}

/** What an operation cost, as clients see it in `extensions.cost`. */
export interface CostReport {
  /** What it could have cost, by its page sizes: taken before it runs. */
  readonly requested: number
  /** What it cost, by its answer; the rest was given back. All of what it could have, when it was cut off. */
  readonly actual: number
  /** What its viewer has left by then; null where that is not bounded. */
  readonly remaining: number | null
}

/** Says that a viewer's budget is used up, and when to ask again. */
export function refuseUntil(retryAfterMs: number, requested: number): GraphQLError {
  const seconds = Math.ceil(retryAfterMs / 1_000)
  const message = `Your operations have cost more than they may for now: ask again in ${seconds} s, or for less.`
  return gatewayError('RATE_LIMITED', message, { extensions: { retryAfterMs, requested } })
}

/** Runs a viewer's operation when the budget allows, and takes from it what the operation cost. */
export function runMetered(
  { requested, isReported }: RequestedCost,
  viewer: Viewer,
  budget: Budget | null,
  run: () => Promise<OperationResult> | OperationResult,
): Promise<OperationResult> | OperationResult {
  // What asks for the schema alone costs nothing, also who owes something.
  const retryAfterMs = requested === 0 ? null : (budget?.take(viewer, requested) ?? null)
  if (retryAfterMs !== null) return { errors: [refuseUntil(retryAfterMs, requested)] }
  const settle = (result: OperationResult): OperationResult => {
    const actual = toActualCost(result, requested)
    budget?.charge(viewer, actual - requested)
    if (!isReported) return result
    const cost: CostReport = { requested, actual, remaining: budget?.remaining(viewer) ?? null }
    return { ...result, extensions: { ...result.extensions, cost } }
  }
  const result = run()
  if (!(result instanceof Promise)) return settle(result)
  return result.then(settle, (failure: unknown) => {
    budget?.charge(viewer, -requested)
    throw failure
  })
}

/**
 * What an answer cost. How much was done for one that was cut off, by its deadline or since its client hung up, nobody
 * knows; were it free, hanging up would be the way to ask for everything.
 */
function toActualCost({ actualCost = 0, errors = [] }: OperationResult, requested: number): number {
  return errors.some(({ extensions }) => extensions['code'] === 'TIMEOUT')
    ? Math.max(actualCost, requested)
    : actualCost
}
