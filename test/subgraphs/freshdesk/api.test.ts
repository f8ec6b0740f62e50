import { describe, expect, it } from 'vitest'
import type { Call } from '../../../kit/account-client.ts'
import {
  CredentialError,
  NotFoundError,
  RateLimitedError,
  RejectedError,
  UnavailableError,
} from '../../../kit/errors.ts'
import { api, identify } from '../../../subgraphs/freshdesk/api.ts'
import { ForbiddenError, judge } from '../../../subgraphs/freshdesk/judge.ts'
import { answerOf, fakeClient, NOW } from './fake-client.ts'

const settings = (domain: string | null, baseUrl: string | null = null) => ({
  baseUrl,
  region: null,
  domain,
  actorRemoteId: null,
})
const get = (path: string, include?: string): Call => ({ method: 'GET', path, query: { include } })

describe('the API of Freshdesk', () => {
  it('is at the account’s own host, and nowhere that a domain could lead', () => {
    expect(api.baseUrl(settings('acme'))).toBe('https://acme.freshdesk.com/api/v2')
    expect(api.baseUrl(settings('acme', 'http://127.0.0.1:4100/'))).toBe('http://127.0.0.1:4100/acme/api/v2')
    for (const domain of ['evil.com/', 'evil.com#', '10.0.0.1', 'a@b', 'Acme', '', null]) {
      expect(() => api.baseUrl(settings(domain))).toThrow(RejectedError)
    }
  })

  it('is signed by the key and any password', () => {
    const headers = new Headers()
    api.sign(headers, { accessToken: null, refreshToken: null, expiresAt: null, fields: { apiKey: 'k3y' } })
    expect(headers.get('authorization')).toBe(`Basic ${Buffer.from('k3y:X').toString('base64')}`)
  })

  it('counts what is embedded: twice in a list, once in a single record', () => {
    expect(api.costOf?.(get('/tickets'))).toBe(1)
    expect(api.costOf?.(get('/tickets', 'requester,stats'))).toBe(5)
    expect(api.costOf?.(get('/tickets/20', 'conversations,requester,stats'))).toBe(4)
    expect(api.costOf?.(get('/tickets/20/conversations'))).toBe(1)
  })

  it('has limits on lists, and on making and changing tickets', () => {
    const named = (call: Call): string[] => api.limits.filter((limit) => limit.covers(call)).map(({ name }) => name)
    expect(named(get('/tickets'))).toEqual(['ticket list'])
    expect(named(get('/contacts'))).toEqual(['contact list'])
    expect(named(get('/tickets/20'))).toEqual([])
    expect(named({ method: 'POST', path: '/tickets' })).toEqual(['ticket create'])
    expect(named({ method: 'POST', path: '/tickets/outbound_email' })).toEqual(['ticket create'])
    expect(named({ method: 'PUT', path: '/tickets/20' })).toEqual(['ticket update'])
    expect(named({ method: 'PUT', path: '/tickets/20/restore' })).toEqual([])
  })

  it('tells what is left of the minute, and no end of it, since Freshdesk tells none', () => {
    const headers = new Headers({ 'X-RateLimit-Total': '200', 'X-RateLimit-Remaining': '12' })
    expect(api.quota(headers, NOW)).toEqual({ limit: 200, remaining: 12, resetAt: null })
    expect(api.quota(new Headers({ 'X-RateLimit-Total': '200', 'X-RateLimit-Remaining': '' }), NOW)).toBeNull()
  })

  it.each([
    ['none that is known', '50', null],
    ['Growth', '200', 20],
    ['Pro', '400', 100],
    ['Pro with more calls bought', '500', 100],
    ['Enterprise', '700', 200],
  ])('sees by the total that the plan is %s', (_plan, total, lists) => {
    const list = api.limits.find(({ name }) => name === 'ticket list')
    const told = list?.quota(new Headers({ 'X-RateLimit-Total': total }), NOW)
    expect(told).toEqual(lists === null ? null : { limit: lists, remaining: null, resetAt: null })
    expect(list?.quota(new Headers(), NOW)).toBeNull()
  })
})

describe('an answer that is no success', () => {
  const invalid = (field: string, status = 400) => ({
    status,
    body: { description: 'Validation failed', errors: [{ field, message: 'It should be…', code: 'invalid_value' }] },
  })

  it('names our field, and says why in Freshdesk’s words', () => {
    expect(judge(answerOf(invalid('responder_id')))).toMatchObject({
      field: 'assigneeRemoteId',
      reason: 'responder_id: It should be…',
      message: expect.not.stringContaining('It should be'),
    })
    expect(judge(answerOf(invalid('cf_root_cause')))).toMatchObject({ field: 'customFields' })
    expect(judge(answerOf(invalid('email', 409)))).toMatchObject({ code: 'PROVIDER_REJECTED', field: 'email' })
  })

  it.each([
    [401, { code: 'invalid_credentials', message: 'no' }, CredentialError],
    [403, { code: 'access_denied', message: 'no' }, ForbiddenError],
    [403, { code: 'password_lockout', message: 'no' }, CredentialError],
    [404, null, NotFoundError],
    [405, { code: 'method_not_allowed', message: 'no' }, RejectedError],
    [429, { message: 'no' }, RateLimitedError],
    [500, null, UnavailableError],
    [502, '<html>', UnavailableError],
  ])('is judged by its status: %i', (status, body, expected) => {
    expect(judge(answerOf({ status, body }))).toBeInstanceOf(expected)
  })

  it('is waited for as long as it asks, else a minute', () => {
    const throttled = judge(answerOf({ status: 429, headers: { 'Retry-After': '17' } }))
    expect(throttled).toMatchObject({ retryAt: new Date(NOW.getTime() + 17_000) })
    expect(judge(answerOf({ status: 429 }))).toMatchObject({ retryAt: new Date(NOW.getTime() + 60_000) })
  })
})

describe('whose key it is', () => {
  const account = { account_id: 2_150_001, account_name: 'Acme', data_center: 'EU' }

  it('is the account, and the agent that it acts as', async () => {
    const client = fakeClient(({ path }) => ({ body: path === '/account' ? account : { id: 991 } }))
    expect(await identify(client)).toEqual({ id: '2150001', name: 'Acme', region: 'EU', actorRemoteId: '991' })
  })

  it('is nobody’s of whom Freshdesk does not know, or who is no administrator', async () => {
    const unknown = fakeClient(() => ({ status: 404 }))
    await expect(identify(unknown)).rejects.toThrow(/no Freshdesk account of that domain/)
    const agent = fakeClient(({ path }) =>
      path === '/account' ? { status: 403, body: { code: 'access_denied', message: 'no' } } : { body: { id: 991 } },
    )
    await expect(identify(agent)).rejects.toBeInstanceOf(CredentialError)
  })
})
