import { once, on, EventEmitter } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { buildSchema, graphql } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import type { IncomingMessage, ServerResponse } from 'node:http'

const schema = buildSchema(/* GraphQL */ `
  type Query {
    agent: String!
  }
  type Subscription {
    tick: String!
  }
`)

/** The strictest policy under which GraphiQL works: Monaco writes its styles into the page, with fonts in them. */
const policy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
}

/** A small server as the bundle expects one: the page at `/graphiql`, GraphQL over HTTP and WebSocket at `/graphql`. */
export interface Site extends AsyncDisposable {
  readonly origin: string
  /** The Authorization header of every query, in order. */
  readonly httpAuthorizations: readonly (string | undefined)[]
  /** The payload of every connection_init, in order. */
  readonly connectionParams: readonly unknown[]
  /** Sends one event to every running subscription. */
  tick(value: string): void
  /** Resolves when the next subscription ends. */
  subscriptionEnd(): Promise<unknown>
}

/** Serves the bundle in `folder` and a graph of its own, on a free port. A socket must bring `Bearer good`. */
export async function openSite(folder: string): Promise<Site> {
  const events = new EventEmitter()
  const httpAuthorizations: (string | undefined)[] = []
  const connectionParams: unknown[] = []
  const server = createServer((request, response) => {
    if (request.url === '/graphql') httpAuthorizations.push(request.headers.authorization)
    void (request.url === '/graphql' ? answer(request, response) : serveFile(folder, request, response))
  })
  const sockets = new WebSocketServer({ server, path: '/graphql' })
  const protocol = useServer(
    {
      schema,
      roots: { subscription: { tick: () => ticks(events) } },
      onConnect(context) {
        connectionParams.push(context.connectionParams)
        return context.connectionParams?.authorization === 'Bearer good'
      },
      onComplete: () => void events.emit('end'),
    },
    sockets,
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('expected the server to have a port')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    httpAuthorizations,
    connectionParams,
    tick: (value) => void events.emit('tick', value),
    subscriptionEnd: () => once(events, 'end'),
    async [Symbol.asyncDispose]() {
      await protocol.dispose()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { query, operationName } = JSON.parse(await text(request))
  const result = await graphql({ schema, source: query, operationName, rootValue: { agent: 'ada-over-http' } })
  response.setHeader('content-type', 'application/json').end(JSON.stringify(result))
}

async function serveFile(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://site').pathname.replace(/^\/graphiql\/?/, '')
  const file = join(folder, path === '' ? 'index.html' : path)
  const bytes = await readFile(file).catch(() => null)
  if (bytes === null) return void response.writeHead(404).end()
  response.setHeader('content-type', contentTypes[extname(file)] ?? 'application/octet-stream')
  response.setHeader('content-security-policy', policy).end(bytes)
}

/** Starts with `first`, so that whoever sees it knows that no later tick is missed. */
function ticks(events: EventEmitter): AsyncIterable<{ tick: string }> & AsyncIterator<{ tick: string }> {
  const source = on(events, 'tick')
  events.emit('tick', 'first')
  return {
    async next() {
      const result = await source.next()
      return result.done ? { done: true, value: undefined } : { done: false, value: { tick: result.value[0] } }
    },
    async return() {
      await source.return?.()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
