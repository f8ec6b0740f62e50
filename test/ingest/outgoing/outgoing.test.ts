import { setTimeout as after } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openEgress } from '../../../kit/egress.ts'
import { toNodeId } from '../../../store/id.ts'
import { SOON } from '../../setup/soon.ts'
import { upsert } from '../../store/records.ts'
import { makeGate } from '../gate.ts'
import { type Desk, openDesk } from './desk.ts'
import { payloadOf, type Receiver, startReceiver, status, verify } from './receiver.ts'

const HOUR_MS = 3_600_000

let desk: Desk
let receiver: Receiver

beforeEach(async () => {
  desk = await openDesk()
  receiver = await startReceiver()
})
afterEach(async () => {
  await desk?.[Symbol.asyncDispose]()
  await receiver?.[Symbol.asyncDispose]()
})

const rowsTold = (): string[] => receiver.taken.map((each) => String(payloadOf(each).data['id'])).toSorted()
const companies = (ids: readonly string[]): string[] => ids.map((id) => toNodeId('company', id)).toSorted()
const took = (count: number): Promise<void> => vi.waitFor(() => expect(receiver.taken).toHaveLength(count), SOON)

test('tells of what happens, thin, and proven by the rules', async () => {
  const { secret, endpoint } = await desk.endpoint({ url: `${receiver.url}/hook?of=us` })
  desk.start()
  const ids = await desk.happen(3)
  await took(3)
  expect(rowsTold()).toEqual(companies(ids))
  for (const each of receiver.taken) {
    const payload = verify(each, secret, desk.clock.now())
    expect(each.path).toBe('/hook?of=us')
    expect(each.headers['content-type']).toBe('application/json')
    const place = Buffer.from(String(payload.data['cursor']), 'base64url').subarray(0, 16)
    expect(each.id).toBe(`evt_${place.toString('base64url')}`)
    expect(Object.keys(payload)).toEqual(['type', 'timestamp', 'data'])
    expect(payload).toMatchObject({ type: 'company.created', data: { provider: 'INTERCOM', backfill: false } })
    expect(new Date(payload.timestamp).toISOString()).toBe(payload.timestamp)
    expect(() => verify({ ...each, body: each.body.replace('company', 'c0mpany') }, secret, desk.clock.now())).toThrow(
      'no signature is right',
    )
  }
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  await vi.waitFor(async () => expect(await desk.count(endpoint, 'DELIVERED')).toBe(3), SOON)
  expect(await desk.attempts(endpoint)).toMatchObject(
    [1, 2, 3].map(() => ({ outcome: 'DELIVERED', status: 204, try: 1 })),
  )
})

test('tells each endpoint of what it wants, and of history only when it is asked to', async () => {
  const all = await desk.endpoint({ url: `${receiver.url}/all`, eventTypes: [], includeBackfill: true })
  await desk.endpoint({ url: `${receiver.url}/news`, eventTypes: [] })
  await desk.endpoint({ url: `${receiver.url}/tags`, eventTypes: ['tag.created'] })
  desk.start()
  await desk.say([upsert('tag', 'old')], 'backfill')
  await desk.say([upsert('tag', 'new'), upsert('team', 'new')])
  await took(6)
  const told = Map.groupBy(receiver.taken, ({ path }) => path)
  expect(told.get('/all')).toHaveLength(3)
  expect(
    told
      .get('/news')
      ?.map((each) => payloadOf(each).type)
      .toSorted(),
  ).toEqual(['tag.created', 'team.created'])
  expect(told.get('/tags')?.map((each) => payloadOf(each).data['backfill'])).toEqual([false])
  await vi.waitFor(async () => expect(await desk.count(all.endpoint, 'DELIVERED')).toBe(3), SOON)
})

test('tries again, with the same id and body and a new timestamp, until it is taken', async () => {
  const { endpoint, secret } = await desk.endpoint({ url: receiver.url })
  receiver.answer = status(500)
  desk.start()
  await desk.happen()
  await took(1)
  await vi.waitFor(async () => expect(await desk.attempts(endpoint)).toHaveLength(1), SOON)
  receiver.answer = status(204)
  desk.clock.move(6_000)
  await took(2)
  const [first, second] = receiver.taken
  expect(second).toMatchObject({ id: first?.id, body: first?.body })
  if (second) verify(second, secret, desk.clock.now())
  expect(second?.headers['webhook-timestamp']).not.toBe(first?.headers['webhook-timestamp'])
  await vi.waitFor(
    async () =>
      expect(await desk.attempts(endpoint)).toMatchObject([
        { outcome: 'DELIVERED', try: 2, status: 204 },
        { outcome: 'REFUSED', try: 1, status: 500 },
      ]),
    SOON,
  )
})

test('waits as long as the endpoint asks it to', async () => {
  const { endpoint } = await desk.endpoint({ url: receiver.url })
  receiver.answer = status(429, { 'retry-after': '3600' })
  desk.start()
  await desk.happen()
  await vi.waitFor(async () => expect(await desk.attempts(endpoint)).toHaveLength(1), SOON)
  const [waiting] = await desk.store.database.system.query<{ due: Date }>('select due_at as due from endpoint_message')
  expect(waiting?.due).toEqual(new Date(desk.clock.now().getTime() + HOUR_MS))
})

test('while the receiver is down events of one thing wait for one another, and come in order when it is back', async () => {
  const { endpoint } = await desk.endpoint({ url: receiver.url, eventTypes: [] })
  const port = Number(new URL(receiver.url).port)
  await receiver[Symbol.asyncDispose]()
  desk.start()
  for (const name of ['one', 'two', 'three']) await desk.say([upsert('company', 'same', { name })])
  await vi.waitFor(async () => expect(await desk.attempts(endpoint)).toMatchObject([{ outcome: 'UNREACHABLE' }]), SOON)
  await vi.waitFor(async () => expect(await desk.count(endpoint, 'PENDING')).toBe(3), SOON)
  expect(await desk.attempts(endpoint)).toHaveLength(1)
  receiver = await startReceiver(port)
  desk.clock.move(6_000)
  await took(3)
  expect(receiver.taken.map((each) => payloadOf(each).type)).toEqual([
    'company.created',
    'company.updated',
    'company.updated',
  ])
  const cursors = receiver.taken.map(({ id }) => Buffer.from(id.slice('evt_'.length), 'base64url').toString('hex'))
  expect(cursors).toEqual(cursors.toSorted())
})

test('lets later events of the same thing past one that failed three times', async () => {
  await desk.endpoint({ url: receiver.url, eventTypes: [] })
  const [poison, next] = [makeGate(), makeGate()]
  receiver.answer = (taken, response) => {
    const isPoison = payloadOf(taken).type === 'company.created'
    if (isPoison) poison.open()
    else next.open()
    response.writeHead(isPoison ? 500 : 204).end()
  }
  desk.start()
  await desk.say([upsert('company', 'same', { name: 'one' })])
  await desk.say([upsert('company', 'same', { name: 'two' })])
  await poison.opened
  for (const tries of [1, 2]) {
    await took(tries)
    await vi.waitFor(async () => {
      const held = await desk.store.database.system.query('select 1 from endpoint_message where tries = $1', [tries])
      expect(held).toHaveLength(1)
    }, SOON)
    desk.clock.move(0.2 * HOUR_MS)
  }
  await next.opened
  expect(receiver.taken.map((each) => payloadOf(each).type)).toEqual([
    'company.created',
    'company.created',
    'company.created',
    'company.updated',
  ])
})

test('an endpoint that never answers runs into the deadline, and holds up no other', async () => {
  const slow = await desk.endpoint({ url: `${receiver.url}/slow` })
  const quick = await desk.endpoint({ url: `${receiver.url}/quick` })
  receiver.answer = ({ path }, response) => {
    if (path === '/quick') response.writeHead(204).end()
  }
  desk.start({ deadlineMs: 1_000 })
  await desk.happen(40)
  await vi.waitFor(async () => expect(await desk.count(quick.endpoint, 'DELIVERED')).toBe(40), SOON)
  const held = receiver.taken.filter(({ path }) => path === '/slow')
  expect(held.length).toBeLessThan(40)
  await vi.waitFor(async () => expect((await desk.attempts(slow.endpoint))[0]?.outcome).toBe('TIMEOUT'), SOON)
})

test('does not wait for the end of an answer, nor for one that never ends', async () => {
  const { endpoint } = await desk.endpoint({ url: receiver.url })
  receiver.answer = (_taken, response) => {
    response.writeHead(200)
    const pour = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
    }
    response.on('drain', pour)
    pour()
  }
  desk.start()
  await desk.happen()
  await vi.waitFor(async () => expect(await desk.count(endpoint, 'DELIVERED')).toBe(1), SOON)
})

test('follows no redirect', async () => {
  const { endpoint } = await desk.endpoint({ url: `${receiver.url}/old` })
  receiver.answer = status(307, { location: `${receiver.url}/new` })
  desk.start()
  await desk.happen()
  await vi.waitFor(
    async () => expect(await desk.attempts(endpoint)).toMatchObject([{ outcome: 'REDIRECTED', status: 307 }]),
    SOON,
  )
  expect(receiver.taken.map(({ path }) => path)).toEqual(['/old'])
})

test.each([
  'http://127.0.0.1',
  'http://localhost',
  'https://localhost',
  'http://[::ffff:127.0.0.1]',
  'http://2130706433',
])('connects to no private address: %s', async (origin) => {
  const { endpoint } = await desk.endpoint({ url: `${origin}:${new URL(receiver.url).port}` })
  await using egress = openEgress([])
  desk.start({ dispatcher: egress.dispatcher })
  await desk.happen()
  await vi.waitFor(
    async () => expect(await desk.attempts(endpoint)).toMatchObject([{ outcome: 'ADDRESS_REFUSED' }]),
    SOON,
  )
  expect(receiver.taken).toEqual([])
})

test('while a secret is rotated both prove every message, and after a day the new one alone', async () => {
  const { endpoint, secret: before } = await desk.endpoint({ url: receiver.url })
  desk.start()
  await desk.happen(5)
  const rotated = desk.store.endpoints.rotateSecret(desk.workspaceId, endpoint.id)
  await desk.happen(5)
  const secret = (await rotated) ?? ''
  await desk.happen(5)
  await took(15)
  for (const each of receiver.taken) verify(each, before, desk.clock.now())
  for (const each of receiver.taken.slice(-5)) verify(each, secret, desk.clock.now())
  // What is still in hand when the clock moves would be taken for a dead process's, and sent once more.
  await vi.waitFor(async () => expect(await desk.count(endpoint, 'DELIVERED')).toBe(15), SOON)
  desk.clock.move(25 * HOUR_MS)
  await desk.happen()
  await took(16)
  const [last] = receiver.taken.slice(-1)
  if (last === undefined) throw new Error('nothing came')
  expect(() => verify(last, before, desk.clock.now())).toThrow('no signature is right')
  verify(last, secret, desk.clock.now())
})

test('replays a stretch of time with the ids that its events had', async () => {
  const { endpoint } = await desk.endpoint({ url: receiver.url })
  desk.start()
  await desk.happen(2)
  await took(2)
  // The database has its own time, by which events are.
  await after(5)
  const [{ from } = { from: new Date() }] = await desk.store.database.system.query<{ from: Date }>(
    'select clock_timestamp() as from',
  )
  await desk.happen(3)
  await took(5)
  await vi.waitFor(async () => expect(await desk.count(endpoint, 'DELIVERED')).toBe(5), SOON)
  const to = new Date(from.getTime() + HOUR_MS)
  expect(await desk.store.endpoints.replay(endpoint, { from, to })).toEqual({ state: 'QUEUED', count: 3 })
  await took(8)
  const ids = receiver.taken.map(({ id }) => id)
  expect(ids.slice(5).toSorted()).toEqual(ids.slice(2, 5).toSorted())

  await desk.store.events.prune({ olderThan: new Date(Date.now() + HOUR_MS), most: 1_000_000 })
  await desk.happen()
  expect(await desk.store.endpoints.replay(endpoint, { from, to })).toMatchObject({ state: 'NOT_HELD' })
})

test('two senders share the work, and no event is sent by both', async () => {
  await desk.endpoint({ url: receiver.url })
  desk.start()
  desk.start()
  const ids = await desk.happen(100)
  await vi.waitFor(async () => {
    const rows = await desk.store.database.system.query(`select 1 from endpoint_message where state = 'DELIVERED'`)
    expect(rows).toHaveLength(100)
  }, SOON)
  expect(rowsTold()).toEqual(companies(ids))
})

test('goes on after events that are not held any more, and says so in the activity', async () => {
  const { endpoint } = await desk.endpoint({ url: receiver.url })
  await desk.happen(2)
  await vi.waitFor(
    async () =>
      expect(await desk.store.events.prune({ olderThan: new Date(Date.now() + HOUR_MS), most: 1_000_000 })).toBe(2),
    SOON,
  )
  desk.start()
  const [id] = await desk.happen()
  await took(1)
  expect(rowsTold()).toEqual(companies([id ?? '']))
  const { rows } = await desk.store.activity.page(desk.workspaceId, { first: 1 })
  expect(rows).toMatchObject([
    { action: 'webhookEndpoint.gap', detail: { webhookEndpointId: toNodeId('webhookEndpoint', endpoint.id) } },
  ])
})
