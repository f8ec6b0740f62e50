import { Agent } from 'undici'
import { afterAll, describe, expect, it } from 'vitest'
import { openBreaker } from '../../kit/breaker.ts'
import { openBudget } from '../../kit/budget.ts'
import { openClient } from '../../kit/client.ts'
import type { Clock } from '../../kit/clock.ts'
import type { Call, Lane } from '../../kit/account-client.ts'
import type { Api } from '../../kit/contract.ts'
import type { Credential } from '../../store/account.ts'
import { CredentialError, ProviderError, RejectedError } from '../../kit/errors.ts'
import { createSkippingClock, START } from './clocks.ts'
import { hangUp, reply, type Reply, silence, startHttpServer } from './http-server.ts'

const dispatcher = new Agent()
afterAll(() => dispatcher.close())

const SECRET = 'tok_5d1c'

const api: Api = {
  baseUrl: (settings) => settings.baseUrl ?? 'https://api.acme.test',
  headers: { accept: 'application/json', 'acme-version': '3' },
  sign: (headers, credential) => headers.set('authorization', `Bearer ${credential.accessToken}`),
  judge: ({ status, body }) =>
    status === 422 ? new RejectedError('acme', 'refused', 'name', `said ${JSON.stringify(body)}`) : null,
  quota: (headers, now) => {
    const remaining = headers.get('x-remaining')
    return remaining === null
      ? null
      : {
          limit: 10,
          remaining: Number(remaining),
          resetAt: new Date(now.getTime() + Number(headers.get('x-reset-ms'))),
        }
  },
  defaultQuota: { limit: 100, windowMs: 10_000 },
  limits: [],
  timeoutMs: 60_000,
}

interface Wanted {
  readonly lane?: Lane
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

function open(baseUrl: string, { lane = 'live', timeoutMs = api.timeoutMs, signal }: Wanted = {}) {
  const clock = createSkippingClock()
  const log: string[] = []
  const credential: Credential = { accessToken: SECRET, refreshToken: null, expiresAt: null, fields: {} }
  const options = {
    connector: { provider: 'acme', api: { ...api, timeoutMs } },
    accountId: 'a1',
    settings: { baseUrl, region: null, domain: null, actorRemoteId: null },
    credential: () => Promise.resolve(credential),
    budget: openBudget({ provider: 'acme', api, clock }),
    breaker: openBreaker(clock),
    dispatcher,
    clock: clock satisfies Clock,
    random: () => 1,
    log: (line: string) => log.push(line),
    signal: signal ?? new AbortController().signal,
  }
  return { client: openClient({ ...options, lane }), person: openClient({ ...options, lane: 'person' }), clock, log }
}

/** Makes one call against the replies, and tells what came of it and what the server saw. */
async function call(one: Call, replies: readonly Reply[], wanted: Wanted = {}) {
  await using server = await startHttpServer(...replies)
  const { client, clock, log } = open(server.url, wanted)
  const result = await client.request(one).then(
    (answer) => ({ answer, error: null }),
    (error: unknown) => ({ answer: null, error }),
  )
  return { ...result, received: server.received, clock, log }
}

const get: Call = { method: 'GET', path: '/things' }
const post: Call = { method: 'POST', path: '/things', body: { name: 'Zoë' } }

describe('openClient', () => {
  it('signs, adds the provider’s headers, encodes the query and leaves out what is null or not asked', async () => {
    const query = { q: 'a b&c=é', page: 2, all: true, none: null, missing: undefined }
    const { answer, received } = await call({ ...get, query }, [reply(200, { ok: true }, { 'x-request': 'r1' })])
    expect(received).toHaveLength(1)
    expect(received[0]).toMatchObject({ method: 'GET', path: '/things?q=a+b%26c%3D%C3%A9&page=2&all=true', body: '' })
    expect(received[0]?.headers).toMatchObject({ authorization: `Bearer ${SECRET}`, 'acme-version': '3' })
    expect(received[0]?.headers['content-type']).toBeUndefined()
    expect(answer).toMatchObject({ status: 200, body: { ok: true }, receivedAt: START })
    expect(answer?.headers.get('x-request')).toBe('r1')
  })

  it('sends what headers the call itself has, beside the provider’s', async () => {
    const { received } = await call({ ...post, headers: { 'idempotency-key': 'act-1' } }, [reply(201)])
    expect(received[0]?.headers).toMatchObject({ 'idempotency-key': 'act-1', 'acme-version': '3' })
  })

  it('sends a body as JSON', async () => {
    const { received } = await call(post, [reply(201)])
    expect(received[0]).toMatchObject({ method: 'POST', body: '{"name":"Zoë"}' })
    expect(received[0]?.headers['content-type']).toBe('application/json')
  })

  it('answers null for an empty body', async () => {
    expect((await call({ method: 'DELETE', path: '/things/1' }, [reply(204, '')])).answer?.body).toBeNull()
  })

  it('follows a whole address on the same host, and keeps the path of the base address', async () => {
    await using server = await startHttpServer(reply(200))
    const { client } = open(`${server.url}/api/v2/`)
    await client.request({ method: 'GET', path: `${server.url}/next?cursor=9` })
    await client.request(get)
    expect(server.received.map(({ path }) => path)).toEqual(['/next?cursor=9', '/api/v2/things'])
  })

  it.each(['http://127.0.0.1:9/steal', 'https://evil.test/', 'things', '@evil.test/things'])(
    'refuses to carry the credential to %s',
    async (path) => {
      const { error, received } = await call({ method: 'GET', path }, [reply(200)])
      expect(error).toMatchObject({ code: 'PROVIDER_MALFORMED', message: expect.stringContaining('another host') })
      expect(received).toHaveLength(0)
    },
  )

  it.each([
    [401, 'CREDENTIAL_REFUSED'],
    [404, 'PROVIDER_NOT_FOUND'],
    [400, 'PROVIDER_REJECTED'],
    [302, 'PROVIDER_MALFORMED'],
  ])('answers %i at once with %s', async (status, code) => {
    const { error, received } = await call(get, [reply(status)])
    expect(error).toMatchObject({ code, message: expect.stringContaining(`GET /things answered ${status}`) })
    expect(received).toHaveLength(1)
  })

  it('leaves the judgement to the connector where it has one', async () => {
    const { error } = await call(post, [reply(422, { why: 'taken' })])
    expect(error).toMatchObject({ code: 'PROVIDER_REJECTED', field: 'name', reason: 'said {"why":"taken"}' })
  })

  it('takes a 200 that is not JSON for malformed, and does not ask again', async () => {
    const { error, received } = await call(get, [reply(200, '<html>')])
    expect(error).toMatchObject({ code: 'PROVIDER_MALFORMED' })
    expect(received).toHaveLength(1)
  })

  it.each<[string, Reply, string]>([
    ['answered 500', reply(500), 'answered 500'],
    ['answered 502 with a page of HTML', reply(502, '<html>'), 'answered 502'],
    ['lost half-way', hangUp, 'unreachable'],
  ])('asks again after a GET is %s, with growing pauses, and goes on', async (_, fault, said) => {
    const { answer, received, clock, log } = await call(get, [fault, fault, fault, reply(200, { ok: 1 })])
    expect(answer?.body).toEqual({ ok: 1 })
    expect(received).toHaveLength(4)
    expect(clock.waits).toEqual([500, 1_000, 2_000])
    expect(log[0]).toContain(said)
  })

  it('gives up after five tries, saying when to try again', async () => {
    const { error, received } = await call(get, [reply(503)])
    expect(received).toHaveLength(5)
    expect(error).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', retryAt: expect.any(Date) })
  })

  it('gives up at once when the provider will be away longer than anybody waits', async () => {
    const { error, received } = await call(get, [reply(503, {}, { 'retry-after': '300' })])
    expect(received).toHaveLength(1)
    expect(error).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', retryAt: new Date(START.getTime() + 300_000) })
  })

  it('asks a POST again only when it says that it is safe', async () => {
    expect((await call({ ...post, safe: true }, [reply(500), reply(200)])).received).toHaveLength(2)
    expect((await call(post, [reply(500), reply(200)])).received).toHaveLength(1)
  })

  it.each<[string, Reply]>([
    ['answers 500', reply(500)],
    ['hangs up', hangUp],
    ['answers what is not JSON', reply(200, 'oops')],
  ])('says that the outcome of a write is unknown when the provider %s', async (_, fault) => {
    const { error, received } = await call(post, [fault])
    expect(error).toMatchObject({ code: 'OUTCOME_UNKNOWN', recovery: 'look' })
    expect(received).toHaveLength(1)
  })

  it('says that the outcome of a write is unknown when it times out', async () => {
    const { error } = await call(post, [silence], { timeoutMs: 50 })
    expect(error).toMatchObject({ code: 'OUTCOME_UNKNOWN', message: expect.stringContaining('timeout') })
  })

  it('says when to try again what it may not repeat itself: as the provider asks, else in a few seconds', async () => {
    const told = await call(post, [reply(503, {}, { 'retry-after': '30' })])
    expect(told.error).toMatchObject({ retryAt: new Date(START.getTime() + 30_000) })
    const untold = await call(post, [reply(503)])
    expect(untold.error).toMatchObject({ retryAt: new Date(START.getTime() + 5_000) })
    expect([told.received.length, untold.received.length]).toEqual([1, 1])
  })

  it('knows that a write did not happen when nothing took it', async () => {
    const server = await startHttpServer(reply(200))
    await server.close()
    const error = await open(server.url)
      .client.request(post)
      .catch((failed: unknown) => failed)
    expect(error).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', retryAt: new Date(START.getTime() + 5_000) })
    const busy = await call(post, [reply(503)])
    expect(busy.error).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })
    expect(busy.received).toHaveLength(1)
  })

  it('waits as long as Retry-After says, in seconds or as a date, and repeats even a write', async () => {
    const seconds = await call(post, [reply(429, {}, { 'retry-after': '7' }), reply(200)])
    expect(seconds.received).toHaveLength(2)
    expect(seconds.clock.waits).toEqual([7_000])
    const at = new Date(START.getTime() + 12_000).toUTCString()
    const dated = await call(get, [reply(429, {}, { 'retry-after': at }), reply(200)])
    expect(dated.clock.waits).toEqual([12_000])
  })

  it('waits until the quota’s window ends when a 429 says nothing else', async () => {
    const headers = { 'x-remaining': '0', 'x-reset-ms': '9000' }
    const { answer, clock } = await call(get, [reply(429, {}, headers), reply(200)])
    expect(answer?.status).toBe(200)
    expect(clock.now()).toEqual(new Date(START.getTime() + 9_000))
  })

  it('holds the next call back when an answer says that the quota is used up', async () => {
    await using server = await startHttpServer(reply(200, {}, { 'x-remaining': '0', 'x-reset-ms': '4000' }), reply(200))
    const { client, clock } = open(server.url)
    await client.request(get)
    await client.request(get)
    expect(clock.now()).toEqual(new Date(START.getTime() + 4_000))
  })

  it('waits no longer than a window when the clock behind the headers is an hour ahead', async () => {
    const headers = { 'x-remaining': '0', 'x-reset-ms': '3600000' }
    const { answer, clock } = await call(get, [reply(429, {}, headers), reply(200)])
    expect(answer?.status).toBe(200)
    expect(clock.now()).toEqual(new Date(START.getTime() + 10_000))
  })

  it('tells a person at once when the wait would be long, and when to try again', async () => {
    const { error, received, clock } = await call(get, [reply(429, {}, { 'retry-after': '60' })], { lane: 'person' })
    expect(error).toMatchObject({ code: 'RATE_LIMITED', retryAt: new Date(START.getTime() + 60_000) })
    expect(received).toHaveLength(1)
    expect(clock.waits).toEqual([])
  })

  it.each([
    ['Retry-After', { 'retry-after': '9'.repeat(30) }],
    ['Retry-After, as a number beyond any', { 'retry-after': '9'.repeat(400) }],
    ['Retry-After, as a date', { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }],
  ])('is told to come back no later than in a day, whatever %s says', async (_what, headers) => {
    const { error } = await call(get, [reply(429, {}, headers)], { lane: 'person' })
    expect(error).toMatchObject({ code: 'RATE_LIMITED', retryAt: new Date(START.getTime() + 86_400_000) })
    const down = await call(get, [reply(503, {}, headers)], { lane: 'person' })
    expect(down.error).toMatchObject({ retryAt: new Date(START.getTime() + 86_400_000) })
  })

  it('waits for no window whose end is no time', async () => {
    const { answer, clock } = await call(get, [
      reply(429, {}, { 'x-remaining': '0', 'x-reset-ms': '9e99' }),
      reply(200),
    ])
    expect(answer?.status).toBe(200)
    expect(clock.now().getTime()).toBeLessThanOrEqual(START.getTime() + 10_000)
  })

  it('does not hammer a provider that throttles without end', async () => {
    const { error, received } = await call(get, [reply(429)])
    expect(error).toMatchObject({ code: 'RATE_LIMITED' })
    expect(received.length).toBeLessThanOrEqual(5)
  })

  it('asks only once with a refused credential', async () => {
    const { error, received } = await call(get, [reply(401)])
    expect(error).toBeInstanceOf(CredentialError)
    expect(received).toHaveLength(1)
  })

  it('refuses an answer that is too large to hold', async () => {
    const megabyte = ' '.repeat(1024 * 1024)
    const endless: Reply = (response) => {
      response.writeHead(200)
      const more = (): void => {
        while (!response.destroyed && response.write(megabyte));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    }
    expect((await call(get, [endless])).error).toMatchObject({ code: 'PROVIDER_MALFORMED' })
  })

  it('ends with the caller’s reason when it is aborted before, or while waiting for an answer', async () => {
    const before = AbortSignal.abort(new Error('stopped'))
    const { error, received } = await call({ ...get, signal: before }, [reply(200)])
    expect(error).toMatchObject({ message: 'stopped' })
    expect(received).toHaveLength(0)
    const stop = new AbortController()
    const stopping: Reply = () => stop.abort(new Error('stopped'))
    expect((await call(get, [stopping], { signal: stop.signal })).error).toMatchObject({ message: 'stopped' })
  })

  it('says that the outcome is unknown when a write is aborted after it went out', async () => {
    const stop = new AbortController()
    const stopping: Reply = () => stop.abort(new Error('stopped'))
    expect((await call({ ...post, signal: stop.signal }, [stopping])).error).toMatchObject({ code: 'OUTCOME_UNKNOWN' })
  })

  it.each<[string, Reply]>([
    ['answers 503', reply(503)],
    ['hangs up', hangUp],
  ])('tells a person at once that a provider is down that %s, and probes it after a while', async (_, fault) => {
    await using server = await startHttpServer(...Array<Reply>(5).fill(fault), reply(200))
    const { client, person, clock } = open(server.url)
    await client.request(get).catch(() => null)
    expect(server.received).toHaveLength(5)
    const down = await person.request(get).catch((failed: unknown) => failed)
    expect(down).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', retryAt: expect.any(Date) })
    expect(server.received).toHaveLength(5)
    await clock.wait(10_000)
    expect((await person.request(get)).status).toBe(200)
    expect((await person.request(get)).status).toBe(200)
  })

  it('keeps the credential and the query out of every message', async () => {
    const asked: Call = { ...get, query: { email: 'ana@example.com' } }
    const faults = [reply(401, SECRET), reply(500), hangUp, reply(404), reply(200, SECRET), reply(429)]
    for (const fault of faults) {
      const { error, log } = await call(asked, [fault])
      expect(error).toBeInstanceOf(ProviderError)
      const said = [String(error), ...log].join('\n')
      expect(said).not.toContain(SECRET)
      expect(said).not.toContain('ana@example.com')
    }
  })
})
