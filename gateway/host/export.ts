import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GraphQLError } from 'graphql'
import type { Logger } from 'pino'
import type { Viewer } from '../../store/viewer.ts'
import type { IntrospectionSetting } from '../access.ts'
import {
  gatewayError,
  presentError,
  shownCode,
  toGraphQLError,
  type ErrorAudience,
  type ErrorCode,
  type ReportError,
} from '../errors.ts'
import { createPages, type ExportCall, type PagesOptions } from '../export/fetch-page.ts'
import { prepareExport, type PreparedExport } from '../export/prepare.ts'
import type { RowFormat } from '../export/row-format.ts'
import { runExport } from '../export/run-export.ts'
import { openSink } from '../export/sink.ts'
import type { PickForwarded } from '../forwarded.ts'
import { allowOrigin, answerPreflight } from './cors.ts'
import { mayBeForeign } from './cross-site.ts'
import { acceptsGzip, readFormat } from './export-format.ts'
import { readParameters } from './parameters.ts'
import { authenticate, Refusal, strangerRefusal, toRefusal, toRequestId, writeRefusal } from './refusal.ts'

/** What exporting over HTTP needs. */
export interface ExportHostOptions extends Omit<PagesOptions, 'closing'> {
  readonly introspection: IntrospectionSetting
  readonly isAllowedOrigin: (origin: string) => boolean
  readonly pickForwarded: PickForwarded
  readonly maxBodyBytes: number
  readonly report: ReportError
  readonly logger: Logger
}

/** The exports at `/export`. */
export interface ExportHost {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  /** How many are under way. */
  count(): number
  /** Ends each after the page in hand, telling its client so, and lets no other begin. Resolves when all have ended. */
  close(): Promise<void>
}

/** How long readers have to take what was written when the process ends. */
const GRACE_MS = 5_000

/**
 * Serves lists as files: the request is one like at `/graphql`, whose operation asks for one list in pages, and the
 * answer is all of the list, as NDJSON or CSV, streamed page by page as its client reads.
 *
 * Until the first page is there, whatever is wrong is answered as JSON with a status that says so. Later it ends the
 * file: by a last line, or, where the format has none, by breaking the connection.
 */
export function createExportHost(options: ExportHostOptions): ExportHost {
  const { report } = options
  const running = new Map<ServerResponse, Promise<void>>()
  const closing = new AbortController()

  const answer = async (request: IncomingMessage, response: ServerResponse, audience: ErrorAudience) => {
    const viewer = await authenticate(request, options)
    if (viewer === null) throw strangerRefusal()
    checkRequest(request, options)
    const toFormat = readFormat(request)
    const gone = new AbortController()
    response.once('close', () => {
      if (!response.writableFinished) gone.abort(new Error('the client is gone'))
    })
    const asked = await admit(request, viewer, { options, audience, signal: gone.signal })
    if (closing.signal.aborted) throw new Refusal(503, 'BAD_REQUEST', 'The gateway is about to end; try again.')
    if ('errors' in asked) return writeErrors(response, asked.errors, audience)
    const pages = createPages(asked.prepared, asked.call, { ...options, closing: closing.signal })
    const first = await pages.first()
    if (response.destroyed) return
    if ('errors' in first) return writeErrors(response, first.errors, audience)
    const format = toFormat(asked.prepared.columns)
    const gzip = acceptsGzip(request)
    writeHead(response, { format, gzip, name: asked.prepared.list.path.at(-1) ?? 'export' })
    const sink = openSink({ response, clock: options.clock, gzip })
    const ended = await runExport({ pages, first: first.page, format, sink, audience, gone: gone.signal })
    options.logger.info({ requestId: audience.requestId, ...ended }, 'export ended')
  }

  const handle: ExportHost['handle'] = async (request, response) => {
    allowOrigin(request, response, options.isAllowedOrigin)
    if (request.method === 'OPTIONS') return answerPreflight(request, response)
    const audience = { requestId: toRequestId(response), report }
    try {
      await answer(request, response, audience)
    } catch (error) {
      if (response.headersSent) throw error
      writeRefusal(response, toRefusal(error), audience)
    }
  }

  return {
    handle: async (request, response) => {
      const handling = handle(request, response)
      running.set(response, handling)
      try {
        await handling
      } finally {
        running.delete(response)
      }
    },
    count: () => running.size,
    close: async () => {
      closing.abort()
      const callOff = options.clock.after(GRACE_MS, () => {
        for (const response of running.keys()) response.destroy()
      })
      await Promise.allSettled(running.values())
      callOff()
    },
  }
}

function checkRequest(request: IncomingMessage, { isAllowedOrigin }: ExportHostOptions): void {
  if (request.httpVersionMajor === 1 && request.httpVersionMinor === 0) {
    const message = 'An export needs HTTP/1.1: over HTTP/1.0 a file that was cut off looks like one that is whole.'
    throw new Refusal(505, 'BAD_REQUEST', message)
  }
  if (request.method === 'GET' && mayBeForeign(request.headers, isAllowedOrigin)) {
    throw new Refusal(400, 'BAD_REQUEST', 'A page of another site may not ask by GET; its origin can be allowed.')
  }
}

interface Admitting {
  readonly options: ExportHostOptions
  readonly audience: ErrorAudience
  readonly signal: AbortSignal
}

type Admitted =
  | { readonly errors: readonly GraphQLError[] }
  | { readonly prepared: PreparedExport; readonly call: ExportCall }

async function admit(
  request: IncomingMessage,
  viewer: Viewer,
  { options, audience, signal }: Admitting,
): Promise<Admitted> {
  const parameters = await readParameters(request, options.maxBodyBytes)
  const graph = options.graph.get()
  const admitted = graph.admission({ ...parameters, viewer })
  if ('errors' in admitted) return admitted
  const { operationName, variables } = parameters
  const operation = { document: admitted.document, operationName, variables: variables ?? {} }
  const forwarded = options.pickForwarded(request.headers)
  const { authorization } = request.headers
  const call = { operation, viewer, authorization, forwarded, requestId: audience.requestId, signal }
  try {
    return { prepared: prepareExport(graph, operation, options.maxCost), call }
  } catch (error) {
    return { errors: [toGraphQLError(error)] }
  }
}

interface FileHead {
  readonly format: RowFormat
  readonly gzip: boolean
  readonly name: string
}

/** The trailers, in which a file says how it ended. */
const TRAILERS = 'Export-Rows, Export-Rows-With-Errors, Export-Complete'

function writeHead(response: ServerResponse, { format, gzip, name }: FileHead): void {
  response.setHeader('vary', 'origin, accept, accept-encoding')
  response.writeHead(200, {
    'content-type': format.mediaType,
    'content-disposition': `attachment; filename="${name}.${format.extension}"`,
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    trailer: TRAILERS,
    ...(gzip && { 'content-encoding': 'gzip' }),
  })
}

/** With which status an export is refused; 400 where nothing is said. No refusal may look like a file. */
const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  OPERATION_NOT_LISTED: 403,
  UNAUTHORIZED_FIELD_OR_TYPE: 403,
  NOT_FOUND: 404,
  EXPORT_LIST_NULL: 404,
  RATE_LIMITED: 429,
  INTERNAL_SERVER_ERROR: 500,
  OPERATION_NOT_PLANNED: 500,
  SUBGRAPH_ANSWER_INVALID: 502,
  SUBGRAPH_UNAVAILABLE: 503,
  PROVIDER_UNAVAILABLE: 503,
  DATABASE_UNAVAILABLE: 503,
  TIMEOUT: 504,
}

function writeErrors(response: ServerResponse, errors: readonly GraphQLError[], audience: ErrorAudience): void {
  const [first = gatewayError('INTERNAL_SERVER_ERROR', 'nothing was told')] = errors
  const { retryAfterMs } = first.extensions
  if (typeof retryAfterMs === 'number') response.setHeader('retry-after', String(Math.ceil(retryAfterMs / 1_000)))
  const body = JSON.stringify({ errors: errors.map((error) => presentError(error, audience)) })
  response.writeHead(STATUS[shownCode(first)] ?? 400, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  })
  response.end(body)
}
