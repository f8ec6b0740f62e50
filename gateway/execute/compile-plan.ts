import type { FetchNode, FlattenNode, PlanNode } from '@graphql-hive/router-query-planner'
import { compileBatchFetch, compileFlatten } from './entities.ts'
import type { Execution, Step } from './execution.ts'
import { compileFetch, type PlanContext } from './fetch.ts'

/** Compiles a node of a query plan, and all below it, into one step. */
export function compilePlan(node: PlanNode, context: PlanContext): Step {
  switch (node.kind) {
    case 'Fetch':
      return compileFetch(node, context)
    case 'BatchFetch':
      return compileBatchFetch(node, context)
    case 'Flatten':
      if (!isEntityFetch(node)) throw new Error(`plan: expected a Fetch under Flatten, but got ${node.node.kind}`)
      return compileFlatten(node, context)
    case 'Sequence':
      return inSequence(node.nodes.map((each) => compilePlan(each, context)))
    case 'Parallel':
      return inParallel(node.nodes.map((each) => compilePlan(each, context)))
    case 'Condition': {
      const yes = node.ifClause ? compilePlan(node.ifClause, context) : nothing
      const no = node.elseClause ? compilePlan(node.elseClause, context) : nothing
      return (execution) => (execution.variables[node.condition] === true ? yes(execution) : no(execution))
    }
    case 'Subscription':
      throw new Error('plan: expected a Subscription only at the start of a subscription')
    case 'Defer':
      throw new Error('plan: expected no Defer, since the public schema has no @defer')
  }
}

function isEntityFetch(node: FlattenNode): node is FlattenNode & { node: FetchNode } {
  return node.node.kind === 'Fetch'
}

function nothing(): void {}

function inSequence(steps: readonly Step[]): Step {
  const from = (start: number, execution: Execution): Promise<void> | void => {
    for (let index = start; index < steps.length; index++) {
      const waiting = steps[index]?.(execution)
      if (waiting) return waiting.then(() => from(index + 1, execution))
    }
  }
  return (execution) => from(0, execution)
}

function inParallel(steps: readonly Step[]): Step {
  const [only] = steps
  if (only !== undefined && steps.length === 1) return only
  return (execution) => {
    const waiting: Promise<void>[] = []
    for (const step of steps) {
      const each = step(execution)
      if (each) waiting.push(each)
    }
    if (waiting.length > 0) return Promise.all(waiting).then(nothing)
  }
}
