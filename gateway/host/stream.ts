import type { IncomingMessage, ServerResponse } from 'node:http'
import type { OperationTypeNode } from 'graphql'
import type { IntrospectionSetting } from '../access.ts'
import { gatewayError, toGraphQLError, type ErrorAudience } from '../errors.ts'
import { findOperation } from '../execute/compile.ts'
import type { OperationRequest } from '../execute/executor.ts'
import type { OperationResult } from '../execute/run.ts'
import type { Graph } from '../graph.ts'
import { toPayload } from '../fan-out/payload.ts'
import type { Call } from './apollo.ts'
import { createCorks } from './cork.ts'
import { allowOrigin, answerPreflight } from './cors.ts'
import { mayBeForeign } from './cross-site.ts'
import { EventStream } from './event-stream.ts'
import { readParameters, type RequestParameters } from './parameters.ts'
import { authenticate, Refusal, strangerRefusal, toRefusal, toRequestId, writeRefusal } from './refusal.ts'
import type { ProtocolOptions } from './socket-protocol.ts'
import { watchAccess, type AccessEnd } from './watch-access.ts'

/** What answering GraphQL over Server-Sent Events needs. */
export interface StreamOptions extends ProtocolOptions {
  readonly introspection: IntrospectionSetting
  readonly isAllowedOrigin: (origin: string) => boolean
}

/** The streams at `/graphql/stream`. */
export interface StreamHost {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  /** How many are open. */
  count(): number
  /** Ends every stream without a `complete`, so that clients know to come back. */
  close(): void
}

/**
 * Serves GraphQL over Server-Sent Events, as the distinct connections mode of graphql-sse has it: one operation for
 * each request, whose answers come as `next`, and then `complete`.
 *
 * The request is one like at `/graphql`, with the same token, limits and sharing, and `Accept: text/event-stream`. Once
 * the token is accepted, whatever is wrong with the operation comes as a `next` with errors. So does the end of the
 * token (`UNAUTHENTICATED`), and that of a stream that is read more slowly than events come (`FELL_BEHIND`).
 */
export function createStreamHost(options: StreamOptions): StreamHost {
  const { access, clock, limits, report } = options
  const streams = new Set<EventStream>()
  const holdBack = createCorks()
  let isClosing = false

  const answer = async (request: IncomingMessage, response: ServerResponse, audience: ErrorAudience) => {
    const viewer = await authenticate(request, options)
    if (!(request.headers.accept ?? '').includes('text/event-stream')) {
      throw new Refusal(406, 'BAD_REQUEST', 'Expected "Accept: text/event-stream"; other answers are at /graphql.')
    }
    if (request.method === 'GET' && mayBeForeign(request.headers, options.isAllowedOrigin)) {
      throw new Refusal(400, 'BAD_REQUEST', 'A page of another site may not ask by GET; its origin can be allowed.')
    }
    const parameters = await readParameters(request, limits.maxBodyBytes)
    const gone = new AbortController()
    const forwarded = options.pickForwarded(request.headers)
    const call = { viewer, forwarded, requestId: audience.requestId, signal: gone.signal }
    const asked = admit(parameters, call, options)
    if ('errors' in asked && viewer === null) throw strangerRefusal()
    if ('kind' in asked && asked.kind === 'mutation' && request.method === 'GET') {
      throw new Refusal(405, 'BAD_REQUEST', 'Mutations need a POST.')
    }
    if (isClosing) throw new Refusal(503, 'BAD_REQUEST', 'The gateway is about to end; try again.')
    if (response.destroyed) return
    const onTooSlow = () => options.onSlowReader('sse')
    const stream = new EventStream({ response, clock, holdBack, maxWaiting: limits.maxWaitingChars, onTooSlow })
    streams.add(stream)
    stream.onEnd(() => {
      streams.delete(stream)
      gone.abort(new Error('the client is gone'))
    })
    if (viewer !== null) {
      const { authorization } = request.headers
      const onEnd = (end: AccessEnd) => stream.refuse(endOfAccess(end))
      stream.onEnd(watchAccess({ access, clock, recheckMs: options.recheckMs, authorization, viewer, onEnd }))
    }
    await run(asked, stream, audience)
  }

  /** Starts a subscription, or answers anything else. */
  const run = async (asked: Asked, stream: EventStream, audience: ErrorAudience): Promise<void> => {
    if (!('kind' in asked)) return finish(stream, asked, audience)
    const { kind, operation, graph } = asked
    if (kind === 'subscription') return stream.onEnd(options.hub.join(operation, stream, graph))
    const running = graph.executor.execute(operation)
    finish(stream, running instanceof Promise ? await options.inFlight.track(running) : running, audience)
  }

  return {
    handle: async (request, response) => {
      allowOrigin(request, response, options.isAllowedOrigin)
      if (request.method === 'OPTIONS') return answerPreflight(request, response)
      const audience = { requestId: toRequestId(response), report }
      try {
        await answer(request, response, audience)
      } catch (error) {
        if (response.headersSent) throw error
        writeRefusal(response, toRefusal(error), audience)
      }
    },
    count: () => streams.size,
    close: () => {
      isClosing = true
      for (const stream of streams) stream.goAway()
    },
  }
}

/** An operation that may run, or the errors that say why not. */
type Asked =
  | OperationResult
  | { readonly kind: `${OperationTypeNode}`; readonly operation: OperationRequest; readonly graph: Graph }

function admit(parameters: RequestParameters, call: Call, options: StreamOptions): Asked {
  const { operationName, variables, extensions } = parameters
  const graph = options.graph.get()
  const admitted = graph.admission({ ...parameters, viewer: call.viewer })
  if ('errors' in admitted) return admitted
  try {
    const { operation: kind } = findOperation(admitted.document, operationName ?? undefined)
    return { kind, graph, operation: { ...admitted, operationName, variables, extensions, ...call } }
  } catch (error) {
    return { errors: [toGraphQLError(error)] }
  }
}

function finish(stream: EventStream, result: OperationResult, audience: ErrorAudience): void {
  stream.next(JSON.stringify(toPayload(result, audience)))
  stream.complete()
}

function endOfAccess(end: AccessEnd) {
  const message =
    end === 'ended' ? 'The token has ended.' : 'The access of the token has changed; subscribe again to go on.'
  return gatewayError('UNAUTHENTICATED', message)
}
