import { createHmac } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { IntercomTwin } from '../../../twins/intercom/index.ts'
import { signature } from '../../../twins/intercom/webhooks.ts'
import { call, noonSeconds, startDesk } from './desk.ts'
import { at, ids, list, receive, text } from '../probe.ts'
import type { Json, Received } from '../probe.ts'

const secret = 'ic_client_secret_4f1d'
const adminId = '991267466'

describe('the signature', () => {
  it('is that of a delivery signed by somebody else', () => {
    // Computed with openssl: printf '%s' '{"type":"notification_event"}' | openssl dgst -sha1 -hmac ic_client_secret_4f1d
    expect(signature(secret, '{"type":"notification_event"}')).toBe('sha1=7321a5b543c6818d9a16c240a5d213f6ad7c10eb')
  })

  const samplesPath = fileURLToPath(new URL('../../../../shared/contracts/webhook-samples.json', import.meta.url))
  it.skipIf(!existsSync(samplesPath))('is that of the recorded sample', () => {
    const samples: Json = JSON.parse(readFileSync(samplesPath, 'utf8'))
    const vector = at(samples, 'providers', 'intercom', 'vectors', 0)
    expect(signature(text(vector, 'secret'), text(vector, 'body'))).toBe(text(vector, 'headers', 'X-Hub-Signature'))
  })
})

describe('events', () => {
  let twin: IntercomTwin
  let hooks: Awaited<ReturnType<typeof receive>>
  let answer: (received: Received) => number
  beforeEach(async () => {
    answer = () => 200
    hooks = await receive((received) => answer(received))
    twin = await startDesk({ contacts: 30, companies: 3, conversations: 20, tickets: 6 })
    await twin.subscribe({ url: hooks.url, topics: null })
    await twin.settleWebhooks()
  })
  afterEach(async () => {
    await twin.close()
    await hooks[Symbol.asyncDispose]()
  })

  const happen = async (method: string, path: string, body: Record<string, Json> = {}): Promise<Json> => {
    const done = await call(twin, method, path, Object.keys(body).length > 0 ? { body } : {})
    expect([path, done.status, done.status === 200 ? '' : done.text]).toEqual([path, 200, ''])
    await twin.settleWebhooks()
    return done.json
  }
  const someContact = async (): Promise<string> => ids((await call(twin, 'GET', '/contacts')).json, 'data')[0] ?? ''
  const topics = (): string[] => hooks.received.slice(2).map(({ json }) => text(json, 'topic'))

  it('begin with a probe and a ping', () => {
    expect(hooks.received.map(({ method }) => method)).toEqual(['HEAD', 'POST'])
    expect(hooks.received[1]?.json).toEqual({
      type: 'notification_event',
      topic: 'ping',
      id: null,
      app_id: twin.appId,
      data: { item: { type: 'ping', message: 'ping' } },
      created_at: noonSeconds,
      delivery_attempts: 1,
    })
  })

  it('are signed over their exact bytes and name their sender', async () => {
    await twin.control('POST', '/customers/open', { body: 'Größe „M“ – 尺寸?' })
    await twin.settleWebhooks()
    const [delivery] = hooks.of('conversation.user.created')
    const expected = createHmac('sha1', secret)
      .update(delivery?.body ?? '')
      .digest('hex')
    expect(delivery?.headers['x-hub-signature']).toBe(`sha1=${expected}`)
    expect(delivery?.headers['user-agent']).toBe('intercom-parrot-service-client/1.0')
  })

  it('have the envelope of the samples and carry only the newest part', async () => {
    const conversationId = ids((await call(twin, 'GET', '/conversations')).json, 'conversations')[3] ?? ''
    await twin.control('POST', '/customers/reply', { conversationId, body: 'Any news?' })
    await twin.settleWebhooks()
    const json = hooks.of('conversation.user.replied')[0]?.json
    expect(json).toMatchObject({
      type: 'notification_event',
      app_id: twin.appId,
      topic: 'conversation.user.replied',
      delivery_attempts: 1,
      first_sent_at: noonSeconds,
      created_at: noonSeconds,
      data: { type: 'notification_event_data' },
    })
    expect(text(json, 'id')).toMatch(/^notif_/)
    const item = at(json, 'data', 'item')
    expect(text(item, 'id')).toBe(conversationId)
    const parts = list(item, 'conversation_parts', 'conversation_parts')
    expect(parts.map((part) => at(part, 'body'))).toEqual(['<p>Any news?</p>'])
    const team = at(item, 'team_assignee_id')
    expect(team === null || typeof team === 'string').toBe(true)
  })

  it('come for what happens in a conversation', async () => {
    const contactId = await someContact()
    const opened = await happen('POST', '/conversations', { from: { type: 'user', id: contactId }, body: 'Hello' })
    const path = `/conversations/${text(opened, 'conversation_id')}`
    const admin = { type: 'admin', admin_id: adminId }
    await happen('POST', `${path}/reply`, { ...admin, message_type: 'comment', body: 'Hi' })
    await happen('POST', `${path}/reply`, { ...admin, message_type: 'note', body: 'Hm' })
    await happen('POST', `${path}/parts`, { ...admin, message_type: 'assignment', assignee_id: adminId })
    await happen('POST', `${path}/parts`, { ...admin, message_type: 'close' })
    await happen('POST', `${path}/parts`, { admin_id: adminId, message_type: 'open' })
    await happen('POST', `${path}/parts`, {
      admin_id: adminId,
      message_type: 'snoozed',
      snoozed_until: noonSeconds + 60,
    })
    twin.moveClock(61_000)
    await happen('GET', path)
    await happen('PUT', path, { read: true })
    await happen('POST', `${path}/tags`, { id: '81', admin_id: adminId })
    const id = text(opened, 'conversation_id')
    const guest = ids((await call(twin, 'GET', '/contacts')).json, 'data').find((other) => other !== contactId) ?? ''
    await happen('POST', `${path}/customers`, { admin_id: adminId, customer: { intercom_user_id: guest } })
    await happen('DELETE', `${path}/customers/${guest}`, { admin_id: adminId })
    await twin.control('POST', '/customers/read', { conversationId: id })
    await twin.control('POST', '/customers/rate', { conversationId: id, rating: 5, remark: 'Great' })
    await twin.control('POST', '/admins/priority', { conversationId: id, priority: 'high' })
    await happen('DELETE', path)
    expect(topics()).toEqual([
      'conversation.user.created',
      'conversation.admin.replied',
      'conversation.admin.noted',
      'conversation.admin.assigned',
      'conversation.admin.closed',
      'conversation.admin.opened',
      'conversation.admin.snoozed',
      'conversation.admin.unsnoozed',
      'conversation_part.tag.created',
      'conversation.contact.attached',
      'conversation.contact.detached',
      'conversation.read',
      'conversation.rating.added',
      'conversation.priority.updated',
      'conversation.deleted',
    ])
    expect(at(hooks.of('conversation.deleted')[0]?.json, 'data', 'item')).toEqual({ type: 'conversation', id })
  })

  it('come for what happens to tickets', async () => {
    const contactId = await someContact()
    const ticket = await happen('POST', '/tickets', {
      ticket_type_id: '1234',
      contacts: [{ id: contactId }],
      ticket_attributes: { _default_title_: 'Refund' },
    })
    const path = `/tickets/${text(ticket, 'id')}`
    await happen('PUT', path, { ticket_state_id: '7493' })
    await happen('PUT', path, { ticket_attributes: { _default_title_: 'Refund, please' } })
    await happen('PUT', path, { assignee_id: adminId })
    await happen('PUT', path, { assignee_id: '5017691' })
    await happen('POST', `${path}/reply`, { type: 'admin', admin_id: adminId, message_type: 'note', body: 'Hm' })
    await happen('POST', `${path}/reply`, { type: 'admin', admin_id: adminId, message_type: 'comment', body: 'Hi' })
    const said = { type: 'user', message_type: 'comment', body: 'Thanks', intercom_user_id: contactId }
    await happen('POST', `${path}/reply`, said)
    await happen('PUT', path, { ticket_state_id: '7497' })
    expect(topics()).toEqual([
      'ticket.created',
      'ticket.state.updated',
      'ticket.attribute.updated',
      'ticket.admin.assigned',
      'ticket.team.assigned',
      'ticket.note.created',
      'ticket.admin.replied',
      'ticket.contact.replied',
      'ticket.state.updated',
      'ticket.closed',
    ])
    expect(at(hooks.of('ticket.state.updated')[0]?.json, 'data', 'item')).toMatchObject({
      previous_ticket_state_id: '7491',
      ticket_state: { id: '7493' },
      admin_assignee_id: '0',
    })
  })

  it('come for what happens to people and companies', async () => {
    const user = text(await happen('POST', '/contacts', { role: 'user', email: 'a@example.com' }), 'id')
    const lead = text(await happen('POST', '/contacts', { role: 'lead', email: 'a@example.com' }), 'id')
    await happen('PUT', `/contacts/${lead}`, { name: 'A' })
    await happen('POST', `/contacts/${user}/tags`, { id: '81' })
    await happen('DELETE', `/contacts/${user}/tags/81`)
    await happen('POST', '/contacts/merge', { from: lead, into: user })
    await happen('PUT', `/contacts/${user}`, { unsubscribed_from_emails: true })
    await happen('POST', `/contacts/${user}/archive`)
    await happen('DELETE', `/contacts/${user}`)
    const company = text(await happen('POST', '/companies', { company_id: 'c-9', name: 'C' }), 'id')
    await happen('POST', '/companies', { company_id: 'c-9', name: 'D' })
    await happen('DELETE', `/companies/${company}`)
    expect(topics()).toEqual([
      'contact.user.created',
      'contact.lead.created',
      'contact.lead.updated',
      'contact.user.tag.created',
      'contact.user.tag.deleted',
      'contact.merged',
      'contact.user.updated',
      'contact.unsubscribed',
      'contact.archived',
      'contact.deleted',
      'company.created',
      'company.updated',
      'company.deleted',
    ])
    expect(at(hooks.of('contact.merged')[0]?.json, 'data', 'item')).toMatchObject({
      id: user,
      merge_history: [{ source_contact_id: lead, source_contact_role: 'lead' }],
    })
    expect(Object.keys(at(hooks.of('contact.deleted')[0]?.json, 'data', 'item') ?? {})).toEqual([
      'type',
      'id',
      'external_id',
    ])
  })

  it('are sent once more after a failure, as the same event', async () => {
    answer = ({ json }) => (at(json, 'delivery_attempts') === 1 ? 500 : 200)
    await twin.control('POST', '/customers/open', { body: 'Hello' })
    await twin.settleWebhooks()
    const sent = hooks.of('conversation.user.created').map(({ json }) => json)
    expect(sent.map((json) => at(json, 'delivery_attempts'))).toEqual([1, 2])
    expect(at(sent[1], 'id')).toBe(at(sent[0], 'id'))
  })

  it('are given up after the second failure', async () => {
    answer = () => 500
    await twin.control('POST', '/customers/open', { body: 'Hello' })
    await twin.settleWebhooks()
    expect(hooks.of('conversation.user.created')).toHaveLength(2)
    expect(twin.webhookAttempts().at(-1)).toMatchObject({ attempt: 2, status: 500, outcome: 'failed' })
  })

  it('stop for good when the receiver is gone', async () => {
    answer = () => 410
    await twin.control('POST', '/customers/open', { body: 'One' })
    await twin.settleWebhooks()
    await twin.control('POST', '/customers/open', { body: 'Two' })
    await twin.settleWebhooks()
    expect(hooks.of('conversation.user.created')).toHaveLength(1)
  })

  it('are dropped, doubled and delayed on purpose', async () => {
    const say = async (...bodies: string[]): Promise<string[]> => {
      const before = hooks.received.length
      for (const body of bodies) await twin.control('POST', '/customers/open', { body })
      await twin.settleWebhooks()
      return hooks.received.slice(before).map(({ json }) => text(json, 'data', 'item', 'source', 'body'))
    }
    twin.setWebhookFaults({ dropNext: 1 })
    expect(await say('one', 'two')).toEqual(['<p>two</p>'])
    twin.setWebhookFaults({ duplicateNext: 1 })
    expect((await say('one', 'two')).toSorted()).toEqual(['<p>one</p>', '<p>one</p>', '<p>two</p>'])
    twin.setWebhookFaults({ delayMs: 3_600_000 })
    await twin.control('POST', '/customers/open', { body: 'late' })
    expect(hooks.received.filter(({ body }) => body.includes('late'))).toEqual([])
    await twin.settleWebhooks()
    expect(hooks.received.filter(({ body }) => body.includes('late'))).toHaveLength(1)
  })

  it('come only for the topics asked for', async () => {
    await twin.subscribe({ url: hooks.url, topics: ['conversation.deleted'] })
    const conversationId = ids((await call(twin, 'GET', '/conversations')).json, 'conversations')[0] ?? ''
    await twin.control('POST', '/customers/reply', { conversationId, body: 'Hello' })
    await twin.control('POST', '/delete', { kind: 'conversation', id: conversationId })
    await twin.settleWebhooks()
    expect(hooks.received.slice(4).map(({ json }) => text(json, 'topic'))).toEqual(['conversation.deleted'])
  })

  it('do not come for a deletion that is kept silent, nor when nobody has the app installed', async () => {
    const [first = '', second = ''] = ids((await call(twin, 'GET', '/conversations')).json, 'conversations')
    await twin.control('POST', '/delete', { kind: 'conversation', id: first, silently: true })
    expect((await call(twin, 'GET', `/conversations/${first}`)).status).toBe(404)
    twin.revokeTokens()
    await twin.control('POST', '/delete', { kind: 'conversation', id: second })
    await twin.settleWebhooks()
    expect(topics()).toEqual([])
  })
})
