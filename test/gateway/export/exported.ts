import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { GOOD, type Served } from '../served.ts'

/** How to export. */
export interface ExportOptions {
  readonly variables?: Readonly<Record<string, unknown>>
  readonly operationName?: string
  /** Parameters of the address, such as `format`. */
  readonly address?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

/** A whole file, as it came. */
export interface Exported {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
  /** With names in lower case. */
  readonly trailers: Readonly<Record<string, string | undefined>>
  /** Whether the file ended as files do; false when the connection broke. */
  readonly isWhole: boolean
}

/** Asks for an export; the answer can be read as slowly as one likes. */
export function openExport(
  served: Pick<Served, 'url'>,
  query: string,
  options: ExportOptions = {},
): Promise<IncomingMessage> {
  const { variables, operationName, address = {}, headers = {} } = options
  const url = new URL('/export', served.url)
  for (const [name, value] of Object.entries(address)) url.searchParams.set(name, value)
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', ...GOOD, ...headers },
    })
    asked.once('response', resolve)
    asked.once('error', reject)
    asked.end(JSON.stringify({ query, variables, operationName }))
  })
}

/** Exports and reads all that comes. */
export async function exportWhole(
  served: Pick<Served, 'url'>,
  query: string,
  options?: ExportOptions,
): Promise<Exported> {
  const answer = await openExport(served, query, options)
  const chunks: Buffer[] = []
  answer.on('data', (chunk: Buffer) => chunks.push(chunk))
  const isWhole = await new Promise<boolean>((resolve) => {
    answer.once('end', () => resolve(true))
    answer.once('error', () => resolve(false))
  })
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    text: Buffer.concat(chunks).toString('utf8'),
    trailers: answer.trailers,
    isWhole,
  }
}

/** The lines of NDJSON. */
export function linesOf(file: string): unknown[] {
  return file
    .split('\n')
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line))
}

/** Exports, and reads the one error by which that is refused. */
export async function refusalOf(
  served: Pick<Served, 'url'>,
  query: string,
  options?: ExportOptions,
): Promise<readonly [status: number, code: unknown, message: unknown]> {
  const answer = await openExport(served, query, options)
  const { errors } = JSON.parse(await text(answer)) as {
    errors: readonly { readonly message: string; readonly extensions: { readonly code: string } }[]
  } // as every refusal is
  return [answer.statusCode ?? 0, errors[0]?.extensions.code, errors[0]?.message]
}
