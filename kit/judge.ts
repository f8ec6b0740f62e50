import type { Answer, Call } from './account-client.ts'
import type { Api } from './contract.ts'
import {
  CredentialError,
  MalformedError,
  NotFoundError,
  OutcomeUnknownError,
  type ProviderError,
  RateLimitedError,
  RejectedError,
  UnavailableError,
} from './errors.ts'
import type { Fault } from './exchange.ts'
import { retryAfter } from './retry.ts'

/** True when asking twice does no harm. */
export const isSafe = (call: Call): boolean =>
  call.safe ?? (call.method === 'GET' || call.method === 'PUT' || call.method === 'DELETE')

/** A call in a message: its query is left out, since it may hold a customer's words. */
export const nameOf = (call: Call): string => `${call.method} ${call.path.replace(/[?#].*$/s, '')}`

/**
 * What is wrong with an answer; null when it is good. The connector's own judgement comes first, and what every HTTP
 * API means by a status fills in where it says nothing.
 */
export function judgeAnswer(provider: string, api: Api, call: Call, answer: Answer): ProviderError | null {
  const { status } = answer
  const judged = api.judge(answer)
  const said = `${nameOf(call)} answered ${status}`
  if (status === 401) return judged instanceof CredentialError ? judged : new CredentialError(provider, said)
  if (judged !== null) return isAmbiguous(call, judged, status) ? unknownOutcome(provider, call, judged) : judged
  if (status >= 200 && status < 300) {
    if (typeof answer.body !== 'string') return null
    const malformed = new MalformedError(provider, `${said} with a body that is not JSON`)
    return isSafe(call) ? malformed : unknownOutcome(provider, call, malformed)
  }
  if (status === 404) return new NotFoundError(provider, said)
  if (status === 429) return new RateLimitedError(provider, said, retryAfter(answer) ?? answer.receivedAt)
  if (status >= 500) {
    const unavailable = new UnavailableError(provider, said, retryAfter(answer))
    return isAmbiguous(call, unavailable, status) ? unknownOutcome(provider, call, unavailable) : unavailable
  }
  if (status >= 400) return new RejectedError(provider, said, null, `answered ${status}`)
  return new MalformedError(provider, `${said}, which leads elsewhere instead of answering`)
}

/** What a call that got no answer comes to. */
export function judgeFault(provider: string, call: Call, fault: Fault): ProviderError {
  const error =
    fault.reason === 'too large'
      ? new MalformedError(provider, `${nameOf(call)} answered more than can be held`, { cause: fault.cause })
      : new UnavailableError(provider, `${nameOf(call)} got no answer (${fault.reason})`, null, { cause: fault.cause })
  return fault.sent && !isSafe(call) ? unknownOutcome(provider, call, error) : error
}

/** 503 is a server that took nothing on; any other 5xx may have come after the write. */
const isAmbiguous = (call: Call, error: ProviderError, status: number): boolean =>
  error instanceof UnavailableError && status !== 503 && !isSafe(call)

const unknownOutcome = (provider: string, call: Call, cause: ProviderError): OutcomeUnknownError =>
  new OutcomeUnknownError(provider, `${nameOf(call)} may or may not have happened: ${cause.message}`, { cause })
