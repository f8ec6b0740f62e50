import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runStream } from '../../ingest/sync.ts'
import type { StreamRunEnd } from '../../ingest/run-progress.ts'
import { SYNC_RETRIES } from '../../ingest/retry.ts'
import { systemClock } from '../../kit/clock.ts'
import type { Stream } from '../../kit/contract.ts'
import { CredentialError, MalformedError, RateLimitedError } from '../../kit/errors.ts'
import type { Integration } from '../../store/integrations.ts'
import { openGround } from './bench.ts'
import { accountsOf } from './fake-accounts.ts'
import type { Ground } from './bench.ts'
import { fakeConnector } from './fake-connector.ts'
import { label } from './fake-provider.ts'

const PAGES = 5
const LABELS = PAGES * 5 - 2

let ground: Ground
let integration: Integration

beforeEach(async () => {
  ground = await openGround(LABELS)
  integration = await ground.connect()
})

afterEach(() => ground?.[Symbol.asyncDispose]())

const labels = fakeConnector.streams.find((stream) => stream.name === 'labels') as Stream
const never = new AbortController().signal
const reads = (): string[] =>
  ground.provider.requests.map(({ path }) => path).filter((path) => path.startsWith('/labels'))

/** Runs the stream, stopping after so many pages. */
async function run(stopAfter = Number.POSITIVE_INFINITY): Promise<StreamRunEnd> {
  const stop = new AbortController()
  if (stopAfter === 0) stop.abort()
  let pages = 0
  return runStream({
    store: ground.store,
    connector: fakeConnector,
    stream: labels,
    client: await accountsOf(ground.store).open(integration.id, 'backfill'),
    integration,
    clock: systemClock,
    stop: stop.signal,
    signal: never,
    retries: SYNC_RETRIES,
    log: () => undefined,
    afterPage: () => {
      pages += 1
      if (pages >= stopAfter) stop.abort()
      return Promise.resolve()
    },
  })
}

const latest = async () => (await ground.store.syncRuns.latest(integration.id)).find((each) => each.stream === 'labels')

const origins = async (): Promise<string[]> => {
  const sql = `select distinct origin from event where kind = 'tag' order by origin`
  return (await ground.store.database.system.query<{ origin: string }>(sql)).map((row) => row.origin)
}

test('reads all of history, tells it as backfill, and says how far it is', async () => {
  expect(await run()).toBe('DONE')
  expect((await ground.stored()).size).toBe(LABELS)
  expect(reads()).toHaveLength(PAGES)
  expect(await latest()).toMatchObject({
    kind: 'FULL',
    status: 'DONE',
    read: LABELS,
    changed: LABELS,
    total: LABELS,
    error: null,
  })
  expect(await origins()).toEqual(['backfill'])
})

test('tells as news what came to be while it read history, also when it was cut short in between', async () => {
  const told = async (): Promise<unknown> =>
    ground.store.database.system.query(
      `select t.remote_id as id, e.origin from event e join tag t on t.id = e.row_id where e.origin <> 'backfill' order by 1`,
    )
  expect(await run(1)).toBe('STOPPED')
  ground.provider.labels.push({ id: 'new', name: 'New', updatedAt: new Date().toISOString() })
  expect(await run(1)).toBe('STOPPED')
  expect(await told()).toEqual([])
  expect(await run()).toBe('DONE')
  expect(await told()).toEqual([{ id: 'new', origin: 'sync' }])
  expect(await latest()).toMatchObject({ kind: 'FULL', status: 'DONE' })
})

test('goes on from where it ended, and then what it finds is news', async () => {
  await run()
  ground.provider.labels.push(label('new', 'New', 100))
  ground.provider.requests.length = 0
  expect(await run()).toBe('DONE')
  expect(reads()).toEqual([`/labels?after=${LABELS}`])
  expect(await latest()).toMatchObject({ kind: 'INCREMENTAL', status: 'DONE', read: 1, changed: 1 })
  expect(await origins()).toEqual(['backfill', 'sync'])
})

test('stores each record once, wherever it is stopped', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: PAGES + 1 }), { maxLength: 6 }), async (stops) => {
      await ground.store.integrations.erase(integration.id)
      await ground.connect()
      await ground.store.database.system.query('delete from event')
      ground.provider.requests.length = 0
      for (const stopAfter of stops) await run(stopAfter)
      expect(await run()).toBe('DONE')
      expect((await ground.stored()).size).toBe(LABELS)
      expect(await ground.events()).toBe(LABELS)
      const history = reads().filter((path) => path !== `/labels?after=${LABELS}`)
      expect(new Set(history).size).toBe(history.length)
    }),
    { numRuns: 15 },
  )
})

test('goes on counting where a first run was cut short', async () => {
  expect(await run(2)).toBe('STOPPED')
  expect(await latest()).toMatchObject({ kind: 'FULL', status: 'STOPPED', read: 10, error: null })
  expect(await run()).toBe('DONE')
  expect(await latest()).toMatchObject({ kind: 'FULL', status: 'DONE', read: LABELS, changed: LABELS, total: LABELS })
})

test('ends the record of a run whose process died', async () => {
  await ground.store.syncRuns.start(integration.id, 'labels', 'FULL')
  await run()
  const rows = await ground.store.database.system.query(
    `select status from sync_run where stream = 'labels' order by started_at`,
  )
  expect(rows).toEqual([{ status: 'STOPPED' }, { status: 'DONE' }])
})

test('stores nothing more, and is no failure, when the integration is disconnected in the middle', async () => {
  ground.provider.before = async () => {
    if (reads().length === 2) await ground.store.integrations.setStatus(integration.id, 'DISCONNECTED', null)
  }
  expect(await run()).toBe('STOPPED')
  expect(reads()).toHaveLength(3)
  expect((await ground.stored()).size).toBe(10)
  expect(await latest()).toMatchObject({ status: 'STOPPED', error: null })
})

test('leaves nothing behind when the integration is erased in the middle', async () => {
  ground.provider.before = async () => {
    if (reads().length === 2) await ground.store.integrations.erase(integration.id)
  }
  expect(await run()).toBe('STOPPED')
  expect((await ground.stored()).size).toBe(0)
  expect(await ground.store.checkpoints.read(integration.id, 'labels')).toBeNull()
})

test('keeps what it has when the provider has enough, and goes on from there', async () => {
  ground.provider.before = () => {
    ground.provider.fault = reads().length === 3 ? { status: 429, retryAfterSeconds: 1 } : null
    return Promise.resolve()
  }
  await expect(run()).rejects.toThrow(RateLimitedError)
  expect(await latest()).toMatchObject({ status: 'STOPPED', read: 15, error: 'fakedesk: too many requests' })
  expect((await ground.stored()).size).toBe(15)
  ground.provider.requests.length = 0
  ground.provider.before = () => Promise.resolve()
  ground.provider.fault = null
  expect(await run()).toBe('DONE')
  expect(reads()[0]).toBe('/labels?after=15')
})

test('says why it failed, and leaves it to the caller what to do about it', async () => {
  ground.provider.revoked.add('token-1')
  await expect(run()).rejects.toThrow(CredentialError)
  expect(await latest()).toMatchObject({ status: 'FAILED', error: 'fakedesk: the token was revoked' })
  ground.provider.revoked.clear()
  ground.provider.fault = { status: 400 }
  await expect(run()).rejects.toThrow(MalformedError)
  expect(await latest()).toMatchObject({ status: 'FAILED', error: 'fakedesk: answered 400' })
})

test('tells followers of the integration that a run began and ended', async () => {
  const told = async (): Promise<number> => {
    const sql = `select count(*)::int as count from event where kind = 'integration' and op = 'updated'`
    return (await ground.store.database.system.query<{ count: number }>(sql))[0]?.count ?? Number.NaN
  }
  const before = await told()
  await run()
  expect((await told()) - before).toBeGreaterThanOrEqual(2)
  expect((await told()) - before).toBeLessThan(2 + PAGES)
})
