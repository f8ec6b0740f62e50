import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FreshdeskTwin } from '../../../twins/freshdesk/index.ts'
import { at, list, number, numbers, text } from '../probe.ts'
import type { Json } from '../probe.ts'
import { call, errorsOf, startDesk } from './desk.ts'

describe('people', () => {
  let twin: FreshdeskTwin
  beforeAll(async () => {
    twin = await startDesk()
  })
  afterAll(() => twin.close())

  const create = (body: Json) => call(twin, 'POST', '/contacts', { body })
  const made = async (body: Json): Promise<number> => number((await create(body)).json, 'id')

  it('are made with a name and something to reach or know them by', async () => {
    const answer = await create({ name: 'Ana', email: 'Ana@Example.com' })
    const id = number(answer.json, 'id')
    expect([answer.status, answer.headers.get('location')]).toEqual([201, `${twin.url}/harbour/api/v2/contacts/${id}`])
    expect(String(id)).toMatch(/^\d{11}$/)
    expect(answer.json).toMatchObject({
      email: 'ana@example.com',
      phone: null,
      company_id: null,
      tags: [],
      active: false,
    })
    expect(errorsOf(await create({ email: 'x@example.com' }))).toEqual([['name', 'missing_field']])
    expect(errorsOf(await create({ name: 'Nobody' }))).toEqual([['email', 'missing_field']])
  })

  it('do not share addresses, handles or ids, and the clash is named', async () => {
    const id = await made({ name: 'One', email: 'one@example.com', twitter_id: 'one', unique_external_id: 'ext-1' })
    for (const field of ['email', 'twitter_id', 'unique_external_id']) {
      const value = { email: 'one@example.com', twitter_id: 'one', unique_external_id: 'ext-1' }[field] ?? ''
      const answer = await create({ name: 'Two', [field]: value })
      expect([answer.status, errorsOf(answer)]).toEqual([409, [[field, 'duplicate_value']]])
      expect(at(answer.json, 'errors', 0, 'additional_info', 'user_id')).toBe(id)
    }
    const agent = await create({ name: 'Two', email: 'ingrid@harbour.example' })
    expect(agent.status).toBe(409)
  })

  it('in the trash are read by id, listed by their state, and not changed until they are back', async () => {
    const id = await made({ name: 'Gone', email: 'gone@example.com' })
    expect((await call(twin, 'DELETE', `/contacts/${id}`)).status).toBe(204)
    expect(at((await call(twin, 'GET', `/contacts/${id}`)).json, 'deleted')).toBe(true)
    expect((await call(twin, 'PUT', `/contacts/${id}`, { body: { name: 'x' } })).status).toBe(405)
    expect(numbers((await call(twin, 'GET', '/contacts?per_page=100')).json)).not.toContain(id)
    expect(numbers((await call(twin, 'GET', '/contacts?state=deleted&per_page=100')).json)).toContain(id)
    expect((await call(twin, 'PUT', `/contacts/${id}/restore`)).status).toBe(204)
    expect((await call(twin, 'PUT', `/contacts/${id}`, { body: { name: 'Back' } })).status).toBe(200)
  })

  it('go for good only from the trash or by force, and leave tickets that name nobody', async () => {
    const ticket = await call(twin, 'POST', '/tickets', { body: { email: 'brief@example.com', subject: 'Hi' } })
    const [id, requester] = [number(ticket.json, 'id'), number(ticket.json, 'requester_id')]
    expect((await call(twin, 'DELETE', `/contacts/${requester}/hard_delete`)).status).toBe(405)
    expect((await call(twin, 'DELETE', `/contacts/${requester}/hard_delete?force=true`)).status).toBe(204)
    expect((await call(twin, 'GET', `/contacts/${requester}`)).status).toBe(404)
    const left = (await call(twin, 'GET', `/tickets/${id}?include=requester`)).json
    expect([at(left, 'requester_id'), 'requester' in Object(left)]).toEqual([requester, false])
  })

  it('become one by merging: addresses and tickets go to the first', async () => {
    const first = await made({ name: 'Merged', email: 'first@example.com' })
    const second = await made({ name: 'Merged too', email: 'second@example.com', tags: ['kept'] })
    const ticket = await call(twin, 'POST', '/tickets', { body: { requester_id: second, subject: 'Mine' } })
    const merge = { primary_contact_id: first, secondary_contact_ids: [second], contact: { job_title: 'Owner' } }
    expect((await call(twin, 'POST', '/contacts/merge', { body: merge })).status).toBe(204)
    expect((await call(twin, 'GET', `/contacts/${first}`)).json).toMatchObject({
      other_emails: ['second@example.com'],
      tags: ['kept'],
      job_title: 'Owner',
    })
    expect((await call(twin, 'GET', `/contacts/${second}`)).status).toBe(404)
    const { json } = await call(twin, 'GET', `/tickets/${number(ticket.json, 'id')}`)
    expect(at(json, 'requester_id')).toBe(first)
  })

  it('are polled by the time of their last change', async () => {
    const id = await made({ name: 'Polled', email: 'polled@example.com' })
    twin.moveClock(10_000)
    await call(twin, 'PUT', `/contacts/${id}`, { body: { job_title: 'Chef' } })
    const since = text((await call(twin, 'GET', `/contacts/${id}`)).json, 'updated_at')
    for (const name of ['updated_since', '_updated_since']) {
      expect(numbers((await call(twin, 'GET', `/contacts?${name}=${since}`)).json)).toEqual([id])
    }
  })

  it('are found by the beginnings of words only', async () => {
    await made({ name: 'Wilhelmina Quast', email: 'wq@example.com' })
    const names = async (term: string) =>
      list((await call(twin, 'GET', `/contacts/autocomplete?term=${term}`)).json).map((row) => text(row, 'name'))
    expect(await names('qua')).toEqual(['Wilhelmina Quast'])
    expect(await names('helmina')).toEqual([])
  })

  it('become agents and back, under the same id, while there are seats', async () => {
    const id = await made({ name: 'Promoted', email: 'promoted@example.com' })
    const agent = await call(twin, 'PUT', `/contacts/${id}/make_agent`, { body: { ticket_scope: 2 } })
    expect(agent.json).toMatchObject({ id, ticket_scope: 2, contact: { name: 'Promoted' } })
    expect((await call(twin, 'GET', `/contacts/${id}`)).status).toBe(404)
    const unreachable = await made({ name: 'By phone', phone: '+1' })
    expect((await call(twin, 'PUT', `/contacts/${unreachable}/make_agent`)).status).toBe(409)
    for (let seat = 0; seat < 5; seat += 1) {
      await call(twin, 'POST', '/agents', { body: { email: `seat${seat}@example.com`, ticket_scope: 1 } })
    }
    const over = await call(twin, 'POST', '/agents', { body: { email: 'over@example.com', ticket_scope: 1 } })
    expect([over.status, at(over.json, 'code')]).toEqual([403, 'max_agents_reached'])
    expect((await call(twin, 'DELETE', `/agents/${id}`)).status).toBe(204)
    expect(at((await call(twin, 'GET', `/contacts/${id}`)).json, 'email')).toBe('promoted@example.com')
  })

  it('at the desk are there or away, since when', async () => {
    const [agent] = list((await call(twin, 'GET', '/agents?email=marcus@harbour.example')).json)
    const path = `/agents/${number(agent, 'id')}`
    await call(twin, 'PUT', path, { body: { available: false } })
    expect((await call(twin, 'GET', path)).json).toMatchObject({ available: false, available_since: null })
    twin.moveClock(5_000)
    const back = await call(twin, 'PUT', path, { body: { available: true } })
    expect([at(back.json, 'available'), at(back.json, 'available_since')]).toEqual([true, at(back.json, 'updated_at')])
  })
})

describe('companies', () => {
  it('have names and domains of their own, and dates with the account’s offset', async () => {
    await using twin = await startDesk()
    const options = { domain: 'kestrel' }
    const made = await call(twin, 'POST', '/companies', {
      ...options,
      body: { name: 'Firm', domains: ['firm.example'] },
    })
    expect([made.status, at(made.json, 'created_at')]).toEqual([201, '2026-01-15T17:30:00+05:30'])
    const again = await call(twin, 'POST', '/companies', { ...options, body: { name: 'Firm' } })
    expect([again.status, errorsOf(again)]).toEqual([409, [['name', 'duplicate_value']]])
    const domain = await call(twin, 'POST', '/companies', {
      ...options,
      body: { name: 'Other', domains: ['firm.example'] },
    })
    expect(errorsOf(domain)).toEqual([['domains', 'duplicate_value']])
    const [group] = list((await call(twin, 'GET', '/groups', options)).json)
    expect(text(group, 'created_at')).toMatch(/\+05:30$/)
  })

  it('are gone at once, and nobody belongs to them any more', async () => {
    await using twin = await startDesk()
    const [company = 0] = numbers((await call(twin, 'GET', '/companies')).json)
    const members = async () => list((await call(twin, 'GET', `/contacts?company_id=${company}`)).json).length
    expect(await members()).toBeGreaterThan(0)
    expect((await call(twin, 'DELETE', `/companies/${company}`)).status).toBe(204)
    expect([await members(), (await call(twin, 'GET', `/companies/${company}`)).status]).toEqual([0, 404])
  })
})
