import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apply } from '../../store/apply.ts'
import { rowId } from '../../store/id.ts'
import { COUNT_LIMITS, type CountLimits } from '../../store/list-count.ts'
import type { Filter } from '../../store/list-filter.ts'
import { openReader } from '../../store/read.ts'
import { openTestDatabase, type TestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { at, batch, makeIntegration, upsert } from './records.ts'

/** Counts up to 10 rows, whatever else the machine does. */
const TEN: CountLimits = { most: 10, cheapCost: Infinity, deadlineMs: 60_000 }

describe.each(testServers)('counts of lists on $name', (server) => {
  let db: TestDatabase
  let workspaceId: string
  let integrationId: string

  beforeAll(async () => {
    db = await openTestDatabase(server)
    ;({ workspaceId, integrationId } = await makeIntegration(db.database))
    const tickets = Array.from({ length: 40 }, (_, n) =>
      upsert('ticket', String(n), {
        status: n < 8 ? 'OPEN' : 'CLOSED',
        subject: n % 2 === 0 ? 'parcel' : 'refund',
        tagRemoteIds: n < 30 ? ['vip'] : ['new'],
        contactRemoteId: n < 25 ? 'ana' : 'bob',
        contactRemoteIds: [n < 25 ? 'ana' : 'bob'],
        teamRemoteId: n < 36 ? 'care' : 'sales',
        createdAt: at(n),
      }),
    )
    const tags = ['vip', 'new'].map((name) => upsert('tag', name, { name }))
    await apply(db.database, batch(integrationId, 1, [...tags, ...tickets]))
    await db.database.system.query('analyze')
  })
  afterAll(() => db?.[Symbol.asyncDispose]())

  async function count(filter: Filter, limits: CountLimits = TEN): Promise<readonly [number, boolean | undefined]> {
    const page = await openReader(db.database, workspaceId, limits).list('ticket', { first: 1, filter })
    return [await page.totalCount(), await page.isTotalCountEstimate?.()]
  }

  test('are exact up to the bound, and beyond it estimates that say so', async () => {
    expect(await count({ status: ['OPEN'] })).toEqual([8, false])
    expect(await count({ status: ['OPEN'] }, { ...TEN, most: 8 })).toEqual([8, false])
    expect(await count({ status: ['OPEN'] }, { ...TEN, most: 7 })).toEqual([8, true])
    expect(await count({})).toEqual([40, true])
    expect(await count({}, COUNT_LIMITS)).toEqual([40, false])
  })

  test.each<[of: string, filter: () => Filter, rows: number]>([
    ['a status', () => ({ status: ['CLOSED'] }), 32],
    ['a team', () => ({ teamId: rowId(integrationId, 'team', 'care') }), 36],
    ['a tag by its name', () => ({ tag: ['VIP'] }), 30],
    ['a tag by its id', () => ({ tagIds: [rowId(integrationId, 'tag', 'vip')] }), 30],
    ['a contact', () => ({ contactId: rowId(integrationId, 'contact', 'ana') }), 25],
    ['a time', () => ({ createdAfter: at(20) }), 20],
    ['words', () => ({ query: 'parcel' }), 20],
  ])('by the statistics of %s', async (_of, filter, rows) => {
    const [estimated, isEstimate] = await count(filter())
    expect(isEstimate).toBe(true)
    // How words begin no statistics tell, so that of those only the order of magnitude is known.
    expect(estimated).toBeGreaterThanOrEqual(filter().query === undefined ? rows * 0.7 : 11)
    expect(estimated).toBeLessThanOrEqual(rows * 1.3)
    expect(await count(filter(), COUNT_LIMITS)).toEqual([rows, false])
  })

  test('an estimate is never less than what was counted', async () => {
    await db.database.system.query('update ticket set type = $1', ['Task'])
    const [estimated, isEstimate] = await count({ type: ['Task'] })
    expect(isEstimate).toBe(true)
    expect(estimated).toBeGreaterThanOrEqual(11)
    // What was written over would be taken for rows until then.
    await db.database.system.query('vacuum analyze ticket')
  })

  test('of many lists are each what it is', async () => {
    const reader = openReader(db.database, workspaceId, { ...TEN, most: 20 })
    const pages = await Promise.all(
      ['care', 'sales', 'none'].map((team) =>
        reader.list('ticket', { first: 1, filter: { teamId: rowId(integrationId, 'team', team) } }),
      ),
    )
    const counts = await Promise.all(
      pages.map(async (page) => [await page.totalCount(), await page.isTotalCountEstimate?.()]),
    )
    expect(counts).toEqual([
      [36, true],
      [4, false],
      [0, false],
    ])
  })

  test('are estimated where counting takes too long', async () => {
    const other = await makeIntegration(db.database)
    await db.database.system.query(
      `insert into ticket (id, workspace_id, integration_id, provider, remote_id, observed_at, born_xid, changed_xid)
       select gen_random_uuid(), $1, $2, 'intercom', n::text, now(), pg_current_xact_id(), pg_current_xact_id()
       from generate_series(1, 20000) n`,
      [other.workspaceId, other.integrationId],
    )
    await db.database.system.query('analyze ticket')
    const hasty: CountLimits = { most: 1_000_000, cheapCost: 0, deadlineMs: 1 }
    const page = await openReader(db.database, other.workspaceId, hasty).list('ticket', { first: 1 })
    expect(await page.isTotalCountEstimate?.()).toBe(true)
    expect(await page.totalCount()).toBeGreaterThan(19_000)
    expect(await page.totalCount()).toBeLessThan(21_000)
    const patient = { ...hasty, deadlineMs: 60_000 }
    const whole = await openReader(db.database, other.workspaceId, patient).list('ticket', { first: 1 })
    expect([await whole.totalCount(), await whole.isTotalCountEstimate?.()]).toEqual([20_000, false])
    // Nor does one workspace's size show in another's.
    expect(await count({}, COUNT_LIMITS)).toEqual([40, false])
  })

  test('stay right while much is applied at once', async () => {
    const own = await makeIntegration(db.database)
    const records = Array.from({ length: 60 }, (_, n) => upsert('ticket', String(n), { status: 'OPEN' }))
    const gone = records
      .slice(0, 20)
      .map(({ remoteId }) => ({ op: 'delete', kind: 'ticket', remoteId, mergedIntoRemoteId: null }) as const)
    await Promise.all([0, 1, 2, 3].map((n) => apply(db.database, batch(own.integrationId, n, records.slice(n * 10)))))
    await Promise.all([
      apply(db.database, batch(own.integrationId, 9, gone)),
      apply(db.database, batch(own.integrationId, 5, records)),
    ])
    const page = await openReader(db.database, own.workspaceId).list('ticket', {
      first: 1,
      filter: { status: ['OPEN'] },
    })
    expect([await page.totalCount(), await page.isTotalCountEstimate?.()]).toEqual([40, false])
  })
})
