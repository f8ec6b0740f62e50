import type { GraphQLError } from 'graphql'
import type { Viewer } from '../../store/viewer.ts'
import type { Access } from '../access.ts'
import type { Clock } from '../clock.ts'
import type { CurrentGraph } from '../current-graph.ts'
import { gatewayError, toGraphQLError } from '../errors.ts'
import type { ForwardedHeaders } from '../forwarded.ts'
import { judgeAccess } from '../host/watch-access.ts'
import { prepareExport, type ExportOperation, type PreparedExport } from './prepare.ts'
import { readPage, type Page } from './read-page.ts'

/** What fetching pages needs. */
export interface PagesOptions {
  readonly graph: CurrentGraph
  readonly access: Access
  readonly clock: Clock
  readonly maxCost: number
  /** Aborts when the process is about to end: no page is fetched from then on. */
  readonly closing: AbortSignal
}

/** Who exports what. */
export interface ExportCall {
  readonly operation: ExportOperation
  readonly viewer: Viewer
  /** By what the viewer is known: asked about again for each page. */
  readonly authorization: string | undefined
  readonly forwarded: ForwardedHeaders
  readonly requestId: string
  /** Aborts when nothing is wanted any more. */
  readonly signal: AbortSignal
}

/** A page, or why there is none. */
export type FetchedPage = { readonly page: Page } | { readonly errors: readonly GraphQLError[] }

/** The pages of one export, each fetched when it is asked for. */
export interface Pages {
  /** Refused like any operation when the viewer's budget does not allow it. */
  first(): Promise<FetchedPage>
  /** The page behind a cursor; waits until the viewer's budget allows it. */
  next(cursor: string | null): Promise<FetchedPage>
}

/** How long the viewer's budget is waited for: longer than it takes to fill up from the least that it can be, by default. */
const MAX_WAIT_MS = 120_000

/**
 * Makes the pages of an export. Each is an operation of its own: with its deadline, its cost, a token that is still good,
 * and on the graph that is served by then.
 *
 * @param prepared the export on the graph that let its operation in
 */
export function createPages(prepared: PreparedExport, call: ExportCall, options: PagesOptions): Pages {
  let current = prepared
  const fetchNow = async (cursor: unknown): Promise<FetchedPage> => {
    const { graph, paging, list, pageCost } = current
    const { viewer, forwarded, requestId, signal } = call
    const result = await graph.executor.execute({
      document: paging.document,
      variables: paging.variablesAfter(cursor),
      cost: { requested: pageCost, isReported: false },
      viewer,
      forwarded,
      requestId,
      signal,
    })
    const page = readPage(result, list, paging.infoName)
    if (page !== null) return isStuck(page, cursor) ? STUCK : { page }
    const { errors = [] } = result
    return { errors: errors.length > 0 ? errors : [listIsNull(list.path)] }
  }
  const fetchAgain = async (cursor: string | null): Promise<FetchedPage> => {
    if (options.closing.aborted) return { errors: [INTERRUPTED] }
    const ended = await checkAccess(call, options)
    if (ended !== null) return { errors: [ended] }
    current = follow(current, call.operation, options)
    return fetchNow(cursor)
  }
  return {
    first: () => told(() => fetchNow(prepared.paging.start)),
    next: (cursor) =>
      told(async () => {
        for (let waitedMs = 0; ;) {
          const fetched = await fetchAgain(cursor)
          const waitMs = 'errors' in fetched ? findWait(fetched.errors) : null
          if (waitMs === null || waitedMs + waitMs > MAX_WAIT_MS) return fetched
          await wait(waitMs, options.clock, AbortSignal.any([call.signal, options.closing]))
          waitedMs += waitMs
        }
      }),
  }
}

/** What is thrown is told like what is answered. */
async function told(fetch: () => Promise<FetchedPage>): Promise<FetchedPage> {
  try {
    return await fetch()
  } catch (error) {
    return { errors: [toGraphQLError(error)] }
  }
}

async function checkAccess(call: ExportCall, { access, clock }: PagesOptions): Promise<GraphQLError | null> {
  const found = await access.authenticate(call.authorization).catch(() => undefined)
  const end = judgeAccess(call.viewer, found, clock.now())
  if (end === null) return null
  return gatewayError(
    'UNAUTHENTICATED',
    end === 'ended' ? 'The token has ended.' : 'The access of the token has changed; export again to go on.',
  )
}

/**
 * The same export on the graph that is served now.
 *
 * @throws GraphQLError EXPORT_NO_LONGER_VALID the operation does not fit it
 */
function follow(prepared: PreparedExport, asked: ExportOperation, { graph, maxCost }: PagesOptions): PreparedExport {
  const now = graph.get()
  if (now === prepared.graph) return prepared
  const [problem] = now.check(asked.document)
  if (problem !== undefined) throw gatewayError('EXPORT_NO_LONGER_VALID', problem.message)
  return prepareExport(now, asked, maxCost)
}

/** How long to wait for the viewer's budget, when that is what is missing. */
function findWait([error]: readonly GraphQLError[]): number | null {
  const { code, retryAfterMs, serviceName } = error?.extensions ?? {}
  const isBudget = code === 'RATE_LIMITED' && serviceName === undefined && typeof retryAfterMs === 'number'
  return isBudget ? retryAfterMs : null
}

function wait(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      callOff()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const callOff = clock.after(ms, end)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end)
  })
}

/** True for a page after which the same would come again, for ever. */
function isStuck({ hasNextPage, endCursor }: Page, cursor: unknown): boolean {
  return hasNextPage && (endCursor === null || endCursor === cursor)
}

const INTERRUPTED = gatewayError(
  'EXPORT_INTERRUPTED',
  'The process is about to end: go on behind the cursor in `after`.',
)

const STUCK: FetchedPage = {
  errors: [gatewayError('SUBGRAPH_ANSWER_INVALID', 'The list says that there is more, and not behind which cursor.')],
}

function listIsNull(path: readonly string[]): GraphQLError {
  return gatewayError('EXPORT_LIST_NULL', `"${path.join('.')}" is null here, so that there is no list to export.`)
}
