import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database, Queryable } from '../../store/database.ts'
import { openDeliveries } from '../../store/deliveries.ts'
import { ALL_DELIVERIES, pageDeliveries } from '../../store/delivery-lists.ts'
import { replayKnown } from '../../store/replay-deliveries.ts'
import { openTestDatabase, type TestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'

interface Plan {
  readonly 'Shared Hit Blocks': number
  readonly 'Shared Read Blocks': number
}

describe.each(testServers)('many deliveries on $name', (server) => {
  const DONE = 30_000
  const WAITING = 10_000
  let db: TestDatabase
  let workspaceId: string

  beforeAll(async () => {
    db = await openTestDatabase(server)
    const { system } = db.database
    const [made] = await system.query<{ id: string }>(`insert into workspace (name) values ('Acme') returning id`)
    workspaceId = made?.id ?? ''
    await system.query(
      `insert into integration (workspace_id, provider, name, account_id, settings, status)
       values ($1, 'fake', 'Fake', 'ours', '{}', 'ACTIVE')`,
      [workspaceId],
    )
    await system.query(
      `insert into delivery (provider, account_id, delivery_id, topic, headers, body, received_at, status)
       select 'fake', case when n <= $1 then 'ours' else 'of nobody ' || n % 9 end, 'd' || n, 'topic', '{}',
         convert_to(repeat('x', 200), 'UTF8'), timestamptz '2026-01-01' + n * interval '1 second',
         case when n <= $1 then 'DONE' else 'UNKNOWN_ACCOUNT' end
       from generate_series(1, $2::int) n`,
      [DONE, DONE + WAITING],
    )
    await system.query('vacuum analyze')
  })
  afterAll(() => db?.[Symbol.asyncDispose]())

  /** The database, which counts the pages that statements read. */
  function counted(): { readonly system: Queryable; readonly database: Database; readonly pages: () => number } {
    let pages = 0
    const count = (asked: Queryable): Queryable => ({
      async query<R>(sql: string, values?: readonly unknown[]) {
        const [explained] = await asked.query<{ 'QUERY PLAN': readonly { readonly Plan: Plan }[] }>(
          `explain (analyze, buffers, format json) ${sql}`,
          values,
        )
        const plan = explained?.['QUERY PLAN'][0]?.Plan
        pages += (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0)
        return asked.query<R>(sql, values)
      },
    })
    const { database } = db
    const transaction: Database['transaction'] = (of, work) => database.transaction(of, (tx) => work(count(tx)))
    return {
      system: count(database.system),
      database: { ...database, transaction, workspace: (id) => count(database.workspace(id)) },
      pages: () => pages,
    }
  }

  test('cost a look for those whose account was connected nothing, when it is none of theirs', async () => {
    const { database, pages } = counted()
    expect(await replayKnown(database, 500, () => Promise.resolve())).toBe(0)
    expect(pages()).toBeLessThan(50)
  })

  test('cost a look for those of erased integrations nothing', async () => {
    const { system, database, pages } = counted()
    expect(await openDeliveries({ ...database, system }).pruneErased()).toBe(0)
    expect(pages()).toBeLessThan(50)
  })

  test('cost a look for those that are not done nothing', async () => {
    const { database, pages } = counted()
    const dead = { ...ALL_DELIVERIES, status: ['DEAD', 'UNKNOWN_ACCOUNT'] as const }
    const page = await pageDeliveries(database, workspaceId, dead, { first: 50, after: null })
    expect([page.rows, await page.totalCount()]).toEqual([[], 0])
    expect(pages()).toBeLessThan(50)
  })

  test('are counted up to a bound, and beyond it estimated', async () => {
    const { database } = counted()
    const page = await pageDeliveries(database, workspaceId, ALL_DELIVERIES, { first: 1, after: null })
    expect(await page.isTotalCountEstimate?.()).toBe(true)
    expect(Math.abs((await page.totalCount()) / DONE - 1)).toBeLessThan(0.5)
  })
})
