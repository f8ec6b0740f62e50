import { isData } from '../execute/data.ts'
import type { Column } from './columns.ts'
import type { RowFormat, ToldRow } from './row-format.ts'

/** How a table is written. */
export interface CsvOptions {
  readonly columns: readonly Column[]
  /** Whether the file begins with the mark by which some spreadsheets know UTF-8. */
  readonly bom: boolean
  /** Whether text stays as it is, also where a spreadsheet would take it for a formula. */
  readonly raw: boolean
}

const BOM = '\u{feff}'
const LINE_END = '\r\n'
/** The last column, in which a row tells what is missing in it. */
const ERRORS = 'errors'

/**
 * What spreadsheets take for a formula by how it begins, full-width signs and control characters included. Source:
 * https://owasp.org/www-community/attacks/CSV_Injection (read 2026-11-29).
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/

/**
 * Writes rows as CSV (RFC 4180), with a heading.
 *
 * Null is an empty cell and empty text a quoted one; lists, and objects of scalars, are JSON. Text that begins like a
 * formula gets an apostrophe before it; numbers are no text.
 */
export function csvFormat({ columns, bom, raw }: CsvOptions): RowFormat {
  const heading = [...columns.map((column) => column.join('.')), ERRORS]
  return {
    mediaType: 'text/csv; charset=utf-8; header=present',
    extension: 'csv',
    head: (bom ? BOM : '') + toLine(heading.map(quote)),
    row: ({ value, errors }) =>
      toLine([
        ...columns.map((column) => toCell(find(value, column), raw)),
        errors.length === 0 ? '' : quote(JSON.stringify(errors)),
      ]),
    // A file that ends so must not look like one that is whole, and CSV has no words to say it.
    failure: null,
  }
}

function find(value: ToldRow['value'], column: Column): unknown {
  let found: unknown = value
  for (const name of column) found = isData(found) ? found[name] : null
  return found
}

function toCell(value: unknown, raw: boolean): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return quote(!raw && FORMULA.test(text) ? `'${text}` : text)
}

function quote(text: string): string {
  return text === '' || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const toLine = (cells: readonly string[]): string => cells.join(',') + LINE_END
