import { getOperationAST, type DocumentNode } from 'graphql'
import type { Viewer } from '../../store/viewer.ts'
import { gatewayError } from '../errors.ts'
import type { ForwardedHeaders } from '../forwarded.ts'
import type { FetchListener } from '../transport/transport.ts'
import type { OperationResult } from './run.ts'

/** What of a request says whether its answer is another's, too. */
export interface ShareableRequest {
  readonly document: DocumentNode
  readonly operationName?: string | null | undefined
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined
  readonly viewer: Viewer | null
  readonly forwarded?: ForwardedHeaders | undefined
  readonly signal: AbortSignal
  /** Whoever hears of the fetches of an operation has them for itself. */
  readonly onFetched?: FetchListener | undefined
}

type Execute<R> = (request: R) => Promise<OperationResult> | OperationResult

/** Queries that run once for all who ask them at the same time. */
export interface Sharing<R> {
  readonly execute: Execute<R>
  /** Lets nobody join any more what is under way for a workspace: something there has changed since it began. */
  forget(workspaceId: string): void
}

/** A query under way, and how many wait for it. */
interface Shared {
  readonly answer: Promise<OperationResult>
  readonly stop: AbortController
  users: number
}

/**
 * Lets identical queries of one viewer, asked while the first is under way, share its execution and its answer, errors
 * included. Identical are the document object, the operation's name, the variables as spelled, and who asks with which
 * token and which forwarded headers.
 *
 * A mutation is never shared, and ends the joining in its workspace, so that whoever reads what they wrote reads it. Who leaves
 * only leaves; the execution stops when the last one does. An answer belongs to all who share it: nobody may write
 * into its data.
 */
export function createSharing<R extends ShareableRequest>(execute: Execute<R>): Sharing<R> {
  const workspaces = new Map<string, Map<string, Shared>>()
  const numberOf = createNumbering()

  const forget = (workspaceId: string) => void workspaces.delete(workspaceId)
  const start = (request: R, workspaceId: string, key: string) => {
    const stop = new AbortController()
    const answer = execute({ ...request, signal: stop.signal })
    if (!(answer instanceof Promise)) return answer
    const shared: Shared = { answer, stop, users: 0 }
    const joinable = workspaces.get(workspaceId) ?? new Map<string, Shared>()
    workspaces.set(workspaceId, joinable.set(key, shared))
    const end = () => {
      if (joinable.get(key) === shared) joinable.delete(key)
      if (joinable.size === 0 && workspaces.get(workspaceId) === joinable) forget(workspaceId)
    }
    answer.then(end, end)
    stop.signal.addEventListener('abort', end, { once: true })
    return join(shared, request.signal)
  }

  return {
    forget,
    execute: (request) => {
      const { document, operationName, viewer, forwarded, variables } = request
      const kind = getOperationAST(document, operationName)?.operation
      if (viewer === null || kind === undefined || request.signal.aborted) return execute(request)
      const { workspaceId, memberId, role, tokenId, scopes } = viewer
      if (kind !== 'query') return afterwards(execute(request), () => forget(workspaceId))
      if (request.onFetched !== undefined) return execute(request)
      const who = [memberId, role, tokenId, scopes, forwarded]
      const key = JSON.stringify([numberOf(document), operationName, who, variables])
      const shared = workspaces.get(workspaceId)?.get(key)
      return shared === undefined ? start(request, workspaceId, key) : join(shared, request.signal)
    },
  }
}

/** Numbers documents, which are the same object whenever the same operation comes. */
function createNumbering(): (document: DocumentNode) => number {
  const numbers = new WeakMap<DocumentNode, number>()
  let last = 0
  return (document) => {
    let number = numbers.get(document)
    if (number === undefined) numbers.set(document, (number = ++last))
    return number
  }
}

function afterwards<T>(answer: Promise<T> | T, then: () => void): Promise<T> | T {
  if (answer instanceof Promise) return answer.finally(then)
  then()
  return answer
}

/** Waits with the others. The last one to leave stops the execution, and gets what was there by then. */
function join(shared: Shared, signal: AbortSignal): Promise<OperationResult> {
  shared.users++
  return new Promise((resolve, reject) => {
    const leave = () => {
      if (--shared.users === 0) shared.stop.abort(signal.reason)
      else resolve({ errors: [gatewayError('TIMEOUT', 'The client is gone.')] })
    }
    signal.addEventListener('abort', leave, { once: true })
    const stay = () => signal.removeEventListener('abort', leave)
    shared.answer.finally(stay).then((result) => resolve({ ...result }), reject)
  })
}
