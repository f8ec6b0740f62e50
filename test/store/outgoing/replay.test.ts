import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database, Queryable } from '../../../store/database.ts'
import type { Endpoint } from '../../../store/outgoing/endpoints.ts'
import { replay } from '../../../store/outgoing/replay.ts'
import { testServers } from '../../setup/servers.ts'
import { openTestStore, type TestStore } from '../../setup/store.ts'

/** An event that was written by a transaction, at so many minutes. */
interface Written {
  readonly xid: number
  readonly minute: number
}

const BEGIN_MS = Date.parse('2026-01-01T00:00:00Z')
const at = (minute: number): Date => new Date(BEGIN_MS + minute * 60_000)

interface Plan {
  readonly 'Shared Hit Blocks': number
  readonly 'Shared Read Blocks': number
}

/** The database, which counts the pages that are read in transactions. */
function counted(database: Database): { readonly database: Database; readonly pages: () => number } {
  let pages = 0
  const count = (asked: Queryable): Queryable => ({
    async query<R>(sql: string, values?: readonly unknown[]) {
      if (/^\s*(?:select|with)/.test(sql)) {
        const [explained] = await asked.query<{ 'QUERY PLAN': readonly { readonly Plan: Plan }[] }>(
          `explain (analyze, buffers, format json) ${sql}`,
          values,
        )
        const plan = explained?.['QUERY PLAN'][0]?.Plan
        pages += (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0)
      }
      return asked.query<R>(sql, values)
    },
  })
  const transaction: Database['transaction'] = (of, work) => database.transaction(of, (tx) => work(count(tx)))
  return { database: { ...database, transaction }, pages: () => pages }
}

describe.each(testServers)('a replay on $name', (server) => {
  let own: TestStore
  let endpoint: Endpoint
  beforeAll(async () => {
    own = await openTestStore({ server })
    const draft = { url: 'https://example.com/', description: '', eventTypes: [], includeBackfill: true }
    const made = await own.store.endpoints.create(own.workspaceId, draft)
    if (made === null) throw new Error('there are too many endpoints')
    endpoint = made.endpoint
  })
  afterAll(() => own?.[Symbol.asyncDispose]())
  const forget = (): Promise<unknown> =>
    own.store.database.system.query('with forgotten as (delete from event) delete from endpoint_message')
  beforeEach(forget)

  /** Writes a log, in the order in which it was told. */
  const write = (log: readonly Written[]): Promise<unknown> =>
    own.store.database.system.query(
      `insert into event (xid, workspace_id, integration_id, provider, kind, op, row_id, origin, at)
       select w.xid::text::xid8, $1, gen_random_uuid(), 'fake', 'ticket', 'created', lpad(w.xid::text, 32, '0')::uuid, 'webhook', w.at
       from jsonb_to_recordset($2::jsonb) as w (xid bigint, at timestamptz)`,
      [own.workspaceId, JSON.stringify(log.map(({ xid, minute }) => ({ xid, at: at(minute) })))],
    )
  /** Replays, and answers by which transactions the events were written that are sent, in their order. */
  const replayed = async (from: number, to: number): Promise<readonly number[]> => {
    await own.store.endpoints.replay(endpoint, { from: at(from), to: at(to) })
    const rows = await own.store.database.system.query<{ lane: string }>(
      'select lane from endpoint_message order by place',
    )
    return rows.map(({ lane }) => Number(lane.replaceAll('-', '')))
  }

  test('sends events in the order of the log, however many digits their transactions have', async () => {
    await write([998, 999, 1000, 1001].map((xid) => ({ xid, minute: xid })))
    expect(await replayed(999, 1002)).toEqual([999, 1000, 1001])
  })

  test('sends nothing of an empty log', async () => {
    expect(await replayed(0, 1)).toEqual([])
  })

  test('sends what happened since the database was restored, though its transactions are numbered from the beginning', async () => {
    const since = [95, 96].map((xid) => ({ xid, minute: 10_000 + xid }))
    await write([{ xid: 2 ** 40, minute: 1 }, { xid: 2 ** 40 + 1, minute: 2 }, ...since])
    expect(await replayed(10_000, 11_000)).toEqual([95, 96])
  })

  test('sends what happened in its time, also by transactions that were open for long', async () => {
    const transaction = fc.record({
      after: fc.nat(12),
      steps: fc.integer({ min: 1, max: 9 }),
      openFor: fc.oneof(fc.constant(0), fc.nat(59)),
    })
    const stretch = fc.record({ from: fc.integer({ min: -60, max: 300 }), length: fc.nat(60) })
    await fc.assert(
      fc.asyncProperty(
        fc.array(transaction, { minLength: 20, maxLength: 40 }),
        fc.array(stretch, { minLength: 4, maxLength: 4 }),
        async (transactions, stretches) => {
          let [xid, begun] = [95, 0]
          const log = transactions.map(({ after, steps, openFor }): Written => {
            xid += steps
            begun += after
            return { xid, minute: begun + openFor }
          })
          for (const { from, length } of stretches) {
            await forget()
            await write(log)
            const isWithin = ({ minute }: Written): boolean => minute >= from && minute < from + length
            expect(await replayed(from, from + length)).toEqual(log.filter(isWithin).map((each) => each.xid))
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  test('reads no more of a long log than lies about its time', async () => {
    await own.store.database.system.query(
      `insert into event (xid, workspace_id, integration_id, provider, kind, op, row_id, origin, at)
       select (n / 200)::text::xid8, $1, gen_random_uuid(), 'fake', 'ticket', 'created', gen_random_uuid(), 'webhook', $2::timestamptz + n * interval '10 seconds'
       from generate_series(1000, 60000) n`,
      [own.workspaceId, at(0)],
    )
    await own.store.database.system.query('vacuum analyze event')
    const { database, pages } = counted(own.store.database)
    const range = { from: at(5_000), to: at(5_010) }
    expect(await replay(database, endpoint, range, at(0))).toEqual({ state: 'QUEUED', count: 60 })
    expect(pages()).toBeLessThan(300)
  })
})
