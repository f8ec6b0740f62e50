import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FreshdeskTwin } from '../../../twins/freshdesk/index.ts'
import { at, list, number, numbers, text } from '../probe.ts'
import type { Json } from '../probe.ts'
import { accounts, call, errorsOf, noon, startDesk } from './desk.ts'

/** Every row of a list, by its links. */
async function walk(twin: FreshdeskTwin, path: string): Promise<Json[]> {
  const rows: Json[] = []
  let next: string | undefined = path
  while (next !== undefined) {
    const answer = await call(twin, 'GET', next)
    expect(answer.status).toBe(200)
    rows.push(...list(answer.json))
    next = /<[^>]*\/api\/v2([^>]*)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1]
  }
  return rows
}

const idsOf = (rows: readonly Json[]): number[] => rows.map((row) => number(row, 'id'))
const daysAgo = (days: number): string => new Date(noon.getTime() - days * 86_400_000).toISOString()
const everything = '/tickets?updated_since=2025-01-01T00:00:00Z'

describe('lists', () => {
  let twin: FreshdeskTwin
  beforeAll(async () => {
    twin = await startDesk()
  })
  afterAll(() => twin.close())

  it('have thirty rows a page unless told, and a link to the next until the end', async () => {
    const first = await call(twin, 'GET', '/contacts')
    expect(list(first.json)).toHaveLength(30)
    expect(first.headers.get('link')).toBe(`<${twin.url}/harbour/api/v2/contacts?page=2>; rel="next"`)
    const last = await call(twin, 'GET', '/contacts?page=3')
    expect([list(last.json).length, last.headers.get('link')]).toEqual([twin.counts().contacts - 60, null])
    expect(list((await call(twin, 'GET', '/contacts?page=99')).json)).toEqual([])
  })

  it.each([
    ['per_page=101', 'per_page'],
    ['per_page=0', 'per_page'],
    ['page=0', 'page'],
    ['page=x', 'page'],
    ['page=-1', 'page'],
  ])('refuse %s', async (query, field) => {
    const answer = await call(twin, 'GET', `/contacts?${query}`)
    expect([answer.status, errorsOf(answer)]).toEqual([400, [[field, 'invalid_value']]])
  })

  it('refuse what they do not know', async () => {
    for (const query of [
      'order_by=priority',
      'order_type=up',
      'filter=all',
      'include=everything',
      'updated_since=soon',
      'requester_id=me',
    ]) {
      const answer = await call(twin, 'GET', `/tickets?${query}`)
      expect([query, answer.status, errorsOf(answer)]).toEqual([query, 400, [[query.split('=')[0], 'invalid_value']]])
    }
    expect(errorsOf(await call(twin, 'GET', '/tickets?since=2025-01-01'))).toEqual([['since', 'invalid_field']])
  })

  it('of tickets say nothing of those created more than thirty days ago, unless updated_since is given', async () => {
    const recent = await walk(twin, '/tickets?per_page=100')
    const all = await walk(twin, `${everything}&per_page=100`)
    expect(recent.length).toBeGreaterThan(5)
    expect(all).toHaveLength(twin.counts().tickets)
    expect(all.length).toBeGreaterThan(recent.length * 2)
    expect(recent.every((row) => text(row, 'created_at') >= daysAgo(30).slice(0, 19))).toBe(true)
  })

  it('of tickets come in the order asked for', async () => {
    const newest = (await walk(twin, '/tickets')).map((row) => text(row, 'created_at'))
    expect(newest).toEqual(newest.toSorted().toReversed())
    const oldest = (await walk(twin, `${everything}&order_by=updated_at&order_type=asc`)).map((row) =>
      text(row, 'updated_at'),
    )
    expect(oldest).toEqual(oldest.toSorted())
    const statuses = (await walk(twin, `${everything}&order_by=status&order_type=asc`)).map((row) =>
      number(row, 'status'),
    )
    expect(statuses).toEqual(statuses.toSorted((left, right) => left - right))
  })

  it('of tickets have no description but where it is asked for', async () => {
    const [plain] = await walk(twin, '/tickets?per_page=1&page=1')
    expect(Object.keys(Object(plain))).not.toContain('description')
    const [row] = list((await call(twin, 'GET', '/tickets?include=description,stats,requester&per_page=1')).json)
    expect(Object.keys(Object(row))).toEqual(
      expect.arrayContaining(['description', 'description_text', 'stats', 'requester']),
    )
  })

  it('of ratings reach back thirty days unless told', async () => {
    const recent = await walk(twin, '/surveys/satisfaction_ratings')
    const all = await walk(twin, '/surveys/satisfaction_ratings?created_since=2025-01-01')
    expect(all).toHaveLength(twin.counts().ratings)
    expect(recent.length).toBeLessThan(all.length)
  })
})

describe('what lists miss', () => {
  it('shift between two pages when somebody writes: a row is seen twice, or never', async () => {
    await using twin = await startDesk()
    const path = `${everything}&order_by=updated_at&order_type=asc&per_page=20`
    const before = idsOf(await walk(twin, path))
    const first = numbers((await call(twin, 'GET', path)).json)
    await twin.control('POST', '/agents/update', { ticketId: first[3], fields: { tags: ['moved'] } })
    const second = numbers((await call(twin, 'GET', `${path}&page=2`)).json)
    // The row after the page slipped to the first page, and the one that changed is now the last of all.
    expect(second).not.toContain(before[20])
    expect(second[0]).toBe(before[21])
    expect(idsOf(await walk(twin, path)).at(-1)).toBe(first[3])
  })

  it('never tell of what was deleted, archived or spam: their own filters do', async () => {
    await using twin = await startDesk()
    const [one = 0, other = 0, third = 0, fourth = 0] = numbers((await call(twin, 'GET', '/tickets')).json)
    twin.moveClock(1_000)
    await call(twin, 'DELETE', `/tickets/${one}`)
    await call(twin, 'PUT', `/tickets/${other}/spam`)
    await twin.control('POST', '/archive', { id: third })
    await twin.control('POST', '/delete', { kind: 'ticket', id: fourth, purge: true })
    const since = new Date(noon.getTime()).toISOString()
    expect(idsOf(await walk(twin, `/tickets?updated_since=${since}`))).toEqual([])
    const all = idsOf(await walk(twin, `${everything}&per_page=100`))
    expect(all.filter((id) => [one, other, third, fourth].includes(id))).toEqual([])
    expect(idsOf(await walk(twin, '/tickets?filter=deleted'))).toContain(one)
    expect(idsOf(await walk(twin, '/tickets?filter=spam'))).toContain(other)
    const statuses = await Promise.all([one, other, third, fourth].map((id) => call(twin, 'GET', `/tickets/${id}`)))
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 404, 404])
    expect(at(statuses[0]?.json, 'deleted')).toBe(true)
  })

  it('archives what has been closed for long as time goes by, and says nothing', async () => {
    await using twin = await startDesk()
    const { tickets, archivedTickets } = twin.counts()
    twin.moveClock(60 * 86_400_000)
    await call(twin, 'GET', '/agents/me')
    expect(twin.counts().archivedTickets).toBeGreaterThan(archivedTickets)
    expect(twin.counts().tickets).toBeLessThan(tickets)
  })
})

describe('the wall', () => {
  it('stands after page 300: 400, not an empty page', async () => {
    await using twin = await startDesk({ accounts: [{ ...accounts[0], tickets: 1_000 }] })
    const last = await call(twin, 'GET', `${everything}&per_page=1&page=300`)
    expect([last.status, list(last.json).length]).toEqual([200, 1])
    expect(last.headers.get('link')).toContain('page=301')
    const beyond = await call(twin, 'GET', `${everything}&per_page=1&page=301`)
    expect([beyond.status, beyond.json]).toEqual([
      400,
      {
        description: 'Validation failed',
        errors: [
          {
            field: 'page',
            message: 'You cannot access tickets beyond the 300th page. Please provide a smaller page number.',
            code: 'invalid_value',
          },
        ],
      },
    ])
    expect((await call(twin, 'GET', '/contacts?page=301')).status).toBe(200)
  })
})
