import { z } from 'zod'
import type { Answer } from '../../kit/account-client.ts'
import {
  CredentialError,
  NotFoundError,
  RateLimitedError,
  RejectedError,
  UnavailableError,
  type ProviderError,
} from '../../kit/errors.ts'
import { fromUnixSeconds } from '../../kit/time.ts'
import { PROVIDER } from './wire.ts'

const wireErrors = z.looseObject({
  type: z.literal('error.list'),
  request_id: z.string().nullish(),
  errors: z.array(
    z.looseObject({ code: z.string().nullish(), message: z.string().nullish(), field: z.string().nullish() }),
  ),
})

/** A contact that went into another: 410 with the survivor in the `Link` header. Source: Intercom REST 2.16, `GET /contacts/{id}`. */
export class ContactMergedError extends NotFoundError {
  constructor(
    message: string,
    /** Null when the header does not say. */
    readonly intoRemoteId: string | null,
  ) {
    super(PROVIDER, message)
  }
}

const REFUSED: ReadonlySet<string> = new Set([
  'unauthorized',
  'token_unauthorized',
  'token_revoked',
  'token_not_found',
  'token_blocked',
  'token_expired',
  'token_suspended',
])

/** 404s that are about a value we sent, not about the record that we asked for. */
const WRONG_VALUE: Readonly<Record<string, string>> = {
  admin_not_found: 'admin_id',
  assignee_not_found: 'assignee_id',
  team_not_found: 'assignee_id',
}

const WINDOW_MS = 10_000
/** After which a scroll dies. Source: Intercom REST 2.16, `GET /companies/scroll`. */
export const SCROLL_IDLE_MS = 60_000

const after = (answer: Answer, milliseconds: number): Date => new Date(answer.receivedAt.getTime() + milliseconds)

function retryAt(answer: Answer): Date {
  const reset = Number(answer.headers.get('X-RateLimit-Reset') ?? Number.NaN)
  const at = Number.isFinite(reset) ? fromUnixSeconds(reset) : after(answer, WINDOW_MS)
  return at > answer.receivedAt ? at : after(answer, 1_000)
}

/** `</contacts/6762f0…>; rel="canonical"` → the id. */
const survivor = (link: string | null): string | null => link?.match(/<[^>]*\/contacts\/([^/>?]+)[^>]*>/)?.[1] ?? null

/**
 * Turns an answer that is no success into the error that says what to do.
 *
 * Messages name the status, the code and Intercom's request id; Intercom's own sentence may hold a customer's words
 * (a conflict names the contact), so it is only in `reason`.
 */
export function judge(answer: Answer): ProviderError | null {
  const { status } = answer
  const read = wireErrors.safeParse(answer.body)
  if (status < 400 && !read.success) return null
  const first = read.data?.errors[0]
  const code = first?.code ?? null
  const request = read.data?.request_id ?? answer.headers.get('X-Request-Id')
  const message = `answered ${status}${code === null ? '' : ` ${code}`}${request ? ` (request ${request})` : ''}`

  if (status === 429 || code === 'rate_limit_exceeded') return new RateLimitedError(PROVIDER, message, retryAt(answer))
  if (status >= 500 || status === 408 || code === 'server_error' || code === 'service_unavailable') {
    return new UnavailableError(PROVIDER, message, null)
  }
  if (status === 401 || (code !== null && REFUSED.has(code))) {
    return new CredentialError(PROVIDER, `${message}; a token works only in its own region: is the region right?`)
  }
  if (code === 'contact_merged') return new ContactMergedError(message, survivor(answer.headers.get('Link')))
  // One scroll an app: an earlier one, perhaps of a process that died, ends after an idle minute.
  if (code === 'scroll_exists') return new UnavailableError(PROVIDER, message, after(answer, SCROLL_IDLE_MS))
  const wrong = code === null ? undefined : WRONG_VALUE[code]
  if ((status === 404 || status === 410) && wrong === undefined) return new NotFoundError(PROVIDER, message)
  return new RejectedError(PROVIDER, message, first?.field ?? wrong ?? null, first?.message ?? `Intercom ${message}`)
}
