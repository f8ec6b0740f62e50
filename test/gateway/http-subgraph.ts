import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { execute, parse, subscribe } from 'graphql'
import { createHandler } from 'graphql-sse/lib/use/http'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { createHttpTransport } from '../../gateway/transport/http.ts'
import type { Transport } from '../../gateway/transport/transport.ts'
import { buildSchema, VIEWER, type SubgraphContext, type TestSubgraph } from './graph.ts'

/** A subgraph on a real socket, and the gateway's way to it. */
export interface HttpSubgraph extends AsyncDisposable {
  readonly name: string
  readonly url: string
  readonly transport: Transport
  /** The headers of every request, in order. */
  readonly requests: IncomingMessage['headers'][]
  /** What came in every `connection_init`, in order. */
  readonly inits: unknown[]
  /** Closes every subscription's connection hard. */
  cutSubscriptions(): void
  /** Closes the port; nobody can connect any more. */
  stopListening(): void
}

/** Answers one request in place of the subgraph's schema. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** Over what a gateway subscribes at a subgraph. */
export type SubscriptionWay = 'sockets' | 'streams'

/** Serves a test subgraph on a free port: queries at `/graphql`, subscriptions there and at `/graphql/stream`. */
export async function serveSubgraph(
  subgraph: TestSubgraph,
  answer?: Answer,
  way: SubscriptionWay = 'sockets',
): Promise<HttpSubgraph> {
  const schema = buildSchema(subgraph)
  const requests: IncomingMessage['headers'][] = []
  const inits: unknown[] = []
  const contextOf = (requestId: string): SubgraphContext => ({
    viewer: VIEWER,
    requestId,
    signal: new AbortController().signal,
  })
  const streams = new Set<ServerResponse>()
  const stream = createHandler({
    schema,
    execute,
    subscribe,
    context: ({ headers }) => ({ ...contextOf(String(headers.get('x-request-id'))) }),
  })
  const server = createServer((request, response) => {
    requests.push(request.headers)
    if (answer) return answer(request, response)
    if (request.url === '/graphql/stream') {
      streams.add(response)
      return void stream(request, response)
    }
    void (async () => {
      const { query, variables } = JSON.parse(await text(request))
      const result = await execute({
        schema,
        document: parse(query),
        variableValues: variables,
        contextValue: contextOf(String(request.headers['x-request-id'])),
      })
      response.setHeader('content-type', 'application/json').end(JSON.stringify(result))
    })()
  })
  // Which connection a request takes is not to depend on how busy the machine is.
  server.keepAliveTimeout = 600_000
  const sockets = new WebSocketServer({ server, path: '/graphql' })
  const protocol = useServer(
    {
      schema,
      execute,
      subscribe,
      context: () => contextOf('socket'),
      onConnect: ({ connectionParams }) => void inits.push(connectionParams),
    },
    sockets,
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('expected the server to have a port')
  const url = `http://127.0.0.1:${address.port}/graphql`
  const transport = createHttpTransport({
    name: subgraph.name,
    url,
    ...(way === 'streams' && { subscriptionUrl: `${url}/stream` }),
    assertion: async (viewer) => `assertion-of-${viewer.memberId}`,
  })
  return {
    name: subgraph.name,
    url,
    transport,
    requests,
    inits,
    cutSubscriptions: () => {
      for (const socket of sockets.clients) socket.terminate()
      for (const response of streams) response.destroy()
    },
    stopListening: () => void server.close(),
    [Symbol.asyncDispose]: async () => {
      await transport.close()
      await protocol.dispose()
      server.closeAllConnections()
      if (!server.listening) return
      server.close()
      await once(server, 'close')
    },
  }
}

/** Several subgraphs on real sockets. */
export interface HttpSubgraphs extends AsyncDisposable {
  readonly transports: Readonly<Record<string, Transport>>
}

/** Serves every one of some test subgraphs. */
export async function serveSubgraphs(
  subgraphs: readonly TestSubgraph[],
  way: SubscriptionWay = 'sockets',
): Promise<HttpSubgraphs> {
  const served = await Promise.all(subgraphs.map((subgraph) => serveSubgraph(subgraph, undefined, way)))
  return {
    transports: Object.fromEntries(served.map(({ name, transport }) => [name, transport])),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(served.map((each) => each[Symbol.asyncDispose]()))
    },
  }
}
