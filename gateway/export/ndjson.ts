import type { RowFormat } from './row-format.ts'

/**
 * Writes rows as lines of JSON. A row with something missing has `errors` beside its own names; one that is not there at
 * all is `null`, or `errors` alone. A last line with nothing but `error` says that there was more.
 */
export const NDJSON_FORMAT: RowFormat = {
  mediaType: 'application/x-ndjson; charset=utf-8',
  extension: 'ndjson',
  head: '',
  row: ({ value, errors }) => toLine(errors.length === 0 ? value : { ...value, errors }),
  failure: (error) => toLine({ error }),
}

const toLine = (value: unknown): string => `${JSON.stringify(value)}\n`
