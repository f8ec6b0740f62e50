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
      return compileParallel(node.nodes, context)
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

/** The planner starts a mutation's next field beside the reads that complete the one before; we let those end first. */
function compileParallel(nodes: readonly PlanNode[], context: PlanContext): Step {
  const mutations = nodes.filter(isMutation)
  const others = inParallel(nodes.filter((node) => !isMutation(node)).map((node) => compilePlan(node, context)))
  if (mutations.length === 0) return others
  return inSequence([others, ...mutations.map((node) => compilePlan(node, context))])
}

function isMutation(node: PlanNode): boolean {
  return node.kind === 'Fetch' && node.operationKind === 'mutation'
}

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
