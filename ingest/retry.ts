import { NotFoundError, ProviderError, RateLimitedError, UnavailableError } from '../kit/errors.ts'
import { saysIntegrationEnded } from '../store/errors.ts'

/** How often, and how far apart, something is tried that may mend itself. */
export interface RetryPolicy {
  readonly tries: number
  readonly firstDelayMs: number
  readonly maxDelayMs: number
}

/** Deliveries outlast an outage of two hours: 16 tries, at first a second apart, in the end a quarter of an hour. */
export const DELIVERY_RETRIES: RetryPolicy = { tries: 16, firstDelayMs: 1_000, maxDelayMs: 900_000 }

/** A sync never gives up, since only a person can end an integration; it only asks less often. */
export const SYNC_RETRIES: RetryPolicy = { tries: Number.POSITIVE_INFINITY, firstDelayMs: 5_000, maxDelayMs: 900_000 }

/** Rows of bulk jobs outlast ten minutes without an answer; then a person is to see what is left, and say when to go on. */
export const BULK_RETRIES: RetryPolicy = { tries: 8, firstDelayMs: 5_000, maxDelayMs: 300_000 }

/** Sends are tried until their time is over, at most five minutes apart. */
export const SEND_RETRIES: RetryPolicy = { tries: Number.POSITIVE_INFINITY, firstDelayMs: 2_000, maxDelayMs: 300_000 }

/**
 * What becomes of work that failed.
 *
 * `reconnect` a person must · `ignore` there is nothing to do it on any more · `give up` trying again changes nothing ·
 * `retry` may mend itself.
 */
export type Verdict = 'reconnect' | 'ignore' | 'give up' | 'retry'

/** Judges an error by its class. A fault of our own is tried again too: it may have been the database. */
export function judge(error: unknown): Verdict {
  if (error instanceof NotFoundError) return 'ignore'
  if (saysIntegrationEnded(error)) return 'ignore'
  if (!(error instanceof ProviderError)) return 'retry'
  switch (error.recovery) {
    case 'retry':
      return 'retry'
    case 'reconnect':
      return 'reconnect'
    case 'correct':
    case 'skip':
    case 'look':
    case 'stop':
      return 'give up'
  }
}

/** How long to wait after the given number of failures, at least until the moment the provider named. */
export function retryDelayMs(policy: RetryPolicy, failures: number, error: unknown, now: Date): number {
  const backoff = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** Math.min(failures, 30))
  const named = error instanceof RateLimitedError || error instanceof UnavailableError ? error.retryAt : null
  // Spread over a fifth more, so that what failed together does not come back together.
  const spread = 1 + Math.random() / 5
  return Math.max(backoff, named === null ? 0 : named.getTime() - now.getTime()) * spread
}

/** What may be shown and kept of an error: its words when they are ours, else only that it happened. */
export function reasonOf(error: unknown): string {
  return error instanceof ProviderError ? error.message : 'internal error, see the log'
}

/** What the log says of an error: a provider's in its words, a fault of our own whole. */
export function describe(error: unknown): string {
  if (error instanceof ProviderError || !(error instanceof Error)) return String(error)
  return error.stack ?? error.message
}
