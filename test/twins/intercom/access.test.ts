import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IntercomTwin } from '../../../twins/intercom/index.ts'
import { call, noonSeconds, startDesk } from './desk.ts'
import { at, text } from '../probe.ts'

const small = { contacts: 5, companies: 1, conversations: 2, tickets: 0 }

describe('tokens', () => {
  let twin: IntercomTwin
  beforeAll(async () => {
    twin = await startDesk({ ...small, region: 'EU', appId: 'ws_k81' })
  })
  afterAll(() => twin.close())

  it('tells who and where a token acts', async () => {
    const { json } = await call(twin, 'GET', '/me')
    expect(json).toMatchObject({ type: 'admin', app: { id_code: 'ws_k81', region: 'EU' } })
  })

  it('refuses no token, an unknown one and another scheme', async () => {
    for (const headers of [
      { Authorization: '' },
      { Authorization: 'Bearer nonsense' },
      { Authorization: 'Basic YTpi' },
    ]) {
      const answer = await call(twin, 'GET', '/me', { headers })
      expect(answer.status).toBe(401)
      expect(answer.json).toMatchObject({
        type: 'error.list',
        errors: [{ code: 'unauthorized', message: 'Access Token Invalid' }],
      })
      expect(text(answer.json, 'request_id')).toMatch(/^[0-9a-f-]{36}$/)
    }
  })

  it('refuses a version that does not exist', async () => {
    const answer = await call(twin, 'GET', '/me', { headers: { 'Intercom-Version': '9.9' } })
    expect(answer.status).toBe(400)
    expect(text(answer.json, 'errors', 0, 'code')).toBe('intercom_version_invalid')
  })
})

describe('installing an app', () => {
  let twin: IntercomTwin
  beforeAll(async () => {
    twin = await startDesk(small)
  })
  afterAll(() => twin.close())

  const redirectUri = 'https://switchboard.example/oauth/intercom'
  const decide = async (decision: string): Promise<URL> => {
    const body = new URLSearchParams({ client_id: 'app_1', redirect_uri: redirectUri, state: 'a"b&c', decision })
    const response = await fetch(`${twin.url}/oauth`, { method: 'POST', body, redirect: 'manual' })
    expect(response.status).toBe(302)
    return new URL(response.headers.get('location') ?? '')
  }
  const exchange = async (body: URLSearchParams | string) =>
    fetch(`${twin.url}/auth/eagle/token`, {
      method: 'POST',
      body,
      ...(typeof body === 'string' ? { headers: { 'Content-Type': 'application/json' } } : {}),
    })
  const exchangeForm = (code: string, secret = 'ic_client_secret_4f1d') =>
    exchange(new URLSearchParams({ code, client_id: 'app_1', client_secret: secret }))

  it('asks a person on a page with two buttons', async () => {
    const asked = new URLSearchParams({ client_id: 'app_1', redirect_uri: redirectUri, state: 'a"b&c' })
    const response = await fetch(`${twin.url}/oauth?${asked.toString()}`)
    const page = await response.text()
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(page).toContain('>Allow</button>')
    expect(page).toContain('>Deny</button>')
    expect(page).toContain('value="a&quot;b&amp;c"')
  })

  it('sends them back with a code that becomes a token once', async () => {
    const back = await decide('allow')
    expect(back.origin + back.pathname).toBe(redirectUri)
    expect(back.searchParams.get('state')).toBe('a"b&c')
    const code = back.searchParams.get('code') ?? ''
    const response = await exchangeForm(code)
    const granted: unknown = await response.json()
    expect(granted).toMatchObject({ token_type: 'Bearer' })
    const token = typeof granted === 'object' && granted !== null && 'token' in granted ? String(granted.token) : ''
    expect((await call(twin, 'GET', '/me', { token })).status).toBe(200)
    expect((await exchangeForm(code)).status).toBe(404)
  })

  it('takes the exchange as JSON too', async () => {
    const code = (await decide('allow')).searchParams.get('code') ?? ''
    const body = JSON.stringify({ code, client_id: 'app_1', client_secret: 'ic_client_secret_4f1d' })
    expect((await exchange(body)).status).toBe(200)
  })

  it('sends them back without a code when they refuse', async () => {
    const back = await decide('deny')
    expect(back.searchParams.get('error')).toBe('access_denied')
    expect(back.searchParams.get('code')).toBeNull()
  })

  it('refuses a wrong secret and keeps the code good', async () => {
    const code = (await decide('allow')).searchParams.get('code') ?? ''
    expect((await exchangeForm(code, 'wrong')).status).toBe(401)
    expect((await exchangeForm(code)).status).toBe(200)
  })

  it('refuses a code after ten minutes', async () => {
    const code = (await decide('allow')).searchParams.get('code') ?? ''
    twin.moveClock(601_000)
    expect((await exchangeForm(code)).status).toBe(404)
  })

  it('shows nobody a page for an unknown app or a foreign address', async () => {
    const page = async (query: Record<string, string>) =>
      (await fetch(`${twin.url}/oauth?${new URLSearchParams(query).toString()}`)).status
    expect(await page({ client_id: 'app_2', redirect_uri: redirectUri })).toBe(404)
    expect(await page({ client_id: 'app_1', redirect_uri: 'http://switchboard.example/' })).toBe(400)
    expect(await page({ client_id: 'app_1', redirect_uri: 'javascript:alert(1)' })).toBe(400)
  })

  it('ends one installation and leaves the others', async () => {
    const tokens: string[] = []
    for (let count = 0; count < 2; count += 1) {
      const code = (await decide('allow')).searchParams.get('code') ?? ''
      const granted: unknown = await (await exchangeForm(code)).json()
      tokens.push(typeof granted === 'object' && granted !== null && 'token' in granted ? String(granted.token) : '')
    }
    const [ended = '', kept = ''] = tokens
    expect((await call(twin, 'POST', '/auth/uninstall', { token: ended })).status).toBe(200)
    const answer = await call(twin, 'GET', '/me', { token: ended })
    expect([answer.status, text(answer.json, 'errors', 0, 'code')]).toEqual([401, 'token_revoked'])
    expect((await call(twin, 'GET', '/me', { token: kept })).status).toBe(200)
  })

  it('ends all installations but one on purpose', async () => {
    const code = (await decide('allow')).searchParams.get('code') ?? ''
    expect((await exchangeForm(code)).status).toBe(200)
    await twin.control('POST', '/tokens/revoke', { except: twin.accessToken })
    expect(await twin.control('POST', '/tokens/revoke', {})).toEqual({ revoked: 1 })
  })
})

describe('the rate limit', () => {
  it('counts down, refuses, and starts again with the next window', async () => {
    await using twin = await startDesk({ ...small, rateLimit: 3 })
    const remaining: (string | null)[] = []
    for (let count = 0; count < 3; count += 1) {
      const answer = await call(twin, 'GET', '/me')
      remaining.push(answer.headers.get('x-ratelimit-remaining'))
      expect(answer.headers.get('x-ratelimit-limit')).toBe('3')
    }
    expect(remaining).toEqual(['2', '1', '0'])
    const refused = await call(twin, 'GET', '/me')
    expect(refused.status).toBe(429)
    expect(refused.json).toMatchObject({
      errors: [{ code: 'rate_limit_exceeded', message: 'Exceeded rate limit of 3 in 10_seconds' }],
    })
    expect(Number(refused.headers.get('x-ratelimit-reset'))).toBe(noonSeconds + 10)
    expect(refused.headers.get('retry-after')).toBeNull()
    twin.moveClock(10_000)
    expect((await call(twin, 'GET', '/me')).status).toBe(200)
  })

  it('is one for all tokens of a workspace, and control calls are free', async () => {
    await using twin = await startDesk({ ...small, rateLimit: 1 })
    for (let count = 0; count < 5; count += 1) await twin.control('GET', '/state')
    expect((await call(twin, 'GET', '/me')).status).toBe(200)
    expect((await call(twin, 'GET', '/admins')).status).toBe(429)
  })
})

describe('faults', () => {
  let twin: IntercomTwin
  beforeAll(async () => {
    twin = await startDesk(small)
  })
  afterAll(() => twin.close())

  it('fails as many times as asked, and only where asked', async () => {
    twin.setFaults({ failNext: { count: 2, status: 503, method: 'get', path: '/contacts' } })
    const statuses: number[] = []
    for (const path of ['/contacts', '/me', '/contacts', '/contacts']) {
      statuses.push((await call(twin, 'GET', path)).status)
    }
    expect(statuses).toEqual([503, 200, 503, 200])
  })

  it('answers a 429 on purpose as a real one', async () => {
    await twin.control('POST', '/faults', { failNext: { count: 1, status: 429 } })
    const answer = await call(twin, 'GET', '/me')
    expect(answer.status).toBe(429)
    expect(answer.headers.get('x-ratelimit-remaining')).toBe('0')
    expect(Number(answer.headers.get('x-ratelimit-reset'))).toBe(noonSeconds + 10)
  })

  it('carries a request out and loses its answer', async () => {
    const contacts = twin.counts().contacts
    const lost = { count: 1, status: 502, path: '/contacts', afterwards: true }
    twin.setFaults({ failNext: lost })
    expect((await call(twin, 'POST', '/contacts', { body: { email: 'lost@example.com' } })).status).toBe(502)
    expect(twin.counts().contacts).toBe(contacts + 1)
    twin.setFaults({ hangUpNext: 1 })
    await expect(call(twin, 'POST', '/contacts', { body: { email: 'cut@example.com' } })).rejects.toThrow(
      'fetch failed',
    )
    expect(twin.counts().contacts).toBe(contacts + 2)
  })

  it('cuts JSON in the middle', async () => {
    twin.setFaults({ malformedNext: 1 })
    const answer = await call(twin, 'GET', '/me')
    expect(answer.status).toBe(200)
    expect(() => void JSON.parse(answer.text)).toThrow(SyntaxError)
    expect((await call(twin, 'GET', '/me')).json).not.toBeNull()
  })

  it('answers late', async () => {
    twin.setFaults({ latencyMs: 60 })
    const start = performance.now()
    await call(twin, 'GET', '/me')
    expect(performance.now() - start).toBeGreaterThanOrEqual(55)
    twin.clearFaults()
  })

  it('remembers calls without their tokens', async () => {
    twin.clearRequests()
    await call(twin, 'GET', '/contacts?per_page=1')
    await call(twin, 'GET', '/contacts/nobody')
    expect(twin.requests()).toMatchObject([
      { method: 'GET', path: '/contacts', query: 'per_page=1', status: 200, template: '/contacts' },
      { method: 'GET', path: '/contacts/nobody', status: 404, template: '/contacts/{id}' },
    ])
    expect(twin.requests({ template: '/contacts/{id}' })).toHaveLength(1)
    expect(JSON.stringify(twin.requests())).not.toContain(twin.accessToken)
  })

  it('revokes every token at once', async () => {
    expect(await twin.control('POST', '/tokens/revoke', {})).toEqual({ revoked: 1 })
    const answer = await call(twin, 'GET', '/me')
    expect([answer.status, at(answer.json, 'errors', 0, 'code')]).toEqual([401, 'token_revoked'])
  })

  it('says what is wrong with a call of the control API', async () => {
    await expect(twin.control('POST', '/faults', { latencyMs: 'soon' })).rejects.toThrow('latencyMs must be a number')
    await expect(twin.control('POST', '/nonsense')).rejects.toThrow('no such control')
  })
})
