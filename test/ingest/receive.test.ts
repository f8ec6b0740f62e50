import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { openSender } from '../../ingest/jobs.ts'
import { receiveRoute } from '../../ingest/receive.ts'
import { systemClock } from '../../kit/clock.ts'
import { SOON } from '../setup/soon.ts'
import { fakeConnector } from './fake-connector.ts'
import { openGround, startIngest } from './bench.ts'
import { openTestStore } from './fake-accounts.ts'
import type { Ground, RunningIngest } from './bench.ts'
import { SECRET, label, sign } from './fake-provider.ts'
import { openProxy } from './proxy.ts'

let ground: Ground
let ingest: RunningIngest

beforeAll(async () => {
  ground = await openGround()
  await ground.connect()
  ingest = await startIngest(ground.store)
})

afterAll(async () => {
  await ingest?.[Symbol.asyncDispose]()
  await ground?.[Symbol.asyncDispose]()
})

beforeEach(async () => {
  await ground.store.database.system.query('delete from delivery')
})

const kept = async (): Promise<number> => {
  const sql = 'select count(*)::int as count from delivery'
  return (await ground.store.database.system.query<{ count: number }>(sql))[0]?.count ?? Number.NaN
}

async function post(body: string | Buffer | ReadableStream, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${ingest.url}/webhooks/fakedesk`, { method: 'POST', body, headers, duplex: 'half' })
}

const BODY = JSON.stringify({ id: 'd-1', account: 'account-1', topic: 'label.changed', labels: [] })

test('refuses a delivery without a signature, and keeps nothing of it', async () => {
  const response = await post(BODY)
  expect(response.status).toBe(401)
  expect(await response.text()).toContain('X-Fake-Signature')
  expect(await kept()).toBe(0)
})

test('refuses a delivery signed with another secret, and keeps nothing of it', async () => {
  const response = await post(BODY, { 'x-fake-signature': sign(BODY, 'another secret') })
  expect(response.status).toBe(401)
  expect(await kept()).toBe(0)
})

test('refuses a delivery of which one byte was changed on the way', async () => {
  const flipped = Buffer.from(BODY)
  flipped[10] = (flipped[10] ?? 0) ^ 1
  const response = await post(flipped, { 'x-fake-signature': sign(BODY) })
  expect(response.status).toBe(401)
  expect(await kept()).toBe(0)
})

test('checks the signature before it reads the body, and says that a signed body is not JSON', async () => {
  expect((await post('{nonsense')).status).toBe(401)
  expect((await post('{nonsense', { 'x-fake-signature': sign('{nonsense') })).status).toBe(400)
  expect((await post('[]', { 'x-fake-signature': sign('[]') })).status).toBe(400)
  expect(await kept()).toBe(0)
})

test('refuses a body that is too large, announced or not', async () => {
  const large = Buffer.alloc(8 * 1024 * 1024 + 1, 'a')
  expect((await post(large, { 'x-fake-signature': sign(large) })).status).toBe(413)
  const unannounced = new Blob([large]).stream()
  expect((await post(unannounced, { 'x-fake-signature': sign(large) })).status).toBe(413)
  expect(await kept()).toBe(0)
})

test('knows only the providers that push', async () => {
  const url = `${ingest.url}/webhooks/nobody`
  const headers = { 'x-fake-signature': sign(BODY) }
  expect((await fetch(url, { method: 'POST', body: BODY, headers })).status).toBe(404)
  expect((await fetch(url)).status).toBe(404)
})

test('answers when a provider only tries the URL', async () => {
  const url = `${ingest.url}/webhooks/fakedesk`
  expect((await fetch(url)).status).toBe(200)
  expect((await fetch(url, { method: 'HEAD' })).status).toBe(200)
  const refused = await fetch(url, { method: 'PUT', body: BODY })
  expect(refused.status).toBe(405)
  expect(refused.headers.get('allow')).toBe('GET, HEAD, POST')
})

test('answers a probe and keeps nothing of it', async () => {
  expect(await ingest.push({ id: 'd-ping', account: 'account-1', topic: 'ping' })).toBe(200)
  expect(await kept()).toBe(0)
})

test('keeps a delivery with its bytes and without its cookies', async () => {
  const headers = { 'x-fake-signature': sign(BODY), cookie: 'session=1', authorization: 'Bearer 1' }
  expect((await post(BODY, headers)).status).toBe(200)
  const rows = await ground.store.database.system.query<{ headers: object; body: Buffer; topic: string }>(
    'select headers, body, topic from delivery',
  )
  expect(rows).toHaveLength(1)
  expect(rows[0]?.body.toString()).toBe(BODY)
  expect(rows[0]?.topic).toBe('label.changed')
  expect(Object.keys(rows[0]?.headers ?? {}).toSorted()).toEqual(['content-type', 'user-agent', 'x-fake-signature'])
})

test('lets twenty copies at once have one effect', async () => {
  const before = await ground.events()
  const delivery = { id: 'd-20', account: 'account-1', topic: 'label.changed', labels: [label('twenty', 'Twenty', 1)] }
  const statuses = await Promise.all(Array.from({ length: 20 }, () => ingest.push(delivery)))
  expect(new Set(statuses)).toEqual(new Set([200]))
  expect(await kept()).toBe(1)
  const jobs = await ground.store.database.system.query<{ count: number }>(
    `select count(*)::int as count from pgboss.job j join delivery d on j.data->>'deliveryId' = d.id::text`,
  )
  expect(jobs[0]?.count).toBe(1)
  await vi.waitFor(async () => expect((await ground.stored()).get('twenty')).toBe('Twenty'), SOON)
  expect(await ground.events()).toBe(before + 1)
})

test('knows a delivery without an id by its bytes', async () => {
  const delivery = { id: null, account: 'account-1', topic: 'label.changed' }
  expect(await ingest.push(delivery)).toBe(200)
  expect(await ingest.push(delivery)).toBe(200)
  expect(await kept()).toBe(1)
  expect(await ingest.push({ ...delivery, topic: 'label.changed.again' })).toBe(200)
  expect(await kept()).toBe(2)
})

test('asks to send again while the database is away, and takes deliveries as soon as it is back', async () => {
  await using proxy = await openProxy(ground.url)
  await using store = await openTestStore(proxy.url)
  await using behind = await startIngest(store)
  const delivery = { id: 'd-503', account: 'account-1', topic: 'label.changed', labels: [label('back', 'Back', 1)] }
  expect(await behind.role.notReady()).toEqual([])
  proxy.cut()
  expect(await behind.push(delivery)).toBe(503)
  expect(await behind.role.notReady()).toEqual(['ingest: the database does not answer'])
  expect(await kept()).toBe(0)
  proxy.mend()
  expect(await behind.push(delivery)).toBe(200)
  await vi.waitFor(async () => expect((await ground.stored()).get('back')).toBe('Back'), SOON)
})

test('keeps a delivery and its job in one transaction', async () => {
  // Nobody works here, so the job stands as it was written.
  const jobs = await openSender({ databaseUrl: ground.url, log: () => undefined })
  const { store } = ground
  const rest = { connectors: [fakeConnector], secrets: () => [SECRET], clock: systemClock, log: () => undefined }
  const route = receiveRoute({ store, jobs, stored: () => undefined, ...rest })
  await ingest.role.close()
  const server = createServer((request, response) => {
    void route.handle(request, response, new URL(request.url ?? '/', 'http://ingest'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/webhooks/fakedesk`
  const response = await fetch(url, { method: 'POST', body: BODY, headers: { 'x-fake-signature': sign(BODY) } })
  expect(response.status).toBe(200)
  const rows = await store.database.system.query(
    `select d.xmin = j.xmin as together from delivery d join pgboss.job j on j.data->>'deliveryId' = d.id::text`,
  )
  expect(rows).toEqual([{ together: true }])
  await new Promise((resolve) => server.close(resolve))
  await jobs.close()
})
