import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openJobs, openSender } from '../../ingest/jobs.ts'
import type { Jobs } from '../../ingest/jobs.ts'
import { openTestDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { SOON } from '../setup/soon.ts'
import { makeIntegration } from '../store/records.ts'
import { makeGate } from './gate.ts'

let test1: TestDatabase
let jobs: Jobs

beforeAll(async () => {
  test1 = await openTestDatabase()
  jobs = await openJobs({ databaseUrl: test1.url, log: () => undefined })
})

afterAll(async () => {
  await jobs?.close()
  await test1?.[Symbol.asyncDispose]()
})

const waiting = async (deliveryId: string): Promise<number> => {
  const sql = `select count(*)::int as count from pgboss.job where data->>'deliveryId' = $1`
  return (await test1.database.system.query<{ count: number }>(sql, [deliveryId]))[0]?.count ?? Number.NaN
}

const job = (deliveryId: string) => ({ deliveryId, account: 'a', tries: 0 })

test('sends a job with the rows it belongs to, or not at all', async () => {
  const rolledBack = test1.database.transaction(null, async (tx) => {
    await jobs.send('delivery', job('rolled back'), { within: tx })
    expect(await tx.query(`select 1 from pgboss.job where data->>'deliveryId' = 'rolled back'`)).toHaveLength(1)
    throw new Error('no')
  })
  await expect(rolledBack).rejects.toThrow('no')
  expect(await waiting('rolled back')).toBe(0)

  await test1.database.transaction(null, async (tx) => {
    await jobs.send('delivery', job('committed'), { within: tx })
    expect(await waiting('committed')).toBe(0)
  })
  expect(await waiting('committed')).toBe(1)
})

test('lets one job wait for a key, and another while that one is worked', async () => {
  const sync = { integrationId: 'i-1', asked: false, failures: 0 }
  const count = async (): Promise<number> =>
    (await test1.database.system.query(`select 1 from pgboss.job where name = 'sync' and state = 'created'`)).length
  await jobs.send('sync', sync, { key: 'k' })
  await jobs.send('sync', sync, { key: 'k' })
  await jobs.send('sync', sync, { key: 'k', delayMs: 60_000 })
  expect(await count()).toBe(1)
  await jobs.send('sync', sync, { key: 'other' })
  expect(await count()).toBe(2)
})

test('wakes a worker of another process when a job for syncing is sent', async () => {
  const heard: string[] = []
  // By itself it would look again in an hour.
  await jobs.work('sync', { workers: 1, pollingIntervalSeconds: 3_600 }, ({ data }) => {
    heard.push(data.integrationId)
    return Promise.resolve()
  })
  await vi.waitFor(() => expect(heard.length).toBe(2), SOON)
  const sender = await openSender({ databaseUrl: test1.url, log: () => undefined })
  await sender.send('sync', { integrationId: 'from afar', asked: true, failures: 0 })
  await vi.waitFor(() => expect(heard).toContain('from afar'), SOON)
  await sender.close()
})

test('lets what is under way end before it closes', async () => {
  const own = await openJobs({ databaseUrl: test1.url, log: () => undefined })
  const begun = makeGate()
  const go = makeGate()
  let ended = false
  await own.work('retention', { workers: 1, pollingIntervalSeconds: 0.5 }, async () => {
    begun.open()
    await go.opened
    ended = true
  })
  await own.send('retention', {})
  await begun.opened
  const closing = own.close()
  expect(ended).toBe(false)
  go.open()
  await closing
  expect(ended).toBe(true)
  const states = await test1.database.system.query(`select state from pgboss.job where name = 'retention'`)
  expect(states).toEqual([{ state: 'completed' }])
})

test('deliveries come to the pump in the order in which they were sent, whatever plan the database takes', async () => {
  await using own = await openTestDatabase()
  // A hash join gives rows back in no order: what pg-boss took in order it may hand over in another.
  await own.database.system.query(`do $$ begin execute format(
    'alter database %I set enable_nestloop = off', current_database()); end $$`)
  const ordered = await openJobs({ databaseUrl: own.url, log: () => undefined })
  const sent = Array.from({ length: 50 }, (_, index) => String(index))
  for (const deliveryId of sent) await ordered.send('delivery', job(deliveryId))
  const worked: string[] = []
  const all = makeGate()
  ordered.pump({
    work: (batch) => {
      worked.push(...batch.map(({ deliveryId }) => deliveryId))
      if (worked.length === sent.length) all.open()
      return Promise.resolve()
    },
    pollMs: 3_600_000,
  })
  await all.opened
  expect(worked).toEqual(sent)
  await ordered.close()
})

test('says in words what stands against its work', async () => {
  const own = await openTestDatabase()
  const said: string[] = []
  const broken = await openJobs({ databaseUrl: own.url, log: (line) => said.push(line) })
  await broken.work('sync', { workers: 1, pollingIntervalSeconds: 0.5 }, () => Promise.resolve())
  await own.database.system.query('alter table pgboss.job rename to elsewhere')
  await vi.waitFor(() => expect(said.join()).toContain('pgboss.job'), SOON)
  expect(said.join()).not.toContain('[object')
  await own.database.system.query('alter table pgboss.elsewhere rename to job')
  await broken.close()
  await own[Symbol.asyncDispose]()
})

test('an account of which more waits than the hands can hold keeps no other waiting', async () => {
  await using own = await openTestDatabase()
  const crowded = await openJobs({ databaseUrl: own.url, log: () => undefined })
  const sent = (count: number, account: string) =>
    Array.from({ length: count }, (_, index) => ({ deliveryId: `${account} ${index}`, account, tries: 0 }))
  await own.database.transaction(null, async (tx) => {
    await crowded.sendAll('delivery', sent(1_200, 'slow'), tx)
    await crowded.sendAll('delivery', sent(1, 'quick'), tx)
  })
  const [go, quick] = [makeGate(), makeGate()]
  const ended: string[] = []
  crowded.pump({
    async work(batch) {
      const { account = '' } = batch[0] ?? {}
      if (account === 'slow') await go.opened
      ended.push(account)
      if (account === 'quick') quick.open()
    },
    pollMs: 3_600_000,
  })
  await quick.opened
  expect(ended).toEqual(['quick'])
  go.open()
  await crowded.close()
})

test('tells how much of every kind of work could be done now, and since when, but not what waits for its time', async () => {
  const { system } = test1.database
  const counts = async (): Promise<Record<string, number>> =>
    Object.fromEntries((await jobs.backlog()).map(({ queue, count }) => [queue, count]))
  const before = await counts()
  for (const delayMs of [0, 60_000]) {
    await jobs.send(
      'audit',
      { integrationId: `i-${delayMs}`, askedAt: null, failures: 0 },
      { key: `${delayMs}`, delayMs },
    )
    await jobs.send('count', { integrationId: `i-${delayMs}`, failures: 0 }, { key: `${delayMs}`, delayMs })
  }
  const { workspaceId, integrationId } = await makeIntegration(test1.database)
  const [endpoint] = await system.query<{ id: string }>(
    `insert into webhook_endpoint (workspace_id, url, description, event_types, include_backfill, sealed, xid, event_id)
     values ($1, 'https://example.com', '', '{}', false, '', pg_current_xact_id(), 0) returning id`,
    [workspaceId],
  )
  for (const minutes of [-5, 5]) {
    await system.query(
      `insert into send (workspace_id, integration_id, action, input, state, created_at, next_at)
       values ($1, $2, 'reply', '{}', 'QUEUED', now() - interval '1 hour', now() + $3 * interval '1 minute')`,
      [workspaceId, integrationId, minutes],
    )
    await system.query(
      `insert into endpoint_message (endpoint_id, webhook_id, event_type, lane, body, due_at)
       values ($1, $2::text, 'tag.created', '', '', now() + $2::int * interval '1 minute')`,
      [endpoint?.id, String(minutes)],
    )
  }
  const more = Object.fromEntries(
    ['audit', 'count', 'send', 'outgoing'].map((queue) => [queue, (before[queue] ?? 0) + 1]),
  )
  expect(await counts()).toEqual({ ...before, ...more })
  expect(Object.keys(before)).toEqual(expect.arrayContaining(['delivery', 'sync', 'subscribe', 'bulk']))
  const oldest = (await jobs.backlog()).find(({ queue }) => queue === 'send')?.oldestSeconds
  expect(oldest).toBeGreaterThanOrEqual(300)
  expect(oldest).toBeLessThan(3_600)
})
