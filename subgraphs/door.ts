import type { IncomingMessage, ServerResponse } from 'node:http'
import { ApolloServer, HeaderMap } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import type { Logger } from 'pino'
import { BodyTooLargeError, readBody } from '../server/body.ts'
import type { Route } from '../server/role.ts'
import type { Viewer } from '../store/viewer.ts'
import type { ContextFactory, SubgraphContext } from './context.ts'
import type { Subgraph } from './schema.ts'

/** What the doors of all subgraphs share. */
export interface DoorOptions {
  /** @throws AssertionError whoever asks is not the gateway */
  readonly verify: (assertion: string) => Promise<Viewer>
  readonly contextFor: ContextFactory
  readonly logger: Logger
}

/** Representations of 100 entities with long keys stay far below. */
const MAX_BODY_BYTES = 4 * 1024 * 1024

/** Where a subgraph answers. */
export const doorPath = (subgraph: Subgraph): string => `/subgraphs/${subgraph.name}/graphql`

/** The viewer that a request's assertion names; null when it has none that is good. */
export async function viewerOf(request: IncomingMessage, verify: DoorOptions['verify']): Promise<Viewer | null> {
  const [, assertion] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? []
  if (assertion === undefined) return null
  return verify(assertion).catch(() => null)
}

/** The door of one subgraph: standard GraphQL over HTTP by POST, for whoever carries the gateway's assertion. */
export async function openDoor(subgraph: Subgraph, options: DoorOptions): Promise<Route> {
  const server = new ApolloServer<SubgraphContext>({
    schema: subgraph.schema,
    logger: options.logger,
    nodeEnv: 'production',
    stopOnTerminationSignals: false,
    introspection: true,
    allowBatchedHttpRequests: false,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  })
  await server.start()
  return {
    method: 'POST',
    path: doorPath(subgraph),
    async handle(request, response) {
      const viewer = await viewerOf(request, options.verify)
      if (viewer === null) return refuse(response, 401, 'UNAUTHENTICATED', 'expected the assertion of the gateway')
      const body = await readJson(request)
      if (body === null) return refuse(response, 400, 'BAD_REQUEST', 'expected a body of JSON, of at most 4 MiB')
      const headers = new HeaderMap()
      for (const [name, value] of Object.entries(request.headers)) {
        if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
      }
      const requestId = String(request.headers['x-request-id'] ?? response.getHeader('x-request-id') ?? '')
      const answer = await server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: { method: 'POST', headers, search: '', body: body.value },
        context: () => Promise.resolve(options.contextFor(viewer, requestId, request)),
      })
      if (answer.body.kind !== 'complete') throw new Error('a subgraph answers whole')
      response.writeHead(answer.status ?? 200, Object.fromEntries(answer.headers))
      response.end(answer.body.string)
    },
  }
}

/** The body's JSON; null when it is none, or too large. */
async function readJson(request: IncomingMessage): Promise<{ readonly value: unknown } | null> {
  try {
    return { value: JSON.parse((await readBody(request, MAX_BODY_BYTES)).toString('utf8')) }
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof BodyTooLargeError) return null
    throw error
  }
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
  })
  response.end(JSON.stringify({ errors: [{ message, extensions: { code } }] }))
}
