import { describe, expect, it } from 'vitest'
import {
  CredentialError,
  MalformedError,
  NotFoundError,
  RateLimitedError,
  RejectedError,
  UnavailableError,
} from '../../../kit/errors.ts'
import { api, auth, identify, revoke } from '../../../subgraphs/intercom/api.ts'
import { ContactMergedError } from '../../../subgraphs/intercom/judge.ts'
import { answerOf, errorBody, fakeClient, NOW, SETTINGS, type Reply } from './fake-client.ts'

const judge = (reply: Reply) => api.judge(answerOf(reply))

describe('where Intercom is', () => {
  const oauth = auth.find((method) => method.kind === 'oauth2')

  it.each([
    [null, 'https://api.intercom.io', 'https://app.intercom.com/oauth'],
    ['us', 'https://api.intercom.io', 'https://app.intercom.com/oauth'],
    ['eu', 'https://api.eu.intercom.io', 'https://app.eu.intercom.com/oauth'],
    ['AU', 'https://api.au.intercom.io', 'https://app.au.intercom.com/oauth'],
    ['constructor', 'https://api.intercom.io', 'https://app.intercom.com/oauth'],
  ])('in region %s', (region, base, authorize) => {
    const settings = { ...SETTINGS, region }
    expect(api.baseUrl(settings)).toBe(base)
    expect(oauth?.authorizeUrl(settings)).toBe(authorize)
    expect(oauth?.tokenUrl(settings)).toBe(`${base}/auth/eagle/token`)
  })

  it('is where it is said to be, when that is said', () => {
    const settings = { ...SETTINGS, region: 'eu', baseUrl: 'http://127.0.0.1:4010/' }
    expect(api.baseUrl(settings)).toBe('http://127.0.0.1:4010')
    expect(oauth?.authorizeUrl(settings)).toBe('http://127.0.0.1:4010/oauth')
    expect(oauth?.tokenUrl(settings)).toBe('http://127.0.0.1:4010/auth/eagle/token')
  })
})

describe('a request', () => {
  const none = { accessToken: null, refreshToken: null, expiresAt: null, fields: {} }

  it.each([
    ['an OAuth token', { ...none, accessToken: 'tok1' }, 'Bearer tok1'],
    ['a typed one', { ...none, fields: { accessToken: 'tok2', region: 'eu' } }, 'Bearer tok2'],
    ['none', none, null],
  ])('is signed with %s', (_, credential, authorization) => {
    const headers = new Headers()
    api.sign(headers, credential)
    expect(headers.get('authorization')).toBe(authorization)
  })

  it('always names the version', () => {
    expect(api.headers['Intercom-Version']).toBe('2.16')
  })
})

describe('the quota', () => {
  it('is read from the headers', () => {
    const headers = new Headers({
      'X-RateLimit-Limit': '167',
      'X-RateLimit-Remaining': '0',
      'X-RateLimit-Reset': '1767225610',
    })
    expect(api.quota(headers, NOW)).toEqual({ limit: 167, remaining: 0, resetAt: new Date('2026-01-01T00:00:10Z') })
  })

  it.each([
    {},
    { 'X-RateLimit-Limit': '167' },
    { 'X-RateLimit-Limit': '167', 'X-RateLimit-Remaining': '', 'X-RateLimit-Reset': 'soon' },
  ])('is not told by %j', (headers) => {
    expect(api.quota(new Headers(headers), NOW)).toBeNull()
  })
})

// Codes and statuses: error examples of REST 2.16, and the provider's notes.
describe('an answer', () => {
  it('that succeeds is no error', () => {
    expect(judge({ body: { type: 'conversation', id: '1' } })).toBeNull()
    expect(judge({ status: 202, body: null })).toBeNull()
  })

  it.each([
    ['unauthorized', 401, 'unauthorized', CredentialError],
    ['of a revoked token', 403, 'token_revoked', CredentialError],
    ['of no body', 401, null, CredentialError],
    ['of a plan', 403, 'api_plan_restricted', RejectedError],
    ['of a missing record', 404, 'not_found', NotFoundError],
    ['of a missing company', 404, 'company_not_found', NotFoundError],
    ['of a missing path', 404, null, NotFoundError],
    ['of an assignee who is not there', 404, 'assignee_not_found', RejectedError],
    ['of a duplicate', 409, 'conflict', RejectedError],
    ['of a wrong value', 422, 'parameter_invalid', RejectedError],
    ['of a fault', 500, 'server_error', UnavailableError],
    ['of a proxy', 502, null, UnavailableError],
    ['of a fault that says ok', 200, 'server_error', UnavailableError],
  ])('%s (%i %s) is judged', (_, status, code, type) => {
    expect(judge({ status, body: code === null ? '<html>' : errorBody(code) })).toBeInstanceOf(type)
  })

  it('that is throttled says when to come back', () => {
    const reset = String(Math.floor(NOW.getTime() / 1000) + 7)
    const throttled = judge({
      status: 429,
      headers: { 'X-RateLimit-Reset': reset },
      body: errorBody('rate_limit_exceeded'),
    })
    expect(throttled).toBeInstanceOf(RateLimitedError)
    expect(throttled).toMatchObject({ retryAt: new Date(NOW.getTime() + 7_000) })
    expect(judge({ status: 429, body: null })).toMatchObject({ retryAt: new Date(NOW.getTime() + 10_000) })
    const past = judge({ status: 429, headers: { 'X-RateLimit-Reset': '1' }, body: null })
    expect(past).toMatchObject({ retryAt: new Date(NOW.getTime() + 1_000) })
  })

  it("that rejects has Intercom's field and words for whoever asked, and none of them in the message for logs", () => {
    const rejected = judge({ status: 400, body: errorBody('parameter_invalid', 'Body is required by Ana', 'body') })
    expect(rejected).toMatchObject({ field: 'body', reason: 'Body is required by Ana' })
    expect(rejected?.message).toBe('intercom: answered 400 parameter_invalid (request b6r0)')
  })

  it('about a contact that was merged names the survivor', () => {
    const headers = { Link: '</contacts/6762f0dd1bb69f9f2193bb83>; rel="canonical"' }
    const merged = judge({ status: 410, headers, body: errorBody('contact_merged') })
    expect(merged).toBeInstanceOf(ContactMergedError)
    expect(merged).toMatchObject({ intoRemoteId: '6762f0dd1bb69f9f2193bb83', recovery: 'skip' })
    expect(judge({ status: 410, body: errorBody('contact_merged') })).toMatchObject({ intoRemoteId: null })
  })

  it('about a scroll that is still open has the next one wait until it died', () => {
    // Source: intercom-ruby issue 292 shows the 400; the code is recalled.
    const open = judge({ status: 400, body: errorBody('scroll_exists') })
    expect(open).toBeInstanceOf(UnavailableError)
    expect(open).toMatchObject({ retryAt: new Date(NOW.getTime() + 60_000) })
  })
})

describe('the account', () => {
  // Source: REST 2.16, example of `GET /me`.
  const ME = {
    type: 'admin',
    id: '991267459',
    name: 'Ciaran1 Lee',
    app: { type: 'app', id_code: 'ws_k81', name: 'MyApp 1', region: 'US' },
  }

  it('is told by whose token it is', async () => {
    const client = fakeClient(() => ({ body: ME }))
    expect(await identify(client)).toEqual({ id: 'ws_k81', name: 'MyApp 1', region: 'us', actorRemoteId: '991267459' })
    expect(client.calls).toMatchObject([{ method: 'GET', path: '/me' }])
  })

  it('without a workspace is refused', async () => {
    await expect(identify(fakeClient(() => ({ body: { ...ME, app: null } })))).rejects.toBeInstanceOf(MalformedError)
  })

  it('is left by uninstalling', async () => {
    const client = fakeClient(() => ({ body: null }))
    await revoke(client)
    expect(client.calls).toMatchObject([{ method: 'POST', path: '/auth/uninstall' }])
  })
})
