import { createHash } from 'node:crypto'
import { Agent } from 'undici'
import { afterAll, describe, expect, it } from 'vitest'
import type { OAuth2Method } from '../../kit/contract.ts'
import type { Credential } from '../../store/account.ts'
import {
  authorizationUrl,
  createCodeVerifier,
  exchangeCode,
  type OAuthFlow,
  refreshCredential,
} from '../../kit/oauth.ts'
import { createSkippingClock, START } from './clocks.ts'
import { hangUp, reply, type Reply, startHttpServer } from './http-server.ts'

const dispatcher = new Agent()
afterAll(() => dispatcher.close())

const access = { dispatcher, clock: createSkippingClock(), signal: new AbortController().signal }
const pending = { state: 'st_1', codeVerifier: createCodeVerifier() }
const method: OAuth2Method = {
  kind: 'oauth2',
  fields: [],
  authorizeUrl: (settings) => `${settings.baseUrl}/oauth?prompt=login`,
  tokenUrl: (settings) => `${settings.baseUrl}/token`,
  scopes: ['read', 'write'],
  pkce: true,
  clientAuthentication: 'body',
  refreshes: true,
}

const flowAt = (baseUrl: string, changed: Partial<OAuth2Method> = {}): OAuthFlow => ({
  provider: 'acme',
  method: { ...method, ...changed },
  settings: { baseUrl, region: null, domain: null, actorRemoteId: null },
  app: { clientId: 'client_1', clientSecret: 'shh/1', redirectUri: 'https://us.test/callback' },
})

const returned = (query: Record<string, string>): URLSearchParams => new URLSearchParams(query)
const good = returned({ code: 'c0de', state: 'st_1' })

async function exchange(answer: Reply, query = good, changed: Partial<OAuth2Method> = {}) {
  await using server = await startHttpServer(answer)
  const result = await exchangeCode(flowAt(server.url, changed), query, pending, access).then(
    (credential) => ({ credential, error: null }),
    (error: unknown) => ({ credential: null, error }),
  )
  return { ...result, received: server.received }
}

async function refresh(answer: Reply, refreshToken: string | null = 'old') {
  await using server = await startHttpServer(answer)
  const credential: Credential = { accessToken: 'a', refreshToken, expiresAt: START, fields: {} }
  const result = await refreshCredential(flowAt(server.url), credential, access).catch((error: unknown) => error)
  return { result, received: server.received }
}

describe('authorizationUrl', () => {
  it('names the app, where to come back to, the state, the scopes and the challenge', async () => {
    const url = new URL(await authorizationUrl(flowAt('https://acme.test'), pending))
    expect(url.origin + url.pathname).toBe('https://acme.test/oauth')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      prompt: 'login',
      client_id: 'client_1',
      response_type: 'code',
      redirect_uri: 'https://us.test/callback',
      state: 'st_1',
      scope: 'read write',
      code_challenge: createHash('sha256').update(pending.codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
    })
  })

  it('leaves out scopes and the challenge where the provider has none', async () => {
    const url = new URL(await authorizationUrl(flowAt('https://acme.test', { pkce: false, scopes: [] }), pending))
    expect([...url.searchParams.keys()].sort()).toEqual([
      'client_id',
      'prompt',
      'redirect_uri',
      'response_type',
      'state',
    ])
  })
})

describe('exchangeCode', () => {
  it('turns the code into a credential', async () => {
    const tokens = { token_type: 'Bearer', access_token: 'a1', refresh_token: 'r1', expires_in: 3600, scope: 'read' }
    const { credential, received } = await exchange(reply(200, tokens))
    const expiresAt = new Date(START.getTime() + 3_600_000)
    expect(credential).toEqual({ accessToken: 'a1', refreshToken: 'r1', expiresAt, fields: {} })
    expect(Object.fromEntries(new URLSearchParams(received[0]?.body))).toEqual({
      grant_type: 'authorization_code',
      code: 'c0de',
      redirect_uri: 'https://us.test/callback',
      client_id: 'client_1',
      client_secret: 'shh/1',
      code_verifier: pending.codeVerifier,
    })
  })

  it('keeps a token that is said to last for ever', async () => {
    const { credential } = await exchange(reply(200, { access_token: 'a1', expires_in: 1e300 }))
    expect(credential?.expiresAt?.getUTCFullYear()).toBe(START.getUTCFullYear() + 100)
  })

  it('sends id and secret in a header where the provider wants them there', async () => {
    const { received } = await exchange(reply(200, { access_token: 'a1' }), good, { clientAuthentication: 'basic' })
    expect(received[0]?.headers.authorization).toBe(`Basic ${Buffer.from('client%5F1:shh%2F1').toString('base64')}`)
    expect(received[0]?.body).not.toContain('client_secret')
  })

  it.each<[string, unknown]>([
    ['without token_type', { access_token: 'a1' }],
    ['with token for access_token', { token_type: 'Bearer', token: 'a1' }],
    ['with both', { token_type: 'Bearer', token: 'a1', access_token: 'a1' }],
    ['with nulls', { access_token: 'a1', refresh_token: null, expires_in: null, scope: null }],
  ])('understands an answer %s', async (_, tokens) => {
    const { credential } = await exchange(reply(200, tokens))
    expect(credential).toEqual({ accessToken: 'a1', refreshToken: null, expiresAt: null, fields: {} })
  })

  it('understands an answer that says that a token was made', async () => {
    const { credential } = await exchange(reply(201, { access_token: 'a1' }))
    expect(credential).toMatchObject({ accessToken: 'a1' })
  })

  it.each<[string, Record<string, string>, object]>([
    ['another state', { code: 'c', state: 'st_2' }, { code: 'AUTHORIZATION_STALE', recovery: 'correct' }],
    ['no state', { code: 'c' }, { code: 'AUTHORIZATION_STALE' }],
    ['a person’s no', { error: 'access_denied', state: 'st_1' }, { code: 'AUTHORIZATION_DENIED', recovery: 'stop' }],
    ['a no under another state', { error: 'access_denied', state: 'x' }, { code: 'AUTHORIZATION_STALE' }],
    [
      'another refusal',
      { error: 'invalid_scope', state: 'st_1' },
      { code: 'PROVIDER_REJECTED', reason: 'invalid_scope' },
    ],
    ['no code', { state: 'st_1' }, { code: 'PROVIDER_REJECTED', reason: 'no code came back' }],
  ])('asks for no token after %s', async (_, query, expected) => {
    const { error, received } = await exchange(reply(200, { access_token: 'a1' }), returned(query))
    expect(error).toMatchObject(expected)
    expect(received).toHaveLength(0)
  })

  it.each<[string, Reply, object]>([
    [
      'refuses the code',
      reply(400, { error: 'invalid_grant', error_description: 'Code expired' }),
      { code: 'PROVIDER_REJECTED', reason: 'Code expired' },
    ],
    [
      'refuses in words of its own',
      reply(401, { type: 'error.list', errors: [] }),
      { code: 'PROVIDER_REJECTED', reason: 'the token endpoint answered 401' },
    ],
    ['is down', reply(503, '<html>'), { code: 'PROVIDER_UNAVAILABLE' }],
    ['hangs up', hangUp, { code: 'PROVIDER_UNAVAILABLE' }],
    ['throttles', reply(429, {}, { 'retry-after': '5' }), { code: 'RATE_LIMITED' }],
    ['answers without a token', reply(200, { ok: true }), { code: 'PROVIDER_MALFORMED' }],
    ['answers what is not JSON', reply(200, 'hello'), { code: 'PROVIDER_MALFORMED' }],
  ])('says what is wrong when the provider %s, and asks once', async (_, answer, expected) => {
    const { error, received } = await exchange(answer)
    expect(error).toMatchObject(expected)
    expect(received).toHaveLength(1)
  })

  it('keeps tokens, code and secret out of the error, whole as it may be logged', async () => {
    const { error } = await exchange(reply(200, { access_token: 'tok_9', token_type: 'mac' }))
    let said = ''
    for (let at = error; at instanceof Error; at = at.cause) said += `${at.stack}${JSON.stringify(at)}`
    for (const hidden of ['tok_9', 'c0de', 'shh/1', pending.codeVerifier]) expect(said).not.toContain(hidden)
    expect(error).toMatchObject({ code: 'PROVIDER_MALFORMED' })
  })
})

describe('refreshCredential', () => {
  it('answers the new tokens, and keeps the refresh token when none comes', async () => {
    const rotated = await refresh(reply(200, { access_token: 'a2', refresh_token: 'r2', expires_in: 60 }))
    expect(rotated.result).toMatchObject({ accessToken: 'a2', refreshToken: 'r2' })
    expect(new URLSearchParams(rotated.received[0]?.body).get('refresh_token')).toBe('old')
    const kept = await refresh(reply(200, { access_token: 'a2', expires_in: 60 }))
    expect(kept.result).toMatchObject({ accessToken: 'a2', refreshToken: 'old' })
  })

  it('asks to reconnect when the refresh token is refused or there is none', async () => {
    expect((await refresh(reply(400, { error: 'invalid_grant' }))).result).toMatchObject({ code: 'CREDENTIAL_REFUSED' })
    const without = await refresh(reply(200, { access_token: 'a2' }), null)
    expect(without.result).toMatchObject({ code: 'CREDENTIAL_REFUSED' })
    expect(without.received).toHaveLength(0)
  })

  it('does not ask to reconnect when the provider is only down', async () => {
    expect((await refresh(reply(500))).result).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })
  })
})
