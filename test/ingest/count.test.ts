import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { auditStream } from '../../ingest/audit.ts'
import { auditsDue } from '../../ingest/audits-due.ts'
import { askCounter, compareCount, judgeCount } from '../../ingest/count.ts'
import { countsDue } from '../../ingest/counts-due.ts'
import { SYNC_RETRIES } from '../../ingest/retry.ts'
import { runStream } from '../../ingest/sync.ts'
import type { Change } from '../../store/change.ts'
import type { Integration } from '../../store/integrations.ts'
import { createSkippingClock, START } from '../kit/clocks.ts'
import { SOON } from '../setup/soon.ts'
import { openGround, startIngest } from './bench.ts'
import type { Ground } from './bench.ts'
import { accountsOf } from './fake-accounts.ts'
import { auditedLabels, countedConnector } from './fake-audited.ts'
import { label } from './fake-provider.ts'

const LABELS = 23
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

let ground: Ground
let integration: Integration
let clock: ReturnType<typeof createSkippingClock>
const log: string[] = []

const never = new AbortController().signal
const connector = countedConnector

async function engine() {
  const client = await accountsOf(ground.store).open(integration.id, 'backfill')
  const line = (each: string): void => void log.push(each)
  return { store: ground.store, client, integration, clock, stop: never, signal: never, log: line }
}
const sync = async (): Promise<unknown> =>
  runStream({
    ...(await engine()),
    connector,
    stream: auditedLabels,
    retries: SYNC_RETRIES,
    afterPage: () => Promise.resolve(),
  })

beforeEach(async () => {
  ground = await openGround(LABELS)
  integration = await ground.connect()
  clock = createSkippingClock()
  log.length = 0
  await sync()
  await clock.wait(24 * HOUR_MS)
  await audit()
  ground.provider.requests.length = 0
})

afterEach(() => ground?.[Symbol.asyncDispose]())

const audit = async (): Promise<unknown> => auditStream({ ...(await engine()), stream: auditedLabels })
const due = () => countsDue({ store: ground.store, clock }, integration.id, connector)
/** Does what is due about counters, once. */
async function look(): Promise<readonly ('asked' | 'compared')[]> {
  const made = await engine()
  const done: ('asked' | 'compared')[] = []
  for (const each of await due()) {
    if (each.ask) await askCounter({ ...made, stream: each.stream }, made)
    else await compareCount({ ...made, stream: each.stream }, each)
    done.push(each.ask ? 'asked' : 'compared')
  }
  return done
}
/** Asks, and compares as soon as that may be; answers by how much they are apart. */
async function count(): Promise<number | undefined> {
  await clock.wait(HOUR_MS)
  expect(await look()).toEqual(['asked'])
  await clock.wait(15 * MINUTE_MS)
  expect(await look()).toEqual(['compared'])
  return (await counted())?.compared?.apart
}
const counted = async () => (await ground.store.ledger.counts.states(integration.id))[0]
const audits = async (): Promise<readonly string[]> => {
  const looking = { store: ground.store, clock }
  return (await auditsDue(looking, integration, { connector, askedAt: null })).map(({ name }) => name)
}
const tell = (change: Change): Promise<unknown> =>
  ground.store.apply({
    integrationId: integration.id,
    changes: [change],
    observedAt: clock.now(),
    origin: 'webhook',
    learnedBy: 'WEBHOOK',
  })

test('finds that as many are held as the provider counts, by one call an hour, and says no more than that', async () => {
  expect(await count()).toBe(0)
  expect(ground.provider.requests.map(({ path }) => path)).toEqual(['/count'])
  expect((await counted())?.compared).toMatchObject({ expected: LABELS, held: LABELS })
  expect(await due()).toEqual([])
  expect(await audits()).toEqual([])
  await clock.wait(45 * MINUTE_MS - 1)
  expect(await look()).toEqual([])
  await clock.wait(1)
  expect(await look()).toEqual(['asked'])
})

test('brings an audit forward when the provider counts one more, and the audit heals', async () => {
  ground.provider.labels.push(label('lost', 'Lost', 500))
  expect(await count()).toBe(1)
  expect((await ground.stored()).has('lost')).toBe(false)
  expect(await audits()).toEqual(['labels'])
  expect(log).toEqual([
    `count: fakedesk labels of ${integration.id}: the provider counts 24, 23 were held then: an audit is brought forward`,
  ])
  await audit()
  expect((await ground.stored()).has('lost')).toBe(true)
  expect(await audits()).toEqual([])
  expect(await count()).toBe(0)
  expect(await audits()).toEqual([])
})

test('deletes nothing when the provider counts one less: the audit does, once it is told that it is gone', async () => {
  ground.provider.labels.splice(2, 1)
  expect(await count()).toBe(-1)
  expect((await ground.stored()).has('3')).toBe(true)
  expect(await audits()).toEqual(['labels'])
  await audit()
  expect((await ground.stored()).has('3')).toBe(false)
  expect(await count()).toBe(0)
})

test('takes for explained what came or went about that time', async () => {
  await clock.wait(HOUR_MS)
  const at = new Date(clock.now().getTime() - 10 * MINUTE_MS)
  const fields = { name: 'New', createdAt: at, updatedAt: at }
  await tell({ op: 'upsert', kind: 'tag', remoteId: 'new', version: at, fields, native: {} })
  await look()
  await clock.wait(15 * MINUTE_MS)
  await tell({ op: 'delete', kind: 'tag', remoteId: '3', mergedIntoRemoteId: null })
  await look()
  // The provider counts 23: one of the two was new, or still there.
  expect((await counted())?.compared).toMatchObject({ expected: LABELS, held: LABELS + 1, apart: 0 })
  expect(await audits()).toEqual([])
})

test('waits until the stream was read to its end since, and while an audit goes on', async () => {
  await clock.wait(HOUR_MS)
  await look()
  await clock.wait(15 * MINUTE_MS)
  await ground.store.database.system.query('update sync_run set finished_at = $1', [START])
  expect(await due()).toEqual([])
  await ground.store.database.system.query('update sync_run set finished_at = $1', [
    new Date(clock.now().getTime() + 1),
  ])
  await ground.store.database.system.query(`update audit set state = 'RUNNING'`)
  expect(await due()).toEqual([])
  await ground.store.database.system.query(`update audit set state = 'DONE'`)
  expect(await due()).toMatchObject([{ ask: false, said: { count: LABELS } }])
  await ground.store.database.system.query('delete from sync_run')
  expect(await due()).toEqual([])
})

test('learns from an audit that found no reason what the provider counts otherwise, and still sees the next loss', async () => {
  // It counts two that its list leaves out and that nobody can read.
  for (const id of ['hidden', 'secret']) {
    ground.provider.labels.push(label(id, id, 600))
    ground.provider.unlisted.add(id)
  }
  expect(await count()).toBe(2)
  await audit()
  expect(await count()).toBe(0)
  expect(await counted()).toMatchObject({ settled: 2, compared: { expected: LABELS + 2, held: LABELS } })
  expect(await count()).toBe(0)
  expect(await audits()).toEqual([])
  await clock.wait(6 * HOUR_MS)
  ground.provider.labels.push(label('lost', 'Lost', 601))
  expect(await count()).toBe(1)
  expect(await audits()).toEqual(['labels'])
})

test('has no audit begin more than four times a day', async () => {
  ground.provider.labels.push(label('lost', 'Lost', 500))
  expect(await count()).toBe(1)
  const { wantedAt } = (await counted()) ?? {}
  await audit()
  ground.provider.labels.push(label('more', 'More', 501), label('yet more', 'Yet more', 502))
  expect(await count()).toBe(2)
  expect(await audits()).toEqual([])
  expect((await counted())?.wantedAt).toEqual(wantedAt)
  await clock.wait(6 * HOUR_MS)
  expect(await count()).toBe(2)
  expect(await audits()).toEqual(['labels'])
})

test('what an audit left standing is settled, and what is lost after it is not', () => {
  const wantedAt = START
  const said = { count: 110, at: START }
  const holding = { held: 100, least: 99, most: 101 }
  const audit = { state: 'DONE', startedAt: START } as const
  const judge = (wantedFor: number | null, count: number) =>
    judgeCount({ ...said, count }, { holding, state: { settled: 0, wantedAt, wantedFor }, audit }, START)
  expect(judge(9, 110)).toMatchObject({ settled: 9, wantedFor: null, compared: { apart: 0 } })
  expect(judge(9, 111)).toMatchObject({ settled: 0, wantedFor: 9, compared: { apart: 10 } })
  expect(judge(9, 98)).toMatchObject({ settled: 0, compared: { apart: -1 } })
  expect(judge(null, 110)).toMatchObject({ settled: 0, compared: { apart: 9 } })
  expect(judge(-2, 97)).toMatchObject({ settled: -2, compared: { apart: 0 } })
})

test('the engine asks, compares and audits by itself, and outlives a provider that refuses to count', async () => {
  ground.provider.labels.push(label('lost', 'Lost', 500))
  // No audit is due by itself.
  await ground.store.database.system.query(`update audit set started_at = now()`)
  ground.provider.before = ({ path }) => {
    ground.provider.fault = path === '/count' ? { status: 403 } : null
    return Promise.resolve()
  }
  await using ingest = await startIngest(ground.store, {}, connector)
  await vi.waitFor(async () => expect(await counted()).toMatchObject({ said: null }), SOON)
  expect(ingest.log.filter((line) => line.startsWith('count: '))).toHaveLength(1)
  ground.provider.before = () => Promise.resolve()
  ground.provider.fault = null
  await ground.store.database.system.query(`update audit_count set asked_at = asked_at - interval '1 hour'`)
  await vi.waitFor(async () => expect((await counted())?.said?.count).toBe(LABELS + 1), SOON)
  await ground.store.database.system.query(`update audit_count set said_at = said_at - interval '2 hours'`)
  await vi.waitFor(async () => expect((await ground.stored()).has('lost')).toBe(true), SOON)
  expect((await counted())?.compared).toMatchObject({ expected: LABELS + 1, apart: 1 })
})
