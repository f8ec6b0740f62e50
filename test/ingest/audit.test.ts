import { afterEach, beforeEach, expect, test } from 'vitest'
import { auditStream } from '../../ingest/audit.ts'
import { auditsDue } from '../../ingest/audits-due.ts'
import { SYNC_RETRIES } from '../../ingest/retry.ts'
import { runStream } from '../../ingest/sync.ts'
import type { Stream } from '../../kit/contract.ts'
import { RateLimitedError, RejectedError } from '../../kit/errors.ts'
import type { Integration } from '../../store/integrations.ts'
import { createSkippingClock } from '../kit/clocks.ts'
import { openGround } from './bench.ts'
import type { Ground } from './bench.ts'
import { accountsOf } from './fake-accounts.ts'
import { auditedConnector, auditedLabels } from './fake-audited.ts'
import { label } from './fake-provider.ts'

const LABELS = 23
const HOUR_MS = 3_600_000

let ground: Ground
let integration: Integration
let clock: ReturnType<typeof createSkippingClock>

const never = new AbortController().signal

async function engine(stop = never) {
  const client = await accountsOf(ground.store).open(integration.id, 'backfill')
  return { store: ground.store, client, integration, clock, stop, signal: never, log: () => undefined }
}
const sync = async (): Promise<unknown> =>
  runStream({
    ...(await engine()),
    connector: auditedConnector,
    stream: auditedLabels,
    retries: SYNC_RETRIES,
    afterPage: () => Promise.resolve(),
  })

beforeEach(async () => {
  ground = await openGround(LABELS)
  integration = await ground.connect()
  clock = createSkippingClock()
  await sync()
  await clock.wait(HOUR_MS)
  ground.provider.requests.length = 0
})

afterEach(() => ground?.[Symbol.asyncDispose]())

const audit = async (stream: Stream = auditedLabels, stop = never) => auditStream({ ...(await engine(stop)), stream })
const ledger = async () => (await ground.store.ledger.completeness(integration.id, { examples: 2 }))[0]
const paths = (): string[] => ground.provider.requests.map(({ path }) => path)
const remove = (id: string): void => {
  const { labels } = ground.provider
  labels.splice(
    labels.findIndex((each) => each.id === id),
    1,
  )
}
/** Somebody adds, changes and deletes a label, and no webhook tells. */
function loseWebhooks(): void {
  const { labels } = ground.provider
  labels[7] = label(8, 'Changed', 500)
  labels.push(label('new', 'New', 501))
  remove('3')
}
const whole = { expected: LABELS, held: LABELS, missing: 0, unconfirmed: 0, examples: [] }

test('finds that nothing is missing by reading the list alone', async () => {
  expect(await ledger()).toBeUndefined()
  expect(await audit()).toBe('DONE')
  expect(paths()).toEqual([0, 5, 10, 15, 20].map((after) => `/labels?after=${after}`))
  const auditedAt = clock.now()
  expect(await ledger()).toMatchObject({ ...whole, method: 'FULL_PASS', state: 'DONE', healed: 0, auditedAt })
})

test('heals what webhooks would have told: what is new, what changed and what was deleted', async () => {
  loseWebhooks()
  expect(await audit()).toBe('DONE')
  const stored = await ground.stored()
  expect(stored.get('8')).toBe('Changed')
  expect(stored.get('new')).toBe('New')
  expect(stored.has('3')).toBe(false)
  expect(await ledger()).toMatchObject({ ...whole, healed: 3 })
  expect(paths().filter((path) => !path.includes('?'))).toEqual(['/labels/8', '/labels/new', '/labels/3'])
  const told = await ground.store.database.system.query(
    `select op, count(*)::int as count from event where kind = 'tag' and origin = 'sync' group by op order by op`,
  )
  expect(told).toEqual(['created', 'deleted', 'updated'].map((op) => ({ op, count: 1 })))
})

test('deletes nothing before the whole list was read, and goes on where it was', async () => {
  loseWebhooks()
  ground.provider.before = ({ path }) => {
    ground.provider.fault = path === '/labels?after=15' ? { status: 429, retryAfterSeconds: 1 } : null
    return Promise.resolve()
  }
  await expect(audit()).rejects.toThrow(RateLimitedError)
  expect((await ground.stored()).has('3')).toBe(true)
  expect(await ledger()).toMatchObject({ state: 'RUNNING', auditedAt: null, expected: null, missing: null })
  ground.provider.before = () => Promise.resolve()
  ground.provider.fault = null
  ground.provider.requests.length = 0
  expect(await audit()).toBe('DONE')
  expect(paths()[0]).toBe('/labels?after=15')
  expect((await ground.stored()).has('3')).toBe(false)
  expect(await ledger()).toMatchObject({ ...whole, healed: 3 })
})

test('stops when it is told to, and when the integration is disconnected', async () => {
  const stop = new AbortController()
  ground.provider.after = async () => stop.abort()
  expect(await audit(auditedLabels, stop.signal)).toBe('STOPPED')
  ground.provider.after = async () => ground.store.integrations.setStatus(integration.id, 'DISCONNECTED', null)
  expect(await audit()).toBe('STOPPED')
  expect(paths()).toEqual(['/labels?after=0', '/labels?after=5'])
})

test('keeps what the list leaves out and the provider still has', async () => {
  ground.provider.unlisted.add('3').add('4')
  remove('4')
  expect(await audit()).toBe('DONE')
  expect(paths().slice(-2).toSorted()).toEqual(['/labels/3', '/labels/4'])
  expect([...(await ground.stored()).keys()].filter((id) => id === '3' || id === '4')).toEqual(['3'])
  expect(await ledger()).toMatchObject({ expected: LABELS - 1, held: LABELS - 1, missing: 0, healed: 1 })
})

test('does not ask for what was told while it went on', async () => {
  const late = label('late', 'Late', 900)
  ground.provider.unlisted.add('late')
  ground.provider.before = async ({ path }) => {
    if (path !== '/labels?after=10') return
    ground.provider.labels.push(late)
    const fields = { name: late.name, createdAt: null, updatedAt: null }
    const change = { op: 'upsert', kind: 'tag', remoteId: 'late', version: null, fields, native: { ...late } } as const
    const observedAt = new Date(clock.now().getTime() + 1)
    await ground.store.apply({
      integrationId: integration.id,
      changes: [change],
      observedAt,
      learnedBy: 'WEBHOOK',
      origin: 'webhook',
    })
  }
  expect(await audit()).toBe('DONE')
  expect((await ground.stored()).has('late')).toBe(true)
  expect(paths()).not.toContain('/labels/late')
})

test('says what it could not read, and no longer when that was read by another way', async () => {
  ground.provider.labels.push(label('new', 'New', 501), label('newer', 'Newer', 502))
  ground.provider.labels[7] = label(8, 'Changed', 500)
  for (const id of ['new', 'newer']) ground.provider.withheld.set(id, 500)
  ground.provider.before = ({ path }) => {
    // The list shows that it changed; only reading it by itself fails.
    if (path === '/labels/8') ground.provider.withheld.set('8', 400)
    return Promise.resolve()
  }
  expect(await audit()).toBe('DONE')
  expect(await ledger()).toMatchObject({ expected: LABELS + 2, held: LABELS, missing: 3, healed: 0 })
  expect((await ledger())?.examples).toEqual([
    { remoteId: '8', reason: 'fakedesk: answered 400' },
    { remoteId: 'new', reason: 'fakedesk: answered 500' },
  ])
  ground.provider.before = () => Promise.resolve()
  ground.provider.withheld.clear()
  await clock.wait(HOUR_MS)
  await ground.store.database.system.query('delete from checkpoint')
  await sync()
  expect(await ledger()).toMatchObject({ expected: LABELS + 2, held: LABELS + 2, missing: 0, examples: [] })
})

test('where no record can be read by itself, goes by the whole list alone, and not by what is recent', async () => {
  const listed: Stream = { ...auditedLabels, readOne: null }
  remove('3')
  await ground.store.database.system.query(`update tag set observed_at = $1 where remote_id = '4'`, [clock.now()])
  remove('4')
  await clock.wait(1)
  expect(await audit(listed)).toBe('DONE')
  expect([...(await ground.stored()).keys()].filter((id) => id === '3' || id === '4')).toEqual(['4'])
  await clock.wait(HOUR_MS)
  expect(await audit(listed)).toBe('DONE')
  expect(await ledger()).toMatchObject({ expected: LABELS - 2, held: LABELS - 2, missing: 0, healed: 1 })
  ground.provider.labels.push(label('new', 'New', 501))
  expect(await audit(listed)).toBe('DONE')
  expect(await ledger()).toMatchObject({ missing: 1, examples: [{ remoteId: 'new' }] })
})

test('where the list leaves some out, or one says no id, nothing is gone for not being listed', async () => {
  const sampled: Stream = { ...auditedLabels, readOne: null, audit: { ...auditedLabels.audit, method: 'SAMPLE' } }
  ground.provider.unlisted.add('3')
  ground.provider.labels.push(label('20', 'label 20', 19))
  expect(await audit(sampled)).toBe('DONE')
  // The provider counts one more than is held, and nobody knows which.
  expect(await ledger()).toMatchObject({ method: 'SAMPLE', expected: LABELS + 1, held: LABELS, missing: 1 })
  expect(await ledger()).toMatchObject({ unconfirmed: 1, examples: [] })
  ground.provider.labels[LABELS] = label('', 'Nameless', 20)
  expect(await audit({ ...auditedLabels, readOne: null })).toBe('DONE')
  expect(await ground.stored()).toHaveProperty('size', LABELS)
})

test('gives a pass up that the provider refuses, says why, and begins anew', async () => {
  ground.provider.before = ({ path }) => {
    ground.provider.fault = path === '/labels?after=15' ? { status: 403 } : null
    return Promise.resolve()
  }
  await expect(audit()).rejects.toThrow(RejectedError)
  expect(await ledger()).toMatchObject({ state: 'FAILED', error: 'fakedesk: answered 403', auditedAt: null })
  ground.provider.before = () => Promise.resolve()
  ground.provider.fault = null
  ground.provider.requests.length = 0
  expect(await audit()).toBe('DONE')
  expect(paths()[0]).toBe('/labels?after=0')
  expect(await ledger()).toMatchObject({ ...whole, state: 'DONE', error: null })
})

test('is due an hour after the account was connected, then once a day, and whenever somebody asks or it was cut short', async () => {
  const due = async (askedAt: Date | null = null) => {
    const looking = { store: ground.store, clock }
    const streams = await auditsDue(looking, { id: integration.id, createdAt: connectedAt }, { connector, askedAt })
    return streams.map(({ name }) => name)
  }
  const connector = auditedConnector
  const connectedAt = clock.now()
  expect(await due()).toEqual([])
  expect(await due(clock.now())).toEqual(['labels'])
  await clock.wait(HOUR_MS)
  expect(await due()).toEqual(['labels'])
  await audit()
  expect(await due()).toEqual([])
  await clock.wait(1)
  expect(await due(clock.now())).toEqual(['labels'])
  await clock.wait(24 * HOUR_MS - 1)
  expect(await due()).toEqual(['labels'])
  const stop = new AbortController()
  ground.provider.after = async () => stop.abort()
  await audit(auditedLabels, stop.signal)
  expect(await due()).toEqual(['labels'])
  await ground.store.database.system.query('delete from sync_run')
  expect(await due(clock.now())).toEqual([])
})
