import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { handleProtocols, type Server } from 'graphql-ws'
import { WebSocketServer, type WebSocket } from 'ws'
import { inRequest } from '../../observe/request-scope.ts'
import type { Clock } from '../clock.ts'
import { createCorks, type HoldBack } from './cork.ts'
import { isKnownHost, isOpenedElsewhere } from './cross-site.ts'
import { Outlet } from './outlet.ts'
import {
  CLOSE,
  createProtocol,
  endPeer,
  leaveAll,
  SocketEnd,
  withQuery,
  type Peer,
  type ProtocolOptions,
} from './socket-protocol.ts'

/** The sockets at `/graphql`. */
export interface SocketHost {
  /** Takes over the socket of an HTTP upgrade. */
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** How many are open. */
  count(): number
  /** Closes every socket with 1001, going away. */
  close(): Promise<void>
}

/** What serving sockets needs. */
export interface SocketOptions extends ProtocolOptions {
  readonly isAllowedOrigin: (origin: string) => boolean
}

const PING_MS = 12_000
/** How long a client may take to answer a ping, or our closing of its socket. */
const PATIENCE_MS = 10_000

/**
 * Serves queries, mutations and subscriptions over graphql-transport-ws.
 *
 * The token comes in `connection_init` as `authorization: "Bearer …"` (or, from clients that can, as the upgrade's
 * header). Without a good one the socket is closed with 4401, and later, when the token ends. What is wrong with an
 * operation is an `error` message about it; the socket and its other operations stay.
 *
 * Where everybody is let in, the upgrade of a page elsewhere is answered with 403, unless its origin is allowed.
 */
export function createSocketHost(options: SocketOptions): SocketHost {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.limits.maxFrameBytes,
    perMessageDeflate: false,
    handleProtocols,
  })
  const protocol = createProtocol(options)
  const holdBack = createCorks()
  let isClosing = false
  return {
    handle: (request, socket, head) => {
      if (isClosing) {
        socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n')
        return
      }
      if (options.access.isOpen === true && mayBeRebound(request, options)) {
        socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n')
        return
      }
      sockets.handleUpgrade(request, socket, head, (opened) => {
        const peer = toPeer({ socket: opened, request, stream: socket, holdBack, options })
        attach(peer, protocol, options)
      })
    },
    count: () => sockets.clients.size,
    close: async () => {
      isClosing = true
      await Promise.all([...sockets.clients].map((socket) => closeSocket(socket, options.clock)))
      sockets.close()
    },
  }
}

/** True for a socket that a page elsewhere opens, or one that leads here by a name of its own. */
function mayBeRebound({ headers }: IncomingMessage, { isAllowedOrigin }: SocketOptions): boolean {
  return isOpenedElsewhere(headers, isAllowedOrigin) || !isKnownHost(headers, isAllowedOrigin)
}

/** What a socket is made a peer of. */
interface Opened {
  readonly socket: WebSocket
  readonly request: IncomingMessage
  /** The stream that the WebSocket writes to. */
  readonly stream: Duplex
  readonly holdBack: HoldBack
  readonly options: ProtocolOptions
}

function toPeer({ socket, request, stream, holdBack, options }: Opened): Peer {
  const outlet = new Outlet({
    stream,
    holdBack,
    // A socket that breaks while it is written to closes, and its operations end with that: nobody needs the error.
    write: (text) => socket.readyState === socket.OPEN && socket.send(text),
    maxWaiting: options.limits.maxWaitingChars,
    onOverflow: () => {
      options.onSlowReader('websocket')
      endPeer(peer, CLOSE.fellBehind)
    },
  })
  const gone = new AbortController()
  const peer: Peer = {
    socket,
    outlet,
    request,
    gone,
    viewer: null,
    forwarded: {},
    stopWatching: () => {},
    leaves: new Set(),
  }
  return peer
}

/** Speaks the protocol over one socket until it closes. */
function attach(peer: Peer, protocol: Server<Peer>, options: ProtocolOptions): void {
  const { socket, outlet } = peer
  const stopPings = ping(socket, options.clock)
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (data) => outlet.send(data),
      close: (code, reason) => {
        leaveAll(peer)
        socket.close(code, reason)
      },
      onMessage: (receive) => {
        socket.on('message', (data) => {
          // Messages come as Buffers unless a socket is told otherwise.
          if (!Buffer.isBuffer(data)) throw new Error('expected a message as a Buffer')
          // Not awaited: operations run side by side.
          inRequest(randomUUID(), () => receive(withQuery(data.toString('utf8')))).catch((error: unknown) =>
            end(peer, error, options),
          )
        })
      },
    },
    peer,
  )
  // A frame that breaks the protocol, or is too large: ws closes the socket with the fitting code.
  socket.on('error', () => {})
  socket.once('close', (code, reason) => {
    stopPings()
    leaveAll(peer)
    void closed(code, String(reason)).catch((error: unknown) => options.report(error, 'socket'))
  })
}

function end(peer: Peer, error: unknown, { report }: ProtocolOptions): void {
  if (error instanceof SocketEnd) return endPeer(peer, [error.code, error.message])
  if (isFromServersOnly(error)) return endPeer(peer, CLOSE.invalid)
  report(error, 'socket')
  endPeer(peer, CLOSE.failed)
}

/** True for what graphql-ws throws, for lack of a code of its own, when a client sends a message that only servers send. */
function isFromServersOnly(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Unexpected message of type ')
}

/** Pings a client now and then, and gives up one that does not answer. */
function ping(socket: WebSocket, clock: Clock): () => void {
  let cancel = () => {}
  const schedule = () => {
    cancel = clock.after(PING_MS, () => {
      if (socket.readyState !== socket.OPEN) return
      socket.ping()
      cancel = clock.after(PATIENCE_MS, () => socket.terminate())
    })
  }
  socket.on('pong', () => {
    cancel()
    schedule()
  })
  schedule()
  return () => cancel()
}

function closeSocket(socket: WebSocket, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(PATIENCE_MS, () => socket.terminate())
    socket.once('close', () => {
      cancel()
      resolve()
    })
    socket.close(...CLOSE.goingAway)
  })
}
