import type { IncomingMessage, ServerResponse } from 'node:http'
import { HeaderMap, type ApolloServer, type HTTPGraphQLRequest, type HTTPGraphQLResponse } from '@apollo/server'
import type { Access, IntrospectionSetting } from '../access.ts'
import type { CurrentGraph } from '../current-graph.ts'
import type { ReportError } from '../errors.ts'
import type { PickForwarded } from '../forwarded.ts'
import type { HostContext } from './apollo.ts'
import { readJsonBody } from './body.ts'
import { allowOrigin, answerPreflight } from './cors.ts'
import { authenticate, toRefusal, toRequestId, writeRefusal } from './refusal.ts'

/** What answering GraphQL over HTTP needs. */
export interface HttpHostOptions {
  readonly server: ApolloServer<HostContext>
  readonly graph: CurrentGraph
  readonly pickForwarded: PickForwarded
  readonly access: Access
  readonly introspection: IntrospectionSetting
  readonly isAllowedOrigin: (origin: string) => boolean
  readonly maxBodyBytes: number
  readonly report: ReportError
}

/** Answers one HTTP request at `/graphql`. */
export type HttpHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>

/** Makes the handler of `/graphql`: GET, POST, and OPTIONS for browsers. Nothing is read of a stranger's body. */
export function createHttpHandler(options: HttpHostOptions): HttpHandler {
  return async (request, response, url) => {
    allowOrigin(request, response, options.isAllowedOrigin)
    if (request.method === 'OPTIONS') return answerPreflight(request, response)
    const requestId = toRequestId(response)
    try {
      const viewer = await authenticate(request, options)
      const httpGraphQLRequest = await toApolloRequest(request, url, options.maxBodyBytes)
      const signal = whenGone(response)
      const context = async (): Promise<HostContext> => ({
        call: { viewer, forwarded: options.pickForwarded(request.headers), requestId, signal },
        graph: options.graph.get(),
      })
      write(response, await options.server.executeHTTPGraphQLRequest({ httpGraphQLRequest, context }))
    } catch (error) {
      writeRefusal(response, toRefusal(error), { requestId, report: options.report })
    }
  }
}

async function toApolloRequest(request: IncomingMessage, url: URL, maxBodyBytes: number): Promise<HTTPGraphQLRequest> {
  const headers = new HeaderMap()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  const body = request.method === 'POST' ? await readJsonBody(request, maxBodyBytes) : null
  return { method: request.method ?? 'GET', headers, search: url.search, body }
}

/** Aborts when the client hangs up before it has its answer. */
function whenGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new Error('the client is gone'))
  })
  return gone.signal
}

function write(response: ServerResponse, answer: HTTPGraphQLResponse): void {
  if (answer.body.kind !== 'complete') throw new Error('expected a complete answer, since nothing is deferred here')
  for (const [name, value] of answer.headers) response.setHeader(name, value)
  response.setHeader('cache-control', 'no-store')
  if (answer.status === 401) response.setHeader('www-authenticate', 'Bearer')
  response.writeHead(answer.status ?? 200, { 'content-length': Buffer.byteLength(answer.body.string) })
  response.end(answer.body.string)
}
