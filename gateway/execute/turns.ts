import { Kind, OperationTypeNode, parse, print, type DocumentNode, type SelectionNode } from 'graphql'
import type { PlanNode, QueryPlan } from '@graphql-hive/router-query-planner'
import { spellOut } from './spell-out.ts'

/**
 * Plans the fields of a mutation one after the other, where reads follow on them; null where the plan is right as it is.
 *
 * Planner 0.0.38 asks a subgraph for fields that stand side by side at once, and reads what completes them afterwards:
 * so the reads of the first would tell of what the second has changed.
 *
 * @param text a document of one operation, without conditions
 * @param plan what it was planned as
 * @param planTurn plans a document of one field; what it throws is thrown
 */
export function planInTurns(text: string, plan: QueryPlan, planTurn: (text: string) => QueryPlan): QueryPlan | null {
  const document = parse(text, { noLocation: true })
  if (!isMutation(document) || plan.node === undefined || writesOnly(plan.node)) return null
  const operation = spellOut(document)
  const turns = [...Map.groupBy(operation.selectionSet.selections, keyOf).values()]
  if (turns.length < 2) return null
  const nodes = turns.flatMap((selections) => {
    const { node } = planTurn(print({ ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } }))
    return node?.kind === 'Sequence' ? node.nodes : (node ?? [])
  })
  return { kind: 'QueryPlan', node: { kind: 'Sequence', nodes } }
}

function isMutation({ definitions }: DocumentNode): boolean {
  return definitions.some(
    (node) => node.kind === Kind.OPERATION_DEFINITION && node.operation === OperationTypeNode.MUTATION,
  )
}

function writesOnly(node: PlanNode): boolean {
  if (node.kind === 'Sequence' || node.kind === 'Parallel') return node.nodes.every(writesOnly)
  return node.kind === 'Fetch' && node.operationKind === 'mutation'
}

function keyOf(node: SelectionNode): string {
  return node.kind === Kind.FIELD ? (node.alias ?? node.name).value : ''
}
