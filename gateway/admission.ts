import type { DocumentNode, GraphQLError, OperationDefinitionNode } from 'graphql'
import type { Viewer } from '../store/viewer.ts'
import { isIntrospectionOnly } from './access.ts'
import type { Budget } from './cost/budget.ts'
import { createEstimateCache } from './cost/estimate-cache.ts'
import { refuseUntil, type RequestedCost } from './cost/meter.ts'
import type { Prices } from './cost/prices.ts'
import { createDocumentReader, type DocumentRules } from './documents.ts'
import { gatewayError, toGraphQLError } from './errors.ts'
import { findOperation } from './execute/compile.ts'
import { checkVariableNesting } from './nesting.ts'
import type { OperationParameters, OperationTexts } from './persisted/operation-texts.ts'
import type { Safelist } from './persisted/safelist.ts'

/** An operation as a client sends it, and who the client is. */
export interface Asked extends OperationParameters {
  readonly operationName?: string | null | undefined
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined
  readonly viewer: Viewer | null
}

/** An operation that may run. */
export interface AdmittedOperation {
  readonly document: DocumentNode
  readonly cost: RequestedCost
}

/** An operation that may run, or why it may not. */
export type Admitted = AdmittedOperation | { readonly errors: readonly GraphQLError[] }

/** Decides which operations run. */
export type Admission = (asked: Asked) => Admitted

/** What an admission goes by. */
export interface AdmissionOptions extends DocumentRules {
  readonly prices: Prices
  /** What viewers may spend; null bounds nothing. */
  readonly budget: Budget | null
  readonly texts: OperationTexts
  /** Null where any operation may run. */
  readonly safelist: Safelist | null
}

/**
 * Makes the gate before the executor: a token, the limits, the schema, the list of operations, in this order. Who shows
 * no token learns nothing but that, unless the schema is public and nothing else is asked for.
 *
 * What asks for the schema alone need not be on the list: who may read the schema has a setting of its own.
 */
export function createAdmission(options: AdmissionOptions): Admission {
  const { introspection, limits, texts, safelist } = options
  const read = createDocumentReader(options)
  const estimateOf = createEstimateCache(options)

  const admit = (asked: Asked): Admitted => {
    const found = texts.find(asked)
    if ('errors' in found) return found
    // What is wrong with an operation tells of the schema, which an operation that may not run anyway need not be told.
    const refuse = (errors: readonly GraphQLError[]): Admitted => ({
      errors: safelist?.refuses(found.text) ? [refuseUnlisted()] : errors,
    })
    const admitted = read(found.text)
    if ('errors' in admitted) return refuse(admitted.errors)
    const { document } = admitted
    const nesting = checkVariableNesting(asked.variables, limits)
    if (nesting !== null) return refuse([nesting])
    try {
      const operation = findOperation(document, asked.operationName ?? undefined)
      if (asked.viewer === null && !isIntrospectionOnly(operation, document)) return refuseStranger()
      const unlisted = checkList(operation, found.text, document, options)
      if (unlisted !== null) return { errors: [unlisted] }
      const requested = estimateOf(operation, document)(asked.variables ?? {})
      const excess = checkCost(operation, requested, asked, options)
      if (excess !== null) return { errors: [excess] }
      if (asked.viewer !== null) texts.keep(asked)
      return { document, cost: { requested, isReported: asked.extensions?.['cost'] === true } }
    } catch (error) {
      return refuse([toGraphQLError(error)])
    }
  }

  return (asked) => {
    if (asked.viewer !== null) return admit(asked)
    if (introspection !== 'public') return refuseStranger()
    const admitted = admit(asked)
    return 'errors' in admitted ? refuseStranger() : admitted
  }
}

function checkList(
  operation: OperationDefinitionNode,
  text: string,
  document: DocumentNode,
  { safelist }: AdmissionOptions,
): GraphQLError | null {
  if (safelist === null || isIntrospectionOnly(operation, document)) return null
  if (safelist.refuses(text)) return refuseUnlisted()
  safelist.note(text, document)
  return null
}

function refuseUnlisted(): GraphQLError {
  return gatewayError('OPERATION_NOT_LISTED', 'Only listed operations run here: have this one added to the list.')
}

/**
 * Says when an operation may cost more than one may, or a subscription more than its viewer has left now. Of queries and
 * mutations that is taken, and so found, when they run; of a subscription, when its events come.
 */
function checkCost(
  { operation }: OperationDefinitionNode,
  requested: number,
  { viewer }: Asked,
  { limits: { maxCost }, budget }: AdmissionOptions,
): GraphQLError | null {
  const tooDear = checkMaxCost(requested, maxCost)
  if (tooDear !== null) return tooDear
  if (operation !== 'subscription' || viewer === null) return null
  const retryAfterMs = budget?.findDelay(viewer, requested) ?? null
  return retryAfterMs === null ? null : refuseUntil(retryAfterMs, requested)
}

/** Says when an operation may cost more than any may. */
export function checkMaxCost(requested: number, maxCost: number): GraphQLError | null {
  // Not a number, for a size that is none, is refused too.
  if (requested <= maxCost) return null
  const message = `The operation may cost ${requested}, and ${maxCost} is the most: ask for less, or for smaller pages.`
  return gatewayError('OPERATION_TOO_COMPLEX', message)
}

/** What who shows no valid token is told, whatever they asked. */
export function refuseStranger(): { readonly errors: readonly [GraphQLError] } {
  return { errors: [gatewayError('UNAUTHENTICATED', 'A valid token is needed: "Authorization: Bearer …".')] }
}
