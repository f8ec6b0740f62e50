import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FreshdeskTwin } from '../../../twins/freshdesk/index.ts'
import { at, list, number, text } from '../probe.ts'
import type { Answer, Json } from '../probe.ts'
import { call, errorsOf, noon, startDesk } from './desk.ts'

const hour = 3_600_000

describe('a ticket', () => {
  let twin: FreshdeskTwin
  beforeAll(async () => {
    twin = await startDesk()
  })
  afterAll(() => twin.close())

  const make = (body: Json = {}): Promise<Answer> =>
    call(twin, 'POST', '/tickets', {
      body: { email: 'a@example.com', subject: 'Hello', description: 'Hi', ...Object(body) },
    })
  const made = async (body: Json = {}): Promise<number> => number((await make(body)).json, 'id')
  const get = async (id: number, query = ''): Promise<Json> => (await call(twin, 'GET', `/tickets/${id}${query}`)).json

  it('is made with 201, its place and every field, null where nothing was said', async () => {
    const answer = await make()
    const id = number(answer.json, 'id')
    expect([answer.status, answer.headers.get('location')]).toEqual([201, `${twin.url}/harbour/api/v2/tickets/${id}`])
    expect(answer.json).toMatchObject({
      status: 2,
      priority: 1,
      source: 2,
      type: null,
      responder_id: null,
      group_id: null,
      product_id: null,
      to_emails: null,
      tags: [],
      spam: false,
      description: '<div><p>Hi</p></div>',
      description_text: 'Hi',
      created_at: '2026-01-15T12:00:00Z',
      custom_fields: {
        cf_order: null,
        cf_refund_cents: null,
        cf_fragile: null,
        cf_carrier: null,
        cf_promised_on: null,
      },
    })
    expect(await get(id)).toEqual(answer.json)
  })

  it('makes a contact of an address nobody has, once', async () => {
    const before = twin.counts().contacts
    const [first, second] = [
      await make({ email: 'Once@Example.com', name: 'Once' }),
      await make({ email: 'once@example.com' }),
    ]
    expect(at(first.json, 'requester_id')).toBe(at(second.json, 'requester_id'))
    expect(twin.counts().contacts).toBe(before + 1)
    const contact = await call(twin, 'GET', `/contacts/${number(first.json, 'requester_id')}`)
    expect(contact.json).toMatchObject({ name: 'Once', email: 'once@example.com' })
  })

  it.each<[string, Json, [string, string]]>([
    ['nobody named', { subject: 'x' }, ['requester_id', 'missing_field']],
    ['a number without a name', { phone: '+1234' }, ['name', 'missing_field']],
    ['somebody who is not there', { requester_id: 1 }, ['requester_id', 'invalid_value']],
    ['an external id nobody has', { unique_external_id: 'nope' }, ['unique_external_id', 'invalid_value']],
    ['no address', { email: 'nonsense' }, ['email', 'invalid_value']],
    ['an unknown key', { email: 'a@example.com', urgency: 1 }, ['urgency', 'invalid_field']],
    ['a status the account does not have', { email: 'a@example.com', status: 12 }, ['status', 'invalid_value']],
    ['a type it does not have', { email: 'a@example.com', type: 'Repair' }, ['type', 'invalid_value']],
    ['an agent who is not there', { email: 'a@example.com', responder_id: 5 }, ['responder_id', 'invalid_value']],
    ['a company that is not theirs', { email: 'a@example.com', company_id: 5 }, ['company_id', 'invalid_value']],
    ['a field it does not have', { email: 'a@example.com', custom_fields: { cf_x: 1 } }, ['cf_x', 'invalid_field']],
    [
      'a choice it does not have',
      { email: 'a@example.com', custom_fields: { cf_carrier: 'Pony' } },
      ['cf_carrier', 'invalid_value'],
    ],
    [
      'text for a number',
      { email: 'a@example.com', custom_fields: { cf_refund_cents: '9' } },
      ['cf_refund_cents', 'datatype_mismatch'],
    ],
    [
      'half of the due times',
      { email: 'a@example.com', due_by: '2026-02-01T10:00:00Z' },
      ['fr_due_by', 'invalid_value'],
    ],
    ['tags that are no list', { email: 'a@example.com', tags: 'one' }, ['tags', 'datatype_mismatch']],
  ])('is refused with %s, and nothing is made', async (_what, body, error) => {
    const before = [twin.counts().tickets, twin.counts().contacts]
    const answer = await call(twin, 'POST', '/tickets', { body })
    expect([answer.status, errorsOf(answer)]).toEqual([400, [error]])
    expect(twin.counts().tickets).toBe(before[0])
  })

  it('keeps numbers of the account’s own, which are not another account’s', async () => {
    expect(at((await make({ status: 9, source: 101 })).json, 'status')).toBe(9)
    const elsewhere = await call(twin, 'POST', '/tickets', {
      domain: 'kestrel',
      body: { email: 'a@example.com', status: 9 },
    })
    expect(errorsOf(elsewhere)).toEqual([['status', 'invalid_value']])
    const fields = await call(twin, 'GET', '/ticket_fields?type=default_status', { domain: 'kestrel' })
    expect(at(fields.json, 0, 'choices')).toMatchObject({
      '2': ['Open', 'Being Processed'],
      '12': ['Escalated to vendor', 'Being Processed'],
    })
    const sources = await call(twin, 'GET', '/ticket_fields?type=default_source')
    expect(at(sources.json, 0, 'choices')).toMatchObject({ Email: 1, 'Shop counter': 101 })
  })

  it('is not over before what that needs is said', async () => {
    const options = { domain: 'kestrel' }
    const id = number(
      (await call(twin, 'POST', '/tickets', { ...options, body: { email: 'a@example.com' } })).json,
      'id',
    )
    const early = await call(twin, 'PUT', `/tickets/${id}`, { ...options, body: { status: 4 } })
    expect([early.status, errorsOf(early)]).toEqual([400, [['cf_root_cause', 'missing_field']]])
    const body = { status: 4, custom_fields: { cf_root_cause: 'Wear' } }
    expect((await call(twin, 'PUT', `/tickets/${id}`, { ...options, body })).status).toBe(200)
  })

  it('has all of its tags replaced', async () => {
    const id = await made({ tags: ['one', 'two'] })
    expect(at((await call(twin, 'PUT', `/tickets/${id}`, { body: { tags: ['three'] } })).json, 'tags')).toEqual([
      'three',
    ])
    expect(at((await call(twin, 'PUT', `/tickets/${id}`, { body: { priority: 2 } })).json, 'tags')).toEqual(['three'])
  })

  it('is not changed in the trash or as spam: 405, until it is back', async () => {
    const id = await made()
    expect([(await call(twin, 'DELETE', `/tickets/${id}`)).text, at(await get(id), 'deleted')]).toEqual(['', true])
    for (const [method, path] of [
      ['PUT', ''],
      ['DELETE', ''],
      ['POST', '/reply'],
      ['POST', '/notes'],
      ['PUT', '/spam'],
    ]) {
      const body: Json = path === '' || path === '/spam' ? {} : { body: 'x' }
      expect((await call(twin, method ?? '', `/tickets/${id}${path}`, { body })).status).toBe(405)
    }
    expect((await call(twin, 'PUT', `/tickets/${id}/restore`)).status).toBe(204)
    expect((await call(twin, 'PUT', `/tickets/${id}/restore`)).status).toBe(404)
    expect((await call(twin, 'PUT', `/tickets/${id}/spam`)).status).toBe(204)
    expect((await call(twin, 'PUT', `/tickets/${id}`, { body: { priority: 2 } })).status).toBe(405)
    expect((await call(twin, 'PUT', `/tickets/${id}/unspam`)).status).toBe(204)
    expect((await call(twin, 'PUT', `/tickets/${id}`, { body: { priority: 2 } })).status).toBe(200)
  })

  it('takes files by form, up to twenty megabytes together', async () => {
    const form = new FormData()
    form.set('email', 'form@example.com')
    form.set('subject', 'With a file')
    form.set('description', 'See attached')
    form.set('priority', '3')
    form.append('tags[]', 'one')
    form.append('tags[]', 'two')
    form.set('custom_fields[cf_order]', '#1')
    form.append('attachments[]', new File([new Uint8Array(1_000)], 'photo.jpg', { type: 'image/jpeg' }))
    const answer = await call(twin, 'POST', '/tickets', { body: form })
    expect(answer.json).toMatchObject({ priority: 3, tags: ['one', 'two'], custom_fields: { cf_order: '#1' } })
    expect(at(answer.json, 'attachments')).toMatchObject([
      { name: 'photo.jpg', content_type: 'image/jpeg', size: 1_000 },
    ])
    const id = number(answer.json, 'id')
    const large = new FormData()
    large.set('body', 'Too much')
    large.append('attachments[]', new File([new Uint8Array(20 * 1024 * 1024)], 'film.mp4'))
    const refused = await call(twin, 'POST', `/tickets/${id}/reply`, { body: large })
    expect([refused.status, errorsOf(refused)]).toEqual([400, [['attachments', 'invalid_value']]])
    expect(list((await call(twin, 'GET', `/tickets/${id}/conversations`)).json)).toEqual([])
    const file = number(answer.json, 'attachments', 0, 'id')
    expect((await call(twin, 'DELETE', `/attachments/${file}`)).status).toBe(204)
    expect(at(await get(id), 'attachments')).toEqual([])
  })

  it('tells what was said, by whom, and when for the first time', async () => {
    const id = await made()
    twin.moveClock(60_000)
    const reply = await call(twin, 'POST', `/tickets/${id}/reply`, {
      body: { body: 'Hello', cc_emails: ['c@example.org'] },
    })
    expect([reply.status, at(reply.json, 'replied_to')]).toEqual([201, ['a@example.com']])
    twin.moveClock(60_000)
    await call(twin, 'PUT', `/tickets/${id}`, { body: { status: 4 } })
    twin.moveClock(60_000)
    await twin.control('POST', '/customers/reply', { ticketId: id, body: 'Not solved' })
    const seen = await get(id, '?include=stats,conversations')
    const began = Date.parse(text(seen, 'created_at'))
    const after = (minutes: number): string => `${new Date(began + minutes * 60_000).toISOString().slice(0, 19)}Z`
    expect(at(seen, 'stats')).toMatchObject({
      first_responded_at: after(1),
      agent_responded_at: after(1),
      requester_responded_at: after(3),
      reopened_at: after(3),
      resolved_at: null,
    })
    expect(at(seen, 'status')).toBe(2)
    expect(at(seen, 'reply_cc_emails')).toEqual(['c@example.org'])
    expect(
      list(seen, 'conversations').map((one) => [at(one, 'incoming'), at(one, 'private'), at(one, 'source')]),
    ).toEqual([
      [false, false, 0],
      [true, false, 0],
    ])
  })

  it('of a chat has structured bodies, and its first message in both places', async () => {
    const made: Json = JSON.parse(
      JSON.stringify(await twin.control('POST', '/customers/open', { body: 'Anybody there?', source: 15 })),
    )
    const id = number(made, 'id')
    expect(at(made, 'structured_description', 'body_contents', 0, 'data', 'content')).toBe('Anybody there?')
    expect(at(await get(id, '?include=conversations'), 'conversations', 0, 'body_text')).toBe('Anybody there?')
    expect(errorsOf(await call(twin, 'POST', `/tickets/${id}/reply`, { body: { body: 'Yes' } }))).toEqual([
      ['structured_body', 'missing_field'],
    ])
    const structured_body = { body_contents: [{ type: 'text', data: { content: 'Yes' } }] }
    const reply = await call(twin, 'POST', `/tickets/${id}/reply`, { body: { structured_body } })
    expect([reply.status, at(reply.json, 'structured_body')]).toEqual([201, structured_body])
  })

  it('lets notes be changed and removed, and nothing else', async () => {
    const id = await made()
    const reply = await call(twin, 'POST', `/tickets/${id}/reply`, { body: { body: 'Sent' } })
    const path = `/conversations/${number(reply.json, 'id')}`
    expect((await call(twin, 'PUT', path, { body: { body: 'Unsent' } })).status).toBe(405)
    expect((await call(twin, 'DELETE', path)).status).toBe(405)
  })

  it('takes in what others were merged into it', async () => {
    const [one, other] = [await made(), await made({ email: 'b@example.com', description: 'The same' })]
    await call(twin, 'POST', `/tickets/${other}/notes`, { body: { body: 'Known' } })
    const merge = { primary_id: one, ticket_ids: [other], convert_recepients_to_cc: true }
    expect((await call(twin, 'PUT', '/tickets/merge', { body: merge })).status).toBe(204)
    const primary = await get(one, '?include=conversations')
    expect(
      list(primary, 'conversations')
        .map((said) => text(said, 'body_text'))
        .join(),
    ).toMatch(/The same[^]*Known/)
    expect(at(primary, 'cc_emails')).toEqual(['b@example.com'])
    expect(at(await get(other), 'status')).toBe(5)
    const self = await call(twin, 'PUT', '/tickets/merge', { body: { primary_id: one, ticket_ids: [one] } })
    expect([self.status, errorsOf(self)]).toEqual([400, [['ticket_ids', 'invalid_value']]])
  })
})

describe('what time does to tickets', () => {
  it('escalates those that nobody answered or solved when they were due, while time counts', async () => {
    await using twin = await startDesk()
    const due = { fr_due_by: '2026-01-15T14:00:00Z', due_by: '2026-01-15T16:00:00Z' }
    const make = async (body: Json): Promise<number> =>
      number(
        (await call(twin, 'POST', '/tickets', { body: { email: 'a@example.com', ...due, ...Object(body) } })).json,
        'id',
      )
    const [quiet, answered, waiting] = [await make({}), await make({}), await make({ status: 3 })]
    await call(twin, 'POST', `/tickets/${answered}/reply`, { body: { body: 'Here' } })
    const flags = async (id: number) => {
      const { json } = await call(twin, 'GET', `/tickets/${id}`)
      return [at(json, 'fr_escalated'), at(json, 'is_escalated'), text(json, 'updated_at').slice(11, 16)]
    }
    twin.moveClock(3 * hour)
    expect(await flags(quiet)).toEqual([true, true, '15:00'])
    expect(await flags(answered)).toEqual([false, false, '12:00'])
    twin.moveClock(2 * hour)
    expect(await flags(answered)).toEqual([false, true, '17:00'])
    expect(await flags(waiting)).toEqual([false, false, '12:00'])
  })

  it('reckons due times in the hours the desk is open', async () => {
    await using twin = await startDesk()
    const due = async (priority: number) => {
      const { json } = await call(twin, 'POST', '/tickets', { body: { email: 'a@example.com', priority } })
      return [text(json, 'fr_due_by'), text(json, 'due_by')]
    }
    // A Thursday noon: five hours are left of the day, and then comes the weekend.
    expect(await due(1)).toEqual(['2026-01-19T12:00:00Z', '2026-01-22T12:00:00Z'])
    expect(await due(2)).toEqual(['2026-01-16T12:00:00Z', '2026-01-20T12:00:00Z'])
    expect(await due(4)).toEqual(['2026-01-15T13:00:00Z', '2026-01-15T20:00:00Z'])
  })

  it('does a bulk action some seconds after it was asked for', async () => {
    await using twin = await startDesk()
    const ids = list((await call(twin, 'GET', '/tickets')).json)
      .slice(0, 3)
      .map((row) => number(row, 'id'))
    const bulk_action = { ids: [...ids, 999_999], properties: { priority: 4 } }
    const asked = await call(twin, 'POST', '/tickets/bulk_update', { body: { bulk_action } })
    expect(asked.status).toBe(202)
    const path = `/jobs/${text(asked.json, 'job_id')}`
    expect(at(asked.json, 'href')).toBe(`${twin.url}/harbour/api/v2${path}`)
    const state = async () => at((await call(twin, 'GET', path)).json, 'status')
    const priorities = async () =>
      Promise.all(ids.map(async (id) => number((await call(twin, 'GET', `/tickets/${id}`)).json, 'priority')))
    const before = await priorities()
    expect([await state(), before.every((one) => one === 4)]).toEqual(['IN PROGRESS', false])
    twin.moveClock(5_000)
    expect([await state(), await priorities()]).toEqual(['COMPLETED', [4, 4, 4]])
  })

  it('counts a timer that runs', async () => {
    await using twin = await startDesk()
    const [row] = list((await call(twin, 'GET', '/tickets')).json)
    const made = await call(twin, 'POST', `/tickets/${number(row, 'id')}/time_entries`, { body: {} })
    expect(made.json).toMatchObject({ timer_running: true, time_spent: '00:00' })
    twin.moveClock(90 * 60_000)
    const stopped = await call(twin, 'PUT', `/time_entries/${number(made.json, 'id')}/toggle_timer`)
    expect(stopped.json).toMatchObject({ timer_running: false, time_spent: '01:30' })
    twin.moveClock(hour)
    const again = await call(twin, 'PUT', `/time_entries/${number(made.json, 'id')}`, { body: { note: 'Done' } })
    expect(at(again.json, 'time_spent')).toBe('01:30')
    expect(noon.getTime()).toBeLessThan(Date.parse(text(again.json, 'updated_at')))
  })
})
