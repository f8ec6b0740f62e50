import type { Dispatcher } from 'undici'
import type { Breaker } from './breaker.ts'
import type { Budget } from './budget.ts'
import type { Clock } from './clock.ts'
import type { AccountClient, Answer, Call, Lane } from './account-client.ts'
import type { Connector } from './contract.ts'
import { secondsSince } from '../observe/elapsed.ts'
import { failSpan, inSpan } from '../observe/trace.ts'
import type { Credential, Settings } from '../store/account.ts'
import {
  MalformedError,
  OutcomeUnknownError,
  type ProviderError,
  RateLimitedError,
  UnavailableError,
} from './errors.ts'
import { exchange, type Fault, type Incoming, type Outgoing } from './exchange.ts'
import { isSafe, judgeAnswer, judgeFault } from './judge.ts'
import type { Outcome } from './limits.ts'
import { backoffMs, LONGEST_ASKED_MS, MAX_TRIES, retryAfter } from './retry.ts'

/** All that a client needs of the world. Budget and breaker are shared by every client of the same integration. */
export interface ClientOptions {
  readonly connector: Pick<Connector, 'provider' | 'api'>
  /** The provider's id of the account; null while it is not known yet. */
  readonly accountId: string | null
  readonly settings: Settings
  /** Asked before each request, so that a refreshed token is used at once. */
  readonly credential: () => Promise<Credential>
  /** Sees to another credential after the provider refused this one; false when there can be none. Not there where credentials do not renew. */
  readonly replace?: (refused: Credential) => Promise<boolean>
  readonly budget: Budget
  readonly breaker: Breaker
  readonly lane: Lane
  readonly dispatcher: Dispatcher
  readonly clock: Clock
  /** 0 to 1, for the jitter. */
  readonly random: () => number
  /** Hears of every pause and why. */
  readonly log: (line: string) => void
  /** Ends every request of this client. */
  readonly signal: AbortSignal
  /** Hears of every request that was sent, repeated ones too. */
  readonly onExchanged?: OnExchanged | undefined
}

/** Hears of a request to a provider: `outcome` is the answer's HTTP status, or why there was none. */
export type OnExchanged = (exchanged: {
  readonly provider: string
  readonly lane: Lane
  readonly outcome: string
  readonly seconds: number
}) => void

/**
 * How long a call may take over waiting for quota and for a provider to come back, by who is waiting for it. Bulk work
 * and a backfill outlast two windows of a minute, one after the other.
 */
const PATIENCE_MS: Readonly<Record<Lane, number>> = {
  person: 10_000,
  live: 30_000,
  bulk: 150_000,
  backfill: 150_000,
}

/**
 * Opens the way to one account at a provider.
 *
 * Signs each request, spends the rate budget, times out, and repeats what is safe to repeat: a throttled call always,
 * and one whose token had ended once, with another (neither was carried out), a failed one only when asking twice does no harm.
 */
export function openClient(options: ClientOptions): AccountClient {
  const { connector, settings } = options
  return {
    provider: connector.provider,
    accountId: options.accountId,
    settings,
    request: (call) => request(options, call),
  }
}

async function request(options: ClientOptions, call: Call): Promise<Answer> {
  const { clock, lane } = options
  const url = target(options, call)
  const signal = call.signal ? AbortSignal.any([options.signal, call.signal]) : options.signal
  const deadline = new Date(clock.now().getTime() + PATIENCE_MS[lane])
  let isReplaced = false
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted()
    refuseWhenDown(options)
    const { answer, error, at, credential } = await attempt(options, call, { url, deadline, signal, tries })
    if (error === null) return answer
    if (answer?.status === 401 && !isReplaced && (await options.replace?.(credential)) === true) {
      options.log(`${error.message}; trying again with another token`)
      isReplaced = true
      continue
    }
    if (at === null) throw toldWhen(error, answer, clock)
    if (tries >= MAX_TRIES || at > deadline) throw withRetryAt(error, at)
    const pauseMs = at.getTime() - clock.now().getTime()
    options.log(`${error.message}; trying again in ${pauseMs} ms (try ${tries + 1} of ${MAX_TRIES})`)
    // A throttled call waits in the budget, in its place among the others.
    if (!(error instanceof RateLimitedError)) await clock.wait(pauseMs, signal)
  }
}

/** @throws UnavailableError at once when a person waits and the provider is known not to answer */
function refuseWhenDown({ breaker, lane, connector }: ClientOptions): void {
  const retryAt = lane === 'person' ? breaker.refuses() : null
  if (retryAt !== null) throw new UnavailableError(connector.provider, 'has not answered for a while', retryAt)
}

/** `at`: when to ask again; null when that is of no use, or could do the thing twice. `credential`: what it was signed with. */
type Attempt = { readonly credential: Credential } & (
  | { readonly answer: Answer; readonly error: null; readonly at: null }
  | { readonly answer: Answer | null; readonly error: ProviderError; readonly at: Date | null }
)

async function attempt(
  options: ClientOptions,
  call: Call,
  { url, deadline, signal, tries }: { url: URL; deadline: Date; signal: AbortSignal; tries: number },
): Promise<Attempt> {
  const { connector, budget, breaker, clock } = options
  const { provider, api } = connector
  const turn = await budget.take(call, options.lane, { deadline, signal })
  let outcome: Outcome = { answer: null, refusedUntil: null }
  try {
    const headers = new Headers({ ...api.headers, ...call.headers })
    if (call.body !== undefined) headers.set('content-type', 'application/json')
    const credential = await options.credential()
    api.sign(headers, credential)
    const incoming = await exchangeObserved(options, {
      method: call.method,
      url,
      headers,
      body: call.body === undefined ? null : JSON.stringify(call.body),
      timeoutMs: api.timeoutMs,
      signal,
    })
    if (incoming.kind === 'fault') {
      const error = judgeFault(provider, call, incoming)
      if (incoming.reason === 'aborted' && !(error instanceof OutcomeUnknownError)) throw signal.reason
      if (incoming.reason !== 'aborted') breaker.failed()
      return { credential, answer: null, error, at: againAt(options, { call, error, answer: null, tries }) }
    }
    const { status } = incoming
    const answer: Answer = { status, headers: incoming.headers, body: parse(incoming.text), receivedAt: clock.now() }
    if (status >= 502 && status <= 504) breaker.failed()
    else breaker.answered()
    outcome = { answer, refusedUntil: null }
    const error = judgeAnswer(provider, api, call, answer)
    if (error === null) return { credential, answer, error, at: null }
    const at = againAt(options, { call, error, answer, tries })
    if (error instanceof RateLimitedError) outcome = { answer, refusedUntil: at }
    return { credential, answer, error, at }
  } finally {
    turn.end(outcome)
  }
}

/** Sends a request in a span. Of its address only the host is told: a path names customers, and a query quotes them. */
function exchangeObserved(
  { connector: { provider }, dispatcher, lane, onExchanged }: ClientOptions,
  outgoing: Outgoing,
): Promise<Incoming | Fault> {
  const { method, url } = outgoing
  const startMs = performance.now()
  const attributes = {
    'http.request.method': method,
    'server.address': url.hostname,
    'switchboard.provider': provider,
    'switchboard.lane': lane,
  }
  return inSpan(`${provider} ${method}`, { side: 'client', attributes }, async (span) => {
    const incoming = await exchange(dispatcher, outgoing)
    const outcome = incoming.kind === 'fault' ? incoming.reason : String(incoming.status)
    if (incoming.kind === 'answer') span?.setAttribute('http.response.status_code', incoming.status)
    if (incoming.kind === 'fault' || incoming.status >= 400) failSpan(span, outcome)
    onExchanged?.({ provider, lane, outcome, seconds: secondsSince(startMs) })
    return incoming
  })
}

/** When to ask again; null when the error is not one that time mends, or asking again could do the thing twice. */
function againAt(
  { budget, clock, random }: ClientOptions,
  { call, error, answer, tries }: { call: Call; error: ProviderError; answer: Answer | null; tries: number },
): Date | null {
  const now = clock.now().getTime()
  const soonest = now + Math.max(backoffMs(tries, random), 1)
  const asked = answer === null ? null : retryAfter(answer)
  if (error instanceof RateLimitedError) {
    const at = asked ?? (answer === null ? null : budget.resetOf(call, answer)) ?? error.retryAt
    return new Date(Math.max(Math.min(at.getTime(), now + LONGEST_ASKED_MS), soonest))
  }
  if (error instanceof UnavailableError && isSafe(call)) {
    return new Date(Math.max((asked ?? error.retryAt)?.getTime() ?? 0, soonest))
  }
  return null
}

/** How long a person is asked to wait with what we may not repeat by ourselves, where the provider does not say. */
const UNTOLD_WAIT_MS = 5_000

/** The same error; a provider that took nothing on may be asked again by whoever asked, and they are told when. */
function toldWhen(error: ProviderError, answer: Answer | null, clock: Clock): ProviderError {
  if (!(error instanceof UnavailableError)) return error
  const asked = answer === null ? null : retryAfter(answer)
  return withRetryAt(error, asked ?? error.retryAt ?? new Date(clock.now().getTime() + UNTOLD_WAIT_MS))
}

/** The same error, saying when to try again: once we gave up waiting, the caller needs to know. */
function withRetryAt(error: ProviderError, at: Date): ProviderError {
  const said = error.message.slice(error.provider.length + 2)
  if (error instanceof RateLimitedError) return new RateLimitedError(error.provider, said, at, { cause: error })
  return new UnavailableError(error.provider, said, at, { cause: error })
}

/** @throws MalformedError the path is of another origin: a credential must not go there */
function target({ connector, settings }: ClientOptions, call: Call): URL {
  const base = connector.api.baseUrl(settings).replace(/\/+$/, '')
  const url = URL.parse(call.path.startsWith('/') ? base + call.path : call.path)
  if (url?.origin !== new URL(base).origin) {
    throw new MalformedError(
      connector.provider,
      `refused to follow an address to another host, ${url?.origin ?? 'none'}`,
    )
  }
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== null && value !== undefined) url.searchParams.set(name, String(value))
  }
  return url
}

function parse(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
