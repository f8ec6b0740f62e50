import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FreshdeskTwin } from '../../../twins/freshdesk/index.ts'
import { at, list, number, text } from '../probe.ts'
import type { Answer, Json } from '../probe.ts'
import { accounts, call, errorsOf, startDesk } from './desk.ts'

const search = (twin: FreshdeskTwin, kind: string, query: string, page = 1): Promise<Answer> =>
  call(twin, 'GET', `/search/${kind}?query=${encodeURIComponent(query)}&page=${page}`)

/** All a search finds, by its pages. */
async function found(twin: FreshdeskTwin, kind: string, query: string): Promise<Json[]> {
  const rows: Json[] = []
  for (let page = 1; page <= 10; page += 1) {
    const answer = await search(twin, kind, `"${query}"`, page)
    expect([query, answer.status, answer.status === 200 ? '' : answer.text]).toEqual([query, 200, ''])
    const results = list(answer.json, 'results')
    rows.push(...results)
    if (rows.length >= number(answer.json, 'total')) return rows
  }
  return rows
}

describe('a search', () => {
  let twin: FreshdeskTwin
  let all: Json[]
  beforeAll(async () => {
    twin = await startDesk()
    all = list((await call(twin, 'GET', '/tickets?updated_since=2025-01-01&per_page=100')).json)
    const second = await call(twin, 'GET', '/tickets?updated_since=2025-01-01&per_page=100&page=2')
    all.push(...list(second.json))
  })
  afterAll(() => twin.close())

  const ids = (rows: readonly Json[]): number[] => rows.map((row) => number(row, 'id')).toSorted((a, b) => a - b)
  const where = (fits: (row: Json) => boolean): number[] => ids(all.filter(fits))

  it.each<[string, (row: Json) => boolean]>([
    ['status:2', (row) => at(row, 'status') === 2],
    ['priority:>3', (row) => number(row, 'priority') >= 3],
    ['priority:<2', (row) => number(row, 'priority') <= 2],
    ['agent_id:null', (row) => at(row, 'responder_id') === null],
    ['status:2 AND priority:>3', (row) => at(row, 'status') === 2 && number(row, 'priority') >= 3],
    [
      'status:3 OR status:2 AND priority:1',
      (row) => at(row, 'status') === 3 || (at(row, 'status') === 2 && at(row, 'priority') === 1),
    ],
    [
      '(status:3 OR status:2) AND priority:1',
      (row) => [2, 3].includes(number(row, 'status')) && at(row, 'priority') === 1,
    ],
    ["type:'Question'", (row) => at(row, 'type') === 'Question'],
    ["tag:'refund'", (row) => list(row, 'tags').includes('refund')],
    ["created_at:>'2026-01-01'", (row) => text(row, 'created_at') >= '2026-01-01'],
    ["updated_at:<'2025-12-31'", (row) => text(row, 'updated_at').slice(0, 10) <= '2025-12-31'],
    ['cf_fragile:true', (row) => at(row, 'custom_fields', 'cf_fragile') === true],
    ['cf_order:null', (row) => at(row, 'custom_fields', 'cf_order') === null],
    ['status:99', () => false],
  ])('finds by %s what the list has', async (query, fits) => {
    expect(ids(await found(twin, 'tickets', query))).toEqual(where(fits))
  })

  it('finds contacts and companies', async () => {
    const [contact] = list((await call(twin, 'GET', '/contacts')).json).filter((row) => at(row, 'email') !== null)
    const rows = await found(twin, 'contacts', `email:'${text(contact, 'email')}'`)
    expect(ids(rows)).toEqual([number(contact, 'id')])
    expect(await found(twin, 'companies', "created_at:>'2020-01-01'")).toHaveLength(twin.counts().companies)
  })

  it.each([
    ['status:2', 'query', 'invalid_value'],
    ['"status:2', 'query', 'invalid_value'],
    ['"status:2 AND"', 'query', 'invalid_value'],
    ['"(status:2"', 'query', 'invalid_value'],
    ['"status:2 status:3"', 'query', 'invalid_value'],
    ['"status = 2"', 'query', 'invalid_value'],
    ['"type:Question"', 'query', 'invalid_value'],
    ['"requester_id:1"', 'requester_id', 'invalid_field'],
    ['"cf_nothing:1"', 'cf_nothing', 'invalid_field'],
    ['"status:\'open\'"', 'status', 'datatype_mismatch'],
    ['"created_at:2026"', 'created_at', 'datatype_mismatch'],
    ['"type:>\'Question\'"', 'type', 'invalid_value'],
    [`"${'status:2 OR '.repeat(46)}status:2"`, 'query', 'invalid_value'],
  ])('refuses %s', async (query, field, code) => {
    const answer = await search(twin, 'tickets', query)
    expect([answer.status, errorsOf(answer)]).toEqual([400, [[field, code]]])
  })

  it('takes 512 characters between the quotes', async () => {
    const padded = `status:2${' '.repeat(512 - 'status:2'.length)}`
    expect((await search(twin, 'tickets', `"${padded}"`)).status).toBe(200)
    expect((await search(twin, 'tickets', `"${padded} "`)).status).toBe(400)
  })

  it('has no page size of its own', async () => {
    expect((await call(twin, 'GET', '/search/tickets?query="status:2"&per_page=100')).status).toBe(400)
  })
})

describe('what a search does not reach', () => {
  it('is past ten pages of thirty, though the total counts it', async () => {
    await using twin = await startDesk({ accounts: [{ ...accounts[0], tickets: 1_200 }] })
    const last = await search(twin, 'tickets', '"priority:>1"', 10)
    expect(list(last.json, 'results')).toHaveLength(30)
    expect(number(last.json, 'total')).toBe(twin.counts().tickets)
    expect(number(last.json, 'total')).toBeGreaterThan(300)
    const beyond = await search(twin, 'tickets', '"priority:>1"', 11)
    expect([beyond.status, errorsOf(beyond)]).toEqual([400, [['page', 'invalid_value']]])
  })

  it('is what happened in the last minutes', async () => {
    await using twin = await startDesk()
    const before = number((await search(twin, 'tickets', '"status:9"')).json, 'total')
    const [row] = list((await search(twin, 'tickets', '"status:2"')).json, 'results')
    const id = number(row, 'id')
    const made = await call(twin, 'POST', '/tickets', { body: { email: 'a@example.com', subject: 'New', status: 9 } })
    await call(twin, 'PUT', `/tickets/${id}`, { body: { status: 9, priority: 4 } })
    await call(twin, 'PUT', `/tickets/${id}`, { body: { priority: 1 } })
    const nines = async (): Promise<number[]> =>
      list((await search(twin, 'tickets', '"status:9"')).json, 'results').map((one) => number(one, 'id'))
    expect(await nines()).toHaveLength(before)
    // It is still found as what it was, and shown as what it is.
    const stale = list((await search(twin, 'tickets', '"status:2"')).json, 'results').find(
      (one) => at(one, 'id') === id,
    )
    expect(at(stale, 'status')).toBe(9)
    twin.moveClock(119_000)
    expect(await nines()).toHaveLength(before)
    twin.moveClock(1_000)
    expect(await nines()).toEqual(expect.arrayContaining([id, number(made.json, 'id')]))
  })

  it('is what is archived, in the trash or spam', async () => {
    await using twin = await startDesk()
    const total = async () => number((await search(twin, 'tickets', '"priority:>1"')).json, 'total')
    const before = await total()
    const [one, other] = list((await call(twin, 'GET', '/tickets')).json).map((row) => number(row, 'id'))
    await call(twin, 'DELETE', `/tickets/${one}`)
    await twin.control('POST', '/archive', { id: other })
    expect([before, await total()]).toEqual([twin.counts().tickets + 2, before - 2])
  })
})
