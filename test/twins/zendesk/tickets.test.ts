import { afterEach, beforeEach, expect, it } from 'vitest'
import { rateLimits } from '../../../twins/zendesk/account.ts'
import type { ZendeskTwin } from '../../../twins/zendesk/index.ts'
import { at, list, number, numbers, text } from '../probe.ts'
import type { Answer, Json } from '../probe.ts'
import { accounts, call, idsBehind, startDesk } from './desk.ts'

let twin: ZendeskTwin
beforeEach(async () => {
  twin = await startDesk()
})
afterEach(() => twin.close())

const create = async (ticket: { [field: string]: Json } = {}): Promise<number> => {
  const { json } = await call(twin, 'POST', '/tickets', { body: { ticket: { comment: { body: 'Hello' }, ...ticket } } })
  return number(json, 'ticket', 'id')
}
const update = (id: number, ticket: { [field: string]: Json }, as?: string): Promise<Answer> =>
  call(twin, 'PUT', `/tickets/${id}`, { body: { ticket }, ...(as === undefined ? {} : { as }) })
const get = async (id: number): Promise<Json> => at((await call(twin, 'GET', `/tickets/${id}.json`)).json, 'ticket')

it('creates once for a key, and refuses the key for something else', async () => {
  const headers = { 'Idempotency-Key': 'k-1' }
  const post = (body: Json) => call(twin, 'POST', '/tickets', { body, headers })
  const first = await post({ ticket: { comment: { body: 'Hello' } } })
  expect([first.status, first.headers.get('x-idempotency-lookup')]).toEqual([201, 'miss'])
  const again = await post({ ticket: { comment: { body: 'Hello' } } })
  expect([again.status, again.headers.get('x-idempotency-lookup'), again.text]).toEqual([201, 'hit', first.text])
  const other = await post({ ticket: { comment: { body: 'Bye' } } })
  expect([other.status, at(other.json, 'error')]).toEqual([400, 'IdempotentRequestError'])
  twin.moveClock(7_201_000)
  const later = await post({ ticket: { comment: { body: 'Bye' } } })
  expect([later.status, later.headers.get('x-idempotency-lookup')]).toEqual([201, 'miss'])
})

it('refuses a safe update of what changed since', async () => {
  const id = await create()
  const stamp = text(await get(id), 'updated_at')
  twin.moveClock(1_000)
  await update(id, { priority: 'high' })
  const late = await update(id, { priority: 'low', safe_update: true, updated_stamp: stamp })
  expect([late.status, at(late.json, 'error')]).toEqual([409, 'UpdateConflict'])
  expect(at(await get(id), 'priority')).toBe('high')
  const fresh = await update(id, {
    priority: 'low',
    safe_update: true,
    updated_stamp: text(await get(id), 'updated_at'),
  })
  expect(fresh.status).toBe(200)
})

it('refuses a safe change of tags of what changed since', async () => {
  const id = await create()
  const stamp = text(await get(id), 'updated_at')
  twin.moveClock(1_000)
  await update(id, { priority: 'high' })
  const body = { tags: ['vip'], safe_update: 'true', updated_stamp: stamp }
  const late = await call(twin, 'PUT', `/tickets/${id}/tags`, { body })
  expect([late.status, at(late.json, 'error')]).toEqual([409, 'UpdateConflict'])
  const fresh = { ...body, updated_stamp: text(await get(id), 'updated_at') }
  expect((await call(twin, 'PUT', `/tickets/${id}/tags`, { body: fresh })).status).toBe(200)
  expect(at(await get(id), 'tags')).toEqual(['vip'])
})

it('makes a person of an address that is copied for the first time', async () => {
  const copied = { user_email: 'else@example.com', user_name: 'Someone Else', action: 'put' }
  const ccs = list(await get(await create({ email_ccs: [copied] })), 'email_cc_ids').map(Number)
  const { json } = await call(twin, 'GET', `/users/${ccs[0]}`)
  expect([ccs.length, at(json, 'user', 'email'), at(json, 'user', 'name')]).toEqual([
    1,
    'else@example.com',
    'Someone Else',
  ])
})

it('tells beside audits who did and said what', async () => {
  const id = await create()
  const { json } = await call(twin, 'GET', `/tickets/${id}/audits?include=users&page[size]=10`)
  const people = list(json, 'users').map((user) => number(user, 'id'))
  expect(list(json, 'audits').every((audit) => people.includes(number(audit, 'author_id')))).toBe(true)
})

it('keeps in the audit what was sent along, and shows it nowhere else', async () => {
  const id = await create()
  const { json } = await update(id, { comment: { body: 'Noted.', public: false }, metadata: { time_spent: '3m22s' } })
  expect(at(json, 'audit', 'metadata', 'custom')).toEqual({ time_spent: '3m22s' })
  expect(json).not.toHaveProperty('ticket.metadata')
  const audits = list((await call(twin, 'GET', `/tickets/${id}/audits`)).json, 'audits')
  expect(audits.map((audit) => at(audit, 'metadata', 'custom'))).toEqual([{}, { time_spent: '3m22s' }])
})

it('says what is wrong with every field at once, and changes nothing', async () => {
  const id = await create()
  const before = await get(id)
  const wrong = await update(id, {
    status: 'gone',
    assignee_id: 1,
    custom_fields: [
      { id: 8_447_000_000_204, value: 'owl' },
      { id: 5, value: 'x' },
    ],
  })
  expect([wrong.status, at(wrong.json, 'error')]).toEqual([422, 'RecordInvalid'])
  expect(list(wrong.json, 'details', 'base').map((one) => text(one, 'description'))).toEqual([
    "Carrier: 'owl' is not a valid option",
    'Custom field 5: does not exist',
  ])
  expect(Object.keys(JSON.parse(JSON.stringify(at(wrong.json, 'details')))).toSorted()).toEqual([
    'assignee',
    'base',
    'status',
  ])
  expect(await get(id)).toEqual(before)
  const blank = await call(twin, 'POST', '/tickets', { body: { ticket: { subject: 'No words' } } })
  expect(blank.status).toBe(422)
  expect((await call(twin, 'POST', '/tickets', { body: { subject: 'No wrapping' } })).status).toBe(400)
})

it('takes no change of a closed ticket but its tags, and follows it up', async () => {
  const id = await create()
  await update(id, { status: 'solved' })
  twin.moveClock(4 * 86_400_000)
  expect(at(await get(id), 'status')).toBe('closed')
  const refused = await update(id, { comment: { body: 'Late' } })
  expect(text(refused.json, 'details', 'status', 0, 'description')).toContain('closed')
  expect((await update(id, { tags: ['late'] })).status).toBe(200)
  const next = await create({ via_followup_source_id: id })
  expect(list(await get(id), 'followup_ids')).toEqual([next])
})

it('reopens what its requester answers, and tells it in audits and metrics', async () => {
  const opened = await twin.control('POST', '/customers/open', { body: 'Broken' })
  const id = number(JSON.parse(JSON.stringify(opened)), 'ticketId')
  twin.moveClock(600_000)
  await update(id, { status: 'solved', comment: { body: 'Fixed' } })
  twin.moveClock(600_000)
  await twin.control('POST', '/customers/reply', { ticketId: id, body: 'No' })
  expect(at(await get(id), 'status')).toBe('open')
  const metrics = at((await call(twin, 'GET', `/tickets/${id}/metrics`)).json, 'ticket_metric')
  expect(metrics).toMatchObject({
    reopens: 1,
    replies: 1,
    reply_time_in_minutes: { calendar: 10, business: 10 },
    first_resolution_time_in_minutes: { calendar: 10 },
  })
  const audits = list((await call(twin, 'GET', `/tickets/${id}/audits`)).json, 'audits')
  const changes = audits.flatMap((audit) => list(audit, 'events')).filter((event) => at(event, 'type') === 'Change')
  const statuses = changes.filter((event) => at(event, 'field_name') === 'status')
  expect(statuses.map((event) => [at(event, 'previous_value'), at(event, 'value')])).toEqual([
    ['new', 'solved'],
    ['solved', 'open'],
  ])
})

it('does work on many later, and says which of them failed', async () => {
  const [one, other] = [await create(), await create()]
  const taken = await call(twin, 'PUT', `/tickets/update_many.json?ids=${one},${other},999999`, {
    body: { ticket: { priority: 'urgent' } },
  })
  const jobId = text(taken.json, 'job_status', 'id')
  expect(at(await get(one), 'priority')).toBe(null)
  twin.moveClock(3_000)
  const job = at((await call(twin, 'GET', `/job_statuses/${jobId}`)).json, 'job_status')
  expect(job).toMatchObject({
    status: 'completed',
    total: 3,
    results: [
      { id: one, action: 'update', success: true },
      { id: other, success: true },
      { id: 999_999, success: false, error: 'RecordNotFound' },
    ],
  })
  expect(at(await get(other), 'priority')).toBe('urgent')
})

it('deletes, brings back, and removes for good', async () => {
  const id = await create({ subject: 'Secret' })
  expect((await call(twin, 'DELETE', `/tickets/${id}`)).status).toBe(204)
  expect((await call(twin, 'GET', `/tickets/${id}`)).status).toBe(404)
  expect(numbers((await call(twin, 'GET', '/deleted_tickets')).json, 'deleted_tickets')).toContain(id)
  expect((await call(twin, 'PUT', `/deleted_tickets/${id}/restore`)).status).toBe(200)
  expect(at(await get(id), 'subject')).toBe('Secret')
  await call(twin, 'DELETE', `/tickets/${id}`)
  await call(twin, 'DELETE', `/deleted_tickets/${id}`)
  twin.moveClock(61_000)
  twin.moveClock(61_000)
  const exported = (await call(twin, 'GET', '/incremental/tickets/cursor?start_time=0&per_page=1000')).json
  const row = list(exported, 'tickets').find((one) => at(one, 'id') === id)
  expect(row).toMatchObject({ status: 'deleted', subject: 'SCRUBBED', description: 'SCRUBBED' })
  expect((await call(twin, 'PUT', `/deleted_tickets/${id}/restore`)).status).toBe(404)
  expect(await idsBehind(twin, 'tickets')).not.toContain(id)
})

it('suspends who sent spam', async () => {
  const id = await create({ requester: { name: 'Spammer', email: 'spam@example.com' } })
  const who = number(await get(id), 'requester_id')
  expect((await call(twin, 'PUT', `/tickets/${id}/mark_as_spam`)).status).toBe(200)
  expect(at((await call(twin, 'GET', `/users/${who}`)).json, 'user', 'suspended')).toBe(true)
  expect((await call(twin, 'GET', `/tickets/${id}`)).status).toBe(404)
})

it('lets one user update one ticket thirty times in ten minutes', async () => {
  await twin.close()
  twin = await startDesk({ accounts: [{ ...accounts[0], limits: { ...rateLimits.professional, total: 10_000 } }] })
  const id = await create()
  for (let count = 0; count < 30; count += 1)
    expect((await update(id, { priority: count % 2 === 0 ? 'low' : 'high' })).status).toBe(200)
  const refused = await update(id, { priority: 'urgent' })
  expect([refused.status, Number(refused.headers.get('retry-after')) > 60]).toEqual([429, true])
  expect((await update(await create(), { priority: 'urgent' })).status).toBe(200)
  expect((await update(id, { priority: 'urgent' }, 'marcus@lantern.example')).status).toBe(200)
  twin.moveClock(600_000)
  expect((await update(id, { priority: 'urgent' })).status).toBe(200)
})

it('goes wrong when it is asked to', async () => {
  await twin.control('POST', '/faults', { failNext: { count: 1, status: 503 } })
  const down = await call(twin, 'GET', '/tickets')
  expect([down.status, down.headers.get('retry-after')]).toEqual([503, '30'])
  await twin.control('POST', '/faults', { failNext: { count: 1, status: 429 } })
  const limited = await call(twin, 'GET', '/tickets')
  expect([limited.status, Number(limited.headers.get('retry-after')) > 0]).toEqual([429, true])
  await twin.control('POST', '/faults', { failNext: { count: 1, status: 500, afterwards: true } })
  const before = (await idsBehind(twin, 'tickets')).length
  expect((await call(twin, 'POST', '/tickets', { body: { ticket: { comment: { body: 'Lost' } } } })).status).toBe(500)
  expect(await idsBehind(twin, 'tickets')).toHaveLength(before + 1)
})
