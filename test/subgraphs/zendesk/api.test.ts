import { describe, expect, it } from 'vitest'
import {
  CredentialError,
  NotFoundError,
  RateLimitedError,
  RejectedError,
  UnavailableError,
} from '../../../kit/errors.ts'
import { api, auth, identify } from '../../../subgraphs/zendesk/api.ts'
import { ConflictError, judge } from '../../../subgraphs/zendesk/judge.ts'
import { answerOf, fakeClient, NOW, type Reply } from './records.ts'

const judged = (reply: Reply) => judge(answerOf(reply))

describe('the address', () => {
  const at = (domain: string | null, baseUrl: string | null = null): string =>
    api.baseUrl({ domain, baseUrl, region: null, actorRemoteId: null })

  it('is the account’s own, and wholly elsewhere when told to', () => {
    expect(at('acme')).toBe('https://acme.zendesk.com')
    expect(at('acme', 'http://127.0.0.1:4010/')).toBe('http://127.0.0.1:4010/acme')
  })

  it.each(['evil.com/', 'evil.com#', 'a.b', '', '-a', 'a-', 'A', 'a b', '127.0.0.1', 'acme\n', null])(
    'is none for %j, whatever was stored',
    (domain) => {
      expect(() => at(domain)).toThrow(CredentialError)
    },
  )
})

it('signs by token where there is one, else by the address and the API token', () => {
  const signed = (accessToken: string | null): string | null => {
    const headers = new Headers()
    const fields = { email: 'a@b.c', apiToken: 'tok' }
    api.sign(headers, { accessToken, refreshToken: null, expiresAt: null, fields })
    return headers.get('authorization')
  }
  expect(signed('t')).toBe('Bearer t')
  expect(signed(null)).toBe(`Basic ${Buffer.from('a@b.c/token:tok').toString('base64')}`)
  expect(auth.map(({ kind }) => kind)).toEqual(['oauth2', 'fields'])
})

describe('whose a credential is', () => {
  const me = (user: object) => identify(fakeClient(() => ({ body: { user } })))

  it('is told by the id, since nobody is answered 200 as well', async () => {
    await expect(me({ id: null, role: 'end-user' })).rejects.toBeInstanceOf(CredentialError)
    await expect(me({ id: 7, role: 'end-user' })).rejects.toBeInstanceOf(CredentialError)
    expect(await me({ id: 7, role: 'admin' })).toEqual({ id: 'acme', name: 'acme', region: null, actorRemoteId: '7' })
  })
})

describe('an answer', () => {
  const details = { email: [{ description: 'Email: ana@example.com is already being used', error: 'DuplicateValue' }] }
  const invalid = { error: 'RecordInvalid', description: 'Record validation errors', details }

  it('is good, or says what to do, in each of the four forms', () => {
    expect(judged({ body: { users: [] } })).toBeNull()
    const forms: readonly Reply[] = [
      { status: 422, body: invalid },
      { status: 422, body: { error: 'InvalidValue', description: 'Too recent' } },
      { status: 403, body: { error: { title: 'Forbidden', message: 'No access' } } },
      { status: 400, body: { errors: [{ code: 'InvalidSubscriptions', title: 'Bad', detail: 'Not both' }] } },
      { status: 413, body: null },
    ]
    const told = forms.map(judged).map((error) => error instanceof RejectedError && [error.field, error.reason])
    expect(told).toEqual([
      ['email', 'Email: ana@example.com is already being used'],
      [null, 'Too recent'],
      [null, 'No access'],
      [null, 'Not both'],
      [null, 'Zendesk answered 413'],
    ])
  })

  it('keeps a customer’s words out of messages', () => {
    expect(judged({ status: 422, body: invalid })?.message).toBe('zendesk: answered 422 RecordInvalid')
    expect(judged({ status: 403, body: { error: { title: 'ana@example.com', message: 'x' } } })?.message).not.toContain(
      'ana',
    )
  })

  it.each([
    ['assignee', 'assigneeId'],
    ['group', 'teamId'],
    ['organization', 'companyId'],
    ['8447000000204', 'customFields'],
    ['user_fields.loyalty', 'customFields'],
    ['status', 'status'],
    ['base', null],
  ])('names %s as %s', (theirs, ours) => {
    const body = { error: 'RecordInvalid', description: '', details: { [theirs]: [{ description: 'is invalid' }] } }
    expect(judged({ status: 422, body })).toMatchObject({ field: ours, reason: 'is invalid' })
  })

  it('about a field that the account does not have is about custom fields', () => {
    const details = { base: [{ description: 'Custom field nope: does not exist' }] }
    expect(judged({ status: 422, body: { error: 'RecordInvalid', description: '', details } })).toMatchObject({
      field: 'customFields',
      reason: 'Custom field nope: does not exist',
    })
  })

  it('that refuses the credential is told from what is not there', () => {
    expect(judged({ status: 401, body: { error: 'invalid_token' } })).toBeInstanceOf(CredentialError)
    expect(judged({ status: 404, body: '<h1>No help desk</h1>' })).toBeInstanceOf(CredentialError)
    expect(judged({ status: 404, body: { error: 'RecordNotFound', description: 'Not found' } })).toBeInstanceOf(
      NotFoundError,
    )
  })

  it('of a conflict is read again by whoever asked, or asked again', () => {
    expect(judged({ status: 409, body: { error: 'UpdateConflict', description: 'x' } })).toBeInstanceOf(ConflictError)
    expect(judged({ status: 409, body: { error: 'DatabaseConflict', description: 'x' } })).toBeInstanceOf(
      UnavailableError,
    )
  })

  it('that throttles says until when, whatever its text', () => {
    const throttled = judged({ status: 429, headers: { 'Retry-After': '12' }, body: 'Number of allowed API requests' })
    expect(throttled).toBeInstanceOf(RateLimitedError)
    expect(throttled).toMatchObject({ retryAt: new Date(NOW.getTime() + 12_000) })
    const maintained = judged({ status: 503, headers: { 'Retry-After': '30' }, body: null })
    expect(maintained).toMatchObject({ recovery: 'retry', retryAt: new Date(NOW.getTime() + 30_000) })
  })

  it('of work that is not over is none yet', () => {
    const jobs = (status: string) => judged({ body: { job_statuses: [{ id: 'j', status }] } })
    expect(['queued', 'working'].map((status) => jobs(status) instanceof UnavailableError)).toEqual([true, true])
    expect(['completed', 'failed', 'killed'].map(jobs)).toEqual([null, null, null])
    // What takes work on says so, too, and is not asked again.
    expect(judged({ body: { job_status: { id: 'j', status: 'queued' } } })).toBeNull()
  })
})

describe('quota', () => {
  it('is told by headers, by both their names', () => {
    const told = (headers: Record<string, string>) => api.quota(new Headers(headers), NOW)
    expect(told({ 'ratelimit-limit': '400', 'ratelimit-remaining': '399', 'ratelimit-reset': '41' })).toEqual({
      limit: 400,
      remaining: 399,
      resetAt: new Date(NOW.getTime() + 41_000),
    })
    expect(told({ 'X-Rate-Limit': '700', 'X-Rate-Limit-Remaining': '0' })).toEqual({
      limit: 700,
      remaining: 0,
      resetAt: null,
    })
    expect(told({})).toBeNull()
  })

  it.each([
    ['GET', '/api/v2/incremental/tickets/cursor', 'incremental exports'],
    ['PUT', '/api/v2/tickets/7', 'ticket updates'],
    ['DELETE', '/api/v2/tickets/7', 'ticket deletions'],
    ['GET', '/api/v2/search/export?query=x', 'search exports'],
    ['GET', '/api/v2/tickets', 'ticket lists'],
    ['GET', '/api/v2/tickets/7', null],
    ['PUT', '/api/v2/tickets/7/tags', null],
  ] as const)('of %s %s is narrowed by %s', (method, path, name) => {
    expect(api.limits.find((limit) => limit.covers({ method, path }))?.name ?? null).toBe(name)
  })

  it('of some calls is told by headers of their own, the tightest counts', () => {
    const headers = new Headers({
      'zendesk-ratelimit-tickets-update': 'total=100; remaining=40; resets=10',
      'zendesk-ratelimit-one-ticket': 'total=30; remaining=3; resets=50',
    })
    expect(api.limits[0]?.quota(headers, NOW)).toEqual({
      limit: 30,
      remaining: 3,
      resetAt: new Date(NOW.getTime() + 50_000),
    })
  })
})
