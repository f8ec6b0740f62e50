import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { toNodeId } from '../../../store/id.ts'
import { SOON } from '../../setup/soon.ts'
import { makeGate } from '../gate.ts'
import { type Desk, openDesk } from './desk.ts'
import { payloadOf, type Receiver, startReceiver, status } from './receiver.ts'

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

/** A little more than the pauses before the tries of a message. */
const PAUSES_HOURS = [0.01, 0.1, 0.6, 2.3, 5.6, 11.1, 15.5, 22.1, 26.5]

test('disables an endpoint that took nothing in ten tries, says why, and goes on where it stopped', async () => {
  const { endpoint } = await desk.endpoint({ url: receiver.url })
  receiver.answer = status(503)
  desk.start()
  await desk.happen()
  for (let tries = 1; tries <= 10; tries++) {
    await vi.waitFor(async () => expect(await desk.attempts(endpoint)).toHaveLength(tries), SOON)
    desk.clock.move((PAUSES_HOURS[tries - 1] ?? 0) * HOUR_MS)
  }
  await vi.waitFor(async () => expect((await desk.standing(endpoint))?.state).toBe('DISABLED'), SOON)
  const { reason } = (await desk.standing(endpoint)) ?? {}
  expect(reason).toContain('10 tries')
  const activity = await desk.store.activity.page(desk.workspaceId, { first: 1 })
  const webhookEndpointId = toNodeId('webhookEndpoint', endpoint.id)
  expect(activity.rows).toMatchObject([{ action: 'webhookEndpoint.disabled', detail: { webhookEndpointId, reason } }])
  expect(await desk.count(endpoint, 'FAILED')).toBe(1)

  const missed = await desk.happen(2)
  receiver.answer = status(204)
  receiver.taken.length = 0
  await desk.store.endpoints.update(desk.workspaceId, endpoint.id, { state: 'ACTIVE' })
  await took(2)
  expect(rowsTold()).toEqual(companies(missed))
  expect(await desk.standing(endpoint)).toMatchObject({ state: 'ACTIVE', reason: null })
})

test('what waits is sent at once when a person lets an endpoint go on', async () => {
  const { endpoint } = await desk.endpoint({ url: receiver.url })
  receiver.answer = status(503)
  desk.start()
  await desk.happen()
  await vi.waitFor(async () => expect(await desk.attempts(endpoint)).toHaveLength(1), SOON)
  await desk.store.endpoints.update(desk.workspaceId, endpoint.id, { state: 'DISABLED' })
  receiver.answer = status(204)
  await desk.store.endpoints.update(desk.workspaceId, endpoint.id, { state: 'ACTIVE' })
  await vi.waitFor(async () => expect(await desk.count(endpoint, 'DELIVERED')).toBe(1), SOON)
})

test('does not disable an endpoint for one message that it never takes', async () => {
  const { endpoint } = await desk.endpoint({ url: receiver.url })
  const [poisoned] = await desk.happen()
  receiver.answer = (taken, response) => {
    const isPoison = payloadOf(taken).data['id'] === toNodeId('company', poisoned ?? '')
    response.writeHead(isPoison ? 500 : 204).end()
  }
  desk.start()
  const refused = (tries: number): Promise<void> =>
    vi.waitFor(async () => {
      const failed = (await desk.attempts(endpoint)).filter(({ outcome }) => outcome === 'REFUSED')
      expect(failed).toHaveLength(tries)
    }, SOON)
  await refused(1)
  desk.clock.move(HOUR_MS)
  await desk.happen()
  await vi.waitFor(async () => expect(await desk.count(endpoint, 'DELIVERED')).toBe(1), SOON)
  for (let tries = 2; tries <= 10; tries++) {
    await refused(tries)
    desk.clock.move(27 * HOUR_MS)
  }
  await vi.waitFor(async () => expect(await desk.count(endpoint, 'FAILED')).toBe(1), SOON)
  expect((await desk.standing(endpoint))?.state).toBe('ACTIVE')
})

test('disables an endpoint that took nothing for as long as all tries take, though so much waits that none was tried ten times', async () => {
  const { endpoint } = await desk.endpoint({ url: receiver.url })
  receiver.answer = status(503)
  desk.start()
  await desk.happen()
  await vi.waitFor(async () => expect(await desk.attempts(endpoint)).toHaveLength(1), SOON)
  desk.clock.move(80 * HOUR_MS)
  await vi.waitFor(async () => expect(await desk.attempts(endpoint)).toHaveLength(2), SOON)
  expect((await desk.standing(endpoint))?.state).toBe('ACTIVE')
  desk.clock.move(4 * HOUR_MS)
  await vi.waitFor(async () => expect((await desk.standing(endpoint))?.state).toBe('DISABLED'), SOON)
  expect(await desk.count(endpoint, 'PENDING')).toBe(1)
})

test('410 of an address that was changed meanwhile disables nothing, and its message goes to the new one', async () => {
  const elsewhere = `${receiver.url}/elsewhere`
  const { endpoint } = await desk.endpoint({ url: `${receiver.url}/before` })
  const [asked, go] = [makeGate(), makeGate()]
  receiver.answer = ({ path }, response) => {
    if (path === '/elsewhere') return void response.writeHead(204).end()
    asked.open()
    void go.opened.then(() => response.writeHead(410).end())
  }
  desk.start()
  await desk.happen()
  await asked.opened
  await desk.store.endpoints.update(desk.workspaceId, endpoint.id, { url: elsewhere })
  go.open()
  await vi.waitFor(async () => expect(await desk.attempts(endpoint)).toMatchObject([{ outcome: 'GONE' }]), SOON)
  desk.clock.move(6_000)
  await vi.waitFor(async () => expect(await desk.count(endpoint, 'DELIVERED')).toBe(1), SOON)
  expect((await desk.standing(endpoint))?.state).toBe('ACTIVE')
})

test('410 disables at once, and what was not taken is sent when the endpoint is there again', async () => {
  const { endpoint } = await desk.endpoint({ url: receiver.url })
  receiver.answer = status(410)
  desk.start()
  await desk.happen()
  await vi.waitFor(async () => expect((await desk.standing(endpoint))?.state).toBe('DISABLED'), SOON)
  expect((await desk.standing(endpoint))?.reason).toContain('410')
  expect(await desk.attempts(endpoint)).toMatchObject([{ outcome: 'GONE', status: 410 }])
  receiver.answer = status(204)
  await desk.store.endpoints.update(desk.workspaceId, endpoint.id, { state: 'ACTIVE' })
  await vi.waitFor(async () => expect(await desk.count(endpoint, 'DELIVERED')).toBe(1), SOON)
})
