import type { ErrorCode } from '../errors.ts'

/** Something that is missing in a row, as clients are told. */
export interface ToldError {
  readonly code: ErrorCode
  readonly message: string
  /** Where in the row. */
  readonly path: readonly (string | number)[]
}

/** A row, and what is missing in it. */
export interface ToldRow {
  readonly value: Readonly<Record<string, unknown>> | null
  readonly errors: readonly ToldError[]
}

/** Why an export ended before its list did. */
export interface Failure {
  readonly code: ErrorCode
  readonly message: string
  /** The cursor behind all that was sent: `after` of an export that goes on here. Null when that is the beginning. */
  readonly after: string | null
}

/** As what rows are written. */
export interface RowFormat {
  readonly mediaType: string
  /** How names of such files end. */
  readonly extension: string
  /** What comes before the first row. */
  readonly head: string
  row(row: ToldRow): string
  /** The last line of what could not be finished; null where there is none, and the connection is cut instead. */
  readonly failure: ((failure: Failure) => string) | null
}
