import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IntercomTwin } from '../../../twins/intercom/index.ts'
import { call, startDesk } from './desk.ts'
import { at, ids, list, text } from '../probe.ts'
import type { Json } from '../probe.ts'

describe('paging', () => {
  let twin: IntercomTwin
  beforeAll(async () => {
    twin = await startDesk()
  })
  afterAll(() => twin.close())

  const cursorOf = (json: Json): string | null => {
    const next = at(json, 'pages', 'next')
    return next === null ? null : text(next, 'starting_after')
  }
  const walk = async (path: string, rows: string, between?: (seen: string[]) => Promise<void>): Promise<string[]> => {
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const after: string = cursor === null ? '' : `&starting_after=${encodeURIComponent(cursor)}`
      const { json } = await call(twin, 'GET', `${path}${after}`)
      seen.push(...ids(json, rows))
      cursor = cursorOf(json)
      await between?.(seen)
    } while (cursor !== null)
    return seen
  }

  it('reaches every contact once', async () => {
    const seen = await walk('/contacts?per_page=17', 'data')
    expect(seen.toSorted()).toEqual([...asList(await twin.control('GET', '/ids/contacts'))].toSorted())
    expect(new Set(seen).size).toBe(120)
  })

  it('says how much there is and where the page stands', async () => {
    const first = await call(twin, 'GET', '/contacts?per_page=50')
    expect(at(first.json, 'total_count')).toBe(120)
    expect(at(first.json, 'pages')).toMatchObject({ type: 'pages', page: 1, per_page: 50, total_pages: 3 })
    const cursor = encodeURIComponent(cursorOf(first.json) ?? '')
    const second = await call(twin, 'GET', `/contacts?per_page=50&starting_after=${cursor}`)
    expect(at(second.json, 'pages')).toMatchObject({ page: 2 })
  })

  it('answers the newest change first', async () => {
    const { json } = await call(twin, 'GET', '/conversations?per_page=60')
    const times = list(json, 'conversations').map((row) => Number(at(row, 'updated_at')))
    expect(times).toEqual(times.toSorted((left, right) => right - left))
  })

  it('gives 20 conversations and 50 contacts unless told', async () => {
    expect(ids((await call(twin, 'GET', '/conversations')).json, 'conversations')).toHaveLength(20)
    expect(ids((await call(twin, 'GET', '/contacts')).json, 'data')).toHaveLength(50)
  })

  it('loses a conversation that changes while somebody pages, because it jumps ahead of the cursor', async () => {
    const before = await walk('/conversations?per_page=20', 'conversations')
    const last = before.at(-1) ?? ''
    const seen = await walk('/conversations?per_page=20', 'conversations', async (rows) => {
      if (rows.length === 20) {
        twin.moveClock(60_000)
        await twin.control('POST', '/customers/reply', { conversationId: last, body: 'Are you there?' })
      }
    })
    expect(seen).not.toContain(last)
    expect(seen).toHaveLength(before.length - 1)
    expect((await walk('/conversations?per_page=20', 'conversations'))[0]).toBe(last)
  })

  it.each(['151', '0', '-1', 'many'])('refuses %s rows a page', async (perPage) => {
    expect((await call(twin, 'GET', `/conversations?per_page=${perPage}`)).status).toBe(400)
  })

  it('refuses a cursor that is none, or one of another list', async () => {
    expect((await call(twin, 'GET', '/contacts?starting_after=nonsense')).status).toBe(400)
    const sorted = await call(twin, 'POST', '/contacts/search', {
      body: {
        query: { field: 'role', operator: '=', value: 'user' },
        sort: { field: 'created_at', order: 'ascending' },
        pagination: { per_page: 5 },
      },
    })
    const cursor = encodeURIComponent(cursorOf(sorted.json) ?? '')
    expect((await call(twin, 'GET', `/contacts?starting_after=${cursor}`)).status).toBe(400)
  })

  it('answers an empty search without a next page', async () => {
    const query = { field: 'email', operator: '=', value: 'nobody@nowhere.example' }
    const { json } = await call(twin, 'POST', '/contacts/search', { body: { query } })
    expect(json).toMatchObject({ data: [], total_count: 0, pages: { next: null, total_pages: 0 } })
  })

  it('numbers the pages of companies and stops at 10,000 rows', async () => {
    const first = await call(twin, 'POST', '/companies/list?page=1&per_page=5')
    expect(at(first.json, 'pages')).toMatchObject({ page: 1, total_pages: 3, next: { page: 2 } })
    expect((await call(twin, 'POST', '/companies/list?page=200&per_page=50')).status).toBe(200)
    expect((await call(twin, 'POST', '/companies/list?page=201&per_page=50')).status).toBe(400)
  })
})

describe('the company scroll', () => {
  it('reaches every company, then ends', async () => {
    await using twin = await startDesk({ companies: 130, contacts: 200, conversations: 1 })
    const first = await call(twin, 'GET', '/companies/scroll')
    const token = encodeURIComponent(text(first.json, 'scroll_param'))
    const second = await call(twin, 'GET', `/companies/scroll?scroll_param=${token}`)
    const third = await call(twin, 'GET', `/companies/scroll?scroll_param=${token}`)
    expect([first, second, third].map(({ json }) => ids(json, 'data').length)).toEqual([100, 30, 0])
    expect(new Set([...ids(first.json, 'data'), ...ids(second.json, 'data')]).size).toBe(130)
    expect((await call(twin, 'GET', `/companies/scroll?scroll_param=${token}`)).status).toBe(404)
  })

  it('is open once at a time, until it was idle for a minute', async () => {
    await using twin = await startDesk({ conversations: 1 })
    const first = await call(twin, 'GET', '/companies/scroll')
    const refused = await call(twin, 'GET', '/companies/scroll')
    expect(refused.status).toBe(400)
    expect(text(refused.json, 'errors', 0, 'code')).toBe('scroll_exists')
    twin.moveClock(61_000)
    const late = `/companies/scroll?scroll_param=${encodeURIComponent(text(first.json, 'scroll_param'))}`
    expect((await call(twin, 'GET', late)).status).toBe(404)
    expect((await call(twin, 'GET', '/companies/scroll')).status).toBe(200)
  })
})

describe('a conversation with more than 500 parts', () => {
  it('shows its 500 newest', async () => {
    await using twin = await startDesk()
    const query = { field: 'statistics.count_conversation_parts', operator: '>', value: 500 }
    const found = await call(twin, 'POST', '/conversations/search', { body: { query } })
    const [id = ''] = ids(found.json, 'conversations')
    expect(at(found.json, 'conversations', 0, 'statistics', 'count_conversation_parts')).toBe(620)
    const shown = ids(
      (await call(twin, 'GET', `/conversations/${id}`)).json,
      'conversation_parts',
      'conversation_parts',
    )
    const all = asRecord(await twin.control('GET', `/conversations/${id}/parts`))
    expect(all['total_count']).toBe(620)
    const parts: unknown = all['parts']
    expect(Array.isArray(parts) ? parts.slice(-500).map((part: unknown) => asRecord(part)['id']) : []).toEqual(shown)
  })
})

function asList(value: unknown): string[] {
  if (!Array.isArray(value)) throw new TypeError('expected a list')
  return value.map(String)
}

function asRecord(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new TypeError('expected an object')
  return { ...value }
}
