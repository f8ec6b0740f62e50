import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IntercomTwin } from '../../../twins/intercom/index.ts'
import { call, noonSeconds, startDesk } from './desk.ts'
import { at, ids, list, text } from '../probe.ts'
import type { Json } from '../probe.ts'

describe('contacts', () => {
  let twin: IntercomTwin
  beforeAll(async () => {
    twin = await startDesk()
  })
  afterAll(() => twin.close())

  const create = async (body: Json): Promise<string> =>
    text((await call(twin, 'POST', '/contacts', { body })).json, 'id')

  it('refuse a second user with the same address, and name the first', async () => {
    const id = await create({ role: 'user', email: 'twice@example.com' })
    const answer = await call(twin, 'POST', '/contacts', { body: { role: 'user', email: 'Twice@example.com' } })
    expect(answer.status).toBe(409)
    expect(answer.json).toMatchObject({
      errors: [{ code: 'conflict', message: `A contact matching those details already exists with id=${id}` }],
    })
    expect((await call(twin, 'POST', '/contacts', { body: { role: 'lead', email: 'twice@example.com' } })).status).toBe(
      200,
    )
  })

  it('have fields of the workspace’s own, which are told by whose they are', async () => {
    const { json } = await call(twin, 'GET', '/data_attributes?model=contact')
    expect(list(json, 'data').map((each) => text(each, 'full_name'))).toContain('custom_attributes.orders')
  })

  it('leave what an update does not name', async () => {
    const id = await create({
      role: 'user',
      email: 'kept@example.com',
      name: 'Kept',
      custom_attributes: { loyalty_tier: 'gold', orders: 2 },
    })
    const body = { phone: '+353871234567', custom_attributes: { loyalty_tier: null, orders: 3 } }
    const { json } = await call(twin, 'PUT', `/contacts/${id}`, { body })
    expect(json).toMatchObject({ name: 'Kept', phone: '+353871234567', custom_attributes: { orders: 3 } })
    expect(Object.keys(at(json, 'custom_attributes') ?? {})).toEqual(['orders'])
  })

  it('refuse a field that the workspace did not define, and a value that it does not have', async () => {
    const id = await create({ role: 'user', email: 'defined@example.com' })
    const unknown: readonly Json[] = [{ shoe_size: 44 }, { loyalty_tier: 'platinum' }]
    for (const custom_attributes of unknown) {
      const refused = await call(twin, 'PUT', `/contacts/${id}`, { body: { custom_attributes } })
      expect([refused.status, text(refused.json, 'errors', 0, 'code')]).toEqual([400, 'parameter_invalid'])
    }
  })

  it('point to where they were merged into', async () => {
    const user = await create({ role: 'user', email: 'same@example.com' })
    const lead = await create({ role: 'lead', email: 'same@example.com' })
    const opened = await call(twin, 'POST', '/conversations', {
      body: { from: { type: 'lead', id: lead }, body: 'Hi' },
    })
    const stranger = await create({ role: 'user', email: 'stranger@example.com' })
    const refused = await call(twin, 'POST', '/contacts/merge', { body: { from: lead, into: stranger } })
    expect([refused.status, text(refused.json, 'errors', 0, 'code')]).toEqual([400, 'invalid_merge'])
    expect((await call(twin, 'POST', '/contacts/merge', { body: { from: lead, into: user } })).status).toBe(200)
    const gone = await call(twin, 'GET', `/contacts/${lead}`)
    expect([gone.status, gone.headers.get('link')]).toEqual([410, `</contacts/${user}>; rel="canonical"`])
    const conversation = await call(twin, 'GET', `/conversations/${text(opened.json, 'conversation_id')}`)
    expect(ids(conversation.json, 'contacts', 'contacts')).toEqual([user])
    const query = { field: 'email', operator: '=', value: 'same@example.com' }
    expect(ids((await call(twin, 'POST', '/contacts/search', { body: { query } })).json, 'data')).toEqual([user])
  })

  it('are hidden while archived and come back', async () => {
    const id = await create({ role: 'user', email: 'hidden@example.com' })
    const query = { field: 'id', operator: '=', value: id }
    const found = async () =>
      at((await call(twin, 'POST', '/contacts/search', { body: { query } })).json, 'total_count')
    const asked = async () => (await call(twin, 'GET', `/contacts/${id}`)).status
    expect((await call(twin, 'POST', `/contacts/${id}/archive`)).json).toMatchObject({ id, archived: true })
    expect([await found(), await asked()]).toEqual([0, 404])
    await call(twin, 'POST', `/contacts/${id}/unarchive`)
    expect([await found(), await asked()]).toEqual([1, 200])
  })

  it('are gone once deleted', async () => {
    const id = await create({ role: 'user', email: 'gone@example.com' })
    expect((await call(twin, 'DELETE', `/contacts/${id}`)).json).toMatchObject({ id, deleted: true })
    const answer = await call(twin, 'GET', `/contacts/${id}`)
    expect([answer.status, text(answer.json, 'errors', 0, 'message')]).toEqual([404, 'User Not Found'])
  })
})

describe('conversations', () => {
  let twin: IntercomTwin
  beforeAll(async () => {
    twin = await startDesk()
  })
  afterAll(() => twin.close())

  const open = async (): Promise<string> => {
    const [contact = ''] = ids((await call(twin, 'GET', '/contacts')).json, 'data')
    const { json } = await call(twin, 'POST', '/conversations', {
      body: { from: { type: 'user', id: contact }, body: 'Line one\n\nLine <two>' },
    })
    return text(json, 'conversation_id')
  }

  it('write text as HTML and show it as text again', async () => {
    const id = await open()
    const html = await call(twin, 'GET', `/conversations/${id}`)
    expect(text(html.json, 'source', 'body')).toBe('<p>Line one</p>\n<p>Line &lt;two&gt;</p>')
    const plain = await call(twin, 'GET', `/conversations/${id}?display_as=plaintext`)
    expect(text(plain.json, 'source', 'body')).toBe('Line one\n\nLine <two>')
    expect(at(html.json, 'conversation_parts')).toMatchObject({ conversation_parts: [], total_count: 0 })
  })

  it('open again when the customer writes after the close, and count it', async () => {
    const id = await open()
    const closing = { type: 'admin', admin_id: '991267466', message_type: 'close' }
    expect((await call(twin, 'POST', `/conversations/${id}/parts`, { body: closing })).json).toMatchObject({
      state: 'closed',
      open: false,
      waiting_since: null,
    })
    await twin.control('POST', '/customers/reply', { conversationId: id, body: 'Wait' })
    const { json } = await call(twin, 'GET', `/conversations/${id}`)
    expect(json).toMatchObject({ state: 'open', waiting_since: noonSeconds, statistics: { count_reopens: 1 } })
    const types = list(json, 'conversation_parts', 'conversation_parts').map((part) => text(part, 'part_type'))
    expect(types).toEqual(['close', 'open'])
  })

  it('refuse to lose their last customer', async () => {
    const id = await open()
    const contact = text((await call(twin, 'GET', `/conversations/${id}`)).json, 'contacts', 'contacts', 0, 'id')
    const body = { admin_id: '991267466' }
    expect((await call(twin, 'DELETE', `/conversations/${id}/customers/${contact}`, { body })).status).toBe(422)
  })

  it('are listed as deleted afterwards', async () => {
    const id = await open()
    await call(twin, 'DELETE', `/conversations/${id}?retain_metrics=false`)
    const { json } = await call(twin, 'GET', '/conversations/deleted')
    expect(at(json, 'conversations', 0)).toEqual({
      type: 'conversation',
      id,
      metrics_retained: false,
      deleted_at: noonSeconds,
    })
    expect((await call(twin, 'GET', `/conversations/${id}`)).status).toBe(404)
  })

  it('merge once, and not into themselves', async () => {
    const [secondary, primary] = [await open(), await open()]
    const merge = (from: string, into: string) =>
      call(twin, 'POST', `/conversations/${from}/merge`, { body: { merge_into_conversation_id: Number(into) } })
    expect((await merge(primary, primary)).status).toBe(422)
    expect(text((await merge(secondary, primary)).json, 'id')).toBe(primary)
    expect((await merge(secondary, primary)).status).toBe(422)
    expect(at((await call(twin, 'GET', `/conversations/${secondary}`)).json, 'state')).toBe('closed')
  })

  it('become tickets under the same number', async () => {
    const id = await open()
    const backOffice = { ticket_type_id: '1236' }
    expect((await call(twin, 'POST', `/conversations/${id}/convert`, { body: backOffice })).status).toBe(400)
    const ticket = await call(twin, 'POST', `/conversations/${id}/convert`, { body: { ticket_type_id: '1234' } })
    expect(ticket.json).toMatchObject({ id, category: 'Customer', ticket_state: { category: 'submitted' } })
    expect(text(ticket.json, 'ticket_id')).not.toBe(id)
    expect(at((await call(twin, 'GET', `/conversations/${id}`)).json, 'ticket')).toEqual({ type: 'ticket', id })
  })

  it('blank what is redacted', async () => {
    const id = await open()
    const source = text((await call(twin, 'GET', `/conversations/${id}`)).json, 'source', 'id')
    const body = { type: 'source', conversation_id: id, source_id: source }
    const { json } = await call(twin, 'POST', '/conversations/redact', { body })
    expect(at(json, 'source')).toMatchObject({ redacted: true, body: '<p><i>This message was deleted</i></p>' })
  })
})

describe('tickets', () => {
  it('refuse a state of another type, unknown attributes, and customers in the back office', async () => {
    await using twin = await startDesk()
    const [contact = ''] = ids((await call(twin, 'GET', '/contacts')).json, 'data')
    const body = { ticket_type_id: '1236', contacts: [{ id: contact }], ticket_attributes: {} }
    const id = text((await call(twin, 'POST', '/tickets', { body })).json, 'id')
    const stray = await call(twin, 'PUT', `/tickets/${id}`, { body: { ticket_state_id: '7495' } })
    expect([stray.status, text(stray.json, 'errors', 0, 'code')]).toEqual([400, 'ticket_state_id_invalid'])
    const extra = await call(twin, 'PUT', `/tickets/${id}`, { body: { ticket_attributes: { Colour: 'red' } } })
    expect(extra.status).toBe(400)
    const said = { type: 'user', message_type: 'comment', body: 'Hi', intercom_user_id: contact }
    const refused = await call(twin, 'POST', `/tickets/${id}/reply`, { body: said })
    expect([refused.status, text(refused.json, 'errors', 0, 'code')]).toEqual([400, 'parameter_mismatch'])
  })
})
