import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IntercomTwin } from '../../../twins/intercom/index.ts'
import { call, contractPath, hasContract, noonSeconds, startDesk } from './desk.ts'
import { at, ids, list, text } from '../probe.ts'
import type { Answer, Json } from '../probe.ts'

describe.skipIf(!hasContract)(`what the twin speaks, held against ${contractPath.split('/').at(-1)}`, () => {
  let twin: IntercomTwin
  let contactId: string
  let otherContactId: string
  let conversationId: string
  let companyId: string
  const adminId = '991267466'

  beforeAll(async () => {
    twin = await startDesk({ conversations: 200, tickets: 80 })
    const [contact = '', other = ''] = ids((await call(twin, 'GET', '/contacts')).json, 'data')
    contactId = contact
    otherContactId = other
    const [conversation = ''] = ids((await call(twin, 'GET', '/conversations')).json, 'conversations')
    conversationId = conversation
    const [company = ''] = ids((await call(twin, 'POST', '/companies/list')).json, 'data')
    companyId = company
  })
  afterAll(() => twin.close())

  const ok = async (method: string, path: string, body?: Json): Promise<Answer> => {
    const answer = await call(twin, method, path, body === undefined ? {} : { body })
    expect(answer.text, `${method} ${path}`).not.toContain('not as described')
    expect([method, path, answer.status, answer.status === 200 ? '' : answer.text]).toEqual([method, path, 200, ''])
    return answer
  }

  const brokenAnswers = () => twin.violations().filter(({ direction }) => direction === 'response')

  it('lists and gets everything there is', async () => {
    for (const path of [
      '/me',
      '/admins',
      `/admins/${adminId}`,
      '/teams',
      '/teams/5017691',
      '/teams/5017691/metrics',
      '/tags',
      '/tags/81',
      '/segments?include_count=true',
      '/ticket_types',
      '/ticket_types/1234',
      '/ticket_states',
      '/contacts?per_page=150',
      `/contacts/${contactId}?include_merge_history=true`,
      `/contacts/${contactId}/tags`,
      `/contacts/${contactId}/notes`,
      `/contacts/${contactId}/companies`,
      `/contacts/${contactId}/segments`,
      '/contacts/find_by_external_id/u-1',
      `/companies/${companyId}`,
      `/companies/${companyId}/contacts`,
      `/companies/${companyId}/notes`,
      `/companies?company_id=trade-1000`,
      '/conversations?per_page=150',
      `/conversations/${conversationId}`,
      `/conversations/${conversationId}?display_as=plaintext`,
      '/conversations/deleted',
    ]) {
      await ok('GET', path)
    }
    await ok('POST', '/companies/list?page=1&per_page=10')
    await ok('GET', '/companies/scroll')
    expect(brokenAnswers()).toEqual([])
  })

  it('gets every conversation, whatever parts it has', async () => {
    for (const id of ids((await ok('GET', '/conversations?per_page=150')).json, 'conversations')) {
      await ok('GET', `/conversations/${id}`)
    }
    expect(brokenAnswers()).toEqual([])
  })

  it('gets every ticket, whatever it holds', async () => {
    const query = { field: 'created_at', operator: '>', value: 1 }
    const found = await ok('POST', '/tickets/search', { query, pagination: { per_page: 150 } })
    for (const id of ids(found.json, 'tickets')) await ok('GET', `/tickets/${id}`)
    expect(brokenAnswers()).toEqual([])
  })

  it('searches', async () => {
    const recent = { field: 'created_at', operator: '>', value: noonSeconds - 30 * 86_400 }
    const nested = { operator: 'AND', value: [recent, { operator: 'OR', value: [recent, recent] }] }
    const all = { field: 'created_at', operator: '>', value: 1 }
    await ok('POST', '/contacts/search', { query: nested, pagination: { per_page: 5 } })
    await ok('POST', '/contacts/search', { query: all, sort: { field: 'created_at', order: 'ascending' } })
    await ok('POST', '/conversations/search', { query: nested, pagination: { per_page: 150 } })
    await ok('POST', '/tickets/search', { query: all, pagination: { per_page: 150 } })
    expect(brokenAnswers()).toEqual([])
  })

  it('tells what the workspace defined', async () => {
    const { json } = await ok('GET', '/data_attributes?model=company')
    expect(list(json, 'data').map((each) => text(each, 'full_name'))).toContain('custom_attributes.credit_terms')
    await ok('GET', '/data_attributes')
    expect(brokenAnswers()).toEqual([])
  })

  it('sets admins away', async () => {
    const away = { away_mode_enabled: true, away_mode_reassign: false }
    expect((await ok('PUT', `/admins/${adminId}/away`, away)).json).toMatchObject({ id: adminId, ...away })
    expect((await ok('GET', `/admins/${adminId}`)).json).toMatchObject({ away_mode_enabled: true })
    await ok('PUT', `/admins/${adminId}/away`, { ...away, away_mode_enabled: false })
    expect(brokenAnswers()).toEqual([])
  })

  it('writes people and companies', async () => {
    const created = await ok('POST', '/contacts', {
      email: 'new@example.com',
      role: 'user',
      custom_attributes: { orders: 1 },
    })
    const id = text(created.json, 'id')
    const lead = await ok('POST', '/contacts', { role: 'lead', email: 'new@example.com' })
    await ok('PUT', `/contacts/${id}`, { name: 'New', phone: null })
    await ok('POST', '/contacts/merge', { from: text(lead.json, 'id'), into: id })
    await ok('GET', `/contacts/${id}/merge_history`)
    await ok('POST', `/contacts/${id}/notes`, { body: '<p>Hello</p>', admin_id: adminId })
    await ok('POST', `/contacts/${id}/tags`, { id: '81' })
    await ok('DELETE', `/contacts/${id}/tags/81`)
    await ok('POST', `/contacts/${id}/companies`, { id: companyId })
    await ok('GET', `/contacts/${id}/companies`)
    await ok('DELETE', `/contacts/${id}/companies/${companyId}`)
    await ok('POST', `/contacts/${id}/archive`)
    await ok('POST', `/contacts/${id}/unarchive`)
    await ok('POST', `/contacts/${id}/block`)
    await ok('DELETE', `/contacts/${id}`)
    const company = await ok('POST', '/companies', { company_id: 'c-1', name: 'New', plan: 'Trade Plus', size: 4 })
    await ok('PUT', `/companies/${text(company.json, 'id')}`, { name: 'Newer' })
    await ok('DELETE', `/companies/${text(company.json, 'id')}`)
    await ok('POST', '/tags', { name: 'Fresh' })
    await ok('POST', '/tags', { name: 'Fresh', users: [{ id: contactId }] })
    const tag = await ok('POST', '/tags', { name: 'Fresh', companies: [{ id: companyId }] })
    await ok('DELETE', `/tags/${text(tag.json, 'id')}`)
    expect(brokenAnswers()).toEqual([])
  })

  it('writes conversations', async () => {
    const opened = await ok('POST', '/conversations', { from: { type: 'user', id: contactId }, body: 'Hello' })
    const id = text(opened.json, 'conversation_id')
    const admin = { type: 'admin', admin_id: adminId }
    const url = 'https://files.example.com/a.png'
    const file = { content_type: 'text/plain', name: 'a.txt', data: 'aGk=' }
    await ok('POST', `/conversations/${id}/reply`, {
      ...admin,
      message_type: 'comment',
      body: 'Hi',
      attachment_urls: [url],
    })
    await ok('POST', `/conversations/${id}/reply`, {
      ...admin,
      message_type: 'note',
      body: 'Hm',
      attachment_files: [file],
    })
    const said = { message_type: 'comment', type: 'user', body: 'Thanks' }
    await ok('POST', `/conversations/${id}/reply`, { ...said, intercom_user_id: contactId })
    await ok('POST', `/conversations/${id}/parts`, { ...admin, message_type: 'assignment', assignee_id: '5017691' })
    await ok('POST', `/conversations/${id}/parts`, { ...admin, message_type: 'assignment', assignee_id: '0' })
    await ok('POST', `/conversations/${id}/parts`, { ...admin, message_type: 'close', body: 'Bye' })
    const until = noonSeconds + 3_600
    await ok('POST', `/conversations/${id}/parts`, { message_type: 'snoozed', admin_id: adminId, snoozed_until: until })
    await ok('POST', `/conversations/${id}/parts`, { message_type: 'open', admin_id: adminId })
    await ok('POST', `/conversations/${id}/tags`, { id: '82', admin_id: adminId })
    await ok('DELETE', `/conversations/${id}/tags/82`, { admin_id: adminId })
    const customer = { intercom_user_id: otherContactId }
    await ok('POST', `/conversations/${id}/customers`, { admin_id: adminId, customer })
    await ok('DELETE', `/conversations/${id}/customers/${otherContactId}`, { admin_id: adminId })
    await ok('PUT', `/conversations/${id}`, { read: true, title: 'A title', custom_attributes: { reason: 'late' } })
    const shown = await ok('GET', `/conversations/${id}`)
    const partId = text(shown.json, 'conversation_parts', 'conversation_parts', 0, 'id')
    await ok('POST', '/conversations/redact', {
      type: 'conversation_part',
      conversation_id: id,
      conversation_part_id: partId,
    })
    const sourceId = text(shown.json, 'source', 'id')
    await ok('POST', '/conversations/redact', { type: 'source', conversation_id: id, source_id: sourceId })
    await ok('POST', `/conversations/${id}/convert`, { ticket_type_id: '1234' })
    await ok('DELETE', `/conversations/${id}`)
    await ok('GET', '/conversations/deleted')
    expect(brokenAnswers()).toEqual([])
  })

  it('writes messages and tickets', async () => {
    const from = { type: 'admin', id: Number(adminId) }
    const to = { type: 'user', id: contactId }
    await ok('POST', '/messages', { message_type: 'in_app', body: 'Hey', from, to })
    await ok('POST', '/messages', {
      message_type: 'email',
      subject: 'News',
      template: 'plain',
      body: 'Hey',
      from,
      to,
      create_conversation_without_contact_reply: true,
    })
    const ticket = await ok('POST', '/tickets', {
      ticket_type_id: '1234',
      contacts: [{ id: contactId }],
      ticket_attributes: { _default_title_: 'Refund', _default_description_: 'Order 8841' },
    })
    const id = text(ticket.json, 'id')
    await ok('GET', `/tickets/${id}`)
    await ok('PUT', `/tickets/${id}`, { admin_id: Number(adminId), assignee_id: '991267467' })
    await ok('PUT', `/tickets/${id}`, { ticket_state_id: '7493', ticket_attributes: { _default_title_: 'Refund 2' } })
    const reply = { message_type: 'comment', type: 'admin', admin_id: adminId, body: 'On its way' }
    await ok('POST', `/tickets/${id}/reply`, reply)
    const said = { message_type: 'comment', type: 'user', body: 'Thanks' }
    await ok('POST', `/tickets/${id}/reply`, { ...said, intercom_user_id: contactId })
    await ok('POST', `/tickets/${id}/tags`, { id: '82', admin_id: adminId })
    await ok('DELETE', `/tickets/${id}/tags/82`, { admin_id: adminId })
    await ok('DELETE', `/tickets/${id}`)
    expect(brokenAnswers()).toEqual([])
  })

  it('answers errors as described', async () => {
    for (const path of ['/contacts/nobody', '/conversations/1', '/tickets/1', '/companies/1', '/tags/1', '/nowhere']) {
      const answer = await call(twin, 'GET', path)
      expect(answer.status).toBe(404)
      expect(at(answer.json, 'type')).toBe('error.list')
    }
    expect(brokenAnswers()).toEqual([])
  })

  it('refuses a request that is not as described, and remembers it', async () => {
    const before = twin.violations().length
    const body = { message_type: 'shout', type: 'admin', admin_id: adminId, body: 'Hi' }
    const answer = await call(twin, 'POST', `/conversations/${conversationId}/reply`, { body })
    expect(answer.status).toBe(400)
    expect(at(answer.json, 'errors', 0, 'code')).toBe('parameter_invalid')
    expect(twin.violations().slice(before)).toMatchObject([{ direction: 'request', method: 'POST' }])
  })

  it('has checked more than three hundred exchanges by now', () => {
    const { requests, responses } = twin.contractChecks()
    expect(requests).toBeGreaterThan(300)
    expect(responses).toBeGreaterThan(300)
  })
})
