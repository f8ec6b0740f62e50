import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Queryable } from '../../../store/database.ts'
import { METRICS, metricOf, type MetricName } from '../../../store/metrics/dictionary.ts'
import { cutRange } from '../../../store/metrics/range.ts'
import { Stat } from '../../../store/metrics/stat.ts'
import { openTestDatabase, type TestDatabase } from '../../setup/database.ts'
import { testServers } from '../../setup/servers.ts'
import { fact, insertFacts } from './facts.ts'

const MONTH = { from: new Date('2025-10-01T00:00:00Z'), to: new Date('2025-11-01T00:00:00Z') }
const metrics = Object.keys(METRICS) as MetricName[]

describe.each(testServers)('plans of numbers on $name', (server) => {
  const workspaceId = randomUUID()
  let db: TestDatabase

  beforeAll(async () => {
    db = await openTestDatabase(server)
    const days = Array.from({ length: 400 }, (_, n) => new Date(Date.UTC(2025, 0, n)))
    const facts = days.flatMap((at) =>
      metrics.map((metric) =>
        fact(metricOf(metric).fact, { at, since: new Date(at.getTime() - 60_000), opened_at: at }),
      ),
    )
    await insertFacts(db.database, workspaceId, facts)
    await db.database.system.query('vacuum analyze fact')
  })
  afterAll(() => db?.[Symbol.asyncDispose]())

  /** How a number is counted where there is much to count: a small table is read whole, unless that is forbidden. */
  async function plansOf(metric: MetricName): Promise<readonly string[]> {
    return db.database.transaction(workspaceId, async (tx) => {
      for (const way of ['seqscan', 'bitmapscan']) await tx.query(`set local enable_${way} = off`)
      const plans: string[] = []
      const explaining: Queryable = {
        async query(sql, values) {
          const lines = await tx.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, values)
          plans.push(lines.map((line) => line['QUERY PLAN']).join('\n'))
          return tx.query(sql, values)
        },
      }
      const rest = { before: MONTH, filter: {}, working: null, groupBy: 'TEAM' } as const
      const buckets = cutRange(MONTH, 'DAY', 'UTC')
      const stat = new Stat(explaining, { metric, range: MONTH, buckets, ...rest })
      await stat.total()
      await stat.buckets()
      await stat.groups(100, { cells: true })
      return plans
    })
  }

  test.each(metrics)('%s is read from an index alone, by workspace, type and time', async (metric) => {
    const plans = await plansOf(metric)
    expect(plans.length).toBeGreaterThan(0)
    for (const plan of plans) {
      expect(plan).toMatch(/Index Only Scan using fact_(at|since)/)
      expect(plan).toMatch(/Index Cond: .*workspace_id.*type.*(at|since)/)
    }
  })
})
