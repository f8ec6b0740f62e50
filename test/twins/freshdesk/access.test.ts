import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rateLimits } from '../../../twins/freshdesk/account.ts'
import type { FreshdeskTwin } from '../../../twins/freshdesk/index.ts'
import { at, list, number, numbers, text } from '../probe.ts'
import type { Answer } from '../probe.ts'
import { accounts, basic, call, keyOf, startDesk } from './desk.ts'

const [harbour] = accounts
const refused = (answer: Answer) => [answer.status, at(answer.json, 'code')]

describe('who is let in', () => {
  let twin: FreshdeskTwin
  beforeAll(async () => {
    twin = await startDesk()
  })
  afterAll(() => twin.close())

  it('an agent by the key, whatever the password', async () => {
    const key = await keyOf(twin, 'Marcus')
    const answer = await call(twin, 'GET', '/agents/me', { headers: { Authorization: basic(key, 'anything') } })
    expect([answer.status, at(answer.json, 'contact', 'name')]).toEqual([200, 'Marcus Webb'])
    expect(answer.headers.get('x-freshdesk-api-version')).toBe('latest=v2; requested=v2')
  })

  it('nobody by a wrong key, another account’s key, or no header', async () => {
    const [, kestrel] = twin.accounts()
    for (const key of ['wrong', '', kestrel?.apiKey ?? '']) {
      expect(refused(await call(twin, 'GET', '/agents/me', { key }))).toEqual([401, 'invalid_credentials'])
    }
    const answer = await call(twin, 'GET', '/agents/me', { headers: { Authorization: 'Bearer x' } })
    expect(refused(answer)).toEqual([401, 'invalid_credentials'])
  })

  it('no more by a key that was reset, and by the new one', async () => {
    const old = await keyOf(twin, 'Dmitri')
    const { id } = Object(JSON.parse((await call(twin, 'GET', '/agents/me', { key: old })).text))
    const reset = await twin.control('POST', '/keys/reset', { agentId: id })
    expect(reset).toMatchObject({ agentId: id })
    expect((await call(twin, 'GET', '/agents/me', { key: old })).status).toBe(401)
    expect((await call(twin, 'GET', '/agents/me', { key: await keyOf(twin, 'Dmitri') })).status).toBe(200)
  })

  it('not after five wrong passwords, by the key neither, until somebody unlocks', async () => {
    const key = await keyOf(twin, 'Rosa')
    const me = () => call(twin, 'GET', '/agents/me', { key })
    const id = number((await me()).json, 'id')
    const guess = () =>
      call(twin, 'GET', '/agents/me', { headers: { Authorization: basic('rosa@harbour.example', 'no') } })
    for (let guesses = 0; guesses < 5; guesses += 1)
      expect(refused(await guess())).toEqual([401, 'invalid_credentials'])
    expect(refused(await guess())).toEqual([403, 'password_lockout'])
    expect(refused(await me())).toEqual([403, 'password_lockout'])
    await twin.control('POST', '/agents/unlock', { agentId: id })
    expect((await me()).status).toBe(200)
  })

  it('answers an account or a path that is not there with an empty 404', async () => {
    const nobody = await fetch(`${twin.url}/nobody/api/v2/tickets`)
    expect([nobody.status, await nobody.text()]).toEqual([404, ''])
    for (const path of [
      '/nowhere',
      '/tickets/9999999',
      '/tickets/abc',
      '/contacts/1',
      '/jobs/nothing',
      '/automations/2/rules',
    ]) {
      const answer = await call(twin, 'GET', path)
      expect([path, answer.status, answer.text]).toEqual([path, 404, ''])
    }
  })

  it('names the methods a path takes', async () => {
    const answer = await call(twin, 'PUT', '/tickets', { body: {} })
    expect([...refused(answer), answer.headers.get('allow')]).toEqual([405, 'method_not_allowed', 'GET, POST'])
  })

  it('takes JSON and forms, and answers JSON only', async () => {
    const xml = await call(twin, 'GET', '/agents/me', { headers: { Accept: 'application/xml' } })
    expect(xml.status).toBe(406)
    const sent = { Authorization: basic(twin.accounts()[0]?.apiKey ?? ''), 'Content-Type': 'application/xml' }
    const url = `${twin.accounts()[0]?.url ?? ''}/api/v2/tickets`
    expect((await fetch(url, { method: 'POST', headers: sent, body: '<a/>' })).status).toBe(415)
    const broken = await fetch(url, {
      method: 'POST',
      headers: { ...sent, 'Content-Type': 'application/json' },
      body: '{"a":',
    })
    expect([broken.status, await broken.json()]).toMatchObject([400, { code: 'invalid_json' }])
  })
})

describe('what an agent may', () => {
  let twin: FreshdeskTwin
  beforeAll(async () => {
    twin = await startDesk()
  })
  afterAll(() => twin.close())

  it('is what their roles allow', async () => {
    const [agent, newbie] = [await keyOf(twin, 'Leïla'), await keyOf(twin, 'Tim')]
    const statuses = async (key: string) => {
      const rows = list((await call(twin, 'GET', '/tickets')).json).filter((row) => at(row, 'source') !== 15)
      const id = number(rows[0], 'id')
      const calls = [
        call(twin, 'GET', `/tickets/${id}`, { key }),
        call(twin, 'POST', `/tickets/${id}/notes`, { key, body: { body: 'Seen' } }),
        call(twin, 'DELETE', `/tickets/${id}`, { key }),
        call(twin, 'GET', '/agents', { key }),
        call(twin, 'GET', '/account', { key }),
        call(twin, 'GET', '/ticket_fields', { key }),
      ]
      return (await Promise.all(calls)).map(({ status }) => status)
    }
    expect(await statuses(agent)).toEqual([200, 201, 403, 403, 403, 200])
    expect(await statuses(newbie)).toEqual([200, 403, 403, 403, 403, 200])
    expect(refused(await call(twin, 'GET', '/agents', { key: agent }))).toEqual([403, 'access_denied'])
  })

  it('reaches as far as their scope: the groups’ tickets, or their own', async () => {
    const all = numbers((await call(twin, 'GET', '/tickets?updated_since=2025-01-01&per_page=100')).json)
    const rowsOf = async (name: string) => {
      const key = await keyOf(twin, name)
      const me = (await call(twin, 'GET', '/agents/me', { key })).json
      const { json } = await call(twin, 'GET', '/tickets?updated_since=2025-01-01&per_page=100', { key })
      return { key, me, rows: Array.isArray(json) ? json : [] }
    }
    const group = await rowsOf('Chidi')
    expect(group.rows.length).toBeGreaterThan(0)
    expect(group.rows.length).toBeLessThan(all.length)
    const groups = at(group.me, 'group_ids')
    const isTheirs = group.rows.every((row) => {
      const own = at(row, 'responder_id') === at(group.me, 'id')
      return own || (Array.isArray(groups) && groups.includes(at(row, 'group_id')))
    })
    expect(isTheirs).toBe(true)
    const own = await rowsOf('Rosa')
    expect(own.rows.every((row) => at(row, 'responder_id') === at(own.me, 'id'))).toBe(true)
    const seen = new Set(own.rows.map((row) => at(row, 'id')))
    const hidden = all.find((id) => !seen.has(id)) ?? 0
    expect(refused(await call(twin, 'GET', `/tickets/${hidden}`, { key: own.key }))).toEqual([403, 'access_denied'])
    const total = number(
      (await call(twin, 'GET', '/search/tickets?query="priority:>1"', { key: own.key })).json,
      'total',
    )
    expect(total).toBe(own.rows.length)
  })
})

describe('how much an account may call', () => {
  const planned = (plan: keyof typeof rateLimits) => ({ accounts: [{ ...harbour, plan, limits: rateLimits[plan] }] })
  const left = (answer: Answer) =>
    ['total', 'remaining', 'used-currentrequest'].map((name) => Number(answer.headers.get(`x-ratelimit-${name}`)))

  it('is what its plan allows in a minute, for all agents together, bad calls included', async () => {
    await using twin = await startDesk(planned('trial'))
    const other = await keyOf(twin, 'Leïla')
    expect(left(await call(twin, 'GET', '/agents/me'))).toEqual([50, 49, 1])
    expect(left(await call(twin, 'GET', '/agents/me', { key: other }))).toEqual([50, 48, 1])
    expect(left(await call(twin, 'GET', '/agents/me', { key: 'wrong' }))).toEqual([50, 47, 1])
    expect(left(await call(twin, 'POST', '/tickets', { body: { nonsense: 1 } }))).toEqual([50, 46, 1])
    for (let calls = 0; calls < 46; calls += 1) await call(twin, 'GET', '/agents/me')
    const over = await call(twin, 'GET', '/agents/me')
    expect([over.status, ...left(over), Number(over.headers.get('retry-after'))]).toEqual([429, 50, 0, 1, 60])
    expect(text(over.json, 'message')).toContain('exceeded')
    twin.moveClock(59_000)
    const stillOver = await call(twin, 'GET', '/agents/me')
    expect([stillOver.status, stillOver.headers.get('retry-after')]).toEqual([429, '1'])
    twin.moveClock(1_000)
    expect((await call(twin, 'GET', '/agents/me')).status).toBe(200)
  })

  it('has lower limits for lists, creations and updates', async () => {
    await using twin = await startDesk(planned('growth'))
    for (let calls = 0; calls < 20; calls += 1)
      expect((await call(twin, 'GET', '/tickets?per_page=1')).status).toBe(200)
    const over = await call(twin, 'GET', '/tickets?per_page=1')
    expect([over.status, over.headers.get('retry-after')]).toEqual([429, '60'])
    expect(left(over)[1]).toBeGreaterThan(150)
    expect((await call(twin, 'GET', '/contacts?per_page=1')).status).toBe(200)
    expect((await call(twin, 'GET', '/agents/me')).status).toBe(200)
  })

  it('pays for what is embedded: one each on a ticket, two each in a list', async () => {
    await using twin = await startDesk()
    const id = numbers((await call(twin, 'GET', '/tickets')).json)[0] ?? 0
    const used = async (path: string) => left(await call(twin, 'GET', path))[2]
    expect(await used(`/tickets/${id}`)).toBe(1)
    expect(await used(`/tickets/${id}?include=conversations,requester,company,stats`)).toBe(5)
    expect(await used('/tickets?include=stats,requester,description')).toBe(7)
  })

  it('is each account’s own', async () => {
    await using twin = await startDesk({ accounts: [{ ...harbour, limits: { total: 1 } }, accounts[1]] })
    expect((await call(twin, 'GET', '/agents/me')).status).toBe(200)
    expect((await call(twin, 'GET', '/agents/me')).status).toBe(429)
    expect((await call(twin, 'GET', '/agents/me', { domain: 'kestrel' })).status).toBe(200)
  })
})

describe('faults', () => {
  it('fail, cut, hang up and slow down what is asked for, and what was carried out stays so', async () => {
    await using twin = await startDesk()
    twin.setFaults({ failNext: { count: 1, status: 429 } })
    const limited = await call(twin, 'GET', '/agents/me')
    expect([limited.status, limited.headers.get('retry-after'), limited.headers.get('x-ratelimit-remaining')]).toEqual([
      429,
      '60',
      '0',
    ])
    twin.setFaults({ failNext: { count: 1, status: 503, path: '/harbour/api/v2/contacts' } })
    expect((await call(twin, 'GET', '/agents/me')).status).toBe(200)
    expect((await call(twin, 'GET', '/contacts')).status).toBe(503)
    twin.setFaults({ malformedNext: 1 })
    const cut = await call(twin, 'GET', '/contacts')
    expect([cut.status, cut.json]).toEqual([200, null])
    const before = twin.counts().contacts
    twin.setFaults({ hangUpNext: 1 })
    const body = { name: 'Lost', email: 'lost@example.com' }
    await expect(call(twin, 'POST', '/contacts', { body })).rejects.toThrow('fetch failed')
    expect(twin.counts().contacts).toBe(before + 1)
    expect((await call(twin, 'POST', '/contacts', { body })).status).toBe(409)
  })
})
