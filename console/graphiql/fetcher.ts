import type { GraphiQLProps } from 'graphiql'
import { getOperationAST, GraphQLError, parse } from 'graphql'
import { createClient } from 'graphql-ws'
import type { ExecutionResult, OperationDefinitionNode } from 'graphql'
import type { SubscribePayload } from 'graphql-ws'

type Headers = Readonly<Record<string, string>>
type Fetcher = GraphiQLProps['fetcher']

/**
 * Sends GraphiQL's operations to `/graphql` of the page's own origin: queries and mutations over HTTP, subscriptions
 * over graphql-ws.
 *
 * A browser cannot set headers on a WebSocket, so the Authorization header of the headers editor travels in
 * `connection_init` as `authorization`.
 *
 * @param initialHeaders what the headers editor will open with: GraphiQL asks for the schema before that editor exists
 */
export function createFetcher(origin: string, initialHeaders: Headers): Fetcher {
  const url = new URL('/graphql', origin)
  return (params, options = {}) => {
    const headers: Headers = 'headers' in options ? (options.headers ?? {}) : initialHeaders
    const operation = findOperation(params.query, params.operationName)
    const payload = { ...params, operationName: operation?.name?.value }
    return operation?.operation === 'subscription' ? subscribe(url, payload, headers) : post(url, payload, headers)
  }
}

/**
 * The operation to run, or null where the server must say what is wrong with the text.
 *
 * GraphiQL's document and name lag behind the keyboard: a name that the text does not have is the previous text's.
 */
function findOperation(query: string, name: string | null | undefined): OperationDefinitionNode | null {
  try {
    const document = parse(query)
    return getOperationAST(document, name) ?? getOperationAST(document) ?? null
  } catch (error) {
    if (error instanceof GraphQLError) return null
    throw error
  }
}

async function post(url: URL, payload: SubscribePayload, headers: Headers): Promise<ExecutionResult> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      ...headers,
    },
    body: JSON.stringify(payload),
  })
  const text = await response.text()
  const type = response.headers.get('content-type') ?? 'no content type'
  if (!type.includes('json')) {
    throw new Error(`${url.pathname}: expected JSON, but got ${type} with status ${response.status}: ${text}`)
  }
  return JSON.parse(text)
}

/** One socket per subscription. It does not reconnect by itself: that would hide the events missed in between. */
function subscribe(url: URL, payload: SubscribePayload, headers: Headers): AsyncIterable<ExecutionResult> {
  const socketUrl = new URL(url)
  socketUrl.protocol = url.protocol.replace('http', 'ws')
  const client = createClient({ url: socketUrl.href, connectionParams: toConnectionParams(headers), retryAttempts: 0 })
  // GraphiQL's type for what came over the wire is that of an executor: errors as classes, which it only prints.
  const results = client.iterate(payload) as AsyncGenerator<ExecutionResult, void>
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => results.next().catch(rethrow),
      return: () => results.return(),
    }),
  }
}

/** GraphiQL prints the message of an error; a closed socket comes as an event without one. */
function rethrow(error: unknown): never {
  if (!(error instanceof CloseEvent)) throw error
  const reason = error.reason === '' ? 'no reason given' : error.reason
  throw new Error(`The server closed the socket with code ${error.code}: ${reason}`)
}

function toConnectionParams(headers: Headers): { authorization?: string } {
  const entry = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization')
  return entry ? { authorization: entry[1] } : {}
}
