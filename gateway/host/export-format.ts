import type { IncomingMessage } from 'node:http'
import type { Column } from '../export/columns.ts'
import { csvFormat } from '../export/csv.ts'
import { NDJSON_FORMAT } from '../export/ndjson.ts'
import type { RowFormat } from '../export/row-format.ts'
import { Refusal } from './refusal.ts'

/** Makes the format of an export whose rows have these columns. */
export type ToFormat = (columns: readonly Column[]) => RowFormat

const FORMATS = ['ndjson', 'csv'] as const
type FormatName = (typeof FORMATS)[number]

/** As what each is accepted. */
const MEDIA_TYPES: ReadonlyMap<string, FormatName> = new Map([
  ['application/x-ndjson', 'ndjson'],
  ['application/ndjson', 'ndjson'],
  ['application/jsonl', 'ndjson'],
  ['text/csv', 'csv'],
  ['text/*', 'csv'],
  ['application/*', 'ndjson'],
  ['*/*', 'ndjson'],
])

/**
 * Reads from the address of a request, or else from what its client accepts, as what rows are to be written.
 *
 * @throws Refusal EXPORT_FORMAT_UNKNOWN, or a wish that is neither true nor false
 */
export function readFormat(request: IncomingMessage): ToFormat {
  const asked = new URL(request.url ?? '/', 'http://localhost').searchParams
  const bom = readFlag(asked, 'bom')
  const raw = readFlag(asked, 'raw')
  const name = asked.get('format')
  const format = name === null ? findAccepted(request.headers.accept ?? '*/*') : FORMATS.find((each) => each === name)
  if (format === undefined) {
    const message = 'Expected "format" to be ndjson or csv, or to accept application/x-ndjson or text/csv.'
    throw new Refusal(name === null ? 406 : 400, 'EXPORT_FORMAT_UNKNOWN', message)
  }
  return (columns) => (format === 'csv' ? csvFormat({ columns, bom, raw }) : NDJSON_FORMAT)
}

function readFlag(asked: URLSearchParams, name: string): boolean {
  const value = asked.get(name) ?? 'false'
  if (value !== 'true' && value !== 'false') {
    throw new Refusal(400, 'BAD_REQUEST', `Expected "${name}" to be true or false.`)
  }
  return value === 'true'
}

/** True for a client that takes compressed answers. */
export function acceptsGzip({ headers }: IncomingMessage): boolean {
  return readWeighed(String(headers['accept-encoding'] ?? '')).some(({ name }) => name === 'gzip' || name === '*')
}

function findAccepted(accept: string): FormatName | undefined {
  const [best] = readWeighed(accept).flatMap(({ name }) => MEDIA_TYPES.get(name) ?? [])
  return best
}

/** What a header lists, the most wanted first, and without what is not wanted at all. */
function readWeighed(header: string): readonly { readonly name: string; readonly weight: number }[] {
  return header
    .toLowerCase()
    .split(',')
    .map((part) => {
      const [name = '', ...parameters] = part.split(';').map((each) => each.trim())
      const weight = parameters.find((each) => each.startsWith('q='))?.slice(2)
      return { name, weight: weight === undefined ? 1 : Number(weight) }
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((one, other) => other.weight - one.weight)
}
