import {
  getOperationAST,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type OperationTypeNode,
} from 'graphql'
import type { FetchNode, PlanNode, QueryPlan } from '@graphql-hive/router-query-planner'
import { inSpanBelow } from '../../observe/trace.ts'
import type { Prices } from '../cost/prices.ts'
import { gatewayError } from '../errors.ts'
import type { Planner } from '../planner.ts'
import type { AccessRules, Requirement } from './access-rules.ts'
import { pointAtAsked, type PointAtAsked } from './asked-path.ts'
import { compilePlan } from './compile-plan.ts'
import { decideConditions, type Selected } from './conditions.ts'
import type { Step } from './execution.ts'
import { compileRootFetch, type PlanContext, type RootFetch } from './fetch.ts'
import { mistakesArguments } from './mistaken-arguments.ts'
import { normalise } from './normalise.ts'
import type { Variables } from './requires.ts'
import { forgetsContexts, isTooMuch, mayForgetTypes, planInStages, type StageContext } from './stages.ts'
import { compileShape, type Shape } from './shape.ts'
import { planInTurns } from './turns.ts'
import { withhold } from './withhold.ts'

/** What one operation needs to run, however often it runs with the same conditions. */
export interface CompiledOperation {
  /** Asked of the schema, not of a subgraph; null when the operation has no introspection. */
  readonly introspection: DocumentNode | null
  /** Null when no subgraph has to be asked. */
  readonly plan: QueryPlan | null
  /** All steps of a query or mutation; of a subscription, those that follow each event. Null for none. */
  readonly step: Step | null
  /** Where a subscription's events come from; null for other operations. */
  readonly source: RootFetch | null
  readonly shape: Shape
  readonly pointAtAsked: PointAtAsked
}

/** What compiling operations needs. */
export interface CompileContext extends PlanContext {
  readonly schema: GraphQLSchema
  readonly planner: Planner
  readonly prices: Prices
  /** Null when nothing is kept from anybody. */
  readonly rules: AccessRules | null
  /** For operations that cannot be planned at once; null when there are none. */
  readonly stages: Pick<StageContext, 'entries' | 'entryPlanner'> | null
}

/** For whom, and with what, an operation is compiled. */
export interface Asking {
  /** They decide its conditions. */
  readonly variables: Variables
  /** What of its requirements whoever asks does not meet. */
  readonly unmet: ReadonlySet<Requirement>
}

/**
 * Compiles an operation of a validated document, as its variables decide its conditions, without what whoever asks may
 * not see: that is null, with an error.
 *
 * @throws GraphQLError OPERATION_NOT_PLANNED: the subgraphs hold the answer, but the planner finds no way to it
 * @throws GraphQLError OPERATION_TOO_COMPLEX: it can only be planned in parts, and falls into too many
 */
export function compileOperation(
  undecided: Selected,
  { variables, unmet }: Asking,
  context: CompileContext,
): CompiledOperation {
  const decided = decideConditions(undecided, variables)
  const { operation, fragments } = decided
  const { rules, schema } = context
  const withheld =
    rules === null || unmet.size === 0
      ? null
      : withhold(decided, rules, { schema, isUnmet: (requirement) => unmet.has(requirement) })
  const { toPlan, introspection } = normalise(withheld?.selected ?? decided, context)
  const root = rootType(schema, operation.operation)
  const plan = toPlan === null ? null : planOperation(toPlan, context)
  const { source, rest } = splitSource(plan?.node)
  return {
    introspection,
    plan,
    step: rest === null ? null : compilePlan(rest, context),
    source: source && compileRootFetch(source, context),
    shape: compileShape(root, operation, { ...context, fragments, withheld: withheld?.fields ?? new Set() }),
    pointAtAsked: pointAtAsked(decided),
  }
}

/**
 * Finds the operation to run.
 *
 * @throws GraphQLError OPERATION_RESOLUTION_FAILURE: the name fits no operation, or none is given for several
 */
export function findOperation(document: DocumentNode, operationName: string | undefined): OperationDefinitionNode {
  const operation = getOperationAST(document, operationName)
  if (operation) return operation
  throw gatewayError(
    'OPERATION_RESOLUTION_FAILURE',
    operationName === undefined
      ? 'The document has several operations: say which one to run in `operationName`.'
      : `The document has no operation named "${operationName}".`,
  )
}

function rootType(schema: GraphQLSchema, operation: OperationTypeNode) {
  const type = schema.getRootType(operation)
  if (type) return type
  throw gatewayError('GRAPHQL_VALIDATION_FAILED', `The schema has no ${operation}s.`)
}

/** Plans a mutation in turns where it has to be, and everything else as a whole. */
function planOperation(text: string, context: CompileContext): QueryPlan {
  return inSpanBelow('graphql.plan', {}, () => {
    const plan = planWhole(text, context)
    return planInTurns(text, plan, (turn) => planWhole(turn, context)) ?? plan
  })
}

/**
 * Plans at once if that can be, or else in stages. A plan that may send too little is the last resort; one that sends
 * what is wrong is none.
 */
function planWhole(text: string, { schema, planner, stages }: CompileContext): QueryPlan {
  const atOnce = attempt(() => planner.plan(text))
  if ('plan' in atOnce && (stages === null || !isFaulty(atOnce.plan.node, { ...stages, schema }))) return atOnce.plan
  const inStages = stages === null ? atOnce : attempt(() => planInStages(text, { schema, planner, ...stages }))
  if ('plan' in inStages) return inStages.plan
  if ('plan' in atOnce && !isWrong(atOnce.plan.node, stages && { ...stages, schema })) return atOnce.plan
  if ('cause' in inStages && isTooMuch(inStages.cause)) throw inStages.cause
  throw gatewayError('OPERATION_NOT_PLANNED', 'No plan over the subgraphs answers this operation.', {
    cause: 'cause' in inStages ? inStages.cause : undefined,
  })
}

type Looking = Pick<StageContext, 'entries' | 'schema'>

function isFaulty(node: PlanNode | undefined, looking: Looking): boolean {
  return mayForgetTypes(node, looking.entries) || isWrong(node, looking)
}

/** True for a plan that sends what is wrong. */
function isWrong(node: PlanNode | undefined, looking: Looking | null): boolean {
  return mistakesArguments(node) || (looking !== null && forgetsContexts(node, looking))
}

function attempt(plan: () => QueryPlan): { readonly plan: QueryPlan } | { readonly cause: unknown } {
  try {
    return { plan: plan() }
  } catch (cause) {
    return { cause }
  }
}

/** A subscription's plan is its source, alone or followed by what completes each event. */
function splitSource(node: PlanNode | undefined): { source: FetchNode | null; rest: PlanNode | null } {
  if (node === undefined) return { source: null, rest: null }
  if (node.kind === 'Subscription') return { source: node.primary, rest: null }
  if (node.kind !== 'Sequence') return { source: null, rest: node }
  const [first, ...nodes] = node.nodes
  if (first?.kind !== 'Subscription') return { source: null, rest: node }
  return { source: first.primary, rest: { kind: 'Sequence', nodes } }
}
