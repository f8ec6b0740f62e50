import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ZendeskTwin } from '../../../twins/zendesk/index.ts'
import { at, number, numbers, readAnswer, text } from '../probe.ts'
import type { Answer, Json } from '../probe.ts'
import { basic, call, startDesk } from './desk.ts'

const callback = 'http://127.0.0.1:4002/callback'
let twin: ZendeskTwin
beforeEach(async () => {
  twin = await startDesk()
})
afterEach(() => twin.close())

const base = (): string => `${twin.url}/lantern`

/** Lets the app in, and answers the code. */
async function allow(scope = 'read write', more: Record<string, string> = {}): Promise<string> {
  const asked = {
    response_type: 'code',
    client_id: 'twin_zendesk_client',
    redirect_uri: callback,
    state: 's1',
    scope,
    ...more,
  }
  const page = await fetch(`${base()}/oauth/authorizations/new?${new URLSearchParams(asked).toString()}`)
  expect([page.status, (await page.text()).includes('lantern.zendesk.com')]).toEqual([200, true])
  const body = new URLSearchParams({ ...asked, decision: 'allow' })
  const answer = await fetch(`${base()}/oauth/authorizations/new`, { method: 'POST', body, redirect: 'manual' })
  const to = new URL(answer.headers.get('location') ?? '')
  expect([answer.status, to.searchParams.get('state')]).toEqual([302, 's1'])
  return to.searchParams.get('code') ?? ''
}

async function exchange(body: Record<string, Json>): Promise<Answer> {
  const client = { client_id: 'twin_zendesk_client', client_secret: 'twin_zendesk_secret', redirect_uri: callback }
  const headers = { 'Content-Type': 'application/json' }
  return readAnswer(
    await fetch(`${base()}/oauth/tokens`, { method: 'POST', headers, body: JSON.stringify({ ...client, ...body }) }),
  )
}

const by = (token: Json): { authorization: string } => ({ authorization: `Bearer ${text({ token }, 'token')}` })

it('trades a code once, for two tokens that act as the administrator', async () => {
  const code = await allow()
  const answer = await exchange({ grant_type: 'authorization_code', code })
  expect(answer.json).toMatchObject({
    token_type: 'bearer',
    scope: 'read write',
    expires_in: 172_800,
    refresh_token_expires_in: 2_592_000,
  })
  const me = await call(twin, 'GET', '/users/me.json', by(at(answer.json, 'access_token')))
  expect(at(me.json, 'user', 'role')).toBe('admin')
  const again = await exchange({ grant_type: 'authorization_code', code })
  expect([again.status, at(again.json, 'error')]).toEqual([400, 'invalid_grant'])
})

it('takes a code for two minutes, for its redirect, and with its verifier', async () => {
  const late = await allow()
  twin.moveClock(121_000)
  expect((await exchange({ grant_type: 'authorization_code', code: late })).status).toBe(400)
  const elsewhere = await allow()
  expect(
    (await exchange({ grant_type: 'authorization_code', code: elsewhere, redirect_uri: 'https://evil.example/' }))
      .status,
  ).toBe(400)
  const verifier = 'a'.repeat(43)
  const code_challenge = createHash('sha256').update(verifier).digest('base64url')
  const code = await allow('read', { code_challenge, code_challenge_method: 'S256' })
  expect((await exchange({ grant_type: 'authorization_code', code, code_verifier: 'b'.repeat(43) })).status).toBe(400)
  expect((await exchange({ grant_type: 'authorization_code', code, code_verifier: verifier })).status).toBe(201)
})

it('ends both old tokens when it refreshes', async () => {
  const first = await exchange({ grant_type: 'authorization_code', code: await allow(), expires_in: 300 })
  const refresh_token = text(first.json, 'refresh_token')
  twin.moveClock(301_000)
  const expired = await call(twin, 'GET', '/users/me', by(at(first.json, 'access_token')))
  expect([expired.status, at(expired.json, 'error')]).toEqual([401, 'invalid_token'])
  const second = await exchange({ grant_type: 'refresh_token', refresh_token })
  expect(second.status).toBe(201)
  expect(text(second.json, 'refresh_token')).not.toBe(refresh_token)
  expect((await call(twin, 'GET', '/users/me', by(at(second.json, 'access_token')))).status).toBe(200)
  const reused = await exchange({ grant_type: 'refresh_token', refresh_token })
  expect([reused.status, at(reused.json, 'error')]).toEqual([400, 'invalid_grant'])
})

it('ends access tokens before their time on purpose, and refreshes them', async () => {
  const first = await exchange({ grant_type: 'authorization_code', code: await allow() })
  expect(await twin.control('POST', '/tokens/expire', {})).toEqual({ grants: 1 })
  const expired = await call(twin, 'GET', '/users/me', by(at(first.json, 'access_token')))
  expect([expired.status, at(expired.json, 'error')]).toEqual([401, 'invalid_token'])
  const refresh_token = at(first.json, 'refresh_token')
  const second = await exchange({ grant_type: 'refresh_token', refresh_token })
  expect((await call(twin, 'GET', '/users/me', by(at(second.json, 'access_token')))).status).toBe(200)
})

it('ends a grant that is revoked, and only that', async () => {
  const [one, other] = [
    await exchange({ grant_type: 'authorization_code', code: await allow() }),
    await exchange({ grant_type: 'authorization_code', code: await allow() }),
  ]
  expect((await call(twin, 'DELETE', '/oauth/tokens/current.json', by(at(one.json, 'access_token')))).status).toBe(204)
  expect((await call(twin, 'GET', '/users/me', by(at(one.json, 'access_token')))).status).toBe(401)
  const left = await call(twin, 'GET', '/oauth/tokens', by(at(other.json, 'access_token')))
  expect(numbers(left.json, 'tokens')).toHaveLength(1)
})

it('lets a scope do what it says, in one account only', async () => {
  const granted = await exchange({ grant_type: 'authorization_code', code: await allow('tickets:read') })
  const token = by(at(granted.json, 'access_token'))
  expect((await call(twin, 'GET', '/tickets', token)).status).toBe(200)
  expect((await call(twin, 'GET', '/organizations', token)).status).toBe(403)
  const written = await call(twin, 'POST', '/tickets', { ...token, body: { ticket: { comment: { body: 'x' } } } })
  expect(written.status).toBe(403)
  expect((await call(twin, 'GET', '/tickets', { ...token, account: 'mill' })).status).toBe(401)
})

it('refuses a client, a redirect and a scope that are none', async () => {
  expect((await exchange({ grant_type: 'authorization_code', code: await allow(), client_secret: 'no' })).status).toBe(
    401,
  )
  const asked = { response_type: 'code', client_id: 'twin_zendesk_client', redirect_uri: callback, scope: 'read' }
  for (const wrong of [
    { client_id: 'other' },
    { redirect_uri: 'http://evil.example/' },
    { scope: 'all' },
    { response_type: 'token' },
  ]) {
    const query = new URLSearchParams({ ...asked, ...wrong }).toString()
    expect((await fetch(`${base()}/oauth/authorizations/new?${query}`)).status).toBe(400)
  }
})

it('takes the API token as any agent, and nobody as nobody', async () => {
  const [account] = twin.accounts()
  const agent = await call(twin, 'GET', '/users/me', { as: 'marcus@lantern.example' })
  expect(at(agent.json, 'user', 'role')).toBe('agent')
  const wrong = await call(twin, 'GET', '/users/me', { authorization: basic(account?.email ?? '', 'wrong') })
  expect([wrong.status, at(wrong.json, 'error')]).toEqual([401, "Couldn't authenticate you"])
  expect((await call(twin, 'GET', '/users/me', { as: 'nobody@lantern.example' })).status).toBe(401)
  // Without a header there is an answer, and nobody in it.
  const anonymous = await call(twin, 'GET', '/users/me.json', { authorization: null })
  expect([anonymous.status, at(anonymous.json, 'user', 'id')]).toEqual([200, null])
  expect((await call(twin, 'GET', '/tickets', { authorization: null })).status).toBe(401)
  await twin.control('POST', '/tokens/revoke', { apiToken: true })
  expect((await call(twin, 'GET', '/users/me')).status).toBe(401)
})

it('keeps agents from what admins do and from tickets that are not theirs', async () => {
  const as = 'marcus@lantern.example'
  expect((await call(twin, 'GET', '/incremental/tickets/cursor?start_time=0', { as })).status).toBe(403)
  expect((await call(twin, 'GET', '/webhooks', { as })).status).toBe(403)
  expect((await call(twin, 'POST', '/organizations', { as, body: { organization: { name: 'x' } } })).status).toBe(403)
  const promoted = await call(twin, 'POST', '/users', { as, body: { user: { name: 'x', role: 'admin' } } })
  expect(promoted.status).toBe(403)
  const all = numbers((await call(twin, 'GET', '/tickets')).json, 'tickets')
  const own = (await call(twin, 'GET', '/tickets', { as: 'rosa@lantern.example' })).json
  expect(numbers(own, 'tickets').length).toBeLessThan(all.length)
  const hidden = all.find((id) => !numbers(own, 'tickets').includes(id))
  expect((await call(twin, 'GET', `/tickets/${hidden}`, { as: 'rosa@lantern.example' })).status).toBe(403)
  const me = await call(twin, 'GET', '/users/me', { as: 'rosa@lantern.example' })
  await twin.control('POST', '/agents/suspend', { agentId: number(me.json, 'user', 'id') })
  expect((await call(twin, 'GET', '/users/me', { as: 'rosa@lantern.example' })).status).toBe(401)
})

it('answers a page for an account that is none, and JSON for a path that is none', async () => {
  const nowhere = await readAnswer(await fetch(`${twin.url}/nobody/api/v2/tickets.json`))
  expect([nowhere.status, nowhere.text.startsWith('<h1>')]).toEqual([404, true])
  const noPath = await call(twin, 'GET', '/nothing.json')
  expect([noPath.status, at(noPath.json, 'error')]).toEqual([404, 'InvalidEndpoint'])
  expect((await call(twin, 'MERGE', '/tickets/2')).status).toBe(404)
})
