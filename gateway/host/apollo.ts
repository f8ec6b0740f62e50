import {
  ApolloServer,
  HeaderMap,
  type ApolloServerOptionsWithGateway,
  type ApolloServerPlugin,
  type GraphQLResponse,
} from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import { GraphQLError, parse } from 'graphql'
import type { Logger } from 'pino'
import type { Viewer } from '../../store/viewer.ts'
import type { RequestedCost } from '../cost/meter.ts'
import type { CurrentGraph } from '../current-graph.ts'
import { isErrorCode, presentError, type ErrorAudience, type ErrorCode, type ReportError } from '../errors.ts'
import type { ForwardedHeaders } from '../forwarded.ts'
import type { Graph } from '../graph.ts'
import { PREFLIGHT_HEADERS } from './cross-site.ts'
import type { OperationResult } from '../execute/run.ts'
import type { RequestParameters } from './parameters.ts'

/** Who calls, and for how long: what one HTTP request hands to its operation. */
export interface Call {
  readonly viewer: Viewer | null
  readonly forwarded: ForwardedHeaders
  readonly requestId: string
  readonly signal: AbortSignal
}

/** The context of Apollo Server's pipeline. */
export interface HostContext {
  readonly call: Call
  /** Where the operation is let in and run. */
  readonly graph: Graph
  readonly asked: RequestParameters
  /** As what to answer, if that is known. */
  readonly mediaType: string | undefined
  /** What the operation may cost; set when it is let in. */
  cost?: RequestedCost
}

type GatewayInterface = ApolloServerOptionsWithGateway<HostContext>['gateway']

/** What the host is made of. */
export interface HostOptions {
  readonly graph: CurrentGraph
  readonly report: ReportError
  readonly logger: Logger
}

/**
 * Hosts the executor in Apollo Server, through its gateway interface.
 *
 * Whatever would call out, or costs time on every request and is not used here, is off: usage and schema reporting,
 * inline traces, cache control, the landing page. A GET needs a header that a form cannot send; a token is one.
 */
export async function startApollo(options: HostOptions): Promise<ApolloServer<HostContext>> {
  const server = new ApolloServer<HostContext>({
    gateway: toGateway(options),
    logger: options.logger,
    nodeEnv: 'production',
    stopOnTerminationSignals: false,
    introspection: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: { requestHeaders: PREFLIGHT_HEADERS },
    documentStore: null,
    persistedQueries: { cache: standInStore },
    stringifyResult: (value) => JSON.stringify(value),
    formatError: (formatted) => {
      if (isErrorCode(formatted.extensions?.['code'])) return formatted
      return { ...formatted, message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }
    },
    plugins: [
      admit(options),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  })
  await server.start()
  return server
}

function toGateway({ graph, report }: HostOptions): GatewayInterface {
  let announce: (graph: Graph) => void = () => {}
  return {
    onSchemaLoadOrUpdate: (callback) => {
      announce = ({ executor, supergraphSdl }) =>
        callback({ apiSchema: executor.schema, coreSupergraphSdl: supergraphSdl })
      return graph.watch(announce)
    },
    load: async () => {
      announce(graph.get())
      return {
        executor: async ({ document, operationName, request, context }) => {
          const call: Call = context['call']
          const asked: Graph = context['graph']
          const { variables } = request
          const { extensions: wishes }: RequestParameters = context['asked']
          const cost: RequestedCost | undefined = context['cost']
          const wished = { document, operationName, variables, extensions: wishes, cost, ...call }
          const result = await asked.executor.execute(wished)
          const { data, errors, extensions } = result
          return {
            ...(data !== undefined && { data }),
            ...(errors && { errors: presentAll(errors, call, report).map(toAnswered(result)) }),
            ...(extensions && { extensions }),
          }
        },
      }
    },
    stop: async () => {},
  }
}

/**
 * Gives the one error of an operation that did not run, because its viewer's budget is used up, the status that says so.
 * Apollo Server takes it from the error.
 */
function toAnswered({ data }: OperationResult): (error: GraphQLError) => GraphQLError {
  return (error) => {
    const { code, retryAfterMs } = error.extensions
    if (data !== undefined || code !== 'RATE_LIMITED' || typeof retryAfterMs !== 'number') return error
    const headers = new HeaderMap([['retry-after', String(Math.ceil(retryAfterMs / 1_000))]])
    return new GraphQLError(error.message, { extensions: { ...error.extensions, http: { status: 429, headers } } })
  }
}

/** Makes errors fit for the client of a call. */
export function presentAll(errors: readonly GraphQLError[], call: Pick<Call, 'requestId'>, report: ReportError) {
  const audience: ErrorAudience = { requestId: call.requestId, report }
  return errors.map((error) => presentError(error, audience))
}

/**
 * What Apollo Server is given for every operation: the id of one that it takes for persisted, and looks up. It wants an
 * id or a text, and to hash a text takes 4 % of a small query; which operation is meant, the admission finds out.
 */
export const STAND_IN = { persistedQuery: { version: 1, sha256Hash: 'stand-in' } } as const
const STAND_IN_TEXT = '{__typename}'
const standInStore = { get: async () => STAND_IN_TEXT, set: async () => {}, delete: async () => false }
/** Stands for an operation that is refused, so that Apollo Server neither parses nor validates anything. */
const REFUSED = parse(STAND_IN_TEXT, { noLocation: true })

/**
 * Puts the admission where Apollo Server would parse and validate: limits must come before validation, and neither may
 * tell a stranger anything.
 */
function admit({ report }: HostOptions): ApolloServerPlugin<HostContext> {
  return {
    requestDidStart: async () => {
      let refusal: readonly GraphQLError[] | null = null
      return {
        didResolveSource: async (context) => {
          const { asked, call, graph, mediaType } = context.contextValue
          if (mediaType !== undefined) context.response.http.headers.set('content-type', mediaType)
          const admitted = graph.admission({ ...asked, viewer: call.viewer })
          if ('errors' in admitted) refusal = admitted.errors
          else context.contextValue.cost = admitted.cost
          Object.assign(context, { document: 'errors' in admitted ? REFUSED : admitted.document })
        },
        responseForOperation: async ({ contextValue }) =>
          refusal === null ? null : toRefusal(presentAll(refusal, contextValue.call, report)),
      }
    },
  }
}

/** How a refusal is answered over HTTP, by its code; 400 where nothing is said. */
const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  UNAUTHENTICATED: 401,
  OPERATION_NOT_LISTED: 403,
  // These two are a part of Apollo's protocol, and no failure.
  PERSISTED_QUERY_NOT_FOUND: 200,
  PERSISTED_QUERY_NOT_SUPPORTED: 200,
}

function toRefusal(errors: readonly GraphQLError[]): GraphQLResponse {
  const code = errors[0]?.extensions['code']
  return {
    http: { status: (isErrorCode(code) ? STATUS[code] : undefined) ?? 400, headers: new HeaderMap() },
    body: { kind: 'single', singleResult: { errors: errors.map((error) => error.toJSON()) } },
  }
}
