import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { WebSocketServer, type WebSocket } from 'ws'
import { createHttpTransport } from '../../../gateway/transport/http.ts'
import type { Transport } from '../../../gateway/transport/transport.ts'

/** One subscription at a subgraph that says whatever a test likes, over either protocol. */
export interface Upstream {
  /** Sends an event with this payload. */
  next(payload: unknown): void
  /** Sends bytes that are no message of the protocol. */
  noise(): void
  complete(): void
  /** Hangs up. */
  cut(): void
  /** Resolves when the gateway has left. */
  readonly left: Promise<unknown>
}

/** A subgraph for subscriptions. */
export interface UpstreamServer extends AsyncDisposable {
  readonly transport: Transport
}

/** Serves a subgraph that hands every subscription to `begin`. */
export async function serveUpstream(
  way: 'sockets' | 'streams',
  begin: (upstream: Upstream) => void,
): Promise<UpstreamServer> {
  const server = createServer((request, response) => {
    void text(request).then(() => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n')
      begin({
        next: (payload) => void response.write(`event: next\ndata: ${JSON.stringify(payload)}\n\n`),
        noise: () => void response.write('event: noise\ndata: hello\n\n'),
        complete: () => void response.end('event: complete\ndata:\n\n'),
        cut: () => void response.end(),
        left: once(response, 'close'),
      })
    })
  })
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'graphql-transport-ws' })
  sockets.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => receive(socket, data.toString('utf8'), begin))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const transport = createHttpTransport({
    name: 'odd',
    url: `http://127.0.0.1:${port}`,
    subscriptionUrl: `${way === 'sockets' ? 'ws' : 'http'}://127.0.0.1:${port}`,
    assertion: null,
  })
  return {
    transport,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function receive(socket: WebSocket, message: string, begin: (upstream: Upstream) => void): void {
  const { id, type }: { id?: string; type: string } = JSON.parse(message)
  const send = (more: Record<string, unknown>) => socket.send(JSON.stringify(id === undefined ? more : { id, ...more }))
  if (type === 'connection_init') send({ type: 'connection_ack' })
  if (type !== 'subscribe') return
  begin({
    next: (payload) => send({ type: 'next', payload }),
    noise: () => socket.send('hello'),
    complete: () => send({ type: 'complete' }),
    cut: () => socket.terminate(),
    left: Promise.race([
      once(socket, 'close'),
      new Promise((resolve) => {
        socket.on('message', (data: Buffer) => data.includes('"complete"') && resolve(null))
      }),
    ]),
  })
}
