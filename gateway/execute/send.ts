import { Kind, parse, type SelectionSetNode } from 'graphql'
import type { SubgraphAnswer, SubgraphOperation, Transport } from '../transport/transport.ts'
import { SubgraphError } from '../errors.ts'
import { blame, blameAnswer, blameFailure } from './blame.ts'
import { isData, type Data } from './data.ts'
import type { Execution } from './execution.ts'

/** A fetch of a plan, ready to be sent. */
export interface Fetch {
  readonly serviceName: string
  /** The branches that are empty when the fetch fails. */
  readonly branches: readonly (readonly string[])[]
  readonly transport: Transport
  readonly operation: SubgraphOperation
  readonly variableUsages: readonly string[]
}

/** What a fetch is made of. */
export interface FetchOptions {
  readonly serviceName: string
  readonly operation: string
  readonly kind: SubgraphOperation['kind']
  readonly variableUsages: readonly string[] | undefined
  /** The branches that are empty when the fetch fails; the operation's own root fields when not given. */
  readonly branches?: readonly (readonly string[])[]
}

/** Prepares a fetch. Throws when no transport leads to its subgraph. */
export function prepareFetch(options: FetchOptions, transports: Readonly<Record<string, Transport>>): Fetch {
  const { serviceName } = options
  const transport = transports[serviceName]
  if (transport === undefined) throw new Error(`the supergraph names subgraph "${serviceName}", but no transport does`)
  const document = parse(options.operation, { noLocation: true })
  const definition = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)
  return {
    serviceName,
    transport,
    operation: { text: options.operation, document, kind: options.kind },
    variableUsages: options.variableUsages ?? [],
    branches: options.branches ?? rootKeys(definition?.selectionSet).map((key) => [key]),
  }
}

function rootKeys(selectionSet: SelectionSetNode | undefined): string[] {
  return (selectionSet?.selections ?? []).flatMap((node) => {
    if (node.kind === Kind.FIELD) return [node.alias?.value ?? node.name.value]
    return node.kind === Kind.INLINE_FRAGMENT ? rootKeys(node.selectionSet) : []
  })
}

/** The variables of the operation that a fetch uses; the ones the client left out stay out. */
export function pickVariables(fetch: Fetch, execution: Pick<Execution, 'variables'>): Data {
  const picked: Data = {}
  for (const name of fetch.variableUsages) if (name in execution.variables) picked[name] = execution.variables[name]
  return picked
}

/**
 * Sends a fetch and receives its answer, at once where the transport answers at once.
 *
 * A failure becomes one error for each of the fetch's branches. So does the end of the execution's time: a fetch under
 * way is given up (what it answers later is dropped), and one that comes afterwards is not sent.
 */
export function send(
  fetch: Fetch,
  execution: Execution,
  variables: Data | undefined,
  receive: (answer: SubgraphAnswer) => void,
): Promise<void> | void {
  if (execution.caller.signal.aborted) return fail(fetch, execution, late(fetch))
  let answer: Promise<SubgraphAnswer> | SubgraphAnswer
  try {
    answer = fetch.transport.execute({ operation: fetch.operation, variables, ...execution.caller })
  } catch (failure) {
    return fail(fetch, execution, failure)
  }
  if (!(answer instanceof Promise)) return receive(answer)
  const answering = answer
  return new Promise((resolve, reject) => {
    const settle = (take: () => void) => {
      if (!execution.pending.delete(giveUp)) return
      take()
      resolve()
    }
    const giveUp = () => settle(() => fail(fetch, execution, late(fetch)))
    execution.pending.add(giveUp)
    answering
      .then(
        (answered) => settle(() => receive(answered)),
        (failure: unknown) => settle(() => fail(fetch, execution, failure)),
      )
      .catch(reject)
  })
}

function late({ serviceName }: Fetch): SubgraphError {
  return new SubgraphError('TIMEOUT', `subgraph "${serviceName}" did not answer in time`)
}

function fail(fetch: Fetch, execution: Execution, failure: unknown): void {
  for (const branch of fetch.branches) execution.errors.push(blameFailure(failure, branch, fetch.serviceName))
}

/** Takes an answer's errors that are about the whole request, one for each branch it leaves empty. */
export function receiveRequestError(
  error: NonNullable<SubgraphAnswer['errors']>[number],
  fetch: Fetch,
  execution: Execution,
): void {
  for (const branch of fetch.branches) execution.errors.push(blame(error, branch, fetch.serviceName))
}

/** The data of an answer, or null when there is none to use; an answer that explains nothing gets its own errors. */
export function readData(answer: SubgraphAnswer, fetch: Fetch, execution: Execution): Data | null {
  if (isData(answer.data)) return answer.data
  const explained = (answer.data === null || answer.data === undefined) && (answer.errors?.length ?? 0) > 0
  if (!explained) {
    for (const branch of fetch.branches) {
      execution.errors.push(blameAnswer('expected data or errors, but got neither', branch, fetch.serviceName))
    }
  }
  return null
}
