import type { FetchNode } from '@graphql-hive/router-query-planner'
import type { SubgraphAnswer, Transport } from '../transport/transport.ts'
import { blame } from './blame.ts'
import type { Execution, Step } from './execution.ts'
import { merge, own } from './merge.ts'
import { compileRewrites, type Rewrites } from './rewrites.ts'
import { pickVariables, prepareFetch, readData, receiveRequestError, send, type Fetch } from './send.ts'
import type { TypeFacts } from './type-facts.ts'

/** What compiling a plan needs besides the plan. */
export interface PlanContext {
  readonly transports: Readonly<Record<string, Transport>>
  readonly facts: TypeFacts
}

/** Compiles a Fetch node that stands alone: it asks for root fields. */
export function compileFetch(node: FetchNode, context: PlanContext): Step {
  const root = compileRootFetch(node, context)
  return (execution) => {
    const variables = root.fetch.variableUsages.length > 0 ? pickVariables(root.fetch, execution) : undefined
    return send(root.fetch, execution, variables, (answer) => receiveRoot(root, answer, execution, context.facts))
  }
}

/** A fetch of root fields with its rewrites. */
export interface RootFetch {
  readonly fetch: Fetch
  readonly rewrites: Rewrites | null
}

/** Prepares a fetch of root fields; of a subscription, its first part. */
export function compileRootFetch(node: FetchNode, context: PlanContext): RootFetch {
  const { serviceName, operation, variableUsages, operationKind: kind = 'query' } = node
  return {
    fetch: prepareFetch({ serviceName, operation, kind, variableUsages }, context.transports),
    rewrites: compileRewrites(node.outputRewrites, context.facts),
  }
}

/** Merges an answer of root fields into the execution. */
export function receiveRoot(root: RootFetch, answer: SubgraphAnswer, execution: Execution, facts: TypeFacts): void {
  const { fetch, rewrites } = root
  for (const error of answer.errors ?? []) {
    if (error.path === undefined || error.path.length === 0) receiveRequestError(error, fetch, execution)
    else execution.errors.push(blame(error, rewrites?.renamePath(error.path) ?? error.path, fetch.serviceName))
  }
  const data = readData(answer, fetch, execution)
  if (data === null) return
  rewrites?.apply(data)
  if (execution.data === null) execution.data = data
  else merge(execution.data, data, facts, own)
}
