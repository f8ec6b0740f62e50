import { pino, type DestinationStream, type Logger } from 'pino'
import { describeError } from './describe-error.ts'
import { requestIdNow } from './request-scope.ts'
import { spanNow } from './trace.ts'

/** Fields that are never written, should anyone hand them over: by name, at the top and one level down. */
const SECRET_FIELDS = [
  'accessToken',
  'assertion',
  'authorization',
  'body',
  'clientSecret',
  'cookie',
  'credential',
  'headers',
  'password',
  'secret',
  'token',
  'variables',
]

/**
 * Makes the log of a process: a line of JSON for each thing, with the request it belongs to and, where traces are
 * sent, the trace and the span.
 *
 * Secrets do not belong into a line in the first place. Should one come, fields that name one are left out, and of
 * errors only what {@link describeError} tells is written.
 */
export function createLogger(level: string, destination: DestinationStream): Logger {
  return pino(
    {
      level,
      mixin: whereNow,
      redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]), censor: '[left out]' },
      serializers: { err: describeError },
    },
    destination,
  )
}

function whereNow(): Record<string, string> {
  const requestId = requestIdNow()
  const span = spanNow()
  return {
    ...(requestId !== null && { requestId }),
    ...(span !== null && { traceId: span.traceId, spanId: span.spanId }),
  }
}
