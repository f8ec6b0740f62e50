import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { openSyncRequests } from '../../ingest/requests.ts'
import { SOON } from '../setup/soon.ts'
import { openGround, PUBLIC_URL, startIngest } from './bench.ts'
import { openBulkDesk } from './bulk-desk.ts'
import type { Ground } from './bench.ts'
import { ownConnector, pushTo, SIGNED } from './fake-own.ts'
import { label, sign } from './fake-provider.ts'
import { makeGate } from './gate.ts'
import { payloadOf, startReceiver, status, verify } from './outgoing/receiver.ts'
import { batch, upsert } from '../store/records.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const LABELS = 23

/** The tree as JavaScript: a process of its own has no test runner to compile for it. */
let built: string
let ground: Ground

beforeAll(async () => {
  built = await mkdtemp(join(ROOT, 'node_modules/.ingest-test-'))
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const flags = ['-p', ROOT, '--outDir', built, '--noCheck', '--incremental', 'false', '--sourceMap', 'false']
  const [code] = (await once(spawn(process.execPath, [tsc, ...flags], { stdio: 'inherit' }), 'exit')) as [number]
  if (code !== 0) throw new Error(`tsc ended with ${code}`)
})

afterAll(() => rm(built, { recursive: true, force: true }))

beforeEach(async () => {
  ground = await openGround(LABELS)
  await ground.connect()
})

afterEach(() => ground?.[Symbol.asyncDispose]())

interface Child extends AsyncDisposable {
  readonly url: string
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<void>
}

async function startChild(kind: 'app' | 'integrations' | 'bulk' | 'audited' = 'app'): Promise<Child> {
  const program = join(built, 'test/ingest/child.js')
  const child = spawn(process.execPath, [program, ground.url, kind], { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await gone
  }
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('ready ')) return { url: line.slice('ready '.length), kill, [Symbol.asyncDispose]: kill }
  }
  throw new Error('the child ended before it was ready')
}

const allStored = (): Promise<void> =>
  vi.waitFor(async () => expect((await ground.stored()).size).toBe(ground.provider.labels.length), SOON)

test('goes on at the last stored page after kill -9 in the middle of a sync', async () => {
  const asked = makeGate()
  ground.provider.before = ({ path }) => {
    if (path !== '/labels?after=15') return Promise.resolve()
    asked.open()
    return new Promise(() => undefined)
  }
  await using child = await startChild()
  await asked.opened
  await child.kill()
  expect((await ground.stored()).size).toBe(15)

  ground.provider.before = () => Promise.resolve()
  ground.provider.requests.length = 0
  await using _next = await startChild()
  await allStored()
  expect(await ground.events()).toBe(LABELS)
  const paths = ground.provider.requests.map(({ path }) => path).filter((path) => path.startsWith('/labels'))
  expect(paths).toEqual(['/labels?after=15', '/labels?after=20'])
})

test('goes on with an audit at its last step after kill -9, deletes nothing before, and counts each healed once', async () => {
  await using child = await startChild('audited')
  await allStored()
  const { labels } = ground.provider
  labels[1] = label(2, 'Changed', 500)
  labels[19] = label('new', 'New', 501)
  const asked = makeGate()
  ground.provider.before = ({ path }) => {
    if (path !== '/labels?after=15') return Promise.resolve()
    asked.open()
    return new Promise(() => undefined)
  }
  const [integration] = await ground.store.integrations.list(null)
  await vi.waitFor(async () => {
    expect((await ground.store.checkpoints.completedAt(integration?.id ?? '')).has('labels')).toBe(true)
  }, SOON)
  await using requests = await openSyncRequests({ databaseUrl: ground.url, log: () => undefined })
  await requests.requestAudit(integration?.id ?? '')
  await asked.opened
  await child.kill()
  expect((await ground.stored()).get('2')).toBe('Changed')
  expect((await ground.stored()).has('20')).toBe(true)

  ground.provider.before = () => Promise.resolve()
  ground.provider.requests.length = 0
  await using _next = await startChild('audited')
  await vi.waitFor(async () => {
    const [found] = await ground.store.ledger.completeness(integration?.id ?? '', { examples: 0 })
    expect(found).toMatchObject({ state: 'DONE', expected: LABELS, held: LABELS, missing: 0, healed: 3 })
  }, SOON)
  const paths = ground.provider.requests.map(({ path }) => path).filter((path) => path.startsWith('/labels'))
  expect(paths).toEqual(['/labels?after=15', '/labels/new', '/labels?after=20', '/labels/20'])
  expect((await ground.stored()).has('20')).toBe(false)
})

test('hands a sync over to another process when the one that ran it is killed', async () => {
  const asked = makeGate()
  ground.provider.before = ({ path }) => {
    if (path !== '/labels?after=10') return Promise.resolve()
    asked.open()
    return new Promise(() => undefined)
  }
  await using child = await startChild()
  await asked.opened
  await using _other = await startIngest(ground.store)
  ground.provider.before = () => Promise.resolve()
  await child.kill()
  await allStored()
  expect(await ground.events()).toBe(LABELS)
})

test('loses no delivery that was acknowledged, and has one effect of it, after kill -9 while it was worked', async () => {
  ground.provider.labels.length = 0
  ground.provider.labels.push(label('held', 'Held', 1))
  const asked = makeGate()
  ground.provider.before = ({ path }) => {
    if (path !== '/labels/held') return Promise.resolve()
    asked.open()
    return new Promise(() => undefined)
  }
  await using child = await startChild()
  const push = async (id: string, rest: object): Promise<number> => {
    const body = JSON.stringify({ id, account: 'account-1', topic: 'label.changed', ...rest })
    const headers = { 'x-fake-signature': sign(body) }
    return (await fetch(`${child.url}/webhooks/fakedesk`, { method: 'POST', headers, body })).status
  }
  expect(await push('d-held', { labels: [label('whole', 'Whole', 1)], reread: ['held'] })).toBe(200)
  await asked.opened
  expect(await push('d-behind', { labels: [label('behind', 'Behind', 1)] })).toBe(200)
  await child.kill()
  expect((await ground.stored()).has('behind')).toBe(false)

  ground.provider.before = () => Promise.resolve()
  await using _next = await startChild()
  await vi.waitFor(async () => {
    const open = await ground.store.database.system.query(`select 1 from delivery where status <> 'DONE'`)
    expect(open).toHaveLength(0)
    expect([...(await ground.stored()).keys()].toSorted()).toEqual(['behind', 'held', 'whole'])
  }, SOON)
  expect(await ground.events()).toBe(3)
})

test('leaves one subscription after kill -9 between the provider’s making it and ours being stored', async () => {
  const [integration] = await ground.store.integrations.list(ground.workspaceId)
  const id = integration?.id ?? ''
  await ground.store.webhooks.ensure(id, 'PENDING')
  ground.provider.hooks.choosesSecret = true
  const made = makeGate()
  ground.provider.after = ({ method }) => {
    if (method !== 'POST') return Promise.resolve()
    made.open()
    return new Promise(() => undefined)
  }
  await using child = await startChild('integrations')
  await made.opened
  await child.kill()
  expect(ground.provider.hooks.all).toHaveLength(1)
  expect(await ground.store.webhooks.find(id)).toMatchObject({ state: 'PENDING', made: null })
  ground.provider.after = () => Promise.resolve()
  await using ingest = await startIngest(ground.store, {}, ownConnector(SIGNED, 'api'))
  await vi.waitFor(async () => {
    expect(await ground.store.webhooks.find(id)).toMatchObject({ state: 'SUBSCRIBED', made: { id: 'hook-1' } })
  }, SOON)
  const [hook, ...more] = ground.provider.hooks.all
  expect(more).toEqual([])
  const delivery = { id: null, account: '', topic: 'label.changed', labels: [label('after', 'After', 900)] }
  const url = (hook?.url ?? '').replace(PUBLIC_URL, ingest.url)
  expect(await pushTo(url, delivery, { proof: SIGNED, secret: hook?.secret ?? '' })).toBe(200)
}, 60_000)

test('does to every row of a bulk job what was asked after kill -9 in the middle, and twice only to those in hand', async () => {
  const bulk = await openBulkDesk(ground, 30)
  const reached = makeGate()
  ground.provider.after = ({ path }) => {
    if (path !== '/tickets/15') return Promise.resolve()
    reached.open()
    return new Promise(() => undefined)
  }
  const job = await bulk.begin({ status: 'SOLVED' })
  await using child = await startChild('bulk')
  await reached.opened
  await child.kill()
  const before = await bulk.stands(job)
  expect(before).toMatchObject({ state: 'RUNNING', failed: 0, unknown: 0 })
  expect(before?.done).toBeGreaterThan(0)

  ground.provider.after = () => Promise.resolve()
  await using _next = await startChild('bulk')
  await bulk.ended(job)
  expect(await bulk.stands(job)).toMatchObject({ state: 'DONE', total: 30, done: 30 })
  expect(await bulk.statuses()).toEqual({ SOLVED: 30 })
  const asked = Map.groupBy(ground.provider.requests, ({ path }) => path)
  const repeated = [...asked].filter(([, requests]) => requests.length > 1)
  expect(asked.size).toBe(30)
  expect(repeated.length).toBeLessThanOrEqual(4)
  expect(repeated.every(([, requests]) => requests.length === 2)).toBe(true)
}, 60_000)

test('tells an endpoint of every event after kill -9 of the sender, again only of those in hand, under the ids they had', async () => {
  await using receiver = await startReceiver()
  const draft = { url: receiver.url, description: '', eventTypes: ['company.created'], includeBackfill: false }
  const secret = (await ground.store.endpoints.create(ground.workspaceId, draft))?.secret ?? ''
  const [integration] = await ground.store.integrations.list(ground.workspaceId)
  let said = 0
  const happen = async (count: number): Promise<void> => {
    const changes = Array.from({ length: count }, () => upsert('company', String((said += 1))))
    await ground.store.apply(batch(integration?.id ?? '', said, changes))
  }
  const held = makeGate()
  receiver.answer = (taken, response) => {
    if (receiver.taken.length <= 20) return status(204)(taken, response)
    held.open()
  }
  await using child = await startChild()
  await happen(60)
  await held.opened
  await child.kill()
  await happen(40)
  const before = receiver.taken.map(({ id }) => id)
  receiver.answer = status(204)
  await using _next = await startChild()
  await vi.waitFor(async () => {
    const open = await ground.store.database.system.query(`select 1 from endpoint_message where state = 'PENDING'`)
    expect(open).toHaveLength(0)
    expect(new Set(receiver.taken.map(({ id }) => id)).size).toBe(100)
  }, SOON)
  const told = Map.groupBy(receiver.taken, ({ id }) => id)
  for (const [id, tries] of told) {
    expect(tries.length).toBeLessThanOrEqual(before.includes(id) ? 2 : 1)
    expect(new Set(tries.map(({ body }) => body)).size).toBe(1)
  }
  expect(receiver.taken.length - told.size).toBeLessThanOrEqual(16)
  const rows = new Set(receiver.taken.map((each) => payloadOf(each).data['id']))
  expect(rows.size).toBe(100)
  for (const each of receiver.taken.slice(-40)) verify(each, secret, new Date())
}, 120_000)
