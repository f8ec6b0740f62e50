import { executeSync, getVariableValues, type DocumentNode, type GraphQLError, type GraphQLSchema } from 'graphql'
import type { QueryPlan } from '@graphql-hive/router-query-planner'
import type { Viewer } from '../../store/viewer.ts'
import type { Budget } from '../cost/budget.ts'
import { runMetered, type RequestedCost } from '../cost/meter.ts'
import { readPrices, type Prices } from '../cost/prices.ts'
import { gatewayError, toGraphQLError } from '../errors.ts'
import type { ForwardedHeaders } from '../forwarded.ts'
import { ALLOW_NO_POLICY, createGrants, type Grants } from '../grants.ts'
import { createPlanner } from '../planner.ts'
import type { FetchListener, Transport } from '../transport/transport.ts'
import { createCompileCache, type CompileCache } from './compile-cache.ts'
import type { CompileContext, CompiledOperation } from './compile.ts'
import type { Variables } from './requires.ts'
import { createRollout } from './rollout.ts'
import { runOperation, shapeAnswer, type OperationResult, type Run } from './run.ts'
import { createSubscription, type Events, type ObservedSubscription, type Subscription } from './subscribe.ts'
import { createSharing } from './sharing.ts'
import { readSupergraph } from './type-facts.ts'
import { withUnionMembers } from './union-members.ts'
import { createUsage, type Usage } from './usage.ts'
import type { IsUnmet } from './withhold.ts'

/** A validated operation to run, and for whom. */
export interface OperationRequest {
  readonly document: DocumentNode
  readonly operationName?: string | null | undefined
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined
  /** Null only for operations that ask nothing of a subgraph; others are refused. */
  readonly viewer: Viewer | null
  /** None when not given. */
  readonly forwarded?: ForwardedHeaders | undefined
  readonly requestId: string
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal
  /** What the client asks for besides an answer. */
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined
  /** Hears of each fetch of this operation alone, which then shares nothing with others. */
  readonly onFetched?: FetchListener | undefined
  /** What it may cost; not given for what is neither bounded nor reported. */
  readonly cost?: RequestedCost | undefined
}

/** Runs operations over the subgraphs of one supergraph. */
export interface Executor {
  /** The schema clients see. */
  readonly schema: GraphQLSchema
  /** What the supergraph says of costs. */
  readonly prices: Prices
  /**
   * Runs a query or a mutation, at once where no subgraph has to be waited for.
   *
   * Refuses a subscription, and what a viewer's budget does not allow. Never rejects because of a subgraph or the operation: those become errors of the answer. Ends at the deadline
   * with what is there by then. The data may be another's, too: nobody may write into it.
   */
  execute(request: OperationRequest): Promise<OperationResult> | OperationResult
  /**
   * Starts a subscription: an answer for each event, in order, or one answer with errors when it could not start.
   *
   * Ending the iterator ends the source at once. A source that breaks makes `next` reject with a GraphQLError.
   */
  subscribe(request: OperationRequest): Promise<Events | OperationResult>
  /** Prepares a subscription without starting it; an answer when no subgraph has to be asked, or when it cannot start. */
  prepareSubscription(request: Omit<OperationRequest, 'signal'>): Subscription | OperationResult
  /** Resolves when nothing runs, at the end of a turn of the event loop. Subscriptions run as long as they are open. */
  idle(): Promise<void>
  /**
   * The plan of an operation; null when no subgraph has to be asked. Of the variables only those count that conditions
   * hang on. Where an override is progressive, it is a plan of either side. Throws like compiling does.
   */
  explain(document: DocumentNode, operationName?: string, asked?: AskedPlan): QueryPlan | null
}

/** For what, and for whom, a plan is shown. */
export interface AskedPlan {
  readonly variables?: Variables
  /** The plan has nothing that is kept from them; it has all when null, or not given. */
  readonly viewer?: Viewer | null
}

/** What an executor is made of. */
export interface ExecutorOptions {
  readonly supergraphSdl: string
  /** The way to each subgraph, by its name in the supergraph. */
  readonly transports: Readonly<Record<string, Transport>>
  /** How long a query or mutation may take, and the completion of one event of a subscription. */
  readonly deadlineMs: number
  /** Whether identical queries that one viewer asks at the same time run once; true when not given. */
  readonly shareQueries?: boolean
  /** Whether messages about variables leave out the names that were perhaps meant, which tell of the schema. */
  readonly hideSuggestions?: boolean
  /** What viewers may spend; null or not given bounds nothing. */
  readonly budget?: Budget | null
  /** Who may see what the supergraph guards; when not given, by the token's scopes, and past no policy. */
  readonly grants?: Grants
  /** Prepares to see a subscription; it is not seen when it is not given. */
  readonly observeSubscription?: (request: Omit<OperationRequest, 'signal'>) => ObservedSubscription
  /** Hears whether an operation found its plan. */
  readonly onPlanLooked?: (result: 'hit' | 'miss') => void
  /** Rolls for each operation which progressive overrides hold: from 0 up to, but not including, 100. Chance when not given. */
  readonly roll?: () => number
}

/**
 * Makes an executor.
 *
 * Operations are compiled once per document object, and way of deciding their conditions, and forgotten with the
 * document: who bounds the documents bounds the plans.
 *
 * @throws PlannerUnavailableError the planner cannot run here
 */
export async function createExecutor(options: ExecutorOptions): Promise<Executor> {
  const { transports, deadlineMs, budget = null } = options
  const { publicSchema: schema, facts, entries, rules } = readSupergraph(options.supergraphSdl)
  const prices = readPrices(options.supergraphSdl)
  const planner = await createPlanner(withUnionMembers(options.supergraphSdl))
  const entryPlanner = entries && (await createPlanner(withUnionMembers(entries.supergraphSdl)))
  const contextAt = (percentage: number): CompileContext => {
    const stages = entries && entryPlanner && { entries, entryPlanner: entryPlanner.at(percentage) }
    return { transports, facts, schema, prices, rules, planner: planner.at(percentage), stages }
  }
  const { roll = () => Math.random() * 100 } = options
  const operationOf = createRollout(planner.percentages, roll, (percentage) =>
    createCompileCache(contextAt(percentage), options.onPlanLooked),
  )
  const coercion = { maxErrors: 10, hideSuggestions: options.hideSuggestions ?? false }
  const { grants = createGrants(ALLOW_NO_POLICY) } = options
  const coercing = { ...coercion, schema, grants }
  const prepareRun = (request: Omit<OperationRequest, 'signal'>) => prepare(request, operationOf, coercing)

  const execute = (request: OperationRequest): Promise<OperationResult> | OperationResult => {
    const prepared = prepareRun(request)
    if ('errors' in prepared) return prepared
    const { compiled } = prepared
    if (compiled.source !== null) return { errors: [gatewayError('BAD_REQUEST', 'Subscriptions need a WebSocket.')] }
    const introspection = introspect(compiled, request, schema)
    if (compiled.step === null) return answerAlone(prepared, introspection)
    const run = toRun(prepared, request, deadlineMs, introspection)
    return run === null ? refuseStranger() : runOperation(run, compiled.step)
  }

  const sharing = options.shareQueries === false ? null : createSharing(execute)
  const executeOnce = sharing?.execute ?? execute
  const usage = createUsage()
  const prepareSubscription: Executor['prepareSubscription'] = (request) => {
    const prepared = prepareRun(request)
    if ('errors' in prepared) return prepared
    const { source } = prepared.compiled
    if (source === null) return answerAlone(prepared, introspect(prepared.compiled, request, schema))
    const { viewer, forwarded, requestId } = request
    if (viewer === null) return refuseStranger()
    const run = { ...prepared, caller: { viewer, forwarded, requestId }, deadlineMs, introspection: null }
    // Who asks anew because of an event must not be told what was read before it.
    const onCompleted = (cost: number) => {
      budget?.charge(viewer, cost)
      sharing?.forget(viewer.workspaceId)
    }
    const observed = options.observeSubscription?.(request) ?? null
    return createSubscription({ run, source, facts, usage, onCompleted, observed })
  }
  return {
    schema,
    prices,
    execute: (request) => {
      const run = () => trackUse(usage, () => executeOnce(request))
      const { cost, viewer } = request
      return cost === undefined || viewer === null ? run() : runMetered(cost, viewer, budget, run)
    },
    explain: (document, operationName, { variables = {}, viewer = null } = {}) =>
      operationOf(document, operationName).shownFor(variables, lacks(viewer, grants)).plan,
    subscribe: async (request) => {
      const prepared = prepareSubscription(request)
      return 'start' in prepared ? prepared.start(request.signal) : prepared
    },
    prepareSubscription,
    idle: () => usage.idle(),
  }
}

/** Counts an operation from its start until it settles. */
function trackUse<T>(usage: Usage, start: () => Promise<T> | T): Promise<T> | T {
  const release = usage.begin()
  let answer: Promise<T> | T
  try {
    answer = start()
  } catch (error) {
    release()
    throw error
  }
  if (!(answer instanceof Promise)) {
    release()
    return answer
  }
  answer.then(release, release)
  return answer
}

interface Prepared {
  readonly compiled: CompiledOperation
  readonly variables: Variables
}

/** What preparing goes by. */
interface Preparing {
  readonly schema: GraphQLSchema
  readonly grants: Grants
  readonly maxErrors: number
  readonly hideSuggestions: boolean
}

/** Nothing is kept from a stranger here, since whatever asks a subgraph for one is refused as a whole. */
function lacks(viewer: Viewer | null, grants: Grants): IsUnmet {
  return (requirement) => viewer !== null && !grants(viewer, requirement)
}

/** Coerces the variables and compiles the operation for them, or says why that cannot be. */
function prepare(
  request: Omit<OperationRequest, 'signal'>,
  operationOf: CompileCache,
  { schema, grants, ...coercion }: Preparing,
): Prepared | { errors: readonly GraphQLError[] } {
  try {
    const { operation, compiledFor } = operationOf(request.document, request.operationName ?? undefined)
    const { variableDefinitions = [] } = operation
    const isUnmet = lacks(request.viewer, grants)
    if (variableDefinitions.length === 0) return { compiled: compiledFor({}, isUnmet), variables: {} }
    const values = getVariableValues(schema, variableDefinitions, request.variables ?? {}, coercion)
    if (values.coerced) return { compiled: compiledFor(values.coerced, isUnmet), variables: values.coerced }
    return { errors: values.errors.map((cause) => gatewayError('BAD_USER_INPUT', cause.message, { cause })) }
  } catch (error) {
    return { errors: [toGraphQLError(error)] }
  }
}

function toRun(
  prepared: Prepared,
  request: OperationRequest,
  deadlineMs: number,
  introspection: OperationResult | null,
): Run | null {
  const { viewer, forwarded, requestId, signal, onFetched } = request
  if (viewer === null) return null
  return { ...prepared, caller: { viewer, forwarded, requestId, signal, onFetched }, deadlineMs, introspection }
}

function refuseStranger(): OperationResult {
  return { errors: [gatewayError('UNAUTHENTICATED', 'A token is needed for this operation.')] }
}

/** The answer to an operation that asks nothing of a subgraph. */
function answerAlone({ compiled, variables }: Prepared, introspection: OperationResult | null): OperationResult {
  return shapeAnswer(compiled, { data: {}, errors: [], variables }, introspection)
}

/** Answers `__schema` and `__type` from the public schema. */
function introspect(
  compiled: CompiledOperation,
  request: Pick<OperationRequest, 'variables'>,
  schema: GraphQLSchema,
): OperationResult | null {
  if (compiled.introspection === null) return null
  const result = executeSync({ schema, document: compiled.introspection, variableValues: request.variables })
  return { data: result.data ?? null, errors: result.errors ?? [] }
}
