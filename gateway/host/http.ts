import type { IncomingMessage, ServerResponse } from 'node:http'
import { HeaderMap, type ApolloServer, type HTTPGraphQLRequest, type HTTPGraphQLResponse } from '@apollo/server'
import type { Access, IntrospectionSetting } from '../access.ts'
import type { CurrentGraph } from '../current-graph.ts'
import type { ReportError } from '../errors.ts'
import type { PickForwarded } from '../forwarded.ts'
import { STAND_IN, type HostContext } from './apollo.ts'
import { allowOrigin, answerPreflight } from './cors.ts'
import { isSafeGet } from './cross-site.ts'
import { createMediaTypes } from './media-types.ts'
import { readParameters, type RequestParameters } from './parameters.ts'
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
export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Makes the handler of `/graphql`: GET, POST, and OPTIONS for browsers. Nothing is read of a stranger's body. */
export function createHttpHandler(options: HttpHostOptions): HttpHandler {
  const mediaTypes = createMediaTypes()
  return async (request, response) => {
    allowOrigin(request, response, options.isAllowedOrigin)
    if (request.method === 'OPTIONS') return answerPreflight(request, response)
    const requestId = toRequestId(response)
    try {
      const viewer = await authenticate(request, options)
      const asked = await readParameters(request, options.maxBodyBytes)
      const signal = whenGone(response)
      const accept = toAccept(request)
      const context = async (): Promise<HostContext> => ({
        call: { viewer, forwarded: options.pickForwarded(request.headers), requestId, signal },
        asked,
        graph: options.graph.get(),
        mediaType: mediaTypes.find(accept),
      })
      const httpGraphQLRequest = toApolloRequest(request, asked, options)
      const answer = await options.server.executeHTTPGraphQLRequest({ httpGraphQLRequest, context })
      if (answer.status === undefined) mediaTypes.learn(accept, answer.headers.get('content-type'))
      write(response, answer)
    } catch (error) {
      writeRefusal(response, toRefusal(error), { requestId, report: options.report })
    }
  }
}

function toApolloRequest(
  request: IncomingMessage,
  { operationName, variables }: RequestParameters,
  { isAllowedOrigin }: HttpHostOptions,
): HTTPGraphQLRequest {
  const headers = new HeaderMap()
  const accept = toAccept(request)
  if (accept !== undefined) headers.set('accept', accept)
  if (request.method === 'POST') {
    // Its body was JSON by name, which no form can send.
    headers.set('apollo-require-preflight', 'not needed')
    return { method: 'POST', headers, search: '', body: { extensions: STAND_IN, operationName, variables } }
  }
  const contentType = request.headers['content-type']
  if (contentType !== undefined) headers.set('content-type', contentType)
  // It is known to be safe, and Apollo Server goes by a header alone.
  if (isSafeGet(request.headers, isAllowedOrigin)) headers.set('apollo-require-preflight', 'not needed')
  const search = new URLSearchParams({ extensions: JSON.stringify(STAND_IN) })
  if (operationName !== null) search.set('operationName', operationName)
  if (variables !== null) search.set('variables', JSON.stringify(variables))
  return { method: 'GET', headers, search: search.toString(), body: null }
}

/** What a client accepts; one that asks for an answer in parts alone takes one that comes whole, as such clients do. */
function toAccept({ headers: { accept } }: IncomingMessage): string | undefined {
  return takesOnlyParts(accept) ? 'application/json' : accept
}

function takesOnlyParts(accept: string | undefined): boolean {
  return accept !== undefined && accept.includes('multipart/mixed') && !/json|\*\/\*|application\/\*/.test(accept)
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
