import type { GraphQLFormattedError } from 'graphql'

/** Why a subscription came to its end, and whether to follow on. */
export interface Verdict {
  /** What was said: the code of the socket's closing, or of the first error; null when nothing was. */
  readonly code: number | string | null
  readonly message: string
  /** False where asking again would have the same answer. */
  readonly isPassing: boolean
}

/** With these a socket is closed for good: the message, the token, access, the protocol. The others pass. */
const FINAL_CLOSES: ReadonlySet<number> = new Set([4400, 4401, 4403, 4406])

/** Errors that pass by themselves; the others are about the operation. */
const PASSING_ERRORS: ReadonlySet<unknown> = new Set([
  'FELL_BEHIND',
  'SUBGRAPH_UNAVAILABLE',
  'SUBGRAPH_ANSWER_INVALID',
  'PROVIDER_UNAVAILABLE',
  'RATE_LIMITED',
  'TIMEOUT',
  'DATABASE_UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
])

/** Judges errors in place of an event, or of the whole subscription. */
export function judgeErrors(errors: readonly GraphQLFormattedError[]): Verdict {
  const [first] = errors
  const code = first?.extensions?.['code']
  return {
    code: typeof code === 'string' ? code : null,
    message: first?.message ?? 'the answer has neither data nor errors',
    isPassing: errors.every(({ extensions }) => PASSING_ERRORS.has(extensions?.['code'])),
  }
}

/** Judges what graphql-ws gives up with: errors of the operation, how the socket was closed, or why there is none. */
export function judgeFailure(failure: unknown): Verdict {
  if (Array.isArray(failure)) return judgeErrors(failure)
  if (!isRecord(failure)) return { code: null, message: String(failure), isPassing: true }
  const { code, reason, message } = failure
  if (typeof code === 'number') {
    const said = typeof reason === 'string' && reason !== '' ? reason : `the socket was closed with ${code}`
    return { code, message: said, isPassing: !FINAL_CLOSES.has(code) }
  }
  return {
    code: null,
    message: typeof message === 'string' && message !== '' ? message : 'the gateway cannot be reached',
    isPassing: true,
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
