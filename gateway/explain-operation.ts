import { getVariableValues, GraphQLError, parse, validate, type DocumentNode } from 'graphql'
import { findOperation } from './execute/compile.ts'
import { createExecutor, type Executor } from './execute/executor.ts'
import { PlannerUnavailableError } from './planner.ts'
import { printPlan } from './print-plan.ts'
import { readSubgraphUrls } from './subgraph-urls.ts'
import type { Transport } from './transport/transport.ts'

/** What to explain. */
export interface Explainable {
  readonly supergraphSdl: string
  /** A document with the operation. */
  readonly text: string
  /** Which of the document's operations; null when it has one. */
  readonly name: string | null
  readonly variables: Readonly<Record<string, unknown>>
}

/** An operation that cannot be explained; the message says why. */
export class ExplainError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ExplainError'
  }
}

/** Nothing is asked while a plan is made. */
const NOT_ASKED: Transport = {
  execute: refuse,
  subscribe: refuse,
  check: refuse,
  close: async () => {},
}

function refuse(): never {
  throw new Error('expected that no subgraph is asked for a plan')
}

/**
 * Says, as text, how a gateway carries an operation out.
 *
 * @throws ExplainError the supergraph is none, or the operation is not GraphQL, does not fit it or cannot be planned
 */
export async function explainOperation({ supergraphSdl, text, name, variables }: Explainable): Promise<string> {
  const executor = await openExecutor(supergraphSdl)
  const document = read(text, executor)
  try {
    const { variableDefinitions = [] } = findOperation(document, name ?? undefined)
    const { coerced, errors } = getVariableValues(executor.schema, variableDefinitions, variables)
    // Those that are missing decide nothing; the others are needed to say what is skipped.
    if (coerced === undefined && Object.keys(variables).length > 0) throw new ExplainError(toLines(errors ?? []))
    return printPlan(executor.explain(document, name ?? undefined, { variables: coerced ?? variables }))
  } catch (error) {
    if (error instanceof GraphQLError) throw new ExplainError(error.message, { cause: error })
    throw error
  }
}

async function openExecutor(supergraphSdl: string): Promise<Executor> {
  try {
    const names = [...readSubgraphUrls(supergraphSdl).keys()]
    const transports = Object.fromEntries(names.map((each) => [each, NOT_ASKED]))
    return await createExecutor({ supergraphSdl, transports, deadlineMs: 0 })
  } catch (cause) {
    if (cause instanceof PlannerUnavailableError && cause.message.includes('no build')) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ExplainError(`the supergraph cannot be used: ${reason}`, { cause })
  }
}

function read(text: string, { schema }: Executor): DocumentNode {
  let document: DocumentNode
  try {
    document = parse(text)
  } catch (cause) {
    if (!(cause instanceof GraphQLError)) throw cause
    throw new ExplainError(`the operation is not GraphQL: ${toLines([cause])}`, { cause })
  }
  const problems = validate(schema, document)
  if (problems.length > 0) throw new ExplainError(`the operation does not fit the supergraph: ${toLines(problems)}`)
  return document
}

function toLines(problems: readonly GraphQLError[]): string {
  return problems
    .map(({ message, locations = [] }) => {
      const [place] = locations
      return place === undefined ? message : `${message} (line ${place.line}, column ${place.column})`
    })
    .join('\n')
}
