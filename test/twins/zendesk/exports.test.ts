import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ZendeskTwin } from '../../../twins/zendesk/index.ts'
import { rateLimits } from '../../../twins/zendesk/account.ts'
import { at, list, number, numbers, text } from '../probe.ts'
import type { Answer, Json } from '../probe.ts'
import { accounts, call, idsBehind, startDesk } from './desk.ts'

let twin: ZendeskTwin
beforeEach(async () => {
  twin = await startDesk()
})
afterEach(() => twin.close())

const get = (path: string): Promise<Answer> => call(twin, 'GET', path)

/** Follows cursors to the end of the stream. */
async function exported(
  kind: string,
  first = 'start_time=0',
): Promise<{ rows: Json[]; cursor: string; pages: number }> {
  const rows: Json[] = []
  let query = first
  for (let pages = 1; ; pages += 1) {
    const { json } = await get(`/incremental/${kind}/cursor.json?${query}&per_page=25`)
    rows.push(...list(json, kind))
    query = `cursor=${encodeURIComponent(text(json, 'after_cursor'))}`
    if (at(json, 'end_of_stream') === true) return { rows, cursor: query, pages }
  }
}

it('exports every ticket once, deleted and archived ones too, and then what changed', async () => {
  const { rows, cursor, pages } = await exported('tickets')
  const ids = rows.map((row) => number(row, 'id'))
  expect(pages).toBeGreaterThan(4)
  expect(ids.toSorted((left, right) => left - right)).toEqual(await idsBehind(twin, 'all-tickets'))
  const deleted = rows.filter((row) => at(row, 'status') === 'deleted').map((row) => number(row, 'id'))
  expect(deleted).toEqual(expect.arrayContaining(await idsBehind(twin, 'deleted')))
  expect((await exported('tickets', cursor)).rows).toEqual([])
  const [id = 0] = numbers((await get('/tickets?sort_by=id&sort_order=desc')).json, 'tickets')
  await call(twin, 'PUT', `/tickets/${id}`, { body: { ticket: { priority: 'urgent', comment: { body: 'Now' } } } })
  // The latest minute is not exported yet.
  expect((await exported('tickets', cursor)).rows).toEqual([])
  twin.moveClock(61_000)
  expect((await exported('tickets', cursor)).rows.map((row) => at(row, 'id'))).toEqual([id])
})

it('tells of deleted people, and of scrubbed ones without their names', async () => {
  const { cursor } = await exported('users')
  const made = await call(twin, 'POST', '/users', { body: { user: { name: 'Gone Soon', email: 'gone@example.com' } } })
  const id = number(made.json, 'user', 'id')
  await call(twin, 'DELETE', `/users/${id}`)
  twin.moveClock(61_000)
  const after = await exported('users', cursor)
  expect(after.rows).toMatchObject([{ id, active: false, name: 'Gone Soon' }])
  await call(twin, 'DELETE', `/deleted_users/${id}`)
  twin.moveClock(61_000)
  expect((await exported('users', after.cursor)).rows).toMatchObject([
    { id, name: 'Permanently Deleted User', email: null },
  ])
})

it('moves the generated timestamp, and not updated_at, for what the system does', async () => {
  const made = await call(twin, 'POST', '/tickets', { body: { ticket: { comment: { body: 'x' }, status: 'solved' } } })
  const id = number(made.json, 'ticket', 'id')
  twin.moveClock(3_600_000)
  await twin.control('POST', '/system/offer-rating', { ticketId: id })
  const { json } = await get(`/tickets/${id}`)
  expect(at(json, 'ticket', 'satisfaction_rating', 'score')).toBe('offered')
  expect(at(json, 'ticket', 'updated_at')).toBe(at(made.json, 'ticket', 'updated_at'))
  expect(number(json, 'ticket', 'generated_timestamp')).toBe(number(made.json, 'ticket', 'generated_timestamp') + 3_600)
})

it('goes in circles by time when more tickets than a page holds share one second', async () => {
  const start = Math.floor(Date.parse('2026-01-15T12:00:00Z') / 1_000)
  for (let count = 0; count < 5; count += 1)
    await call(twin, 'POST', '/tickets', { body: { ticket: { comment: { body: 'x' } } } })
  twin.moveClock(120_000)
  const path = `/incremental/tickets.json?start_time=${start}&per_page=3`
  const page = (await get(path)).json
  expect([at(page, 'end_time'), at(page, 'count'), at(page, 'end_of_stream')]).toEqual([start, 3, false])
  expect(text(page, 'next_page')).toContain(`start_time=${start}`)
  expect(numbers((await get(path)).json, 'tickets')).toEqual(numbers(page, 'tickets'))
  // The cursor does not.
  expect((await exported('tickets', `start_time=${start}`)).rows).toHaveLength(5)
})

it('refuses a start too late, no start, and a cursor that is none', async () => {
  const now = Math.floor(Date.parse('2026-01-15T12:00:00Z') / 1_000)
  const late = await get(`/incremental/tickets/cursor?start_time=${now - 30}`)
  expect([late.status, text(late.json, 'description')]).toEqual([422, expect.stringContaining('Too recent start_time')])
  expect((await get('/incremental/tickets/cursor')).status).toBe(400)
  expect((await get('/incremental/tickets/cursor?cursor=bogus')).status).toBe(400)
})

it('pages by cursor without a gap when rows come and go between pages', async () => {
  const all = await idsBehind(twin, 'tickets')
  const first = (await get('/tickets?page[size]=10')).json
  expect(numbers(first, 'tickets')).toEqual(all.slice(0, 10))
  await call(twin, 'DELETE', `/tickets/${all[3]}`)
  const next = new URL(text(first, 'links', 'next'))
  const second = (await get(`/tickets${next.search}`)).json
  expect(numbers(second, 'tickets')).toEqual(all.slice(10, 20))
  const back = new URL(text(second, 'links', 'prev'))
  expect(numbers((await get(`/tickets${back.search}`)).json, 'tickets')).toEqual(
    all.slice(0, 10).filter((id) => id !== all[3]),
  )
  let cursor: string | null = text(second, 'meta', 'after_cursor')
  const rest: number[] = []
  while (cursor !== null) {
    const { json } = await get(`/tickets?page[size]=10&page[after]=${cursor}`)
    rest.push(...numbers(json, 'tickets'))
    cursor = at(json, 'meta', 'has_more') === true ? text(json, 'meta', 'after_cursor') : null
  }
  expect(rest).toEqual(all.slice(20))
  expect((await get('/tickets?page[size]=10&page[after]=bogus')).status).toBe(400)
  expect((await get('/tickets?page[size]=101')).status).toBe(400)
})

it('shows offset pages up to ten thousand rows, and none past them', async () => {
  const page = (await get('/tickets?page=2&per_page=10')).json
  expect(text(page, 'previous_page')).toContain('page=1')
  expect(numbers(page, 'tickets')).toEqual((await idsBehind(twin, 'tickets')).slice(10, 20))
  expect((await get('/tickets?page=100')).status).toBe(200)
  expect((await get('/tickets?page=101')).status).toBe(400)
})

it('lets ten exports a minute through, and says how long to wait', async () => {
  await twin.close()
  twin = await startDesk({ accounts: [{ ...accounts[0], limits: rateLimits.professional }] })
  for (let count = 0; count < 10; count += 1) {
    const answer = await get('/incremental/users/cursor?start_time=0')
    expect([answer.status, answer.headers.get('zendesk-ratelimit-incremental-exports')]).toEqual([
      200,
      `total=10; remaining=${9 - count}; resets=60`,
    ])
  }
  const refused = await get('/incremental/tickets/cursor?start_time=0')
  expect([refused.status, refused.headers.get('retry-after'), refused.json]).toEqual([429, '60', null])
  expect((await get('/users/me')).headers.get('x-rate-limit')).toBe('400')
  twin.moveClock(60_000)
  expect((await get('/incremental/tickets/cursor?start_time=0')).status).toBe(200)
})
