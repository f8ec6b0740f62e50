import { createHmac } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { signed } from '../../../twins/zendesk/webhooks/sender.ts'
import type { ZendeskTwin } from '../../../twins/zendesk/index.ts'
import { at, list, number, receive, text } from '../probe.ts'
import type { Json, Received } from '../probe.ts'
import { call, startDesk } from './desk.ts'

/** Signatures worked out by others. */
const samplesPath = fileURLToPath(new URL('../../../../shared/contracts/webhook-samples.json', import.meta.url))

let twin: ZendeskTwin
beforeEach(async () => {
  twin = await startDesk({ contractPath: undefined })
})
afterEach(() => twin.close())

const event = (name: string): string => `zen:event-type:ticket.${name}`

async function subscribe(endpoint: string, subscriptions: string[], more: Record<string, Json> = {}): Promise<string> {
  const webhook = {
    name: 'Tell',
    endpoint,
    http_method: 'POST',
    request_format: 'json',
    status: 'active',
    subscriptions,
    ...more,
  }
  const made = await call(twin, 'POST', '/webhooks', { body: { webhook } })
  expect([made.status, made.text.includes('secret')]).toEqual([201, false])
  return text(made.json, 'webhook', 'id')
}

const secretOf = async (id: string): Promise<string> =>
  text((await call(twin, 'GET', `/webhooks/${id}/signing_secret`)).json, 'signing_secret', 'secret')

const open = async (body = 'Where is it?'): Promise<number> =>
  number(JSON.parse(JSON.stringify(await twin.control('POST', '/customers/open', { body }))), 'ticketId')

function signatureOf({ headers, body }: Received, secret: string): string {
  return createHmac('sha256', secret)
    .update(`${headers['x-zendesk-webhook-signature-timestamp']}${body}`)
    .digest('base64')
}

it.skipIf(!existsSync(samplesPath))('signs as the published vectors say', () => {
  const samples: Json = JSON.parse(readFileSync(samplesPath, 'utf8'))
  const vectors = list(samples, 'providers', 'zendesk', 'vectors')
  expect(vectors.length).toBeGreaterThan(0)
  for (const vector of vectors) {
    const made = signed(text(vector, 'secret'), text(vector, 'timestamp'), text(vector, 'body'))
    expect(made).toEqual(at(vector, 'headers'))
  }
})

it('tells of each thing that one update did, in one sequence, signed by the secret', async () => {
  await using hooks = await receive()
  const authentication = { type: 'bearer_token', data: { token: 't0' }, add_position: 'header' }
  const names = ['comment_added', 'status_changed', 'priority_changed', 'agent_assignment_changed', 'tags_changed']
  const id = await subscribe(hooks.url, names.map(event), { authentication })
  const ticketId = await open()
  await twin.settleWebhooks()
  hooks.received.length = 0
  const ticket = { status: 'pending', priority: 'high', tags: ['vip'], comment: { body: 'We look' } }
  await call(twin, 'PUT', `/tickets/${ticketId}`, {
    body: { ticket: { ...ticket, assignee_email: 'ingrid@lantern.example' } },
  })
  await twin.settleWebhooks()
  const types = hooks.received.map(({ json }) => text(json, 'type'))
  expect(types.toSorted()).toEqual(names.map(event).toSorted())
  const secret = await secretOf(id)
  for (const delivery of hooks.received) {
    expect(delivery.headers['x-zendesk-webhook-signature']).toBe(signatureOf(delivery, secret))
    expect(delivery.headers['x-zendesk-webhook-id']).toBe(id)
    expect(delivery.headers['authorization']).toBe('Bearer t0')
  }
  const status = hooks.received.find(({ json }) => text(json, 'type') === event('status_changed'))?.json
  expect(status).toMatchObject({
    subject: `zen:ticket:${ticketId}`,
    zendesk_event_version: '2022-11-06',
    detail: { id: String(ticketId), status: 'PENDING', priority: 'HIGH' },
    event: { current: 'PENDING', previous: 'NEW' },
  })
  const sequences = new Set(hooks.received.map(({ json }) => text(json, 'event', 'meta', 'sequence', 'id')))
  const invocations = new Set(hooks.received.map(({ headers }) => headers['x-zendesk-webhook-invocation-id']))
  expect([sequences.size, invocations.size]).toEqual([1, names.length])
})

it('signs by another secret after it was reset', async () => {
  await using hooks = await receive()
  const id = await subscribe(hooks.url, [event('created')])
  const before = await secretOf(id)
  const reset = await call(twin, 'POST', `/webhooks/${id}/signing_secret`)
  expect([reset.status, text(reset.json, 'signing_secret', 'secret') === before]).toEqual([201, false])
  await open()
  await twin.settleWebhooks()
  const [delivery] = hooks.received
  expect(delivery && signatureOf(delivery, await secretOf(id))).toBe(delivery?.headers['x-zendesk-webhook-signature'])
})

it('calls what triggers name, with the body they wrote', async () => {
  await using hooks = await receive()
  const id = await subscribe(hooks.url, ['conditional_ticket_events'])
  const template =
    '{"ticket_id":"{{ticket.id}}","status":"{{ticket.status}}","latest_comment":"{{ticket.latest_comment}}"}'
  const trigger = {
    title: 'Tell of urgent ones',
    conditions: { all: [{ field: 'priority', operator: 'is', value: 'urgent' }], any: [] },
    actions: [{ field: 'notification_webhook', value: [id, template] }],
  }
  expect((await call(twin, 'POST', '/triggers', { body: { trigger } })).status).toBe(201)
  const ticketId = await open('He said "no"')
  await twin.settleWebhooks()
  expect(hooks.received).toEqual([])
  await call(twin, 'PUT', `/tickets/${ticketId}`, { body: { ticket: { priority: 'urgent' } } })
  await twin.settleWebhooks()
  expect(hooks.received.map(({ json }) => json)).toEqual([
    { ticket_id: String(ticketId), status: 'New', latest_comment: 'He said "no"' },
  ])
  expect((await call(twin, 'DELETE', `/webhooks/${id}`)).status).toBe(400)
})

it('takes events or triggers, never both, and never one for the other', async () => {
  const webhook = {
    name: 'x',
    endpoint: 'http://127.0.0.1:9/',
    http_method: 'POST',
    request_format: 'json',
    status: 'active',
  }
  const both = { ...webhook, subscriptions: ['conditional_ticket_events', event('created')] }
  expect((await call(twin, 'POST', '/webhooks', { body: { webhook: both } })).status).toBe(400)
  const id = await subscribe('http://127.0.0.1:9/', [event('created')])
  const changed = { webhook: { subscriptions: ['conditional_ticket_events'] } }
  expect((await call(twin, 'PATCH', `/webhooks/${id}`, { body: changed })).status).toBe(400)
  expect(
    (await call(twin, 'POST', '/webhooks', { body: { webhook: { ...webhook, endpoint: 'nowhere' } } })).status,
  ).toBe(400)
})

it.each([
  [409, undefined, 4],
  [429, '2', 4],
  [503, '59', 4],
  [503, '60', 1],
  [429, undefined, 1],
  [500, undefined, 1],
  [400, undefined, 1],
])('after a %i with Retry-After %s it has called %i times', async (status, retryAfter, calls) => {
  let count = 0
  const server = createServer((request, response) => {
    count += 1
    request.resume()
    response.writeHead(status, retryAfter === undefined ? {} : { 'Retry-After': retryAfter }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const id = await subscribe(`http://127.0.0.1:${port}/`, [event('created')])
  await open()
  await twin.settleWebhooks()
  await new Promise((resolve) => server.close(resolve))
  expect(count).toBe(calls)
  const invocations = (await call(twin, 'GET', `/webhooks/${id}/invocations`)).json
  expect(list(invocations, 'invocations')).toMatchObject([
    { attempts_count: calls, status: status < 500 ? 'client error' : 'server error' },
  ])
})

it('breaks the circuit when most calls fail: what happens then is lost', async () => {
  await using hooks = await receive(() => 500)
  const id = await subscribe(hooks.url, [event('created')])
  for (let count = 0; count < 100; count += 1) await open()
  await twin.settleWebhooks()
  expect(hooks.received).toHaveLength(100)
  await open()
  await twin.settleWebhooks()
  expect(hooks.received).toHaveLength(100)
  const lost = await call(twin, 'GET', `/webhooks/${id}/invocations?filter[status]=circuit broken`)
  expect(list(lost.json, 'invocations')).toHaveLength(1)
  twin.moveClock(6_000)
  await open()
  await twin.settleWebhooks()
  expect(hooks.received).toHaveLength(101)
})

it('tells of deletion, return and merging', async () => {
  await using hooks = await receive()
  await subscribe(hooks.url, ['soft_deleted', 'undeleted', 'merged', 'permanently_deleted'].map(event))
  const [one, other] = [await open(), await open()]
  await call(twin, 'DELETE', `/tickets/${one}`)
  await call(twin, 'PUT', `/deleted_tickets/${one}/restore`)
  await call(twin, 'POST', `/tickets/${one}/merge`, { body: { ids: [other] } })
  twin.moveClock(5_000)
  await twin.settleWebhooks()
  const told = hooks.received.map(({ json }) => `${text(json, 'type').split('.')[1]} ${text(json, 'detail', 'id')}`)
  expect(told.toSorted()).toEqual([`merged ${other}`, `soft_deleted ${one}`, `undeleted ${one}`])
})

it('calls a webhook that is not saved once, signed with the secret for tests', async () => {
  await using hooks = await receive(() => 202)
  const custom_headers = { 'X-Ours': 'yes' }
  const tested = await call(twin, 'POST', '/webhooks/test', {
    body: { webhook: { endpoint: hooks.url, custom_headers } },
  })
  expect(at(tested.json, 'test')).toMatchObject({ status: 'success', response_code: 202 })
  const [delivery] = hooks.received
  if (!delivery) throw new Error('nothing was delivered')
  expect(delivery.headers['x-ours']).toBe('yes')
  const signature = signatureOf(delivery, 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==')
  expect(delivery.headers['x-zendesk-webhook-signature']).toBe(signature)
  expect(list((await call(twin, 'GET', '/webhooks')).json, 'webhooks')).toEqual([])
})

it('tests a saved webhook as it is saved, and tells when it is refused or not there', async () => {
  await using hooks = await receive(() => 401)
  const id = await subscribe(hooks.url, [event('created')])
  const body = { webhook: { endpoint: hooks.url } }
  const refused = await call(twin, 'POST', `/webhooks/test?webhook_id=${id}`, { body })
  expect(at(refused.json, 'test')).toMatchObject({ status: 'failed', response_code: 401 })
  const [delivery] = hooks.received
  if (!delivery) throw new Error('nothing was delivered')
  expect(delivery.headers['x-zendesk-webhook-signature']).toBe(signatureOf(delivery, await secretOf(id)))
  const nobody = await call(twin, 'POST', '/webhooks/test', { body: { webhook: { endpoint: 'http://127.0.0.1:9/' } } })
  expect([nobody.status, at(nobody.json, 'test', 'status')]).toEqual([200, 'failed'])
  expect((await call(twin, 'POST', '/webhooks/test', { body: { webhook: { endpoint: 'nowhere' } } })).status).toBe(400)
  expect((await call(twin, 'POST', '/webhooks/test?webhook_id=none', { body })).status).toBe(404)
})
