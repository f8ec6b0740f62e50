import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  parse,
  print,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type VariableDefinitionNode,
} from 'graphql'
import type { FetchRewrite, PlanNode, QueryPlan, RequiresSelection } from '@graphql-hive/router-query-planner'
import { gatewayError } from '../errors.ts'
import type { Planner } from '../planner.ts'
import { dropsContexts, giveContext } from './context-plan.ts'
import { cutSelections, type Cutting, type Part } from './cut.ts'
import type { Entries, Entry } from './entries.ts'
import { toEntityPlan } from './entity-plan.ts'
import { markContexts, type ContextUse } from './mark-contexts.ts'
import { mistakesArguments } from './mistaken-arguments.ts'
import { spellOut } from './spell-out.ts'

/** What planning in stages needs. */
export interface StageContext {
  readonly schema: GraphQLSchema
  readonly planner: Planner
  readonly entries: Entries
  /** Plans over the supergraph that has a root field for every way into an entity. */
  readonly entryPlanner: Planner
}

/** One attempt: how it cuts the operation into parts, and what the operation's variables are. */
interface Attempt extends StageContext, Pick<Cutting, 'way' | 'minDepth' | 'cutsTypes'> {
  readonly variableDefinitions: readonly VariableDefinitionNode[]
  readonly uses: ReadonlyMap<FieldNode, ContextUse>
  /** Numbers the parts. */
  readonly nextNumber: () => number
  /** Counts each planning of a part, whatever comes of it. */
  readonly count: () => void
}

/**
 * True for a plan that may ask nothing of some entities it ought to ask for.
 *
 * Planner 0.0.38 makes one fetch of those it makes for several types of an interface, where the subgraph knows the
 * interface as one object, and keeps what only one of them requires: entities of one type are sent, those of others not.
 */
export function mayForgetTypes(node: PlanNode | undefined, entries: Entries): boolean {
  if (node === undefined) return false
  const forgets = (requires: readonly RequiresSelection[] = [], rewrites: readonly FetchRewrite[] = []) =>
    rewrites.some((rewrite) => 'ValueSetter' in rewrite && entries.isInterfaceObject(rewrite.ValueSetter.setValueTo)) &&
    requires.some((each) => each.kind === 'InlineFragment' && entries.isMasked(each.typeCondition))
  switch (node.kind) {
    case 'Fetch':
      return forgets(node.requires, node.inputRewrites)
    case 'BatchFetch':
      return node.entityBatch.aliases.some(({ requires, inputRewrites }) => forgets(requires, inputRewrites))
    case 'Flatten':
      return mayForgetTypes(node.node, entries)
    case 'Sequence':
    case 'Parallel':
      return node.nodes.some((each) => mayForgetTypes(each, entries))
    case 'Condition':
    case 'Subscription':
    case 'Defer':
      return false
  }
}

/** How many ways into entities are tried. */
const MAX_WAYS = 4

/** How often parts of an operation are planned, in all attempts: each type of an interface may have its part, at each depth. */
const MAX_PARTS = 1000

/**
 * Plans an operation in stages: entities are fetched as far as their keys, and what is asked of them is planned as if
 * an operation began there.
 *
 * For what planner 0.0.38 cannot do at once: a field that requires others, on an entity that was reached inside of the
 * requiring subgraph; one that requires a field with other arguments than the client gives it; fragments on several
 * types of an interface that some subgraph knows as one object; and several types of an interface that several
 * subgraphs answer a field with, where what is asked of them is not known to the one that does. A plan in stages may
 * fetch more often than one that is made at once.
 *
 * @param text a document of one operation, without conditions
 * @throws GraphQLError OPERATION_TOO_COMPLEX: planning would take too long
 * @throws Error there is no plan this way either
 */
export function planInStages(text: string, context: StageContext): QueryPlan {
  const { operation, uses } = mark(spellOut(parse(text, { noLocation: true })), context)
  const { variableDefinitions = [] } = operation
  let left = MAX_PARTS
  const count = () => {
    if (left-- <= 0) throw tooMuch()
  }
  let reason: unknown
  for (const attempt of attempts()) {
    let number = 0
    const nextNumber = () => number++
    try {
      const node = planOperation(operation, { ...context, ...attempt, nextNumber, count, variableDefinitions, uses })
      if (!mistakesArguments(node) && !forgetsContexts(node, context)) return { kind: 'QueryPlan', node }
      reason = new Error('the planner fetches what it then does not take')
    } catch (error) {
      if (isTooMuch(error)) throw error
      reason = error
    }
  }
  throw reason
}

function tooMuch(): GraphQLError {
  const message = `The operation falls into more parts than are planned: ${MAX_PARTS}. Ask for less of interfaces inside of interfaces.`
  return gatewayError('OPERATION_TOO_COMPLEX', message)
}

/** True for an error that says that an operation is too much to be planned in stages. */
export function isTooMuch(error: unknown): boolean {
  return error instanceof GraphQLError && error.extensions['code'] === 'OPERATION_TOO_COMPLEX'
}

/** What is tried, those that fetch least first. */
function attempts(): Pick<Attempt, 'way' | 'minDepth' | 'cutsTypes'>[] {
  const ways = Array.from({ length: MAX_WAYS }, (_each, way) => way)
  return [false, true].flatMap((cutsTypes) =>
    [2, 1].flatMap((minDepth) => ways.map((way) => ({ way, minDepth, cutsTypes }))),
  )
}

/** True for a plan that asks for something without the context it needs. */
export function forgetsContexts(
  node: PlanNode | undefined,
  { entries, schema }: Pick<StageContext, 'entries' | 'schema'>,
) {
  return entries.contexts !== null && dropsContexts(node, entries.contexts, rootNames(schema))
}

function rootNames(schema: GraphQLSchema): string[] {
  return Object.values(OperationTypeNode).flatMap((operation) => schema.getRootType(operation)?.name ?? [])
}

/** Asks for what fields need of their contexts, where there is any such field. */
function mark(
  operation: OperationDefinitionNode,
  { entries: { contexts }, schema }: StageContext,
): { readonly operation: OperationDefinitionNode; readonly uses: Attempt['uses'] } {
  const root = schema.getRootType(operation.operation)
  if (contexts === null || !root) return { operation, uses: new Map() }
  const { selections, uses } = markContexts(operation.selectionSet.selections, root, { schema, contexts })
  return { operation: { ...operation, selectionSet: setOf(selections) }, uses }
}

function planOperation(operation: OperationDefinitionNode, attempt: Attempt): PlanNode {
  const root = attempt.schema.getRootType(operation.operation)
  if (!root) throw new Error(`expected the schema to have a ${operation.operation} type`)
  const parts: Part[] = []
  const { selections } = operation.selectionSet
  const kept = cutSelections(selections, root, { path: [], depth: 0 }, { ...attempt, parts })
  const { node } = attempt.planner.plan(print({ ...operation, selectionSet: setOf(kept) }))
  return inSequence([...(node ? [node] : []), ...planParts(parts, attempt)])
}

/** Plans what a stage left, to run at the same time; but what needs a context, after what may be that context. */
function planParts(parts: readonly Part[], attempt: Attempt): PlanNode[] {
  if (attempt.uses.size === 0) return planBeside(parts, attempt)
  const needing = parts.filter(({ contextual }) => contextual !== null)
  const others = parts
    .filter(({ contextual }) => contextual === null)
    .toSorted((one, other) => one.path.length - other.path.length)
  return [...others.map((each) => planPart(each, attempt)), ...planBeside(needing, attempt)]
}

function planBeside(parts: readonly Part[], attempt: Attempt): PlanNode[] {
  const nodes = parts.map((part) => planPart(part, attempt))
  return nodes.length > 1 ? [{ kind: 'Parallel', nodes }] : nodes
}

function planPart(part: Part, attempt: Attempt): PlanNode {
  const node = planEntity(part, attempt)
  const { selections } = part
  if (selections.length < 2 || !mistakesArguments(node)) return node
  // Two of its fields require one field with different arguments: each has its own plan.
  return inSequence(
    planParts(
      selections.map((each) => ({ ...part, selections: [each] })),
      attempt,
    ),
  )
}

/** Cuts interfaces into their types only where it has to be: behind an entity all of them may be known. */
function planEntity(part: Part, attempt: Attempt): PlanNode {
  if (!attempt.cutsTypes) return planFromEntity(part, attempt)
  try {
    return planFromEntity(part, { ...attempt, cutsTypes: false })
  } catch (error) {
    if (isTooMuch(error)) throw error
    return planFromEntity(part, attempt)
  }
}

function planFromEntity({ path, entry, selections, contextual }: Part, attempt: Attempt): PlanNode {
  attempt.count()
  const type = attempt.schema.getType(entry.typeName)
  if (type === undefined) throw new Error(`expected clients to know ${entry.typeName}`)
  const parts: Part[] = []
  const kept = cutSelections(selections, type, { path, depth: attempt.minDepth - 1 }, { ...attempt, parts })
  const { node } = attempt.entryPlanner.plan(printEntry(entry, kept, attempt))
  const planned = { path, entry, selections: kept, number: attempt.nextNumber() }
  const nodes = node ? toEntityPlan(node, planned) : []
  const given = contextual === null ? nodes : giveContext(nodes, path, contextual)
  return inSequence([...given, ...planParts(parts, attempt)])
}

function printEntry({ field }: Entry, selections: readonly SelectionNode[], { variableDefinitions }: Attempt): string {
  const entered: FieldNode = {
    kind: Kind.FIELD,
    name: { kind: Kind.NAME, value: field },
    selectionSet: setOf(selections),
  }
  return print({
    kind: Kind.OPERATION_DEFINITION,
    operation: OperationTypeNode.QUERY,
    variableDefinitions,
    selectionSet: setOf([entered]),
  })
}

function setOf(selections: readonly SelectionNode[]) {
  return { kind: Kind.SELECTION_SET, selections } as const
}

/** A subscription must be the first node of the whole sequence, so sequences within it are spelled out. */
function inSequence(nodes: readonly PlanNode[]): PlanNode {
  const flat = nodes.flatMap((node) => (node.kind === 'Sequence' ? node.nodes : [node]))
  const [only] = flat
  return only !== undefined && flat.length === 1 ? only : { kind: 'Sequence', nodes: flat }
}
