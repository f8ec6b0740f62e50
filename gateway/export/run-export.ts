import type { GraphQLError } from 'graphql'
import { gatewayError, presentError, shownCode, type ErrorAudience, type ErrorCode } from '../errors.ts'
import type { Pages } from './fetch-page.ts'
import type { Page, Row } from './read-page.ts'
import type { RowFormat, ToldError, ToldRow } from './row-format.ts'
import type { Sink } from './sink.ts'

/** What an export is made of once its first page is there. */
export interface RunOptions {
  readonly pages: Pages
  readonly first: Page
  readonly format: RowFormat
  readonly sink: Sink
  readonly audience: ErrorAudience
  /** Aborts when the client is gone. */
  readonly gone: AbortSignal
}

/** How an export ended. */
export interface ExportEnd {
  /** Rows that were sent. */
  readonly rows: number
  readonly rowsWithErrors: number
  /** The code of what ended it before the list did; null when it is whole. */
  readonly code: ErrorCode | 'CLIENT_GONE' | null
}

/**
 * Sends a list page by page. A page is fetched when the reader has taken the one before, so that no more than one is held,
 * however long the list and however slow the reader.
 */
export async function runExport(options: RunOptions): Promise<ExportEnd> {
  const { pages, format, sink, gone } = options
  const toTold = createTeller(options.audience)
  let rows = 0
  let rowsWithErrors = 0
  let page = options.first
  const end = (code: ExportEnd['code']): ExportEnd => ({ rows, rowsWithErrors, code })
  const trailers = (complete: boolean) => ({
    'Export-Rows': String(rows),
    'Export-Rows-With-Errors': String(rowsWithErrors),
    'Export-Complete': String(complete),
  })
  const fail = async (error: GraphQLError): Promise<ExportEnd> => {
    const { message } = presentError(error, options.audience)
    const code = shownCode(error)
    if (format.failure === null) sink.cut()
    else {
      await sink.write(format.failure({ code, message, after: page.endCursor }))
      await sink.end(trailers(false))
    }
    return end(code)
  }
  for (let head = format.head; ; head = '') {
    await sink.write(head + page.rows.map((row) => format.row(toTold(row))).join(''))
    if (gone.aborted) return end('CLIENT_GONE')
    rows += page.rows.length
    rowsWithErrors += page.rows.filter(({ errors }) => errors.length > 0).length
    if (!page.hasNextPage) break
    const fetched = await pages.next(page.endCursor)
    if (gone.aborted) return end('CLIENT_GONE')
    if ('errors' in fetched) return fail(fetched.errors[0] ?? UNTOLD)
    page = fetched.page
  }
  await sink.end(trailers(true))
  return end(gone.aborted ? 'CLIENT_GONE' : null)
}

const UNTOLD = gatewayError('INTERNAL_SERVER_ERROR', 'nothing was told')

/** Tells each error once, also when it is told with every row of a page. */
function createTeller(audience: ErrorAudience): (row: Row) => ToldRow {
  const told = new WeakMap<GraphQLError, Omit<ToldError, 'path'>>()
  const tell = (error: GraphQLError): Omit<ToldError, 'path'> => {
    const known = told.get(error) ?? { code: shownCode(error), message: presentError(error, audience).message }
    told.set(error, known)
    return known
  }
  return ({ value, errors }) => ({ value, errors: errors.map(({ error, path }) => ({ ...tell(error), path })) })
}
