import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { SOON } from '../setup/soon.ts'
import { openGround, startIngest } from './bench.ts'
import type { Ground, RunningIngest } from './bench.ts'
import type { FakeDelivery } from './fake-connector.ts'
import { label } from './fake-provider.ts'
import { makeGate } from './gate.ts'

const HOUR_MS = 3_600_000

let ground: Ground
let ingest: RunningIngest

beforeEach(async () => {
  ground = await openGround()
  // Only deliveries are of interest here: no sync is to find what the test connects.
  ingest = await startIngest(ground.store, { sweepMs: HOUR_MS })
  await ingest.looked
})

afterEach(async () => {
  await ingest?.[Symbol.asyncDispose]()
  await ground?.[Symbol.asyncDispose]()
})

const delivery = (id: string, rest: Partial<FakeDelivery> = {}): FakeDelivery => ({
  id,
  account: 'account-1',
  topic: 'label.changed',
  ...rest,
})

interface Told {
  readonly status: string
  readonly reason: string | null
}

const told = async (id: string): Promise<Told | undefined> => {
  const sql = 'select status, reason from delivery where delivery_id = $1'
  return (await ground.store.database.system.query<Told>(sql, [id]))[0]
}

const finished = (id: string): Promise<Told | undefined> =>
  vi.waitFor(async () => {
    const now = await told(id)
    expect(now?.status).not.toBe('PENDING')
    return now
  }, SOON)

test('stores what a delivery says by itself, without asking the provider', async () => {
  await ground.connect()
  await ingest.push(delivery('d-1', { labels: [label('a', 'Alpha', 1)] }))
  expect(await finished('d-1')).toEqual({ status: 'DONE', reason: null })
  expect(await ground.stored()).toEqual(new Map([['a', 'Alpha']]))
  expect(ground.provider.requests).toEqual([])
})

test('reads again what a delivery only names', async () => {
  await ground.connect()
  ground.provider.labels.push(label('b', 'Beta', 1))
  await ingest.push(delivery('d-1', { reread: ['b'] }))
  expect(await finished('d-1')).toEqual({ status: 'DONE', reason: null })
  expect(await ground.stored()).toEqual(new Map([['b', 'Beta']]))
})

test('tells as backfill what is old and was read again before the first sync came to it', async () => {
  const { id } = await ground.connect()
  const told = async (): Promise<unknown> =>
    ground.store.database.system.query(
      `select t.remote_id as id, e.origin from event e join tag t on t.id = e.row_id order by 1`,
    )
  ground.provider.labels.push(label('before', 'Before', 1), {
    id: 'since',
    name: 'Since',
    updatedAt: new Date().toISOString(),
  })
  await ingest.push(delivery('d-1', { reread: ['before', 'since'] }))
  await finished('d-1')
  const first = [
    { id: 'before', origin: 'backfill' },
    { id: 'since', origin: 'sync' },
  ]
  expect(await told()).toEqual(first)

  await ingest.role.requestSync(id)
  await vi.waitFor(async () => expect((await ground.store.checkpoints.completedAt(id)).size).toBe(2), SOON)
  ground.provider.labels.push(label('then', 'Missed', 2))
  await ingest.push(delivery('d-2', { reread: ['then'] }))
  await finished('d-2')
  expect(await told()).toEqual([...first, { id: 'then', origin: 'webhook' }])
})

test('has a send go on that its customer has read, also when it is told before it is known to be sent', async () => {
  const { id: integrationId, workspaceId } = await ground.connect()
  const { sends } = ground.store
  const draft = {
    workspaceId,
    integrationId,
    idempotencyKey: null,
    action: 'reply',
    input: {},
    memberId: null,
    kept: null,
  }
  const states: unknown[] = []
  for (const isSentFirst of [true, false]) {
    const { send, claim } = await sends.begin(draft)
    if (claim === null) throw new Error('it is not ours')
    const remoteId = `message-${isSentFirst}`
    const sent = () => sends.settle(claim, { state: 'SENT', result: { kind: 'message', remoteId }, error: null })
    if (isSentFirst) await sent()
    await ingest.push(delivery(`d-${isSentFirst}`, { read: [remoteId] }))
    await finished(`d-${isSentFirst}`)
    if (!isSentFirst) await sent()
    states.push((await sends.find(workspaceId, send.id))?.state)
  }
  expect(states).toEqual(['READ', 'READ'])
})

test('has nothing to do for a record that is gone by the time it is read', async () => {
  await ground.connect()
  await ingest.push(delivery('d-1', { reread: ['gone'] }))
  expect(await finished('d-1')).toEqual({ status: 'DONE', reason: null })
})

/** Holds what is asked for one label, until the answer is called. */
async function hold(id: string, begin: () => Promise<unknown>): Promise<() => void> {
  const [asked, go] = [makeGate(), makeGate()]
  ground.provider.before = ({ path }) => {
    if (path !== `/labels/${id}`) return Promise.resolve()
    asked.open()
    return go.opened
  }
  await begin()
  await asked.opened
  return () => go.open()
}

/** Pushes deliveries, and waits until they are in line behind what their account has in hand. */
async function lineUp(deliveries: readonly FakeDelivery[]): Promise<void> {
  for (const each of deliveries) await ingest.push(each)
  // The queue is in order: when this one is stored, those before it are in line.
  const last = `${deliveries[0]?.id} and on`
  await ingest.push(delivery(last, { account: 'account-2' }))
  await finished(last)
}

const asksFor = (id: string): number[] =>
  ground.provider.requests.flatMap(({ path }, place) => (path === `/labels/${id}` ? [place] : []))

test('reads a record again once for all deliveries that name it', async () => {
  await ground.connect()
  ground.provider.labels.push(label('slow', 'Slow', 1), label('b', 'Beta', 1))
  const go = await hold('slow', () => ingest.push(delivery('d-0', { reread: ['slow'] })))
  const ids = Array.from({ length: 10 }, (_, index) => `d-many-${index}`)
  await lineUp(ids.map((id) => delivery(id, { reread: ['b'] })))
  go()
  for (const id of ids) expect((await finished(id))?.status).toBe('DONE')
  expect(asksFor('b')).toHaveLength(1)
  expect(await ground.stored()).toEqual(
    new Map([
      ['slow', 'Slow'],
      ['b', 'Beta'],
    ]),
  )
})

describe('a record for which the provider always fails', () => {
  const goods = Array.from({ length: 20 }, (_, index) => `good-${index}`)
  const naming = (id: string): FakeDelivery => delivery(`d-${id}`, { reread: [id] })
  const triesOf = async (id: string): Promise<number | undefined> => {
    const sql = 'select attempts from delivery where delivery_id = $1'
    return (await ground.store.database.system.query<{ attempts: number }>(sql, [`d-${id}`]))[0]?.attempts
  }
  beforeEach(async () => {
    await ground.connect()
    ground.provider.labels.push(...['slow', ...goods].map((id) => label(id, id, 1)))
    ground.provider.withheld.set('bad', 503)
  })

  test('is given up alone, and costs the others of its account no try', async () => {
    const go = await hold('slow', () => ingest.push(naming('slow')))
    await lineUp(['bad', ...goods].map(naming))
    go()
    for (const id of goods) expect(await finished(`d-${id}`)).toEqual({ status: 'DONE', reason: null })
    expect(await finished('d-bad')).toEqual({
      status: 'DEAD',
      reason: 'given up after 3 tries: fakedesk: answered 503',
    })
    expect(await Promise.all([...goods, 'bad'].map(triesOf))).toEqual([...goods.map(() => 0), 3])
    for (const id of goods) expect(asksFor(id)).toHaveLength(1)
    expect(asksFor('bad')).toHaveLength(3)
  })

  test('is asked for after what failed less often', async () => {
    const goOn = await hold('bad', () => ingest.push(naming('bad')))
    await lineUp([naming('slow')])
    const go = await hold('slow', () => Promise.resolve(goOn()))
    // The second try of the first waits in line as well, before all of these.
    await lineUp(goods.map(naming))
    go()
    for (const id of ['bad', ...goods]) await finished(`d-${id}`)
    // Four are asked for side by side.
    const earlier = goods.flatMap(asksFor).filter((place) => place < (asksFor('bad')[1] ?? 0))
    expect(earlier.length).toBeGreaterThan(goods.length - 4)
  })
})

test('works the deliveries of one account in the order in which they came', async () => {
  await ground.connect()
  const ids = Array.from({ length: 40 }, (_, index) => `d-${index}`)
  for (const id of ids) await ingest.push(delivery(id, { labels: [label(id, id, 1)] }))
  for (const id of ids) await finished(id)
  const rows = await ground.store.database.system.query<{ remote_id: string }>(
    `select t.remote_id from event e join tag t on t.id = e.row_id order by e.id`,
  )
  expect(rows.map((row) => row.remote_id)).toEqual(ids)
})

test('does not let an older delivery undo a newer one', async () => {
  await ground.connect()
  await ingest.push(delivery('d-new', { labels: [label('a', 'new name', 2)] }))
  await ingest.push(delivery('d-old', { labels: [label('a', 'old name', 1)] }))
  await finished('d-new')
  await finished('d-old')
  expect(await ground.stored()).toEqual(new Map([['a', 'new name']]))
})

test('keeps what belongs to no integration, and says so', async () => {
  await ingest.push(delivery('d-1', { account: 'nobody', labels: [label('a', 'Alpha', 1)] }))
  expect(await finished('d-1')).toMatchObject({ status: 'UNKNOWN_ACCOUNT', reason: expect.stringContaining('account') })
  expect(await ground.stored()).toEqual(new Map())
})

test('gives up at once what cannot be understood, with the reason', async () => {
  await ground.connect()
  await ingest.push(delivery('d-1', { topic: 'unreadable' }))
  expect(await finished('d-1')).toEqual({
    status: 'DEAD',
    reason: 'fakedesk: expected a topic that can be read',
  })
})

test('tries again while the provider is down, and the delivery is not lost', async () => {
  await ground.connect()
  ground.provider.labels.push(label('b', 'Beta', 1))
  ground.provider.fault = { status: 503 }
  ground.provider.before = () => {
    if (ground.provider.requests.length === 1) ground.provider.fault = null
    return Promise.resolve()
  }
  await ingest.push(delivery('d-1', { reread: ['b'] }))
  expect(await finished('d-1')).toEqual({ status: 'DONE', reason: null })
  expect(ground.provider.requests).toHaveLength(2)
  expect((await ground.stored()).get('b')).toBe('Beta')
})

test('gives up after the last try, and keeps the delivery with the reason', async () => {
  await ground.connect()
  ground.provider.fault = { status: 503 }
  await ingest.push(delivery('d-1', { labels: [label('a', 'Alpha', 1)], reread: ['b'] }))
  expect(await finished('d-1')).toEqual({
    status: 'DEAD',
    reason: 'given up after 3 tries: fakedesk: answered 503',
  })
  expect(ground.provider.requests).toHaveLength(3)
  expect((await ground.stored()).get('a')).toBe('Alpha')
})

test('asks a provider that has enough no earlier than it said', async () => {
  await ground.connect()
  ground.provider.labels.push(label('b', 'Beta', 1))
  ground.provider.fault = { status: 429, retryAfterSeconds: 1 }
  const askedAt: number[] = []
  ground.provider.before = () => {
    askedAt.push(performance.now())
    if (askedAt.length === 2) ground.provider.fault = null
    return Promise.resolve()
  }
  await ingest.push(delivery('d-1', { reread: ['b'] }))
  expect((await finished('d-1'))?.status).toBe('DONE')
  expect(askedAt).toHaveLength(2)
  expect((askedAt[1] ?? 0) - (askedAt[0] ?? 0)).toBeGreaterThanOrEqual(1_000)
})

test('asks a person to reconnect when the credential is refused, and asks the provider no more', async () => {
  const integration = await ground.connect()
  ground.provider.revoked.add('token-1')
  await ingest.push(delivery('d-1', { reread: ['b'] }))
  expect(await finished('d-1')).toEqual({ status: 'DEAD', reason: 'fakedesk: the token was revoked' })
  expect(await ground.store.integrations.get(integration.id)).toMatchObject({
    status: 'NEEDS_RECONNECT',
    statusReason: 'fakedesk: the token was revoked',
  })
  await ingest.push(delivery('d-2', { labels: [label('a', 'Alpha', 1)], reread: ['b'] }))
  expect((await finished('d-2'))?.reason).toContain('must be reconnected')
  expect(await ground.stored()).toEqual(new Map([['a', 'Alpha']]))
  expect(ground.provider.requests).toHaveLength(1)
})

describe('an account that two workspaces have connected', () => {
  const connectFirst = async (): Promise<string> => {
    const first = await ground.connect()
    // Whoever connected first is served first.
    const { id: other } = await ground.store.workspaces.ensure('other')
    await ground.connect('token-2', other)
    ground.provider.labels.push(label('b', 'Beta', 1))
    return first.id
  }
  const held = async (): Promise<readonly unknown[]> =>
    ground.store.database.system.query(
      `select t.remote_id as id, w.name as workspace from tag t join workspace w on w.id = t.workspace_id order by 1, 2`,
    )

  test('is read for one of them while the other has to connect it anew', async () => {
    const first = await connectFirst()
    await ground.store.integrations.setStatus(first, 'NEEDS_RECONNECT', 'refused')
    await ingest.push(delivery('d-1', { labels: [label('a', 'Alpha', 1)], reread: ['b'] }))
    expect((await finished('d-1'))?.reason).toContain('must be reconnected')
    expect(await held()).toEqual([
      { id: 'a', workspace: 'other' },
      { id: 'a', workspace: 'test' },
      { id: 'b', workspace: 'other' },
    ])
  })

  test('is read for one of them when the other is disconnected at that moment', async () => {
    const first = await connectFirst()
    const { database } = ground.store
    await database.transaction(null, async (tx) => {
      await tx.query(`update integration set status = 'DISCONNECTED' where id = $1`, [first])
      await ingest.push(delivery('d-1', { labels: [label('a', 'Alpha', 1)], reread: ['b'] }))
      await vi.waitFor(async () => {
        const waiting = await database.system.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
             and query like '%from integration%for share'`,
        )
        expect(waiting).toHaveLength(1)
      }, SOON)
    })
    expect(await finished('d-1')).toEqual({ status: 'DONE', reason: null })
    expect(await held()).toEqual([
      { id: 'a', workspace: 'other' },
      { id: 'b', workspace: 'other' },
    ])
  })
})

test('asks a person to reconnect when the account took the app away', async () => {
  const integration = await ground.connect()
  await ingest.push(delivery('d-1', { topic: 'app.removed' }))
  expect((await finished('d-1'))?.status).toBe('DONE')
  expect((await ground.store.integrations.get(integration.id)).status).toBe('NEEDS_RECONNECT')
  expect(ground.provider.requests).toEqual([])
})

test('works a delivery because it came in, not at the next look', async () => {
  await ingest[Symbol.asyncDispose]()
  ingest = await startIngest(ground.store, { sweepMs: HOUR_MS, deliveryPollMs: HOUR_MS })
  await ground.connect()
  for (let index = 0; index < 20; index++) {
    await ingest.push(delivery(`d-${index}`, { labels: [label(index, 'x', 1)] }))
    expect((await finished(`d-${index}`))?.status).toBe('DONE')
  }
})
