import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { SendMessageDocument } from '../../schema/operations.ts'
import { openProxy, type Proxy } from '../ingest/proxy.ts'
import { makeTestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { SOON } from '../setup/soon.ts'
import { openClient } from './client.ts'
import { readConversation, someConversation, writeAndHear } from './journey.ts'
import { openSite, type Site } from './site.ts'

let database: Awaited<ReturnType<typeof makeTestDatabase>>
let proxy: Proxy
let site: Site

beforeAll(async () => {
  database = await makeTestDatabase(testServers[0], 'migrated')
  proxy = await openProxy(database.url)
  site = await openSite({ database: { own: database.url, product: proxy.url } })
  await site.synced()
})

afterEach(() => fetch(`${site.desk.url}/__twin/faults`, { method: 'DELETE' }))

afterAll(async () => {
  await site?.[Symbol.asyncDispose]()
  await proxy?.[Symbol.asyncDispose]()
  await database?.drop()
})

const ready = async (): Promise<{ status: number; body: string }> => {
  const response = await fetch(`${site.url}/health/ready`)
  return { status: response.status, body: await response.text() }
}

const send = async (input: { conversationId: string; body: string; idempotencyKey: string }) =>
  (await site.client.ask(SendMessageDocument, { input })).sendMessage

test('while the provider fails, what was read is there, and a mutation says who fails and when to try again', async () => {
  const { id: conversationId, remoteId } = await someConversation(site.client)
  const input = { conversationId, body: 'Sent in the end.', idempotencyKey: 'outage-1' }
  await site.desk.act('/faults', { failNext: { count: 1_000, status: 503, path: '/conversations/' } })
  const before = Date.now()
  const { message, userErrors } = await send(input)
  expect(message).toBeNull()
  expect(userErrors).toEqual([
    {
      code: 'PROVIDER_UNAVAILABLE',
      field: null,
      message: expect.stringMatching(/^intercom: /),
      retryAt: expect.any(String),
    },
  ])
  expect(Date.parse(userErrors[0]?.retryAt ?? '')).toBeGreaterThan(before)
  expect((await readConversation(site.client, conversationId)).messages.totalCount).toBeGreaterThan(0)
  await vi.waitFor(async () => expect((await ready()).status).toBe(200), SOON)

  await fetch(`${site.desk.url}/__twin/faults`, { method: 'DELETE' })
  await vi.waitFor(async () => expect(await send(input)).toMatchObject({ userErrors: [] }), SOON)
  const { messages } = await site.desk.conversation(remoteId)
  expect(messages.filter(({ text }) => text === 'Sent in the end.')).toHaveLength(1)
})

test('an answer that got lost on the way is told as unknown, and is not sent again', async () => {
  const { id: conversationId, remoteId } = await someConversation(site.client)
  const input = { conversationId, body: 'Sent, or was it?', idempotencyKey: 'outage-2' }
  await site.desk.act('/faults', {
    failNext: { count: 1, status: 502, path: '/conversations/', method: 'POST', afterwards: true },
  })
  for (const _time of ['first', 'second']) {
    const { message, userErrors } = await send(input)
    expect(message).toBeNull()
    expect(userErrors).toEqual([expect.objectContaining({ code: 'OUTCOME_UNKNOWN' })])
  }
  const { messages } = await site.desk.conversation(remoteId)
  expect(messages.filter(({ text }) => text === 'Sent, or was it?')).toHaveLength(1)
})

test('while the database is gone requests end with a code and deliveries are asked for again, then all recovers', async () => {
  const { id, remoteId } = await someConversation(site.client)
  proxy.cut()
  expect(await ready()).toEqual({ status: 503, body: expect.stringContaining('the database does not answer') })
  const codes = async (token: string | null): Promise<(string | undefined)[]> => {
    const client = token === null ? site.client : openClient(site.url, token)
    const { errors } = await client.send(SendMessageDocument, { input: { conversationId: id, body: 'Lost?' } })
    return errors.map(({ extensions }) => extensions?.code)
  }
  expect(await codes(null)).toEqual(['DATABASE_UNAVAILABLE'])
  expect(await codes('swb_a_token_that_has_to_be_looked_up')).toEqual(['DATABASE_UNAVAILABLE'])
  expect((await fetch(`${site.url}/health/live`)).status).toBe(200)
  await site.desk.act('/customers/reply', { conversationId: remoteId, body: 'Told while it was gone.' })
  await vi.waitFor(async () => {
    const attempts = await (await fetch(`${site.desk.url}/__twin/webhooks/attempts`)).json()
    expect(attempts).toContainEqual(expect.objectContaining({ topic: 'conversation.user.replied', status: 503 }))
  }, SOON)

  proxy.mend()
  await vi.waitFor(async () => expect((await ready()).status).toBe(200), SOON)
  await site.desk.settle()
  await vi.waitFor(async () => {
    const { messages } = await readConversation(site.client, id)
    const texts = messages.nodes.map((message) => message?.text)
    expect(texts.filter((text) => text === 'Told while it was gone.')).toHaveLength(1)
    expect(texts).not.toContain('Lost?')
  }, SOON)
  const { heard, expected } = await writeAndHear(site.client, site.desk)
  expect(heard).toMatchObject(expected)
})
