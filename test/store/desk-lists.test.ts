import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apply } from '../../store/apply.ts'
import { rowId } from '../../store/id.ts'
import type { Kind, TicketFields, TicketRow } from '../../store/kinds.ts'
import { type Filter, openReader, type PageRequest } from '../../store/read.ts'
import { openTestDatabase, type TestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { at, batch, makeIntegration, upsert } from './records.ts'
import { walk } from './walk.ts'

const PROVIDERS = ['onedesk', 'twodesk', 'threedesk'] as const
/** By remote id; the second is spelled otherwise by each account. */
const TAGS = { t1: ['VIP', 'vip', 'Vip'], t2: ['Spam', 'spam ', 'Späm'], t3: ['Refund', 'refund', 'REFUND'] } as const
/** The least pressing first. */
const PRIORITIES = ['NONE', 'OTHER', 'LOW', 'MEDIUM', 'HIGH', 'URGENT'] as const

const second = fc.integer({ min: 0, max: 5 }).map(at)
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 2 })
const ticket: fc.Arbitrary<{ readonly desk: 0 | 1 | 2; readonly fields: Partial<TicketFields> }> = fc.record({
  desk: fc.constantFrom(0, 1, 2),
  fields: fc.record({
    status: fc.constantFrom('OPEN', 'PENDING', 'SOLVED'),
    priority: fc.constantFrom(...PRIORITIES),
    channel: fc.constantFrom('EMAIL', 'WEB'),
    type: maybe(fc.constantFrom('Task', 'Question')),
    assigneeRemoteId: maybe(fc.constantFrom('a1', 'a2')),
    teamRemoteId: maybe(fc.constant('g1')),
    tagRemoteIds: fc.subarray(['t1', 't2', 't3']),
    escalated: maybe(fc.boolean()),
    createdAt: maybe(second),
    updatedAt: maybe(second),
    dueAt: maybe(second),
    firstReplyDueAt: maybe(second),
    solvedAt: maybe(second),
  }),
})

describe.each(testServers)('lists of desks on $name', (server) => {
  let db: TestDatabase
  beforeAll(async () => void (db = await openTestDatabase(server)))
  afterAll(() => db?.[Symbol.asyncDispose]())

  /** Three accounts, of a provider each, in one workspace. */
  async function openDesks() {
    const { workspaceId, integrationId: first } = await makeIntegration(db.database, { provider: PROVIDERS[0] })
    const others = PROVIDERS.slice(1).map((provider) => makeIntegration(db.database, { workspaceId, provider }))
    const accounts = [first, ...(await Promise.all(others)).map(({ integrationId }) => integrationId)]
    for (const [n, integrationId] of accounts.entries()) {
      const tags = Object.entries(TAGS).map(([id, names]) => upsert('tag', id, { name: names[n] ?? '' }))
      await apply(db.database, batch(integrationId, 1, tags))
    }
    return { workspaceId, accounts, idIn: (n: number, kind: Kind, id: string) => rowId(accounts[n] ?? '', kind, id) }
  }

  const nameOfTag = (row: TicketRow, accounts: readonly string[], tagId: string): string => {
    const desk = accounts.indexOf(row.integrationId)
    const found = Object.entries(TAGS).find(([id]) => rowId(row.integrationId, 'tag', id) === tagId)
    return (found?.[1][desk] ?? '').toLowerCase()
  }

  /** What each condition lets pass, said plainly. */
  const passes = (row: TicketRow, filter: Filter, accounts: readonly string[]): boolean => {
    const among = (values: readonly string[] | undefined, value: string | null): boolean =>
      values === undefined || (value !== null && values.includes(value))
    const within = (time: Date | null, after: Date | undefined, before: Date | undefined): boolean =>
      (after === undefined || (time !== null && time >= after)) &&
      (before === undefined || (time !== null && time < before))
    const names = filter.tag?.map((name) => name.toLowerCase())
    return (
      among(filter.providers, row.provider) &&
      among(filter.integrationIds, row.integrationId) &&
      among(filter.status, row.status) &&
      among(filter.priority, row.priority) &&
      among(filter.channel, row.channel) &&
      among(filter.type, row.type) &&
      (filter.assigneeId === undefined || row.assigneeId === filter.assigneeId) &&
      (filter.teamId === undefined || row.teamId === filter.teamId) &&
      (filter.escalated === undefined || row.escalated === filter.escalated) &&
      (filter.tagIds === undefined || row.tagIds.some((id) => among(filter.tagIds, id))) &&
      (names === undefined || row.tagIds.some((id) => names.includes(nameOfTag(row, accounts, id)))) &&
      within(row.createdAt, filter.createdAfter, filter.createdBefore) &&
      within(row.updatedAt, filter.updatedAfter, filter.updatedBefore) &&
      within(row.dueAt, filter.dueAfter, filter.dueBefore) &&
      within(row.firstReplyDueAt, filter.firstReplyDueAfter, filter.firstReplyDueBefore) &&
      within(row.solvedAt, filter.solvedAfter, filter.solvedBefore)
    )
  }

  const filterOf = (ids: {
    readonly accounts: readonly string[]
    readonly idIn: (n: number, kind: Kind, id: string) => string
  }) =>
    fc.record<Filter>(
      {
        providers: fc.subarray([...PROVIDERS]),
        integrationIds: fc.subarray([...ids.accounts]),
        status: fc.subarray(['OPEN', 'PENDING', 'SOLVED']),
        priority: fc.subarray([...PRIORITIES]),
        channel: fc.subarray(['EMAIL', 'WEB']),
        type: fc.subarray(['Task', 'Question']),
        assigneeId: maybe(fc.constantFrom(0, 1, 2).map((n) => ids.idIn(n, 'agent', 'a1'))),
        teamId: maybe(fc.constantFrom(0, 1, 2).map((n) => ids.idIn(n, 'team', 'g1'))),
        tagIds: fc.subarray([0, 1, 2].map((n) => ids.idIn(n, 'tag', 't1'))),
        tag: fc.subarray(['vIp', 'SPAM', 'Späm', 'refund', 'none such']),
        escalated: fc.boolean(),
        createdAfter: second,
        createdBefore: second,
        updatedAfter: second,
        updatedBefore: second,
        dueAfter: second,
        dueBefore: second,
        firstReplyDueAfter: second,
        firstReplyDueBefore: second,
        solvedAfter: second,
        solvedBefore: second,
      },
      { requiredKeys: [] },
    )

  /** Few of the conditions at a time, or next to nothing would pass. */
  const few = (filter: Filter, chosen: readonly number[]): Filter =>
    Object.fromEntries(Object.entries(filter).filter((_, n) => chosen.includes(n)))

  test('hold under any filter and order the same as a plain sift and sort, page by page both ways', async () => {
    const orders = fc.constantFrom('createdAt', 'updatedAt', 'dueAt', 'priority')
    const desks = await openDesks()
    const { workspaceId, accounts } = desks
    const condition = fc.tuple(filterOf(desks), fc.uniqueArray(fc.nat(20), { maxLength: 3 }))
    let batches = 1
    await fc.assert(
      fc.asyncProperty(
        fc.array(ticket, { minLength: 15, maxLength: 15 }),
        condition,
        orders,
        fc.constantFrom('ASC' as const, 'DESC' as const),
        fc.integer({ min: 1, max: 6 }),
        async (tickets, [whole, chosen], field, direction, size) => {
          batches += 1
          for (const [n, integrationId] of accounts.entries()) {
            const changes = tickets.map(({ desk, fields }, id) =>
              desk === n
                ? upsert('ticket', String(id), fields)
                : ({ op: 'delete', kind: 'ticket', remoteId: String(id), mergedIntoRemoteId: null } as const),
            )
            await apply(db.database, batch(integrationId, batches, changes))
          }
          const filter = few(whole, chosen)
          const reader = openReader(db.database, workspaceId)
          const orderBy = { field, direction }
          const read = (page: PageRequest) => reader.list('ticket', { ...page, filter, orderBy })
          const everything = await reader.list('ticket', { first: 100 })
          expect(everything.rows).toHaveLength(tickets.length)
          const sign = direction === 'ASC' ? 1 : -1
          const none = field === 'dueAt' ? sign * Infinity : -Infinity
          const keysOf = (row: TicketRow): number[] => {
            if (field === 'priority') return [PRIORITIES.indexOf(row.priority), row.updatedAt?.getTime() ?? -Infinity]
            const time = field === 'dueAt' ? row.dueAt : field === 'createdAt' ? row.createdAt : row.updatedAt
            return [time?.getTime() ?? none]
          }
          const expected = everything.rows
            .filter((row) => passes(row, filter, accounts))
            .toSorted((a, b) => {
              const [x, y] = [keysOf(a), keysOf(b)]
              const apart = x.findIndex((key, n) => key !== y[n])
              if (apart < 0) return sign * (a.id < b.id ? -1 : 1)
              return sign * ((x[apart] ?? 0) < (y[apart] ?? 0) ? -1 : 1)
            })
          expect((await walk<'ticket'>(read, size, 'forwards')).flat()).toEqual(expected)
          expect((await walk<'ticket'>(read, size, 'backwards')).toReversed().flat()).toEqual(expected)
          expect(await (await read({ first: 1 })).totalCount()).toBe(expected.length)
        },
      ),
      { numRuns: 30 },
    )
  })

  test('of contacts, companies and conversations are narrowed by names of tags too, and agents by whether they are there', async () => {
    const { workspaceId, accounts } = await openDesks()
    for (const [n, integrationId] of accounts.entries()) {
      const tagRemoteIds = n === 0 ? ['t1'] : ['t2']
      const changes = [
        upsert('contact', 'c', { tagRemoteIds }),
        upsert('company', 'c', { tagRemoteIds }),
        upsert('conversation', 'c', { tagRemoteIds, priority: n === 1 ? 'URGENT' : 'LOW' }),
        upsert('agent', 'a', { available: n === 0 ? null : n === 1 }),
      ]
      await apply(db.database, batch(integrationId, 2, changes))
    }
    const reader = openReader(db.database, workspaceId)
    for (const kind of ['contact', 'company', 'conversation'] as const) {
      const providersOf = async (tag: readonly string[]): Promise<readonly string[]> =>
        (await reader.list(kind, { filter: { tag } })).rows.map((row) => row.provider).toSorted()
      expect(await providersOf(['VIP', 'SPÄM'])).toEqual(['onedesk', 'threedesk'])
      expect(await providersOf([])).toEqual([])
    }
    const agents = await reader.list('agent', { filter: { available: true } })
    expect(agents.rows.map((row) => row.provider)).toEqual(['twodesk'])
    const pressing = await reader.list('conversation', { first: 1, orderBy: { field: 'priority', direction: 'DESC' } })
    expect(pressing.rows.map((row) => row.priority)).toEqual(['URGENT'])
    await expect(reader.list('agent', { filter: { tag: ['vip'] } })).rejects.toThrow('agent: cannot be filtered')
    await expect(reader.list('contact', { filter: { escalated: true } })).rejects.toThrow('cannot be filtered')
    await expect(reader.list('contact', { filter: { dueBefore: at(1) } })).rejects.toThrow('cannot be filtered')
  })
})
