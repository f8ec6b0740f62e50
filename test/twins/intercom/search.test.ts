import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IntercomTwin } from '../../../twins/intercom/index.ts'
import { call, noonSeconds, startDesk } from './desk.ts'
import { at, ids, list, text } from '../probe.ts'
import type { Json } from '../probe.ts'

const day = 86_400
const midnight = noonSeconds - 12 * 3_600

describe('searching', () => {
  let twin: IntercomTwin
  beforeAll(async () => {
    twin = await startDesk()
  })
  afterAll(() => twin.close())

  const search = async (kind: string, query: Json, more: Record<string, Json> = {}) =>
    call(twin, 'POST', `/${kind}/search`, { body: { query, pagination: { per_page: 150 }, ...more } })
  const times = async (kind: string, rows: string, field: string, query: Json): Promise<number[]> =>
    list((await search(kind, query)).json, rows).map((row) => Number(at(row, field)))

  describe('contacts by date', () => {
    beforeAll(async () => {
      // One contact now, at noon of the last day there is.
      await twin.control('POST', '/contacts', { email: 'today@example.com', externalId: 'today' })
    })
    const created = async (operator: string, value: number) =>
      times('contacts', 'data', 'created_at', { field: 'created_at', operator, value })

    it('finds nothing after this morning, because days are not cut', async () => {
      expect(await created('>', midnight + 3_600)).toEqual([])
    })

    it('finds today from any time of yesterday on', async () => {
      const found = await created('>', midnight - 1)
      expect(found).toContain(noonSeconds)
      expect(found.every((time) => time >= midnight)).toBe(true)
    })

    it('finds nothing of a day before that day ends', async () => {
      const found = await created('<', midnight + 13 * 3_600)
      expect(found.length).toBeGreaterThan(0)
      expect(found.every((time) => time < midnight)).toBe(true)
    })

    it('finds the whole day for any time of it', async () => {
      expect(await created('=', midnight + 5)).toContain(noonSeconds)
      expect(await created('=', midnight - 5)).not.toContain(noonSeconds)
    })

    it.each(['!=', '>=', '<='])('refuses %s', async (operator) => {
      const answer = await search('contacts', { field: 'updated_at', operator, value: midnight })
      expect(answer.status).toBe(400)
      expect(text(answer.json, 'errors', 0, 'code')).toBe('parameter_invalid')
    })

    it('begins days where the workspace is', async () => {
      await using far = await startDesk({ timezone: 'Pacific/Auckland', conversations: 1 })
      await far.control('POST', '/contacts', { email: 'now@example.com' })
      // Noon in Greenwich is one in the morning there, on the next day.
      const query = { field: 'created_at', operator: '>', value: noonSeconds - 2 * 3_600 }
      const { json } = await call(far, 'POST', '/contacts/search', { body: { query } })
      expect(list(json, 'data').map((row) => at(row, 'created_at'))).toContain(noonSeconds)
    })
  })

  it('takes > and < of conversations and tickets as including', async () => {
    const { json } = await call(twin, 'GET', '/conversations?per_page=60')
    const value = Number(at(json, 'conversations', 40, 'updated_at'))
    const later = await times('conversations', 'conversations', 'updated_at', {
      field: 'updated_at',
      operator: '>',
      value,
    })
    const earlier = await times('conversations', 'conversations', 'updated_at', {
      field: 'updated_at',
      operator: '<',
      value,
    })
    expect(later).toContain(value)
    expect(earlier).toContain(value)
    expect(Math.min(...later)).toBe(value)
    expect(Math.max(...earlier)).toBe(value)
  })

  it('takes >= and <= for the creation of tickets only', async () => {
    const value = noonSeconds - 60 * day
    const found = await times('tickets', 'tickets', 'created_at', { field: 'created_at', operator: '>=', value })
    expect(found.length).toBeGreaterThan(0)
    expect(Math.min(...found)).toBeGreaterThanOrEqual(value)
    expect((await search('tickets', { field: 'updated_at', operator: '>=', value })).status).toBe(400)
    expect((await search('conversations', { field: 'created_at', operator: '>=', value })).status).toBe(400)
  })

  it('combines filters with AND and OR', async () => {
    const open = { field: 'state', operator: '=', value: 'open' }
    const closed = { field: 'state', operator: '=', value: 'closed' }
    const email = { field: 'source.type', operator: '=', value: 'email' }
    const either = await search('conversations', { operator: 'OR', value: [open, closed] })
    const both = await search('conversations', { operator: 'AND', value: [open, closed] })
    const nested = await search('conversations', {
      operator: 'AND',
      value: [email, { operator: 'OR', value: [open, closed] }],
    })
    expect(Number(at(either.json, 'total_count'))).toBeGreaterThan(Number(at(nested.json, 'total_count')))
    expect(at(both.json, 'total_count')).toBe(0)
    for (const row of list(nested.json, 'conversations')) {
      expect([text(row, 'source', 'type'), ['open', 'closed'].includes(text(row, 'state'))]).toEqual(['email', true])
    }
    expect(list(nested.json, 'conversations').length).toBeGreaterThan(0)
  })

  it('refuses a third level and a sixteenth filter', async () => {
    const filter = { field: 'state', operator: '=', value: 'open' }
    const two = { operator: 'AND', value: [{ operator: 'OR', value: [filter] }] }
    expect((await search('conversations', two)).status).toBe(200)
    expect((await search('conversations', { operator: 'AND', value: [two] })).status).toBe(400)
    expect((await search('conversations', { operator: 'OR', value: Array(15).fill(filter) })).status).toBe(200)
    expect((await search('conversations', { operator: 'OR', value: Array(16).fill(filter) })).status).toBe(400)
  })

  it.each(['=', '!=', '~', '!~', '^', '$'])('compares text with %s', async (operator) => {
    const everybody = await search('contacts', { field: 'id', operator: '!=', value: 'x' })
    const emails = list(everybody.json, 'data').map(emailOf)
    const sample = emails.find((email) => email !== '') ?? ''
    const value =
      { '^': sample.slice(0, 3), $: sample.slice(-3), '~': sample.slice(2, 5), '!~': sample.slice(2, 5) }[operator] ??
      sample
    const fits = (email: string): boolean => {
      if (operator === '~' || operator === '!~') return email.includes(value) === (operator === '~')
      if (operator === '^') return email.startsWith(value)
      if (operator === '$') return email.endsWith(value)
      return (email === value) === (operator === '=')
    }
    const expected = emails.filter(fits)
    const found = await search('contacts', { field: 'email', operator, value })
    expect(expected.length).toBeGreaterThan(0)
    expect(list(found.json, 'data').map(emailOf)).toEqual(expected)
  })

  it('finds members of a list and those outside of it', async () => {
    const [first = '', second = ''] = ids((await call(twin, 'GET', '/contacts')).json, 'data')
    const inside = await search('contacts', { field: 'id', operator: 'IN', value: [first, second] })
    expect(ids(inside.json, 'data').toSorted()).toEqual([first, second].toSorted())
    const outside = await search('contacts', { field: 'id', operator: 'NIN', value: [first, second] })
    expect(at(outside.json, 'total_count')).toBe(twin.counts().contacts - 2)
  })

  it('finds single words of a body and no phrases', async () => {
    const phrase = await search('conversations', { field: 'source.body', operator: '=', value: 'order yet' })
    const word = await search('conversations', { field: 'source.body', operator: '=', value: 'order' })
    expect(at(phrase.json, 'total_count')).toBe(0)
    const bodies = list(word.json, 'conversations').map((row) => text(row, 'source', 'body').toLowerCase())
    expect(bodies.length).toBeGreaterThan(0)
    expect(bodies.every((body) => /\border\b/.test(body))).toBe(true)
  })

  it('finds conversations by contact, tag, assignee and rating', async () => {
    const { json } = await call(twin, 'GET', '/conversations?per_page=150')
    const rows = list(json, 'conversations')
    const contactId = text(rows[0], 'contacts', 'contacts', 0, 'id')
    const tagged = rows.find((row) => list(row, 'tags', 'tags').length > 0)
    const tagId = text(tagged, 'tags', 'tags', 0, 'id')
    const adminId = Number(
      at(
        rows.find((row) => at(row, 'admin_assignee_id') !== null),
        'admin_assignee_id',
      ),
    )
    const expected = (test: (row: Json) => boolean) => rows.filter(test).map((row) => text(row, 'id'))
    const found = async (query: Json) => ids((await search('conversations', query)).json, 'conversations')
    expect(await found({ field: 'contact_ids', operator: '=', value: contactId })).toEqual(
      expected((row) => text(row, 'contacts', 'contacts', 0, 'id') === contactId),
    )
    expect(await found({ field: 'tag_ids', operator: '=', value: tagId })).toEqual(
      expected((row) => list(row, 'tags', 'tags').some((tag) => text(tag, 'id') === tagId)),
    )
    expect(await found({ field: 'admin_assignee_id', operator: '=', value: adminId })).toEqual(
      expected((row) => at(row, 'admin_assignee_id') === adminId),
    )
    expect(await found({ field: 'conversation_rating.score', operator: '>', value: 4 })).toEqual(
      expected(
        (row) => at(row, 'conversation_rating') !== null && Number(at(row, 'conversation_rating', 'rating')) >= 4,
      ),
    )
  })

  it('calls ticket categories by their search terms', async () => {
    const tasks = await search('tickets', { field: 'category', operator: '=', value: 'task' })
    const categories = list(tasks.json, 'tickets').map((row) => text(row, 'category'))
    expect(new Set(categories)).toEqual(new Set(['Back-office']))
    expect(
      at((await search('tickets', { field: 'category', operator: '=', value: 'Back-office' })).json, 'total_count'),
    ).toBe(0)
  })

  it('sorts as asked', async () => {
    const everybody = { field: 'role', operator: 'IN', value: ['user', 'lead'] }
    const { json } = await search('contacts', everybody, { sort: { field: 'created_at', order: 'ascending' } })
    const created = list(json, 'data').map((row) => Number(at(row, 'created_at')))
    expect(created).toEqual(created.toSorted((left, right) => left - right))
  })

  it('refuses fields and values it does not know', async () => {
    expect((await search('contacts', { field: 'shoe_size', operator: '=', value: 'x' })).status).toBe(400)
    expect((await search('contacts', { field: 'created_at', operator: '>', value: 'foobar' })).status).toBe(400)
    expect((await search('contacts', { field: 'email', operator: '>', value: 'a' })).status).toBe(400)
    expect((await search('contacts', { field: 'email', operator: 'LIKE', value: 'a' })).status).toBe(400)
    expect((await search('contacts', { field: 'email', operator: 'IN', value: 'a' })).status).toBe(400)
  })
})

/** Leads may have no address. */
function emailOf(row: Json): string {
  return at(row, 'email') === null ? '' : text(row, 'email')
}
