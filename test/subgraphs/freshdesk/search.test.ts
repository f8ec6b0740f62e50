import { describe, expect, it } from 'vitest'
import type { Call } from '../../../kit/account-client.ts'
import { searchIds } from '../../../subgraphs/freshdesk/search.ts'
import { fakeClient, NOW } from './fake-client.ts'
import { openDesk } from './desk.ts'

/** The days that an expression names, as numbers. */
function daysIn(expression: string, field: string): { readonly from: number; readonly to: number } {
  const [from, to] = [':>', ':<'].map((comparison) => {
    const at = new RegExp(`${field}${comparison}'([\\d-]+)'`).exec(expression)?.[1]
    return at === undefined ? null : Date.parse(at)
  })
  return { from: from ?? 0, to: to ?? Number.POSITIVE_INFINITY }
}

/** A Freshdesk that finds records made and changed on these days, 30 a page and ten pages. */
const finding = (rows: readonly { readonly created: string; readonly updated: string }[]) =>
  fakeClient((call: Call) => {
    const expression = String(call.query?.['query'])
    const [created, updated] = [daysIn(expression, 'created_at'), daysIn(expression, 'updated_at')]
    const page = Number(call.query?.['page'])
    if (page > 10) return { status: 400, body: { description: 'Validation failed', errors: [] } }
    const found = rows
      .map((row, index) => ({ id: index + 1, ...row }))
      .filter((row) => Date.parse(row.created) >= created.from && Date.parse(row.created) <= created.to)
      .filter((row) => Date.parse(row.updated) >= updated.from && Date.parse(row.updated) <= updated.to)
    return { body: { total: found.length, results: found.slice((page - 1) * 30, page * 30).map(({ id }) => ({ id })) } }
  })

const day = (offset: number): string => new Date(Date.UTC(2025, 0, 1 + offset)).toISOString().slice(0, 10)
const search = (first: number) => ({ kind: 'tickets', query: 'status:2 OR status:3', first, now: NOW }) as const

describe('a search', () => {
  it('reads no more pages than it was asked for', async () => {
    const client = finding(Array.from({ length: 200 }, (_, index) => ({ created: day(index), updated: day(index) })))
    const found = await searchIds(client, search(40))
    expect(found).toMatchObject({ total: 200 })
    expect(found.ids).toHaveLength(40)
    expect(client.calls).toHaveLength(2)
    expect(client.calls[0]?.query).toEqual({ query: '"status:2 OR status:3"', page: 1 })
  })

  it('is cut by days of creation where it finds more than its pages hold', async () => {
    const client = finding(
      Array.from({ length: 700 }, (_, index) => ({ created: day(index >> 1), updated: day(index) })),
    )
    const found = await searchIds(client, search(1_000))
    expect(found.total).toBe(700)
    expect(new Set(found.ids).size).toBe(700)
    const pages = client.calls.map((call) => Number(call.query?.['page']))
    expect(Math.max(...pages)).toBeLessThanOrEqual(10)
    expect(String(client.calls[1]?.query?.['query'])).toMatch(/^"\(status:2 OR status:3\) AND created_at:>'/)
  })

  it('is cut by days of change where one day of creation alone holds more', async () => {
    const client = finding(Array.from({ length: 450 }, (_, index) => ({ created: day(0), updated: day(index % 3) })))
    expect(new Set((await searchIds(client, search(1_000))).ids).size).toBe(450)
  })

  it('ends where nothing can be cut any finer', async () => {
    const client = finding(Array.from({ length: 400 }, () => ({ created: day(0), updated: day(0) })))
    expect((await searchIds(client, search(1_000))).ids).toHaveLength(300)
  })

  it('refuses an expression that leaves no room for days, and tells what Freshdesk does not take', async () => {
    const long = { ...search(30), query: `tag:'${'x'.repeat(600)}'` }
    await expect(searchIds(finding([]), long)).rejects.toMatchObject({ field: 'query' })
    await using desk = await openDesk({ accounts: [{ domain: 'acme', contacts: 10, companies: 3, tickets: 10 }] })
    await expect(searchIds(desk.client, { ...search(30), query: 'colour:2' })).rejects.toMatchObject({
      code: 'PROVIDER_REJECTED',
      reason: expect.stringContaining('colour'),
    })
  })
})
