import { describe, expect, it } from 'vitest'
import type { Call } from '../../../kit/account-client.ts'
import type { Change } from '../../../store/change.ts'
import type { Json } from '../../../store/kinds.ts'
import { readOneTicket, readTicket } from '../../../subgraphs/freshdesk/read-ticket.ts'
import { tickets } from '../../../subgraphs/freshdesk/read-tickets.ts'
import { contextOf, fakeClient, type Reply } from './fake-client.ts'
import { CONVERSATION, TICKET } from './records.ts'

const NEXT = { link: '<https://acme.freshdesk.com/api/v2/tickets?page=2>; rel="next"' }

const query = (call: Call, name: string): string => String(call.query?.[name])
const isList = ({ path }: Call): boolean => path === '/tickets'
const names = (changes: readonly Change[]): string[] =>
  changes.map(({ op, kind, remoteId }) => `${op} ${kind} ${remoteId}`)

/** A list of tickets, `seconds` after midnight each; single reads answer what is asked for. */
function listOf(rows: readonly { readonly id: number; readonly seconds: number }[], perPage: number) {
  const moment = (seconds: number): string =>
    new Date(Date.UTC(2026, 0, 5, 0, 0, seconds)).toISOString().slice(0, 19) + 'Z'
  return (call: Call): Reply => {
    if (!isList(call)) {
      const id = Number(call.path.split('/')[2])
      const row = rows.find((each) => each.id === id)
      return { body: { ...TICKET, id, updated_at: moment(row?.seconds ?? 0) } }
    }
    if (call.query?.['filter'] !== null) return { body: [] }
    const since = Date.parse(query(call, 'updated_since'))
    const listed = rows.filter(({ seconds }) => Date.parse(moment(seconds)) >= since)
    const start = (Number(query(call, 'page')) - 1) * perPage
    const body = listed.slice(start, start + perPage).map(({ id, seconds }) => ({ id, updated_at: moment(seconds) }))
    return { body, headers: start + perPage < listed.length ? NEXT : {} }
  }
}

async function readAll(reply: (call: Call) => Reply) {
  const client = fakeClient(reply)
  const ids = new Set<string>()
  for (let cursor: Json | null = null; ;) {
    const page = await tickets.read(client, cursor, contextOf())
    for (const { kind, remoteId } of page.changes) if (kind === 'ticket') ids.add(remoteId)
    cursor = page.cursor
    if (page.done) return { ids, cursor, lists: client.calls.filter(isList) }
  }
}

describe('the list of tickets', () => {
  it('is always asked since when, and begins each page at the last row of the one before', async () => {
    const rows = Array.from({ length: 12 }, (_, index) => ({ id: index + 1, seconds: index * 10 }))
    const { ids, lists } = await readAll(listOf(rows, 5))
    expect(ids.size).toBe(12)
    expect(lists.map((call) => query(call, 'updated_since')).filter((since) => since === 'undefined')).toEqual([])
    expect(lists.map((call) => query(call, 'page')).filter((page) => page !== '1')).toEqual([])
    expect(lists.map((call) => query(call, 'order_by'))).not.toContain('created_at')
  })

  it('is turned where a page is full of one second, and loses nobody who is pushed over its edge', async () => {
    const rows = Array.from({ length: 12 }, (_, index) => ({ id: index + 1, seconds: index < 11 ? 7 : 60 }))
    const reply = listOf(rows, 5)
    let moved = false
    const { ids, lists } = await readAll((call) => {
      // After the first page of that second somebody changes the first of its tickets, and all others move up.
      const [first] = rows
      if (isList(call) && query(call, 'page') === '2' && !moved && first) {
        moved = true
        rows.splice(0, 1)
        rows.push({ ...first, seconds: 50 })
      }
      return reply(call)
    })
    expect([...ids].map(Number).toSorted((one, other) => one - other)).toEqual(
      rows.map(({ id }) => id).toSorted((one, other) => one - other),
    )
    expect(lists.some((call) => query(call, 'page') === '2')).toBe(true)
  })

  it('goes on from the newest change, less what may come late', async () => {
    const { cursor } = await readAll(listOf([{ id: 1, seconds: 30 }], 5))
    expect(cursor).toMatchObject({ list: 'changed', page: 1, since: '2026-01-04T23:55:30.000Z', startedAt: null })
  })

  it('embeds what is cheaper for a page than for each, and reads a ticket anew that has moved on', async () => {
    const client = fakeClient((call) => {
      if (!isList(call)) return { body: { ...TICKET, updated_at: '2026-01-05T00:00:00Z' } }
      const row = { id: 20, updated_at: TICKET.updated_at, stats: { resolved_at: null, closed_at: null } }
      return { body: call.query?.['filter'] === null ? [row] : [] }
    })
    await tickets.read(client, null, contextOf())
    expect(client.calls.map(({ query: asked }) => asked?.['include'])).toEqual([
      'requester,stats',
      'conversations',
      'conversations,requester,stats',
    ])
  })

  it('keeps a malformed ticket out, and says which', async () => {
    const page = await tickets.read(
      fakeClient((call) => {
        if (isList(call))
          return { body: [{ id: 1, updated_at: 'yesterday' }, { id: 20, updated_at: TICKET.updated_at }, 'odd'] }
        return { body: TICKET }
      }),
      null,
      contextOf(),
    )
    expect(page.failed.map(({ remoteId }) => remoteId)).toEqual(['1', null])
    expect(names(page.changes)).toContain('upsert ticket 20')
  })
})

describe('a ticket by itself', () => {
  it('comes with all that was said, though only the first ten are embedded', async () => {
    const said = Array.from({ length: 12 }, (_, index) => ({ ...CONVERSATION, id: 100 + index }))
    const client = fakeClient(({ path }) => ({
      body: path.endsWith('/conversations') ? said : { ...TICKET, conversations: said.slice(0, 10) },
    }))
    const messages = (await readTicket(client, '20')).filter(({ kind }) => kind === 'message')
    expect(messages.map(({ remoteId }) => remoteId)).toEqual(['description:20', ...said.map(({ id }) => String(id))])
    expect(client.calls).toHaveLength(2)
  })

  it.each([
    ['in the trash', { deleted: true }],
    ['spam', { spam: true }],
  ])('that is %s is told as deleted', async (_, changed) => {
    expect(
      names(
        await readTicket(
          fakeClient(() => ({ body: { ...TICKET, ...changed } })),
          '20',
        ),
      ),
    ).toEqual(['delete ticket 20'])
  })

  it('stays when it went to the archive, and is gone when it is not there either', async () => {
    const archived = fakeClient(({ path }) =>
      path.startsWith('/tickets/archived/') ? { body: TICKET } : { status: 404 },
    )
    expect(names(await readTicket(archived, '20'))).toContain('upsert ticket 20')
    expect(
      names(
        await readTicket(
          fakeClient(() => ({ status: 404 })),
          '20',
        ),
      ),
    ).toEqual(['delete ticket 20'])
  })

  it('tells of its requester as a contact when that is an agent, and of nobody else', async () => {
    const requester = { id: TICKET.requester_id, name: 'Rosa', email: 'rosa@acme.example', mobile: null, phone: null }
    const client = fakeClient(() => ({ body: { ...TICKET, requester } }))
    const contact = `upsert contact ${TICKET.requester_id}`
    expect(names(await readOneTicket(client, '20', contextOf([String(TICKET.requester_id)])))).toContain(contact)
    expect(names(await readOneTicket(client, '20', contextOf()))).not.toContain(contact)
  })
})
