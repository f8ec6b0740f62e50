import { DatabaseUnavailableError, QueryTimeoutError } from './errors.ts'

/** Codes of sockets that could not be opened or broke; ENOENT is a unix socket whose server is down. */
const SOCKET_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/**
 * SQLSTATEs that say the server or the session is gone, or can store nothing for now: too many connections, a full disk,
 * no memory, a broken file, shutdown, crash, starting up, dropped database, idle session ended. Class 08 is added by prefix.
 * Source: https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const GONE_STATES: ReadonlySet<string> = new Set([
  '53100',
  '53200',
  '53300',
  '58030',
  '57P01',
  '57P02',
  '57P03',
  '57P04',
  '57P05',
  '25P03',
])

/** What `pg` and `pg-pool` say, without any code, when a connection is not to be had. */
const GONE_WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Client was closed|Query read timeout)/i

/** Statement cancelled, by its deadline as a rule. */
const CANCELLED = '57014'
/** Clients read it. */
const TOOK_TOO_LONG = 'the store took longer to answer than it may: ask for less, or try again later'

const codeOf = (error: Error): string | null => ('code' in error && typeof error.code === 'string' ? error.code : null)

function isGone(error: Error): boolean {
  const code = codeOf(error)
  if (code !== null && (SOCKET_CODES.has(code) || GONE_STATES.has(code) || /^08...$/.test(code))) return true
  if (error instanceof AggregateError) return error.errors.some((each) => each instanceof Error && isGone(each))
  return GONE_WORDS.test(error.message)
}

/**
 * Names a fault of the driver: a connection that is not to be had becomes a `DatabaseUnavailableError`, a statement
 * past its deadline a `QueryTimeoutError`. Anything else is handed back as it came.
 */
export function nameFault(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseUnavailableError) return error
  if (isGone(error))
    return new DatabaseUnavailableError(`the database does not answer: ${error.message}`, { cause: error })
  if (codeOf(error) === CANCELLED) return new QueryTimeoutError(TOOK_TOO_LONG, { cause: error })
  return error
}
