import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apply } from '../../store/apply.ts'
import type { Change } from '../../store/change.ts'
import { BadCursorError } from '../../store/errors.ts'
import { rowId } from '../../store/id.ts'
import type { Kind, RowOf } from '../../store/kinds.ts'
import { type ListQuery, openReader, type Page, type PageRequest } from '../../store/read.ts'
import { openTestDatabase, type TestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { at, batch, makeIntegration, upsert } from './records.ts'
import { walk } from './walk.ts'

const remoteIds = (page: Page<{ readonly remoteId: string }>) => page.rows.map((row) => row.remoteId)

describe.each(testServers)('lists on $name', (server) => {
  let db: TestDatabase
  beforeAll(async () => void (db = await openTestDatabase(server)))
  afterAll(() => db[Symbol.asyncDispose]())

  async function setUp(...changes: Change[]) {
    const { workspaceId, integrationId } = await makeIntegration(db.database)
    await apply(db.database, batch(integrationId, 1, changes))
    return {
      workspaceId,
      integrationId,
      id: (kind: Kind, remoteId: string) => rowId(integrationId, kind, remoteId),
      list: <K extends Kind>(kind: K, query: ListQuery) => openReader(db.database, workspaceId).list(kind, query),
      find: async (kind: Kind, filter: ListQuery['filter']) =>
        remoteIds(
          await openReader(db.database, workspaceId).list(kind, { filter: filter ?? {}, first: 100 }),
        ).toSorted(),
    }
  }

  test('pages of every size, both ways, hold what a plain sort holds, with ties and nulls', async () => {
    const time = fc.option(fc.integer({ min: 0, max: 4 }).map(at))
    const name = fc.option(fc.constantFrom('a', 'b', 'bb', 'C', ''))
    const contacts = fc.array(fc.record({ createdAt: time, updatedAt: time, lastSeenAt: time, name }), {
      maxLength: 12,
    })
    const field = fc.constantFrom('createdAt', 'updatedAt', 'lastSeenAt', 'name')
    const direction = fc.constantFrom('ASC' as const, 'DESC' as const)
    await fc.assert(
      fc.asyncProperty(contacts, field, direction, fc.integer({ min: 1, max: 5 }), async (fields, by, to, size) => {
        const { list } = await setUp(...fields.map((each, n) => upsert('contact', String(n), each)))
        const orderBy = { field: by, direction: to }
        const sign = to === 'ASC' ? 1 : -1
        const keyOf = (row: RowOf<'contact'>): number | string => {
          if (by === 'name') return (row.name ?? '').toLowerCase()
          const none = by === 'lastSeenAt' ? sign * Infinity : -Infinity
          return (
            (by === 'lastSeenAt' ? row.lastSeenAt : by === 'createdAt' ? row.createdAt : row.updatedAt)?.getTime() ??
            none
          )
        }
        const all = await list('contact', { first: 100, orderBy })
        const sorted = all.rows.toSorted((a, b) => {
          const [x, y] = [keyOf(a), keyOf(b)]
          return sign * (x < y ? -1 : x > y ? 1 : a.id < b.id ? -1 : 1)
        })
        expect(all.rows).toEqual(sorted)
        expect(all.rows).toHaveLength(fields.length)
        expect(await all.totalCount()).toBe(fields.length)
        const read = (page: PageRequest) => list('contact', { ...page, orderBy })
        expect((await walk<'contact'>(read, size, 'forwards')).flat()).toEqual(sorted)
        expect((await walk<'contact'>(read, size, 'backwards')).toReversed().flat()).toEqual(sorted)
      }),
      { numRuns: 25 },
    )
  })

  test('a page is not shifted by rows that come and go', async () => {
    const { integrationId, list } = await setUp(
      ...[1, 2, 3, 4].map((n) => upsert('contact', String(n), { createdAt: at(n) })),
    )
    const orderBy = { field: 'createdAt', direction: 'ASC' } as const
    const page = await list('contact', { first: 2, orderBy })
    expect(remoteIds(page)).toEqual(['1', '2'])
    const gone = { op: 'delete', kind: 'contact', remoteId: '2', mergedIntoRemoteId: null } as const
    await apply(db.database, batch(integrationId, 2, [upsert('contact', '0', { createdAt: at(0) }), gone]))
    const after = page.cursors[1] ?? ''
    expect(remoteIds(await list('contact', { first: 2, after, orderBy }))).toEqual(['3', '4'])
    expect(remoteIds(await list('contact', { last: 9, before: after, orderBy }))).toEqual(['0', '1'])
  })

  test('messages of one second stand in the order of their numbers when a word stands before them, the opening first', async () => {
    const numbers = [12, 9, 100, 2, 31, 8, 101, 77, 10, 1]
    const { id, workspaceId } = await setUp(
      ...numbers.map((number) => upsert('message', `ticket_part:${number}`, { ticketRemoteId: 't' })),
      upsert('message', 'source:999', { ticketRemoteId: 't' }),
      upsert('message', `part:${'9'.repeat(30)}`, { ticketRemoteId: 'u' }),
    )
    const thread = { kind: 'ticket', id: id('ticket', 't') } as const
    const page = await openReader(db.database, workspaceId).messagesOf(thread, { first: 100 })
    const inOrder = numbers.toSorted((a, b) => a - b).map((number) => `ticket_part:${number}`)
    expect(remoteIds(page)).toEqual(['source:999', ...inOrder])
  })

  test('messages of one second stand in the order of their numbers', async () => {
    const messages = ['10', '9', 'source', '100'].map((id) =>
      upsert('message', id, { conversationRemoteId: 'c', createdAt: at(1) }),
    )
    const { id, workspaceId } = await setUp(
      ...messages,
      upsert('message', '1', { conversationRemoteId: 'c', createdAt: at(2) }),
    )
    const reader = openReader(db.database, workspaceId)
    const thread = { kind: 'conversation', id: id('conversation', 'c') } as const
    const read = (page: PageRequest) => reader.messagesOf(thread, page)
    expect((await walk<'message'>(read, 2, 'forwards')).flat().map((row) => row.remoteId)).toEqual([
      'source',
      '9',
      '10',
      '100',
      '1',
    ])
    expect((await reader.lastMessageOf(thread))?.remoteId).toBe('1')
  })

  test('refuses a cursor of another list or order, and one that was tampered with', async () => {
    const { list } = await setUp(upsert('contact', '1'), upsert('company', '1'))
    const [cursor = ''] = (await list('contact', { first: 1 })).cursors
    const other = { field: 'updatedAt', direction: 'DESC' } as const
    await expect(list('contact', { first: 1, after: cursor, orderBy: other })).rejects.toThrow(BadCursorError)
    await expect(list('company', { first: 1, after: cursor })).rejects.toThrow('another list or order')
    const tag = 'contact.createdAt.DESC'
    const id = '00000000-0000-0000-0000-000000000000'
    for (const forged of [
      [tag],
      [tag, 'x', id],
      [tag, 1e300, id],
      [tag, 1, 'x'],
      [tag, 1, id, 2],
      [tag, {}, id],
      {},
      1,
    ]) {
      const text = Buffer.from(JSON.stringify(forged)).toString('base64url')
      await expect(list('contact', { first: 1, after: text })).rejects.toThrow(BadCursorError)
    }
    for (const text of ['', '\0', '!', 'x'.repeat(10_000)]) {
      await expect(list('contact', { first: 1, after: text })).rejects.toThrow(BadCursorError)
    }
  })

  test('a bad list fails alone', async () => {
    const { workspaceId } = await setUp(upsert('contact', '1'))
    const reader = openReader(db.database, workspaceId)
    const [good, bad, wrong] = await Promise.allSettled([
      reader.list('contact', { first: 1 }),
      reader.list('contact', { first: 1, after: 'x' }),
      reader.list('contact', { filter: { status: ['OPEN'] } }),
    ])
    expect(good.status).toBe('fulfilled')
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'BAD_USER_INPUT' } })
    expect(wrong).toMatchObject({ status: 'rejected', reason: { message: 'contact: cannot be filtered by "status"' } })
    await expect(reader.list('tag', { orderBy: { field: 'dueAt', direction: 'ASC' } })).rejects.toThrow('sorted')
  })

  test('narrows conversations by each filter', async () => {
    const { find, id, integrationId } = await setUp(
      upsert('contact', 'ada', {
        companyRemoteIds: ['acme'],
        email: 'Ada@Example.com',
        role: 'LEAD',
        tagRemoteIds: ['vip'],
      }),
      upsert('contact', 'bob', { name: 'Böb' }),
      upsert('conversation', '1', { contactRemoteId: 'ada', contactRemoteIds: ['ada', 'bob'], subject: 'Lost parcel' }),
      upsert('conversation', '2', {
        contactRemoteIds: ['bob'],
        assigneeRemoteId: 'x',
        status: 'CLOSED',
        priority: 'HIGH',
      }),
      upsert('conversation', '3', {
        companyRemoteId: 'acme',
        teamRemoteId: 't',
        tagRemoteIds: ['vip', 'b'],
        channel: 'EMAIL',
      }),
      upsert('conversation', '4', {
        companyRemoteId: 'zeta',
        contactRemoteIds: ['ada'],
        createdAt: at(4),
        updatedAt: at(5),
      }),
      upsert('message', 'm', { conversationRemoteId: '2', text: 'Der Kühlschrank ist kaputt' }),
      upsert('agent', 'x', { name: 'Xenia', teamRemoteIds: ['t'], email: 'x@example.com' }),
    )
    const conversations = (filter: ListQuery['filter']) => find('conversation', filter)
    expect(await conversations({})).toEqual(['1', '2', '3', '4'])
    expect(await conversations({ contactId: id('contact', 'bob') })).toEqual(['1', '2'])
    expect(await conversations({ companyId: id('company', 'acme') })).toEqual(['1', '3'])
    expect(await conversations({ companyId: id('company', 'zeta') })).toEqual(['4'])
    expect(await conversations({ assigneeId: id('agent', 'x') })).toEqual(['2'])
    expect(await conversations({ assigneeId: null, teamId: null })).toEqual(['1', '4'])
    expect(await conversations({ tagIds: [id('tag', 'b'), id('tag', 'c')] })).toEqual(['3'])
    expect(await conversations({ status: ['CLOSED', 'SNOOZED'], priority: ['HIGH'] })).toEqual(['2'])
    expect(await conversations({ channel: ['EMAIL'] })).toEqual(['3'])
    expect(await conversations({ createdAfter: at(4), createdBefore: at(5) })).toEqual(['4'])
    expect(await conversations({ updatedAfter: at(6) })).toEqual([])
    expect(await conversations({ updatedBefore: at(5) })).toEqual(['1', '2', '3'])
    expect(await conversations({ ids: [id('conversation', '3')], providers: ['intercom'] })).toEqual(['3'])
    expect(await conversations({ integrationIds: [integrationId] })).toHaveLength(4)
    expect(await conversations({ providers: ['zendesk'] })).toEqual([])
    expect(await conversations({ query: 'PARC' })).toEqual(['1'])
    expect(await conversations({ query: 'kuhlschrank kaputt' })).toEqual(['2'])
    expect(await conversations({ query: '?!' })).toEqual([])
    expect(await find('contact', { email: 'ADA@example.com' })).toEqual(['ada'])
    expect(await find('contact', { companyId: id('company', 'acme'), role: ['LEAD'] })).toEqual(['ada'])
    expect(await find('contact', { tagIds: [id('tag', 'vip')] })).toEqual(['ada'])
    expect(await find('contact', { query: 'bob' })).toEqual(['bob'])
    expect(await find('agent', { teamId: id('team', 't'), query: 'xen' })).toEqual(['x'])
    expect(await find('message', { conversationId: id('conversation', '2'), type: ['REPLY'] })).toEqual(['m'])
  })

  test('lists asked for together are one read, and each gets its own page and count', async () => {
    const threads = Array.from({ length: 30 }, (_, n) => String(n))
    const { id, workspaceId } = await setUp(
      ...threads.flatMap((thread) =>
        Array.from({ length: Number(thread) % 4 }, (_, n) =>
          upsert('message', `${thread}${n}`, { conversationRemoteId: thread, createdAt: at(n) }),
        ),
      ),
      upsert('rating', '3', { conversationRemoteId: '3' }),
    )
    let statements = 0
    const counting = {
      ...db.database,
      workspace: (workspace: string) => {
        const rows = db.database.workspace(workspace)
        return {
          query: <R>(sql: string, values?: readonly unknown[]) => {
            statements += 1
            return rows.query<R>(sql, values)
          },
        }
      },
    }
    const reader = openReader(counting, workspaceId)
    const thread = (remoteId: string) => ({ kind: 'conversation', id: id('conversation', remoteId) }) as const
    const pages = await Promise.all(threads.map((each) => reader.messagesOf(thread(each), { last: 2 })))
    expect(statements).toBe(1)
    for (const [n, page] of pages.entries()) {
      const have = n % 4
      expect(remoteIds(page)).toEqual([have - 2, have - 1].filter((each) => each >= 0).map((each) => `${n}${each}`))
      expect(page.hasPreviousPage).toBe(have > 2)
    }
    expect(await Promise.all(pages.map((page) => page.totalCount()))).toEqual(threads.map((each) => Number(each) % 4))
    // How dear a count is is asked before it is made.
    expect(statements).toBe(3)
    const [row] = pages[3]?.rows ?? []
    expect(await reader.byId('message', row?.id ?? '')).toBe(row)
    expect(statements).toBe(3)
    const ratings = await Promise.all(threads.map((each) => reader.ratingOf(thread(each))))
    expect(ratings.flatMap((rating) => rating?.remoteId ?? [])).toEqual(['3'])
    expect(statements).toBe(4)
  })

  test('reads by id in one statement, follows merges, and hides what is deleted', async () => {
    const { id, integrationId, workspaceId } = await setUp(
      upsert('contact', 'a', { name: 'A' }),
      upsert('contact', 'b'),
      upsert('contact', 'c', { name: 'C' }),
      upsert('contact', 'r'),
      upsert('contact', 's'),
    )
    const gone = (remoteId: string, mergedIntoRemoteId: string | null) =>
      ({ op: 'delete', kind: 'contact', remoteId, mergedIntoRemoteId }) as const
    await apply(
      db.database,
      batch(integrationId, 2, [gone('a', 'b'), gone('b', 'c'), gone('r', 's'), gone('s', 'r'), gone('never', null)]),
    )
    const reader = openReader(db.database, workspaceId)
    const read = (remoteId: string, options?: { deleted: boolean }) =>
      reader.byId('contact', id('contact', remoteId), options)
    expect((await read('a'))?.name).toBe('C')
    expect(await read('r')).toBeNull()
    expect(await read('never', { deleted: true })).toBeNull()
    expect(await read('unknown')).toBeNull()
    await apply(db.database, batch(integrationId, 3, [gone('c', null)]))
    const later = openReader(db.database, workspaceId)
    expect(await later.byId('contact', id('contact', 'c'))).toBeNull()
    expect(await later.byId('contact', id('contact', 'a'), { deleted: true })).toMatchObject({
      name: 'C',
      deletedAt: at(3),
    })
    expect(remoteIds(await later.list('contact', {}))).toEqual([])
    const other = await makeIntegration(db.database)
    expect(
      await openReader(db.database, other.workspaceId).byId('contact', id('contact', 'c'), { deleted: true }),
    ).toBeNull()
  })
})
