import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ZendeskTwin } from '../../../twins/zendesk/index.ts'
import { at, list, number, numbers, text } from '../probe.ts'
import type { Json } from '../probe.ts'
import { call, startDesk } from './desk.ts'

let twin: ZendeskTwin
const made: number[] = []
beforeAll(async () => {
  twin = await startDesk()
  const tickets: { [field: string]: Json }[] = [
    {
      subject: 'Kettle broke',
      priority: 'urgent',
      tags: ['kettle', 'vip'],
      requester: { name: 'Zoë Quill', email: 'zoe@quill.example' },
    },
    { subject: 'Lamp broke', priority: 'low', tags: ['lamp'], external_id: 'ext 7' },
    {
      subject: 'Lamp arrived',
      priority: 'high',
      status: 'pending',
      custom_fields: [{ id: 8_447_000_000_201, value: '#8841' }],
    },
  ]
  for (const ticket of tickets) {
    const { json } = await call(twin, 'POST', '/tickets', {
      body: { ticket: { ...ticket, comment: { body: 'Quokka says so' } } },
    })
    made.push(number(json, 'ticket', 'id'))
  }
  twin.moveClock(121_000)
})
afterAll(() => twin.close())

const search = async (query: string, more = ''): Promise<Json> =>
  (await call(twin, 'GET', `/search.json?query=${encodeURIComponent(query)}${more}`)).json

it.each([
  ['quokka', [0, 1, 2]],
  ['type:ticket quokka priority>normal', [0, 2]],
  ['quokka priority:urgent priority:low', [0, 1]],
  ['quokka -tags:lamp', [0, 2]],
  ['quokka status<pending', [0, 1]],
  ['quokka status:pending', [2]],
  ['requester:zoe@quill.example', [0]],
  ['requester:"Zoë Quill"', [0]],
  ['quokka assignee:none tags:vip', [0]],
  ['"lamp broke"', [1]],
  ['quokka kett*', [0]],
  ['external_id:"ext 7"', [1]],
  ['custom_field_8447000000201:#8841', [2]],
  ['quokka created>=2026-01-15', [0, 1, 2]],
  ['quokka created<2026-01-15', []],
  ['quokka updated>1hour', [0, 1, 2]],
  ['quokka type:user', []],
  ['quokka nonsense:1', []],
])('finds by %s', async (query, places) => {
  const found = numbers(await search(query), 'results').toSorted((left, right) => left - right)
  expect(found).toEqual(places.map((place) => made[place]))
})

it('finds all kinds at once, and says which is which', async () => {
  const kinds = (json: Json) => new Set(list(json, 'results').map((row) => text(row, 'result_type')))
  expect(kinds(await search('quill'))).toEqual(new Set(['user']))
  expect(kinds(await search('type:group support'))).toEqual(new Set(['group']))
  expect(kinds(await search('type:organization created>2000-01-01'))).toEqual(new Set(['organization']))
  expect(number((await call(twin, 'GET', '/search/count?query=quokka')).json, 'count')).toBe(3)
})

it('orders by what it is asked', async () => {
  const order = async (more: string) => numbers(await search('quokka', more), 'results')
  expect(await order('&sort_by=priority&sort_order=asc')).toEqual([made[1], made[2], made[0]])
  expect(numbers(await search('quokka order_by:priority sort:desc'), 'results')).toEqual([made[0], made[2], made[1]])
})

it('stops at a thousand results, where the export goes on', async () => {
  const wall = await call(twin, 'GET', '/search?query=type:ticket&page=11')
  expect([wall.status, text(wall.json, 'description')]).toEqual([
    422,
    'Invalid search: Requested response size was greater than Search Response Limits',
  ])
  expect((await call(twin, 'GET', '/search?query=type:ticket&page=10')).status).toBe(200)
  const seen: number[] = []
  let cursor = ''
  for (;;) {
    const { json } = await call(
      twin,
      'GET',
      `/search/export?query=created>2000-01-01&filter[type]=ticket&page[size]=40${cursor}`,
    )
    seen.push(...numbers(json, 'results'))
    if (at(json, 'meta', 'has_more') !== true) break
    cursor = `&page[after]=${text(json, 'meta', 'after_cursor')}`
  }
  const count = number((await call(twin, 'GET', '/search/count?query=type:ticket')).json, 'count')
  expect([seen.length, new Set(seen).size]).toEqual([count, count])
  twin.moveClock(3_600_000)
  const expired = await call(twin, 'GET', `/search/export?query=a&filter[type]=ticket${cursor}`)
  expect(expired.status).toBe(400)
})

it('refuses a query that is none', async () => {
  expect((await call(twin, 'GET', '/search?query=')).status).toBe(400)
  expect((await call(twin, 'GET', `/search?query=${encodeURIComponent('"open')}`)).status).toBe(422)
  expect((await call(twin, 'GET', '/search/export?query=a')).status).toBe(400)
})

it('is behind by minutes: what is new is not found yet, and what changed is found as it was', async () => {
  const { json } = await call(twin, 'POST', '/tickets', { body: { ticket: { comment: { body: 'Wombat' } } } })
  const id = number(json, 'ticket', 'id')
  expect(numbers(await search('wombat'), 'results')).toEqual([])
  twin.moveClock(121_000)
  expect(numbers(await search('wombat'), 'results')).toEqual([id])
  await call(twin, 'PUT', `/tickets/${id}`, { body: { ticket: { priority: 'high' } } })
  expect(numbers(await search('wombat priority:high'), 'results')).toEqual([])
  twin.moveClock(121_000)
  expect(numbers(await search('wombat priority:high'), 'results')).toEqual([id])
})
