import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FreshdeskTwin } from '../../../twins/freshdesk/index.ts'
import { at, list, number, receive, text } from '../probe.ts'
import type { Json, Received } from '../probe.ts'
import { accounts, basic, call, startDesk } from './desk.ts'

const minute = 60_000
const hour = 60 * minute

let twin: FreshdeskTwin
let status: number
let hooks: Awaited<ReturnType<typeof receive>>

beforeEach(async () => {
  status = 200
  hooks = await receive(() => status)
  twin = await startDesk()
})
afterEach(async () => {
  await twin.close()
  await hooks[Symbol.asyncDispose]()
})

const told = async (): Promise<readonly Received[]> => {
  await twin.idleWebhooks()
  return hooks.received
}
const rule = async (type: number, body: Json, action: Json = {}): Promise<number> => {
  const actions = [{ field_name: 'trigger_webhook', request_type: 'POST', url: hooks.url, ...Object(action) }]
  const made = await call(twin, 'POST', `/automations/${type}/rules`, {
    body: { name: 'Tell', actions, ...Object(body) },
  })
  expect(made.status).toBe(200)
  return number(made.json, 'id')
}
const makeTicket = async (body: Json = {}): Promise<number> =>
  number(
    (await call(twin, 'POST', '/tickets', { body: { email: 'a@example.com', subject: 'Say "hi"', ...Object(body) } }))
      .json,
    'id',
  )
const opened = async (): Promise<number> =>
  number(
    JSON.parse(JSON.stringify(await twin.control('POST', '/customers/open', { body: 'Hello', subject: 'By mail' }))),
    'id',
  )

describe('what a rule sends', () => {
  it('in the simple layout is what is ticked, in labels and dates for people, in a wrapper', async () => {
    await rule(1, {}, { content: { content_type: 'JSON', content_layout: 'simple' } })
    const id = await makeTicket({
      status: 8,
      priority: 4,
      due_by: '2026-01-20T15:30:00Z',
      fr_due_by: '2026-01-16T15:30:00Z',
    })
    const [only, ...more] = await told()
    expect(more).toEqual([])
    expect(only?.headers['content-type']).toBe('application/json')
    expect(at(only?.json, 'freshdesk_webhook')).toMatchObject({
      ticket_id: id,
      ticket_subject: 'Say "hi"',
      ticket_status: 'Waiting on supplier',
      ticket_priority: 'Urgent',
      ticket_source: 'Portal',
      ticket_due_by_time: 'Tue, 20 Jan at 3:30 PM',
      ticket_contact_email: 'a@example.com',
      triggered_event: '{ticket_action:created}',
    })
  })

  it('in the simple layout is only what is ticked', async () => {
    await rule(1, {}, { content: { content_layout: 'simple', fields: ['ticket_id', 'ticket_status'] } })
    const id = await makeTicket()
    expect((await told())[0]?.json).toEqual({ freshdesk_webhook: { ticket_id: id, ticket_status: 'Open' } })
  })

  it('in the advanced layout is the template, filled and still JSON', async () => {
    const body =
      '{"id": {{ticket.id}}, "about": "{{ticket.subject}}", "is": "{{ticket.status}}", "of": "{{ticket.cf_order}}", "no": "{{what.is.this}}"}'
    await rule(1, {}, { content: { content_type: 'JSON', content_layout: 'advanced', body } })
    const id = await makeTicket({ custom_fields: { cf_order: '#9' } })
    expect((await told())[0]?.json).toEqual({ id, about: 'Say "hi"', is: 'Open', of: '#9', no: '' })
  })

  it('may be a form or XML, by another method, with placeholders in the address', async () => {
    await rule(1, {}, { request_type: 'PUT', url: `${hooks.url}/{{ticket.id}}`, content: { content_type: 'XML' } })
    await rule(1, {}, { content: { content_type: 'X-FORM-URLENCODED', fields: ['ticket_id'] } })
    const id = await makeTicket()
    const [first, second] = (await told()).toSorted((left, right) => (left.method < right.method ? 1 : -1))
    expect([first?.method, first?.headers['content-type']]).toEqual(['PUT', 'application/xml'])
    expect(first?.body).toContain(`<ticket_id>${id}</ticket_id>`)
    expect(first?.body).toContain('Say &quot;hi&quot;')
    expect([second?.method, second?.body]).toEqual(['POST', `ticket_id=${id}`])
  })

  it('carries the headers and the credential it was given, and no signature, id or time', async () => {
    await rule(1, {}, { custom_headers: { 'X-Our-Secret': 's3cret' }, auth_header: { username: 'us', password: 'pw' } })
    await makeTicket()
    const [only] = await told()
    expect(only?.headers).toMatchObject({ 'x-our-secret': 's3cret', authorization: basic('us', 'pw') })
    expect(Object.keys(only?.headers ?? {}).join()).not.toMatch(/signature|timestamp|delivery|event-id/)
  })

  it('is the ticket as it was then, however late it is sent', async () => {
    await rule(1, {})
    status = 500
    const id = await makeTicket()
    await told()
    await call(twin, 'PUT', `/tickets/${id}`, { body: { status: 5 } })
    status = 200
    twin.moveClock(5 * minute)
    const [, second] = await told()
    expect(at(second?.json, 'freshdesk_webhook', 'ticket_status')).toBe('Open')
  })
})

describe('a rule', () => {
  const change = (id: number, body: Json) => call(twin, 'PUT', `/tickets/${id}`, { body })
  const count = async (): Promise<number> => (await told()).length

  it('of updates is set off by what it names, from and to what it names', async () => {
    await rule(4, { performer: { type: 3 }, events: [{ field_name: 'status', from: 2, to: 4 }] })
    const id = await makeTicket()
    await change(id, { priority: 3 })
    await change(id, { status: 3 })
    await change(id, { status: 4 })
    expect(await count()).toBe(0)
    await change(id, { status: 2 })
    await change(id, { status: 4, priority: 1 })
    expect(await count()).toBe(1)
    const event = text(hooks.received[0]?.json, 'freshdesk_webhook', 'triggered_event')
    const due = 'due_by:{from:Fri, 16 Jan at 12:00 PM,to:Thu, 22 Jan at 12:00 PM}'
    expect(event).toBe(`{status:{from:Open,to:Resolved},priority:{from:High,to:Low},${due}}`)
  })

  it('hears of replies and notes', async () => {
    await rule(4, { events: [{ field_name: 'reply_sent' }] })
    await rule(4, { events: [{ field_name: 'note_type', to: 'private' }] })
    const id = await makeTicket()
    await call(twin, 'POST', `/tickets/${id}/reply`, { body: { body: 'One' } })
    expect(await count()).toBe(1)
    await call(twin, 'POST', `/tickets/${id}/notes`, { body: { body: 'Two', private: false } })
    expect(await count()).toBe(1)
    await call(twin, 'POST', `/tickets/${id}/notes`, { body: { body: 'Three' } })
    expect(await count()).toBe(2)
    await twin.control('POST', '/customers/reply', { ticketId: id, body: 'Four' })
    expect(await count()).toBe(3)
  })

  it('is for those it names: agents at their desk, requesters, or whoever acts', async () => {
    const performed = { agent: 1, requester: 2, anyone: 3 }
    for (const [name, type] of Object.entries(performed))
      await rule(4, { performer: { type } }, { url: `${hooks.url}/${name}` })
    const id = await opened()
    const calls = async (): Promise<number> => {
      const before = hooks.received.length
      return (await told()).length - before
    }
    const before = (await told()).length
    await twin.control('POST', '/agents/reply', { ticketId: id, body: 'By an agent' })
    expect((await told()).length - before).toBe(2)
    await twin.control('POST', '/customers/reply', { ticketId: id, body: 'By the customer' })
    expect((await told()).length - before).toBe(4)
    // What is done by the API does not count as an agent's deed here: only the rule for whoever acts hears of it.
    await change(id, { priority: 4 })
    expect((await told()).length - before).toBe(5)
    expect(await calls()).toBe(0)
  })

  it('for agents hears of the API where the account is like that', async () => {
    await using other = await startDesk({ accounts: [{ ...accounts[0], apiActsAsAgent: true }] })
    await other.control('POST', '/webhooks', { url: hooks.url, performer: 1 })
    const made = await call(other, 'POST', '/tickets', { body: { email: 'a@example.com' } })
    await call(other, 'PUT', `/tickets/${number(made.json, 'id')}`, { body: { priority: 4 } })
    await other.idleWebhooks()
    expect(hooks.received).toHaveLength(2)
  })

  it('asks for its conditions, and is silent when it is switched off or gone', async () => {
    const conditions = [
      { name: 'set', match_type: 'all', properties: [{ field_name: 'priority', operator: 'in', value: [3, 4] }] },
    ]
    const id = await rule(1, { conditions })
    await makeTicket({ priority: 1 })
    expect(await count()).toBe(0)
    await makeTicket({ priority: 4 })
    expect(await count()).toBe(1)
    await call(twin, 'PUT', `/automations/1/rules/${id}`, { body: { active: false } })
    await makeTicket({ priority: 4 })
    await call(twin, 'DELETE', `/automations/1/rules/${id}`)
    await makeTicket({ priority: 4 })
    expect(await count()).toBe(1)
  })

  it('keeps what it was sent with, whatever that is', async () => {
    const actions = [{ field_name: 'trigger_webhook', url: hooks.url, something: { of: ['their', 'own'] } }]
    const body = { name: 'Opaque', events: [{ field_name: 'status', odd: 1 }], actions, operator: 'x' }
    const made = await call(twin, 'POST', '/automations/4/rules', { body })
    const got = await call(twin, 'GET', `/automations/4/rules/${number(made.json, 'id')}`)
    expect(got.json).toMatchObject({ ...body, active: true })
    const { json } = await call(twin, 'GET', '/automations/4/rules')
    expect([list(json, 'rules').length, at(json, 'meta', 'count')]).toEqual([1, 1])
  })

  it('of every hour runs when an hour is over, once for all that were missed', async () => {
    const conditions = [
      { match_type: 'all', properties: [{ field_name: 'subject', operator: 'is', value: 'Overdue' }] },
    ]
    await rule(3, { conditions })
    await makeTicket({ subject: 'Overdue' })
    twin.moveClock(59 * minute)
    expect(await count()).toBe(0)
    twin.moveClock(minute)
    expect(await count()).toBe(1)
    twin.moveClock(3 * hour)
    expect(await count()).toBe(2)
  })

  it('says nothing of contacts, companies, or a ticket that vanishes', async () => {
    await twin.control('POST', '/webhooks', { url: hooks.url })
    const id = await makeTicket()
    await told()
    const before = hooks.received.length
    await call(twin, 'POST', '/contacts', { body: { name: 'New', email: 'new@example.com' } })
    await call(twin, 'POST', '/companies', { body: { name: 'New' } })
    await twin.control('POST', '/delete', { kind: 'ticket', id, purge: true })
    expect(await count()).toBe(before)
  })
})

describe('a call that is not taken', () => {
  it('is made again after 5, 30 and 60 minutes of the twin’s clock, and then never', async () => {
    await rule(1, {})
    status = 503
    await makeTicket()
    const counts: number[] = []
    for (const wait of [0, 5 * minute - 1_000, 1_000, 29 * minute, minute, 59 * minute, minute, 24 * hour]) {
      twin.moveClock(wait)
      counts.push((await told()).length)
    }
    expect(counts).toEqual([1, 1, 2, 2, 3, 3, 4, 4])
    expect(twin.webhookAttempts().map(({ attempt, outcome }) => [attempt, outcome])).toEqual(
      [1, 2, 3, 4].map((attempt) => [attempt, 'failed']),
    )
  })

  it('is made in the next hour when the quota is used up', async () => {
    await rule(4, {}, { content: { fields: ['ticket_id'] } })
    const id = await makeTicket()
    for (let round = 0; round < 1_010; round += 1) {
      await twin.control('POST', '/agents/update', { ticketId: id, fields: { tags: [`t${round}`] } })
    }
    expect((await told()).length).toBe(1_000)
    twin.moveClock(hour)
    expect((await told()).length).toBe(1_010)
  })

  it('can be dropped, doubled and turned around', async () => {
    await rule(1, {}, { content: { fields: ['ticket_id'] } })
    const ids = (): number[] => hooks.received.map(({ json }) => number(json, 'freshdesk_webhook', 'ticket_id'))
    twin.setWebhookFaults({ dropNext: 1 })
    await makeTicket()
    const second = await (async () => {
      twin.setWebhookFaults({ duplicateNext: 1 })
      return makeTicket()
    })()
    await told()
    expect(ids()).toEqual([second, second])
    twin.setWebhookFaults({ reorderNext: 2 })
    const [third, fourth] = [await makeTicket(), await makeTicket()]
    await twin.settleWebhooks()
    expect(new Set(ids().slice(2))).toEqual(new Set([third, fourth]))
    expect(twin.webhookAttempts().map(({ outcome }) => outcome)).toContain('dropped')
  })
})
