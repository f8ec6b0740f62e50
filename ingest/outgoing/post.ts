import { type Dispatcher, request } from 'undici'
import { AddressRefusedError } from '../../kit/egress.ts'
import { retryAfter } from '../../kit/retry.ts'
import type { Attempt } from '../../store/outgoing/endpoints.ts'
import type { Claimed } from '../../store/outgoing/sending.ts'
import { signatureHeaders } from './sign.ts'

/** What sending stands on. */
export interface Posting {
  readonly dispatcher: Dispatcher
  readonly now: () => Date
  /** How long an answer may take, from the look-up of the name on. */
  readonly deadlineMs: number
  /** Aborting ends what is under way; it rejects then. */
  readonly signal: AbortSignal
}

/** How a try went, without what it was about. */
export interface Tried extends Pick<Attempt, 'at' | 'durationMs' | 'outcome' | 'status'> {
  /** The time that the endpoint named for the next one; null when it named none. */
  readonly retryAt: Date | null
}

/** Nothing in an answer is read; so much of it is let come, so that the connection can be used again. */
const MOST_ANSWER_BYTES = 65_536

/**
 * Hands one message to its endpoint.
 *
 * What answers with a status from 200 to 299 has taken it, whatever the body says; redirects are not followed.
 *
 * @throws the signal's reason when it is aborted, and for nothing else
 */
export async function post(message: Claimed, { dispatcher, now, deadlineMs, signal }: Posting): Promise<Tried> {
  const { url, webhookId: id, body, secrets } = message
  const at = now()
  const began = performance.now()
  const tried = (outcome: Tried['outcome'], status: number | null, retryAt: Date | null = null): Tried => {
    return { at, durationMs: Math.round(performance.now() - began), outcome, status, retryAt }
  }
  const deadline = AbortSignal.timeout(deadlineMs)
  const ending = AbortSignal.any([deadline, signal])
  try {
    const answer = await request(url, {
      method: 'POST',
      dispatcher,
      body,
      signal: ending,
      headersTimeout: deadlineMs,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Switchboard-Webhooks/1',
        ...signatureHeaders({ id, body, at, secrets }),
      },
    })
    const { statusCode } = answer
    const named = new Headers({ 'retry-after': String(answer.headers['retry-after'] ?? '') })
    const result = tried(outcomeOf(statusCode), statusCode, retryAfter({ headers: named, receivedAt: now() }))
    // Whether its end comes, or the deadline does, changes nothing any more.
    await answer.body.dump({ limit: MOST_ANSWER_BYTES, signal: ending }).catch(() => undefined)
    return result
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof AddressRefusedError) return tried('ADDRESS_REFUSED', null)
    return tried(deadline.aborted || isTimeout(error) ? 'TIMEOUT' : 'UNREACHABLE', null)
  }
}

function outcomeOf(status: number): Tried['outcome'] {
  if (status >= 200 && status < 300) return 'DELIVERED'
  if (status === 410) return 'GONE'
  return status >= 300 && status < 400 ? 'REDIRECTED' : 'REFUSED'
}

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && /^UND_ERR_\w+_TIMEOUT$/.test('code' in error ? String(error.code) : '')
