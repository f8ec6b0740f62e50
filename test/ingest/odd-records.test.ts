import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { auditStream } from '../../ingest/audit.ts'
import { readQuarantined } from '../../ingest/quarantined.ts'
import { SYNC_RETRIES } from '../../ingest/retry.ts'
import { runStream } from '../../ingest/sync.ts'
import type { Stream } from '../../kit/contract.ts'
import type { Integration } from '../../store/integrations.ts'
import type { Json } from '../../store/kinds.ts'
import { createSkippingClock } from '../kit/clocks.ts'
import { SOON } from '../setup/soon.ts'
import { type Ground, openGround, startIngest } from './bench.ts'
import { accountsOf } from './fake-accounts.ts'
import { auditedConnector, auditedLabels } from './fake-audited.ts'
import { type Label, label } from './fake-provider.ts'

const LABELS = 8
const HOUR_MS = 3_600_000

let ground: Ground
let integration: Integration
let clock: ReturnType<typeof createSkippingClock>
let log: string[]

beforeEach(async () => {
  ground = await openGround(LABELS)
  integration = await ground.connect()
  clock = createSkippingClock()
  log = []
})

afterEach(() => ground?.[Symbol.asyncDispose]())

const never = new AbortController().signal

async function engine() {
  const client = await accountsOf(ground.store).open(integration.id, 'backfill')
  const line = (each: string): void => void log.push(each)
  const connector = auditedConnector
  return { store: ground.store, connector, client, integration, clock, stop: never, signal: never, log: line }
}

const sync = async (stream: Stream = auditedLabels, stop = never) =>
  runStream({ ...(await engine()), stream, stop, retries: SYNC_RETRIES, afterPage: () => Promise.resolve() })

interface Held {
  readonly id: string
  readonly reason: string
  readonly attempts: number
}

const quarantined = ({ store }: Ground = ground): Promise<readonly Held[]> =>
  store.database.system.query<Held>(`select remote_id as id, reason, attempts from quarantine order by 1`)

const singles = (): string[] => ground.provider.requests.map(({ path }) => path).filter((path) => /labels\//.test(path))

const DEPTH = 20_000
const nested: Json = JSON.parse('['.repeat(DEPTH) + ']'.repeat(DEPTH)) as Json
/** A label whose record is nested too deep for any database. */
const deep = (id: string): Label => Object.assign(label(id, 'Deep', 1), { nested })
const DEEP = 'is nested more than 200 levels deep, and cannot be kept'

/** What a cursor may hold, as a provider spells it. */
const SPELLED = 'next\0 \ud800 "\\u0000" '

/** The same labels, by a cursor that the provider spells; what it was given back is in `given`. */
function spelled(given: Json[]): Stream {
  const after = (cursor: Json): Json => ({ after: Number((cursor as string).slice(SPELLED.length)) })
  const spell = (cursor: Json): Json => `${SPELLED}${(cursor as { readonly after: number }).after}`
  const { audit } = auditedLabels
  return {
    ...auditedLabels,
    async read(client, cursor, context) {
      given.push(cursor)
      const page = await auditedLabels.read(client, cursor === null ? null : after(cursor), context)
      return { ...page, cursor: spell(page.cursor) }
    },
    audit: {
      ...audit,
      async list(client, cursor, context) {
        given.push(cursor)
        const page = await audit.list(client, cursor === null ? null : after(cursor), context)
        return { ...page, cursor: spell(page.cursor) }
      },
    },
  }
}

/** Stops after the first page that the provider was asked for. */
function stopping(): AbortSignal {
  const stop = new AbortController()
  ground.provider.before = ({ path }) => Promise.resolve(path.startsWith('/labels?') ? stop.abort() : undefined)
  return stop.signal
}

test('a cursor is given back to its provider as it came, whatever stands in it', async () => {
  const given: Json[] = []
  expect(await sync(spelled(given), stopping())).toBe('STOPPED')
  expect(await sync(spelled(given))).toBe('DONE')
  expect(given).toEqual([null, `${SPELLED}5`])
  expect((await ground.stored()).size).toBe(LABELS)
})

test('so is the cursor of an audit', async () => {
  const given: Json[] = []
  await sync()
  await clock.wait(HOUR_MS)
  expect(await auditStream({ ...(await engine()), stream: spelled(given), stop: stopping() })).toBe('STOPPED')
  expect(await auditStream({ ...(await engine()), stream: spelled(given) })).toBe('DONE')
  expect(given).toEqual([null, `${SPELLED}5`])
})

test('a record that is nested too deep is put aside with its reason, until it is not', async () => {
  ground.provider.labels.splice(2, 0, deep('deep'))
  expect(await sync()).toBe('DONE')
  expect((await ground.stored()).size).toBe(LABELS)
  expect(await quarantined()).toEqual([{ id: 'deep', reason: `tag deep ${DEEP}`, attempts: 1 }])
  expect(log.join()).toContain(`left out deep: tag deep ${DEEP}`)

  await clock.wait(HOUR_MS)
  const standing = await engine()
  await readQuarantined(standing, standing.client)
  expect(await quarantined()).toMatchObject([{ id: 'deep', attempts: 2 }])

  ground.provider.labels[2] = label('deep', 'Shallow', 2)
  await clock.wait(HOUR_MS)
  await readQuarantined(standing, standing.client)
  expect(await quarantined()).toEqual([])
  expect((await ground.stored()).get('deep')).toBe('Shallow')
})

test('an audit says that it is missing, and why', async () => {
  await sync()
  await clock.wait(HOUR_MS)
  ground.provider.labels.push(deep('deep'))
  expect(await auditStream({ ...(await engine()), stream: auditedLabels })).toBe('DONE')
  const [ledger] = await ground.store.ledger.completeness(integration.id, { examples: 1 })
  expect(ledger).toMatchObject({ expected: LABELS + 1, held: LABELS, missing: 1 })
  expect(ledger?.examples).toEqual([expect.objectContaining({ remoteId: 'deep', reason: `tag deep ${DEEP}` })])
})

test('records whose ids no index takes are put aside, each once, and never asked for', async () => {
  // Of letters by chance, since PostgreSQL stores what repeats itself in less.
  const long = Array.from({ length: 9_000 }, (_, n) => ((n * n * 7919) % 65_521).toString(36)).join('')
  const odd = [`${long}1`, `${long}2`, 'n\0l', 'half \ud800']
  ground.provider.labels.push(...odd.map((id) => label(id, 'Odd', 1)), label('last', 'Last', 2))
  ground.provider.withheld.set('n\0l', 500)
  expect(await sync()).toBe('DONE')
  expect((await ground.stored()).size).toBe(LABELS + 1)
  expect(await quarantined()).toHaveLength(odd.length)

  ground.provider.requests.length = 0
  await clock.wait(HOUR_MS)
  const standing = await engine()
  await readQuarantined(standing, standing.client)
  expect(singles()).toEqual([])
  await sync()
  expect(await quarantined()).toHaveLength(odd.length)
  expect(await ground.store.quarantine.prune(new Date(clock.now().getTime() + HOUR_MS))).toBe(odd.length)
})

test.each([1e12, 1.5, -1])('a provider that says that there are %d records stops nothing', async (total) => {
  const saying: Stream = {
    ...auditedLabels,
    read: async (...asked) => ({ ...(await auditedLabels.read(...asked)), total }),
    audit: {
      ...auditedLabels.audit,
      list: async (...asked) => ({ ...(await auditedLabels.audit.list(...asked)), total }),
    },
  }
  expect(await sync(saying)).toBe('DONE')
  const runs = await ground.store.syncRuns.latest(integration.id)
  expect(runs).toMatchObject([{ status: 'DONE', read: LABELS, total: null }])
  await clock.wait(HOUR_MS)
  expect(await auditStream({ ...(await engine()), stream: saying })).toBe('DONE')
  const counter = { integrationId: integration.id, stream: 'labels' }
  await ground.store.ledger.counts.said(counter, clock.now(), { count: total, at: clock.now() })
  expect(await ground.store.ledger.counts.states(integration.id)).toMatchObject([{ said: null }])
})

test('a delivery that tells of a record which cannot be kept is dead with the reason, and loses nothing else', async () => {
  await using own = await openGround(LABELS)
  // Only deliveries are of interest here: no sync is to find what the test connects.
  await using ingest = await startIngest(own.store, { sweepMs: HOUR_MS })
  await ingest.looked
  await own.connect()
  const push = (id: string, rest: object): Promise<number> =>
    ingest.push({ id, account: 'account-1', topic: 'label.changed', ...rest })
  const long =
    'm'.repeat(5_000) + Array.from({ length: 3_000 }, (_, n) => ((n * n * 31) % 65_521).toString(36)).join('')
  await push('bad', { labels: [deep('deep'), label('beside', 'Beside', 1)], reread: ['1'] })
  own.provider.labels.push(deep('deep'))
  await push('reread', { reread: ['2', 'deep'] })
  await push('receipts', { read: [long, 'n\0l', '\ud800'] })
  await push('good', { labels: [label('good', 'Good', 1)] })
  const told = await vi.waitFor(async () => {
    const sql = `select delivery_id as id, status, reason, attempts from delivery order by received_at, id`
    const rows = await own.store.database.system.query<{ status: string }>(sql)
    expect(rows.map(({ status }) => status)).not.toContain('PENDING')
    return rows
  }, SOON)
  expect(told).toEqual(
    expect.arrayContaining([
      { id: 'bad', status: 'DEAD', reason: `fakedesk: tag deep ${DEEP}`, attempts: 0 },
      { id: 'reread', status: 'DONE', reason: null, attempts: 0 },
      { id: 'receipts', status: 'DONE', reason: null, attempts: 0 },
      { id: 'good', status: 'DONE', reason: null, attempts: 0 },
    ]),
  )
  expect([...(await own.stored()).keys()].toSorted()).toEqual(['1', '2', 'beside', 'good'])
  expect(await quarantined(own)).toEqual([{ id: 'deep', reason: `tag deep ${DEEP}`, attempts: 1 }])
})
