/** What the log tells of an error. */
export interface DescribedError {
  readonly type: string
  readonly message: string
  readonly code?: string
  readonly stack?: string
  /** The error behind it, as deep as there are. */
  readonly cause?: DescribedError
}

/** Causes are followed this far: an error may be its own cause. */
const MAX_DEPTH = 5

/**
 * What is known by its shape to be a secret or a quotation, and what is written in its place: tokens, passwords in
 * addresses, and the piece of a text that JSON.parse quotes.
 */
const SCRUBBED: readonly (readonly [RegExp, string])[] = [
  [/\bswb_[\w-]+/g, 'swb_[left out]'],
  [/\b(Bearer|Basic)\s+[^\s"',]+/gi, '$1 [left out]'],
  [/(\w+:\/\/[^\s/:@]+):[^\s/@]+@/g, '$1:[left out]@'],
  [/(Unexpected [^"]*?|after JSON[^"]*?), (?:\.\.\.)?"[\s\S]*"(?:\.\.\.)? is not valid JSON/g, '$1: not valid JSON'],
]

/**
 * Describes an error for the log: class, message, code, stack and causes.
 *
 * Nothing else that hangs on it is told, since a database's error carries the values of a row, an error of GraphQL the
 * whole document, and one of an HTTP client its headers.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'something that is no error was thrown' }
  const original = 'originalError' in error && error.originalError !== error ? error.originalError : undefined
  const cause = error.cause ?? original
  return {
    type: error.name,
    message: scrub(error.message),
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    ...(error.stack !== undefined && { stack: scrub(error.stack) }),
    ...(cause instanceof Error && depth < MAX_DEPTH && { cause: describeError(cause, depth + 1) }),
  }
}

function scrub(text: string): string {
  return SCRUBBED.reduce((left, [pattern, replacement]) => left.replace(pattern, replacement), text)
}
