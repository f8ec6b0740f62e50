import type { Settings } from '../store/account.ts'
import type { Json } from '../store/kinds.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON; a string when the body is not JSON; null when empty. */
  readonly body: unknown
  readonly receivedAt: Date
}

/** What an answer says of a limit. */
export interface Quota {
  readonly limit: number
  /** Null when it does not say; then our own count goes. */
  readonly remaining: number | null
  /** When the window ends; null when it does not say. Never a guess: of a window without an end the budget finds out by itself. */
  readonly resetAt: Date | null
}

/** Who goes first when the quota is short. `bulk` is what a person asked for many records, and does not wait for. */
export type Lane = 'person' | 'live' | 'bulk' | 'backfill'

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path below the base URL, or a whole URL of the same origin. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>
  readonly body?: Json
  /** True when asking twice does no harm. GET, PUT and DELETE are safe by themselves; a POST only when it says so (a search, or one with an idempotency key). */
  readonly safe?: boolean
  /** Sent with this request, beside what the API always has. */
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/**
 * Speaks to one account: signs, spends the rate budget, times out, retries what is safe, judges answers.
 *
 * @throws ProviderError of every class
 */
export interface AccountClient {
  readonly provider: string
  readonly accountId: string | null
  readonly settings: Settings
  request(call: Call): Promise<Answer>
}
