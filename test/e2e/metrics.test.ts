import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ConversationsDocument, MessageAddedDocument } from '../../schema/operations.ts'
import { readMetric } from '../observe/read-metrics.ts'
import { SOON } from '../setup/soon.ts'
import { someConversation } from './journey.ts'
import { openSite, type Site } from './site.ts'

let site: Site

beforeAll(async () => {
  site = await openSite()
  await site.synced()
})
afterAll(() => site?.[Symbol.asyncDispose]())

async function read(name: string, labels: Record<string, string> = {}): Promise<number> {
  const response = await fetch(`${site.url}/metrics`)
  expect(response.headers.get('content-type')).toContain('text/plain')
  return readMetric(await response.text(), name, labels) ?? 0
}
const provider = 'intercom'

test('a sync shows what it asked of the provider and what it stored', async () => {
  const stored = await read('switchboard_sync_records_total', { provider, stream: 'contacts' })
  expect(stored).toBeGreaterThanOrEqual(60)
  expect(await read('switchboard_sync_pages_total', { provider, stream: 'contacts' })).toBeGreaterThan(0)
  expect(await read('switchboard_sync_runs_total', { provider, stream: 'contacts', end: 'done' })).toBeGreaterThan(0)
  const asked = { provider, lane: 'backfill', outcome: '200' }
  expect(await read('switchboard_provider_request_duration_seconds_count', asked)).toBeGreaterThan(0)
  const left = await read('switchboard_quota_remaining_ratio', { provider })
  expect(left).toBeGreaterThan(0)
  expect(left).toBeLessThanOrEqual(1)
})

test('a delivery shows from the door to the subscriber', async () => {
  await using added = site.client.subscribe(MessageAddedDocument, {})
  await vi.waitFor(async () => expect(await read('switchboard_subscription_listeners')).toBe(1), SOON)
  expect(await read('switchboard_sockets')).toBe(1)
  const handedOver = await read('switchboard_event_lag_seconds_count')
  const { remoteId } = await someConversation(site.client)
  await site.desk.act('/customers/reply', { conversationId: remoteId, body: 'Where is my parcel?' })
  await added.next()
  await site.settled()
  expect(await read('switchboard_deliveries_received_total', { provider, reception: 'kept' })).toBeGreaterThan(0)
  expect(await read('switchboard_delivery_work_seconds_count', { provider, status: 'done' })).toBeGreaterThan(0)
  expect(await read('switchboard_event_lag_seconds_count')).toBeGreaterThan(handedOver)
  expect(await read('switchboard_event_completion_duration_seconds_count')).toBeGreaterThan(0)
  await vi.waitFor(async () => expect(await read('switchboard_jobs', { queue: 'delivery' })).toBe(0), SOON)
})

test('what is refused at the door is counted, and told apart', async () => {
  const url = `${site.url}/webhooks/intercom`
  await fetch(url, { method: 'POST', headers: { 'x-hub-signature': 'sha1=00' }, body: '{}' })
  expect(await read('switchboard_deliveries_received_total', { provider, reception: 'bad_signature' })).toBe(1)
})

test('an operation shows with its fetches, and the database with its connections', async () => {
  await site.client.ask(ConversationsDocument, { first: 5 })
  const operation = { operation: 'Conversations', type: 'query', outcome: 'ok' }
  expect(await read('switchboard_operation_duration_seconds_count', operation)).toBeGreaterThan(0)
  for (const subgraph of ['support', provider]) {
    expect(await read('switchboard_fetch_duration_seconds_count', { subgraph, outcome: 'ok' })).toBeGreaterThan(0)
  }
  expect(await read('switchboard_database_connections', { pool: 'readers' })).toBeGreaterThan(0)
  expect(await read('nodejs_eventloop_lag_seconds')).toBeGreaterThanOrEqual(0)
  const route = { method: 'POST', route: '/graphql', status: '200' }
  expect(await read('switchboard_http_request_duration_seconds_count', route)).toBeGreaterThan(0)
})
