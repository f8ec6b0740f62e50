import { expect, it } from 'vitest'
import type { Call } from '../../../kit/account-client.ts'
import type { Json } from '../../../store/kinds.ts'
import { organizations } from '../../../subgraphs/zendesk/read-organizations.ts'
import { contextOf, fakeClient } from './records.ts'

const SECOND = 1_767_225_600
const PAGE = 1000

/** More organizations than a page holds, all changed in one second, and one a second later. */
const all = Array.from({ length: PAGE + 501 }, (_, index) => ({
  id: index + 1,
  name: `No. ${index + 1}`,
  at: index === PAGE + 500 ? SECOND + 1 : SECOND,
}))

const exported = ({ query }: Call) => {
  const rows = all.filter(({ at }) => at >= Number(query?.['start_time'] ?? 0))
  const page = rows.slice(0, PAGE)
  return { organizations: page, end_time: page.at(-1)?.at ?? null, end_of_stream: rows.length <= PAGE }
}

const listed = ({ query }: Call) => {
  const after = Number(query?.['page[after]'] ?? 0)
  const page = all.filter(({ id }) => id > after).slice(0, 100)
  const last = page.at(-1)?.id ?? 0
  return { organizations: page, meta: { has_more: last < all.length, after_cursor: String(last) } }
}

it('gets past a second in which more changed than a page holds, by the list, and ends', async () => {
  const client = fakeClient((call) => ({ body: call.path.includes('incremental') ? exported(call) : listed(call) }))
  const found = new Set<string>()
  let cursor: Json = null
  let pages = 0
  for (let done = false; !done; pages += 1) {
    const page = await organizations.read(client, cursor, contextOf())
    for (const { remoteId } of page.changes) found.add(remoteId)
    ;({ cursor, done } = page)
    expect(pages).toBeLessThan(40)
  }
  expect(found.size).toBe(all.length)
  expect(cursor).toEqual({ since: SECOND + 1, list: null })
})
