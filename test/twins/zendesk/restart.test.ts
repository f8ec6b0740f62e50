import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ZendeskTwin, ZendeskTwinOptions } from '../../../twins/zendesk/index.ts'
import { at, number, receive, text } from '../probe.ts'
import { seenAfterAKill } from '../ends.ts'
import { stateFolder } from '../state-folder.ts'
import { accounts, call, controlled, idsBehind, startDesk } from './desk.ts'

const small = {
  accounts: accounts.map((account) => ({ ...account, users: 15, organizations: 3, tickets: 15 })),
  contractPath: undefined,
}

let folder: ReturnType<typeof stateFolder>
beforeEach(() => {
  folder = stateFolder()
})
afterEach(() => folder[Symbol.dispose]())

const start = (options: ZendeskTwinOptions = {}): Promise<ZendeskTwin> =>
  startDesk({ ...small, statePath: folder.path, ...options })

/** Everything that can be seen of both accounts, but for the address of the twin. */
async function everything(twin: ZendeskTwin): Promise<Record<string, string>> {
  const seen: Record<string, string> = {}
  for (const account of ['lantern', 'mill']) {
    for (const path of [
      '/incremental/tickets/cursor?start_time=0',
      '/incremental/ticket_events?start_time=0&include=comment_events',
      '/incremental/users/cursor?start_time=0',
      '/incremental/organizations?start_time=0',
      '/groups',
      '/group_memberships',
      '/organization_memberships',
      '/satisfaction_ratings',
      '/deleted_tickets',
      '/webhooks',
      '/suspended_tickets',
      '/triggers',
      '/job_statuses',
      '/oauth/tokens',
      '/search?query=wombat',
    ]) {
      const answer = await call(twin, 'GET', path, { account })
      expect([path, answer.status]).toEqual([path, 200])
      seen[`${account} ${path}`] = answer.text.replaceAll(twin.url, '')
    }
  }
  seen['state'] = JSON.stringify(await controlled(twin, 'GET', '/state'))
  return seen
}

/** One of everything that changes something, and of what is refused half-way. */
async function live(twin: ZendeskTwin): Promise<void> {
  const write = (method: string, path: string, body?: Parameters<typeof call>[3]) => call(twin, method, path, body)
  const made = await write('POST', '/tickets', {
    body: { ticket: { comment: { body: 'Wombat' }, requester: { name: 'Né 😀', email: 'ne@example.com' } } },
    headers: { 'Idempotency-Key': 'k1' },
  })
  const id = number(made.json, 'ticket', 'id')
  const other = number(
    (await write('POST', '/tickets', { body: { ticket: { comment: { body: 'x' } } } })).json,
    'ticket',
    'id',
  )
  // The requester is made before the ticket is refused.
  await write('POST', '/tickets', {
    body: {
      ticket: { comment: { body: 'x' }, priority: 'soon', requester: { name: 'Half', email: 'half@example.com' } },
    },
  })
  await write('PUT', `/tickets/${id}`, { body: { ticket: { status: 'solved', tags: ['a'] } } })
  await write('POST', `/tickets/${id}/merge`, { body: { ids: [other] } })
  twin.moveClock(5_000)
  await write('PUT', `/tickets/update_many?ids=${id}`, { body: { ticket: { priority: 'low' } } })
  const [old = 0] = await idsBehind(twin, 'tickets')
  await write('DELETE', `/tickets/${old}`)
  const organization = { name: 'New firm' }
  await write('POST', '/organizations', { body: { organization } })
  await write('POST', '/organizations', { body: { organization } })
  await write('POST', '/groups', { body: { group: { name: 'Night' } } })
  await write('PUT', '/tickets/404', { body: { ticket: { status: 'open' } } })
  await twin.control('POST', '/customers/open', { body: 'Hm', account: 'mill' })
  await expect(twin.control('POST', '/agents/suspend', { agentId: 1 })).rejects.toThrow('Not found')
  for (let step = 0; step < 60; step += 1) twin.stepTraffic()
}

it('is after a restart what it was, by its deeds and by its saved state, also when it was killed', async () => {
  let before: Record<string, string>
  {
    await using twin = await start()
    await live(twin)
    before = await everything(twin)
    const behind = folder.leaveBehind(folder.path)
    // The copy is of a process that was killed: its deeds were never folded into a state.
    await using killed = await start({ statePath: behind })
    expect(await everything(killed)).toEqual(before)
  }
  await using again = await start()
  expect(await everything(again)).toEqual(before)
  // Its chance goes on where it stood, so that nothing is made twice.
  await live(again)
  const ids = await idsBehind(again, 'all-tickets')
  expect(new Set(ids).size).toBe(ids.length)
})

it('does the same again after a kill, however much was done', async () => {
  await using steady = await startDesk(small)
  const lives = { steady, folder, start: (statePath: string) => start({ statePath }), everything }
  const seen = await seenAfterAKill(lives, {
    steps: 2_100,
    move: (twin, step) => step % 5 === 0 && twin.moveClock(61_234),
  })
  expect(seen.ended).toEqual(seen.steady)
})

it('remembers who was let in, keys of requests and secrets, and tells nothing twice', async () => {
  await using hooks = await receive()
  const body = { ticket: { comment: { body: 'Once' } } }
  const headers = { 'Idempotency-Key': 'once' }
  let [secret, id] = ['', 0]
  {
    await using twin = await start()
    const webhook = {
      name: 'Tell',
      endpoint: hooks.url,
      http_method: 'POST',
      request_format: 'json',
      status: 'active',
      subscriptions: ['zen:event-type:ticket.created'],
    }
    const made = await call(twin, 'POST', '/webhooks', { body: { webhook } })
    secret = (await call(twin, 'GET', `/webhooks/${text(made.json, 'webhook', 'id')}/signing_secret`)).text
    id = number((await call(twin, 'POST', '/tickets', { body, headers })).json, 'ticket', 'id')
    await twin.settleWebhooks()
    expect(hooks.received).toHaveLength(1)
    await twin.control('POST', '/tokens/revoke', { apiToken: true, account: 'mill' })
  }
  await using twin = await start()
  await twin.settleWebhooks()
  expect(hooks.received).toHaveLength(1)
  const again = await call(twin, 'POST', '/tickets', { body, headers })
  expect([again.headers.get('x-idempotency-lookup'), number(again.json, 'ticket', 'id')]).toEqual(['hit', id])
  const { json } = await call(twin, 'GET', '/webhooks')
  expect((await call(twin, 'GET', `/webhooks/${text(json, 'webhooks', 0, 'id')}/signing_secret`)).text).toBe(secret)
  expect((await call(twin, 'GET', '/users/me', { account: 'mill' })).status).toBe(401)
  expect(at((await call(twin, 'GET', `/tickets/${id}`)).json, 'ticket', 'id')).toBe(id)
})

it('begins anew with another seed, and says so', async () => {
  const said: string[] = []
  {
    await using twin = await start()
    await call(twin, 'POST', '/groups', { body: { group: { name: 'Kept' } } })
  }
  await using twin = await start({ seed: 8, log: (line) => said.push(line) })
  expect(said.join('\n')).toContain('set-aside.db')
  expect((await call(twin, 'GET', '/groups')).text).not.toContain('Kept')
})

it('gives the same accounts for the same seed, and others for another', async () => {
  const of = async (seed: number): Promise<Record<string, string>> => {
    await using twin = await startDesk({ ...small, seed })
    for (let step = 0; step < 40; step += 1) twin.stepTraffic()
    return await everything(twin)
  }
  const one = await of(3)
  expect(await of(3)).toEqual(one)
  expect(await of(4)).not.toEqual(one)
})
