import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { makeServer, type Server, type SubscribePayload } from 'graphql-ws'
import type { WebSocket } from 'ws'
import { requestIdNow } from '../../observe/request-scope.ts'
import type { Viewer } from '../../store/viewer.ts'
import type { Access } from '../access.ts'
import type { Clock } from '../clock.ts'
import type { CurrentGraph } from '../current-graph.ts'
import { gatewayError, type ErrorAudience, type ReportError } from '../errors.ts'
import type { OperationRequest } from '../execute/executor.ts'
import type { Hub } from '../fan-out/hub.ts'
import { toPayload, toPlainErrors } from '../fan-out/payload.ts'
import type { ForwardedHeaders, PickForwarded } from '../forwarded.ts'
import type { Graph } from '../graph.ts'
import type { Limits } from '../limits.ts'
import type { EventTransport } from '../observe/metrics.ts'
import type { Call } from './apollo.ts'
import type { InFlight } from './in-flight.ts'
import type { Outlet } from './outlet.ts'
import { findFailure, subscribeSocket, type Join } from './socket-subscription.ts'
import { watchAccess, type AccessEnd } from './watch-access.ts'

/** What answering GraphQL over WebSockets needs. */
export interface ProtocolOptions {
  readonly graph: CurrentGraph
  readonly pickForwarded: PickForwarded
  /** Where subscriptions are made. */
  readonly hub: Hub
  readonly access: Access
  readonly clock: Clock
  readonly limits: Limits
  /** How often the token behind a socket is checked again. */
  readonly recheckMs: number
  readonly inFlight: InFlight
  readonly report: ReportError
  /** Hears of each connection that is given up since events come faster than it reads. */
  readonly onSlowReader: (transport: EventTransport) => void
}

/**
 * With which code and words a socket is closed.
 *
 * 4401 tells clients not to come back with the same token. 4290: the client read more slowly than events came. It got
 * all events up to some point and none after, so whoever goes on from the last cursor it saw misses nothing.
 */
export const CLOSE = {
  unauthorized: [4401, 'Unauthorized'],
  tokenEnded: [4401, 'The token has ended'],
  accessChanged: [4205, 'The access of the token has changed; connect again'],
  fellBehind: [4290, 'Events came faster than they were read; subscribe again from the last cursor you saw'],
  unavailable: [1013, 'Access cannot be checked now; try again later'],
  invalid: [4400, 'Invalid message received'],
  failed: [4500, 'Internal server error'],
  goingAway: [1001, 'Going away'],
} as const

/** Whoever throws this while handling a message closes the socket. */
export class SocketEnd extends Error {
  readonly code: number

  constructor([code, reason]: readonly [number, string]) {
    super(reason)
    this.name = 'SocketEnd'
    this.code = code
  }
}

/** What a socket is to the protocol: who is behind it, and whether it is still there. */
export interface Peer {
  readonly socket: WebSocket
  /** All that is sent goes through it. */
  readonly outlet: Outlet
  readonly request: IncomingMessage
  /** Aborts when the socket is closed. */
  readonly gone: AbortController
  /** Null until `connection_init` brought a good token. */
  viewer: Viewer | null
  forwarded: ForwardedHeaders
  stopWatching: () => void
  /** Leaves the groups of its subscriptions, one each. */
  readonly leaves: Set<() => void>
}

/**
 * Closes a socket. What it was part of ends now: the client may take its time to answer, or never answer.
 */
export function endPeer(peer: Peer, [code, reason]: readonly [number, string]): void {
  leaveAll(peer)
  peer.socket.close(code, reason)
}

/** Ends what a socket is part of. Idempotent. */
export function leaveAll(peer: Peer): void {
  peer.stopWatching()
  for (const leave of peer.leaves) leave()
  peer.outlet.close()
  peer.gone.abort(new Error('the client is gone'))
}

/** An operation that was let in, and the message it came by. */
interface Admitted {
  /** What let it in, and runs it. */
  readonly graph: Graph
  readonly request: OperationRequest
  readonly id: string
  readonly peer: Peer
}

/**
 * Makes the server side of graphql-transport-ws, for any number of sockets.
 *
 * Nothing an operation does ends the socket: what is wrong is told by an `error` message, never thrown.
 */
export function createProtocol(options: ProtocolOptions): Server<Peer> {
  const { hub, limits, inFlight, report } = options
  const calls = new WeakMap<SubscribePayload, Call>()
  const callOf = (payload: SubscribePayload, peer: Peer): Call => {
    let call = calls.get(payload)
    if (call === undefined) {
      call = {
        viewer: peer.viewer,
        forwarded: peer.forwarded,
        requestId: requestIdNow() ?? randomUUID(),
        signal: peer.gone.signal,
      }
      calls.set(payload, call)
    }
    return call
  }
  const audienceOf = (payload: SubscribePayload, peer: Peer): ErrorAudience => {
    return { requestId: callOf(payload, peer).requestId, report }
  }
  const admitted = new WeakMap<object, Admitted>()
  const admittedOf = (args: object): Admitted => {
    const found = admitted.get(args)
    if (found === undefined) throw new Error('expected the arguments that onSubscribe returned')
    return found
  }
  return makeServer<Record<string, unknown>, Peer>({
    onConnect: async ({ connectionParams, extra }) => {
      extra.forwarded = options.pickForwarded(extra.request.headers, connectionParams)
      await enter(extra, connectionParams?.['authorization'], options)
    },
    onSubscribe: ({ extra, subscriptions }, id, payload) => {
      if (Object.keys(subscriptions).length > limits.maxOperationsPerSocket) {
        const message = `A socket may have ${limits.maxOperationsPerSocket} operations under way.`
        return [gatewayError('RATE_LIMITED', message)]
      }
      const call = callOf(payload, extra)
      const { query, operationName, variables, extensions } = payload
      const documentId = readDocumentId(payload)
      const graph = options.graph.get()
      const verdict = graph.admission({ query, documentId, extensions, operationName, variables, viewer: call.viewer })
      if ('errors' in verdict) return verdict.errors
      const args = { schema: graph.executor.schema, ...verdict, operationName }
      admitted.set(args, {
        graph,
        request: { ...verdict, operationName, variables, extensions, ...call },
        id,
        peer: extra,
      })
      return args
    },
    execute: (args) => {
      const { graph, request } = admittedOf(args)
      const running = graph.executor.execute(request)
      return running instanceof Promise ? inFlight.track(running) : running
    },
    subscribe: (args) => {
      const { graph, request, id, peer } = admittedOf(args)
      const join: Join = (listener) => hub.join(request, listener, graph)
      return subscribeSocket(join, { id, outlet: peer.outlet, leaves: peer.leaves })
    },
    onNext: ({ extra }, _id, payload, _args, result) => toPayload(result, audienceOf(payload, extra)),
    onError: ({ extra }, _id, payload, errors) =>
      findFailure(errors)?.errors ?? toPlainErrors(errors, audienceOf(payload, extra)),
  })
}

/** The id of a persisted operation, which stands beside what the protocol knows. */
function readDocumentId(payload: SubscribePayload): string | null {
  const id = 'documentId' in payload ? payload.documentId : null
  return typeof id === 'string' ? id : null
}

/**
 * Gives a message that names its operation by an id the empty `query` without which the protocol's server would close
 * the socket. Other messages stay as they are.
 */
export function withQuery(message: string): string {
  if (!message.includes('"documentId"') && !message.includes('"persistedQuery"')) return message
  let read: unknown
  try {
    read = JSON.parse(message)
  } catch {
    // Whoever reads it next says so.
    return message
  }
  if (!isRecord(read) || !isRecord(read['payload']) || 'query' in read['payload']) return message
  return JSON.stringify({ ...read, payload: { ...read['payload'], query: '' } })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Lets a client in by what `connection_init` or the upgrade brought, and watches that it may stay. */
async function enter(peer: Peer, fromInit: unknown, options: ProtocolOptions): Promise<void> {
  const { access, clock, recheckMs } = options
  const authorization = typeof fromInit === 'string' ? fromInit : peer.request.headers.authorization
  let viewer: Viewer | null
  try {
    viewer = await access.authenticate(authorization)
  } catch (error) {
    options.report(error, 'socket')
    throw new SocketEnd(CLOSE.unavailable)
  }
  if (viewer === null) throw new SocketEnd(CLOSE.unauthorized)
  if (peer.gone.signal.aborted) return
  peer.viewer = viewer
  const onEnd = (end: AccessEnd) => endPeer(peer, end === 'ended' ? CLOSE.tokenEnded : CLOSE.accessChanged)
  peer.stopWatching = watchAccess({ access, clock, recheckMs, authorization, viewer, onEnd })
}
