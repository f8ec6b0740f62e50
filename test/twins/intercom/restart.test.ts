import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { IntercomTwin, IntercomTwinOptions } from '../../../twins/intercom/index.ts'
import { call, noon, noonSeconds, startDesk } from './desk.ts'
import { at, ids, list, receive, text } from '../probe.ts'
import type { Json } from '../probe.ts'
import { control, seenThroughEnds, seenAfterAKill } from '../ends.ts'
import type { Doing } from '../ends.ts'
import { stateFolder } from '../state-folder.ts'
import { allIds, everything } from './remembered.ts'

const sizes = { contacts: 30, companies: 4, conversations: 12, tickets: 6, contractPath: undefined }

let folder: ReturnType<typeof stateFolder>
beforeEach(() => {
  folder = stateFolder()
})
afterEach(() => folder[Symbol.dispose]())

const start = (options: Partial<IntercomTwinOptions> = {}): Promise<IntercomTwin> =>
  startDesk({ ...sizes, statePath: folder.path, ...options })

/** A call of the API that must be answered with a status; only what it answers is compared. */
const api =
  (method: string, path: string, body?: Json, status = 200): Doing<IntercomTwin> =>
  async (twin) => {
    const answer = await call(twin, method, path, body === undefined ? {} : { body })
    expect([method, path, answer.status, answer.text.slice(0, 200)]).toEqual([method, path, status, expect.anything()])
    return status === 200 ? answer.json : status
  }

/** One of everything that changes something, and of what is refused half-way or only looks like a change. */
async function aLife(twin: IntercomTwin): Promise<Doing<IntercomTwin>[]> {
  const known = async (kind: string): Promise<string[]> => {
    const found = await twin.control('GET', `/ids/${kind}`)
    return Array.isArray(found) ? found.map(String) : []
  }
  const [contacts, companies] = [await known('contacts'), await known('companies')]
  const [conversations, tickets] = [await known('conversations'), await known('tickets')]
  const admin = text((await call(twin, 'GET', '/me')).json, 'id')
  const users = list((await call(twin, 'GET', '/contacts?per_page=150')).json, 'data')
  const user = text(
    users.find((one) => at(one, 'role') === 'user'),
    'id',
  )
  const lead = text(
    users.find((one) => at(one, 'role') === 'lead'),
    'id',
  )
  const [one = '', other = '', third = '', fourth = ''] = conversations.slice(2)
  const [ticket = '', doomed = ''] = tickets
  const type = text((await call(twin, 'GET', '/ticket_types')).json, 'data', 0, 'id')
  const reply = (id: string, body: Json): Doing<IntercomTwin> => api('POST', `/conversations/${id}/reply`, body)
  const manage = (id: string, body: Json): Doing<IntercomTwin> => api('POST', `/conversations/${id}/parts`, body)
  const asAdmin = { type: 'admin', admin_id: admin }
  return [
    reply(one, { ...asAdmin, message_type: 'comment', body: 'Hello <b>you</b>' }),
    reply(one, { ...asAdmin, message_type: 'note', body: 'Hm' }),
    reply(one, {
      ...asAdmin,
      message_type: 'comment',
      body: 'With a file',
      attachment_files: [{ content_type: 'text/plain', data: 'aGVsbG8=', name: 'hello.txt' }],
    }),
    api('POST', `/conversations/${one}/reply`, { ...asAdmin, message_type: 'shout', body: 'x' }, 400),
    api('POST', '/conversations/404/reply', { ...asAdmin, message_type: 'comment', body: 'x' }, 404),
    // A read that chance takes part in: its token is not of the seed.
    async (now) => at((await call(now, 'GET', '/companies/scroll')).json, 'data'),
    api('POST', '/contacts', { email: 'new@example.com', name: 'Née Ünïcode 😀' }),
    api('POST', '/contacts', { role: 'lead', name: 'Somebody' }),
    api('POST', '/contacts', { email: 'new@example.com' }, 409),
    api('PUT', `/contacts/${user}`, { name: 'Renamed', custom_attributes: { loyalty_tier: 'gold', orders: null } }),
    api('PUT', `/admins/${admin}/away`, { away_mode_enabled: true, away_mode_reassign: false }),
    api('POST', `/contacts/${user}/tags`, { id: '81' }),
    api('POST', `/contacts/${user}/notes`, { body: 'Noted', admin_id: admin }),
    api('POST', '/companies', { company_id: 'brand-new', name: 'Brand new' }),
    api('POST', `/contacts/${user}/companies`, { id: companies[1] ?? '' }),
    api('POST', '/contacts/merge', { from: lead, into: user, skip_duplicate_validation: true }),
    api('POST', '/tags', { name: 'A new tag', users: [{ id: user }] }),
    api('POST', `/conversations/${one}/tags`, { id: '82', admin_id: admin }),
    (now) => now.control('POST', '/clock', { moveMs: 90_500 }),
    manage(other, { ...asAdmin, message_type: 'snoozed', snoozed_until: noonSeconds + 600 }),
    api('PUT', `/tickets/${ticket}`, { snoozed_until: noonSeconds + 700 }),
    async (now) => now.moveClock(900_000),
    api('GET', `/conversations/${other}`),
    manage(other, { ...asAdmin, message_type: 'assignment', assignee_id: admin }),
    manage(other, { ...asAdmin, message_type: 'close' }),
    control('/customers/rate', { conversationId: other, rating: 2, remark: 'So so' }),
    control('/customers/open', { body: 'By somebody that chance picks' }),
    control('/customers/reply', { conversationId: third, body: 'Still waiting' }),
    control('/admins/reply', { conversationId: third, body: 'By an admin that chance picks' }),
    control('/admins/priority', { conversationId: third, priority: 'urgent' }),
    async (now) => {
      await expect(control('/customers/rate', { conversationId: third, rating: 9 })(now)).rejects.toThrow('1 to 5')
    },
    api('PUT', `/conversations/${third}`, { read: true, title: 'Titled', custom_attributes: { mood: 'good' } }),
    api('POST', '/conversations', { from: { type: 'user', id: contacts[5] ?? '' }, body: 'From the messenger' }),
    api('POST', '/messages', {
      message_type: 'in_app',
      body: 'Hello from us',
      from: { type: 'admin', id: admin },
      to: { type: 'user', id: contacts[6] ?? '' },
      create_conversation_without_contact_reply: true,
    }),
    api('POST', '/tickets', { ticket_type_id: type, contacts: [{ id: contacts[7] ?? '' }] }),
    api('POST', `/conversations/${fourth}/convert`, { ticket_type_id: type }),
    api('POST', `/tickets/${ticket}/reply`, { ...asAdmin, message_type: 'comment', body: 'On a ticket' }),
    control('/contacts', { email: 'controlled@example.com' }),
    control('/delete', { kind: 'ticket', id: doomed }),
    control('/delete', { kind: 'conversation', id: conversations[10] ?? '' }),
    api('DELETE', '/tags/85'),
    api('DELETE', `/contacts/${contacts[9] ?? ''}`),
    async (now) => Array.from({ length: 60 }, () => now.stepTraffic()),
    control('/traffic/step', { steps: 7 }),
    (now) => now.control('POST', '/clock', { skewMs: 3_600_000 }),
    async (now) => Array.from({ length: 20 }, () => now.stepTraffic()),
  ]
}

describe('a twin with a place for its state', () => {
  const lives = (steady: IntercomTwin) => ({
    steady,
    folder,
    start: (statePath: string) => start({ statePath }),
    everything,
  })

  it('lives on after every end as if it had never ended', async () => {
    await using steady = await startDesk(sizes)
    const seen = await seenThroughEnds(lives(steady), await aLife(steady))
    expect(seen.ended).toEqual(seen.steady)
  })

  it('does the same again after a kill, however much was done', async () => {
    await using steady = await startDesk(sizes)
    const seen = await seenAfterAKill(lives(steady), { steps: 2_700, move: (twin) => twin.moveClock(4_321) })
    expect(seen.ended).toEqual(seen.steady)
  })

  it('keeps its dates when it starts again days later', async () => {
    const dates = async (twin: IntercomTwin): Promise<Json> => {
      const rows = list((await call(twin, 'GET', '/conversations?per_page=150')).json, 'conversations')
      const kinds = list((await call(twin, 'GET', '/ticket_types')).json, 'data')
      return [...rows, ...kinds].map((row) => at(row, 'created_at'))
    }
    const first = await start()
    const before = await dates(first)
    await first.close()
    await using twin = await start({ now: () => new Date(noon.getTime() + 3 * 86_400_000) })
    expect(await dates(twin)).toEqual(before)
    const opened = await twin.control('POST', '/customers/open', { body: 'Three days on' })
    expect(opened).toMatchObject({ created_at: noonSeconds + 3 * 86_400 })
  })

  it('keeps who was let in and who was shown out', async () => {
    const exchange = (twin: IntercomTwin, code: string) =>
      fetch(`${twin.url}/auth/eagle/token`, {
        method: 'POST',
        body: new URLSearchParams({ code, client_id: 'app_1', client_secret: 'ic_client_secret_4f1d' }),
      })
    const allow = async (twin: IntercomTwin): Promise<string> => {
      const body = new URLSearchParams({ client_id: 'app_1', redirect_uri: 'https://a.example/', decision: 'allow' })
      const { headers } = await fetch(`${twin.url}/oauth`, { method: 'POST', body, redirect: 'manual' })
      return new URL(headers.get('location') ?? '').searchParams.get('code') ?? ''
    }
    const first = await start()
    const [used, unused] = [await allow(first), await allow(first)]
    const granted: unknown = await (await exchange(first, used)).json()
    const token = typeof granted === 'object' && granted !== null && 'token' in granted ? String(granted.token) : ''
    first.revokeTokens(first.accessToken)
    const statePath = folder.leaveBehind(folder.path)
    await first.close()

    const second = await start({ statePath })
    const meOf = (twin: IntercomTwin, as: string) => call(twin, 'GET', '/me', { token: as })
    expect((await meOf(second, token)).status).toBe(200)
    const out = await meOf(second, second.accessToken)
    expect([out.status, text(out.json, 'errors', 0, 'code')]).toEqual([401, 'token_revoked'])
    expect((await exchange(second, used)).status).toBe(404)
    expect((await exchange(second, unused)).status).toBe(200)
    await second.close()

    await using third = await start({ statePath })
    expect((await meOf(third, token)).status).toBe(200)
    expect((await meOf(third, third.accessToken)).status).toBe(401)
    expect((await exchange(third, unused)).status).toBe(404)
  })

  it('tells nothing twice, and goes on telling the same place under ids that never came', async () => {
    await using hooks = await receive()
    const first = await start()
    await first.subscribe({ url: hooks.url, topics: ['conversation.user.created'] })
    await first.control('POST', '/customers/open', { body: 'One' })
    await first.settleWebhooks()
    const told = (): string[] => hooks.of('conversation.user.created').map(({ json }) => text(json, 'id'))
    expect(told()).toHaveLength(1)
    const statePath = folder.leaveBehind(folder.path)
    await first.close()
    await using twin = await start({ statePath })
    await twin.settleWebhooks()
    expect(told()).toHaveLength(1)
    expect(hooks.of('ping')).toHaveLength(1)
    await twin.control('POST', '/customers/open', { body: 'Two' })
    await twin.settleWebhooks()
    expect(new Set(told()).size).toBe(2)
  })

  it('takes no faults and no list of calls along', async () => {
    const first = await start()
    first.setFaults({ failNext: { count: 5, status: 503 }, latencyMs: 1 })
    await call(first, 'GET', '/me')
    await first.close()
    await using twin = await start()
    expect(twin.requests()).toEqual([])
    expect((await call(twin, 'GET', '/me')).status).toBe(200)
  })

  it('begins anew with another seed or size, and says so', async () => {
    const first = await start()
    const opened = await first.control('POST', '/customers/open', { body: 'Of the first seed' })
    await first.close()
    const said: string[] = []
    await using twin = await start({ seed: 8, log: (line) => said.push(line) })
    await using fresh = await startDesk({ ...sizes, seed: 8 })
    expect(await everything(twin)).toEqual(await everything(fresh))
    expect(JSON.stringify(await everything(twin))).not.toContain('Of the first seed')
    expect(opened).toMatchObject({ type: 'conversation' })
    expect(said).toEqual([expect.stringMatching(/"seed":7.*"seed":8.*starts anew/)])
  })

  it('is refused to a second one at the same time, which changes nothing', async () => {
    await using twin = await start()
    twin.stepTraffic()
    await expect(start()).rejects.toThrow('in use')
    const before = await allIds(twin)
    await using after = await start({ statePath: folder.leaveBehind(folder.path) })
    expect(await allIds(after)).toEqual(before)
  })

  it('lets go of its state when it cannot listen', async () => {
    await using elsewhere = await startDesk(sizes)
    await expect(start({ port: Number(new URL(elsewhere.url).port) })).rejects.toThrow('EADDRINUSE')
    await using twin = await start()
    expect(ids((await call(twin, 'GET', '/tags')).json, 'data')).toHaveLength(20)
  })
})

describe('a desk that works for days', () => {
  it('removes what only the traffic took part in, tells of it, and leaves everybody else theirs', async () => {
    await using hooks = await receive()
    await using twin = await start({ contacts: 20, conversations: 5, tickets: 0 })
    const idsOf = async (): Promise<string[]> => {
      const known = await twin.control('GET', '/ids/conversations')
      return Array.isArray(known) ? known.map(String) : []
    }
    // Webhooks go out in between: one that finds nobody awake for five seconds is sent again, as the real ones are.
    const work = async (steps: number): Promise<void> => {
      for (let step = 1; step <= steps; step += 1) {
        twin.stepTraffic()
        if (step % 300 === 0) await twin.settleWebhooks()
      }
    }
    const admin_id = text((await call(twin, 'GET', '/me')).json, 'id')
    const answer = (id: string) =>
      call(twin, 'POST', `/conversations/${id}/reply`, {
        body: { type: 'admin', admin_id, message_type: 'comment', body: 'By a person' },
      })
    await twin.subscribe({ url: hooks.url, topics: ['conversation.deleted'] })
    await work(300)
    const stateOf = async (id: string) => at((await call(twin, 'GET', `/conversations/${id}`)).json, 'state')
    const early = await idsOf()
    const states = await Promise.all(early.map(stateOf))
    const [closed = '', open = ''] = ['closed', 'open'].map((state) => early[states.lastIndexOf(state)] ?? '')
    const statuses = [(await answer(closed)).status, (await answer(open)).status]
    expect(statuses).toEqual([200, 200])
    const kept = [...early.slice(0, 5), closed, open]

    await work(27_000)
    const before = twin.counts()
    await work(3_000)
    const after = twin.counts()
    await twin.settleWebhooks()
    expect(before.deletedConversations).toBeGreaterThan(100)
    expect(after.deletedConversations).toBeGreaterThan(before.deletedConversations + 200)
    expect(Math.abs(after.conversations - before.conversations)).toBeLessThan(45)
    expect(hooks.of('conversation.deleted')).toHaveLength(after.deletedConversations)
    expect(await idsOf()).toEqual(expect.arrayContaining(kept))
    // The one that went on for months is not made longer still.
    const [longest = ''] = kept
    expect(await twin.control('GET', `/conversations/${longest}/parts`)).toMatchObject({ total_count: 620 })
  })
})
