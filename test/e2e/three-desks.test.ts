import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readConfig } from '../../config.ts'
import { DEMO_ACCESS_TOKEN, simulatedProviders } from '../../demo/simulated.ts'
import {
  BulkJobUpdatedDocument,
  type BulkJobUpdatedSubscription,
  BulkTagDocument,
  BulkUpdateTicketsDocument,
  ContactsDocument,
  CreateTicketDocument,
  DesksDocument,
  type DesksQuery,
  DeskTicketsDocument,
  type DeskTicketsQuery,
  SendMessageDocument,
  TicketMessageAddedDocument,
} from '../../schema/operations.ts'
import { start } from '../../start.ts'
import { openStore } from '../../store/store.ts'
import { startIntercomTwin } from '../../twins/intercom/index.ts'
import { cursorNow } from '../setup/cursor.ts'
import { makeTestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { LATER } from '../setup/soon.ts'
import { type Client, openClient } from './client.ts'
import { freePort } from './program.ts'
import { APP, TOKEN } from './site.ts'

const PROVIDERS = ['INTERCOM', 'ZENDESK', 'FRESHDESK'] as const
type Desk = NonNullable<DesksQuery['integrations']['nodes'][number]>
type DeskTicket = NonNullable<DeskTicketsQuery['tickets']['nodes'][number]>

const opened = new AsyncDisposableStack()
/** Where the simulated desks are, by provider. */
const twins = new Map<string, string>()
let client: Client
/** The place in the log of events now. */
let cursor: () => Promise<string>

beforeAll(async () => {
  const greeting = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  opened.defer(() => greeting.mockRestore())
  const home = await mkdtemp(join(tmpdir(), 'switchboard-desks-'))
  opened.defer(() => rm(home, { recursive: true, force: true }))
  const { url, drop } = await makeTestDatabase(testServers[0], 'migrated')
  opened.defer(drop)
  const sizes = { contacts: 30, companies: 6, conversations: 10, tickets: 10 }
  const intercom = opened.use(await startIntercomTwin({ ...APP, accessToken: DEMO_ACCESS_TOKEN, ...sizes }))
  twins.set('INTERCOM', intercom.url)
  for (const name of ['zendesk', 'freshdesk'] as const) {
    const place = { port: 0, host: '127.0.0.1', statePath: join(home, name), log: () => undefined, app: APP }
    twins.set(name.toUpperCase(), opened.use(await simulatedProviders[name].start(place)).url)
  }
  const key = randomBytes(32)
  // Desks are told where to push to, so that the port has to be known.
  const port = await freePort()
  const config = readConfig({
    HOST: '127.0.0.1',
    PORT: port,
    DATABASE_URL: url,
    SWITCHBOARD_HOME: home,
    SWITCHBOARD_DEMO: '1',
    SWITCHBOARD_DEMO_TOKEN: TOKEN,
    SWITCHBOARD_KEYS: `e2e:${key.toString('base64')}`,
    SWITCHBOARD_PUBLIC_URL: `http://127.0.0.1:${port}`,
    SWITCHBOARD_INTERCOM_URL: twins.get('INTERCOM'),
    SWITCHBOARD_ZENDESK_URL: twins.get('ZENDESK'),
    SWITCHBOARD_FRESHDESK_URL: twins.get('FRESHDESK'),
    LOG_LEVEL: 'silent',
  })
  const keys = [{ id: 'e2e', key }]
  const store = opened.use(await openStore({ databaseUrl: url, home, keys, log: () => undefined }))
  const running = await start(config)
  opened.defer(() => running.close())
  client = openClient(running.url, TOKEN)
  const workspace = await store.workspaces.ensure('Demo')
  cursor = () => cursorNow(store, workspace.id)
  const look = async (): Promise<void> => {
    const missing = (await desks()).map(whatIsMissing)
    if (missing.length < PROVIDERS.length || missing.some((each) => each !== null)) throw new Error(missing.join('; '))
  }
  await vi.waitFor(look, LATER)
}, 300_000)

afterAll(() => opened.disposeAsync())

async function desks(): Promise<readonly Desk[]> {
  const { integrations } = await client.ask(DesksDocument, {})
  return integrations.nodes.filter((each) => each !== null)
}

/** What a desk waits for until everything of it was read and it pushes what changes; null when it waits for nothing. */
function whatIsMissing({ provider, status, syncedAt, syncing, webhook }: Desk): string | null {
  if (status !== 'ACTIVE') return `${provider} is ${status}`
  if (syncedAt === null || syncing) return `${provider} is not read to its end`
  if (webhook !== null && webhook.state !== 'SUBSCRIBED') return `${provider} does not push: ${webhook.reason}`
  return null
}

async function ticketsOf(provider: (typeof PROVIDERS)[number], first = 5): Promise<readonly DeskTicket[]> {
  const { tickets } = await client.ask(DeskTicketsDocument, { first, filter: { providers: [provider] } })
  return tickets.nodes.filter((each) => each !== null)
}

/** Says something to a simulated desk behind the scenes. */
async function tell(provider: string, path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${twins.get(provider)}/__twin${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  expect(answer.ok).toBe(true)
  await answer.text()
}

/** A customer of a simulated desk writes what makes a ticket there. */
const customerOpens = (provider: string, body: string): Promise<void> =>
  tell(provider, '/customers/open', { subject: 'A parcel', body })

type Job = NonNullable<BulkJobUpdatedSubscription['bulkJobUpdated']['job']>

/** Follows a job until it has ended. */
async function endOf(id: string | undefined, after: string): Promise<Job> {
  await using feed = client.subscribe(BulkJobUpdatedDocument, { id: id ?? '', after })
  for (;;) {
    const { job } = (await feed.next()).bulkJobUpdated
    if (job?.finishedAt != null) return job
  }
}

test('one query reads tickets of all three desks, with what each alone has', async () => {
  const { tickets } = await client.ask(DeskTicketsDocument, { first: 100 })
  const nodes = tickets.nodes.filter((each) => each !== null)
  const oneOf = Object.fromEntries(nodes.map((node) => [node.__typename, node]))
  expect(Object.keys(oneOf).toSorted()).toEqual(['FreshdeskTicket', 'IntercomTicket', 'ZendeskTicket'])
  expect(oneOf['ZendeskTicket']).toMatchObject({ brand: { name: 'Lantern & Loom' } })
  expect(oneOf['FreshdeskTicket']).toMatchObject({ statusLabel: expect.any(String), sourceLabel: expect.any(String) })
  expect(oneOf['IntercomTicket']).toMatchObject({ category: expect.any(String) })
  const totals = await Promise.all(
    PROVIDERS.map(async (provider) => {
      const { tickets: own } = await client.ask(DeskTicketsDocument, { first: 1, filter: { providers: [provider] } })
      expect(own.totalCount).toBeGreaterThan(0)
      return own.totalCount
    }),
  )
  expect(tickets.totalCount).toBe(totals.reduce((sum, total) => sum + total, 0))
})

test.each(['ZENDESK', 'FRESHDESK'] as const)(
  'fields that an account of %s defined have the labels it gave them',
  async (provider) => {
    const labels = (await ticketsOf(provider)).flatMap(({ customFields }) => customFields)
    expect(labels).toEqual(expect.arrayContaining([expect.objectContaining({ label: 'Order', type: 'TEXT' })]))
    expect(labels.filter(({ key, label }) => key === label)).toEqual([])
  },
)

test.each(['ZENDESK', 'FRESHDESK'] as const)(
  'what a customer of %s writes reaches a subscriber, by the desk’s own push',
  async (provider) => {
    const text = `Where is my parcel, ${provider}?`
    await using feed = client.subscribe(TicketMessageAddedDocument, { providers: [provider], after: await cursor() })
    await customerOpens(provider, text)
    const { messageAdded } = await feed.next()
    expect(messageAdded).toMatchObject({
      message: { text },
      ticket: { subject: 'A parcel', contact: { name: expect.any(String) } },
    })
  },
)

test.each(['ZENDESK', 'FRESHDESK'] as const)(
  'an answer by the graph stands at %s, once, however often it is asked for',
  async (provider) => {
    const ticket = (await ticketsOf(provider, 20)).find(({ status }) => status === 'OPEN' || status === 'PENDING')
    const body = `We are on it, says ${provider}.`
    const input = { ticketId: ticket?.id ?? '', body, idempotencyKey: `answer ${provider}` }
    const first = await client.ask(SendMessageDocument, { input })
    expect(first.sendMessage).toMatchObject({ message: { text: body }, userErrors: [] })
    const again = await client.ask(SendMessageDocument, { input })
    expect(again.sendMessage.message?.id).toBe(first.sendMessage.message?.id)
    const said = (await ticketsOf(provider, 50)).find(({ id }) => id === ticket?.id)?.messages.nodes ?? []
    expect(said.filter((message) => message?.text === body)).toHaveLength(1)
  },
)

/** Makes tickets at a desk, of somebody who is known there. */
async function makeTickets(provider: (typeof PROVIDERS)[number], count: number): Promise<string[]> {
  const { contacts } = await client.ask(ContactsDocument, { first: 1, filter: { providers: [provider] } })
  const contactId = contacts.nodes[0]?.id ?? ''
  const made: string[] = []
  while (made.length < count) {
    const input = { contactId, subject: `Ticket ${made.length}`, description: 'Please do.' }
    const { createTicket } = await client.ask(CreateTicketDocument, { input })
    expect(createTicket).toMatchObject({ ticket: { status: expect.stringMatching(/NEW|OPEN/) }, userErrors: [] })
    made.push(createTicket.ticket?.id ?? '')
  }
  return made
}

test('a bulk job changes tickets of all three desks at once, and says of each what became of it', async () => {
  const after = await cursor()
  const open = (await Promise.all(PROVIDERS.map((provider) => makeTickets(provider, 2)))).flat()
  const closed = (await ticketsOf('ZENDESK', 100)).find(({ status }) => status === 'CLOSED')
  const [gone = ''] = await makeTickets('ZENDESK', 1)
  const deleted = (await ticketsOf('ZENDESK', 100)).find(({ id }) => id === gone)
  await tell('ZENDESK', '/delete', { kind: 'ticket', id: Number(deleted?.remoteId) })
  const ids = [...open, closed?.id ?? '', gone]
  const input = { ids, status: 'PENDING' as const, idempotencyKey: 'all three' }
  const { bulkUpdateTickets } = await client.ask(BulkUpdateTicketsDocument, { input })
  expect(bulkUpdateTickets).toMatchObject({ userErrors: [], job: { total: 8 } })
  const job = await endOf(bulkUpdateTickets.job?.id, after)
  expect(job).toMatchObject({ state: 'DONE', done: 6, unknown: 0 })
  const items = job.items.nodes.filter((item) => item !== null)
  expect(items.slice(0, 6)).toMatchObject(open.map((id) => ({ id, state: 'DONE', record: { id, status: 'PENDING' } })))
  expect(items[6]).toMatchObject({ state: 'FAILED', code: 'PROVIDER_REJECTED', record: { status: 'CLOSED' } })
  // It depends on whether the desk told us of it first.
  expect(items[7]).toMatchObject({
    code: expect.stringMatching(/^(?:PROVIDER_)?NOT_FOUND$/),
    message: expect.any(String),
  })
  const again = await client.ask(BulkUpdateTicketsDocument, { input })
  expect(again.bulkUpdateTickets.job).toMatchObject({ id: job.id, done: 6 })
})

test('a bulk job of tags waits for a desk that has enough, and fails no row for it', async () => {
  const after = await cursor()
  const ids = (await Promise.all(PROVIDERS.map((provider) => makeTickets(provider, 3)))).flat()
  // Of the three, its windows are the shortest.
  await tell('INTERCOM', '/faults', { failNext: { count: 2, status: 429, method: 'POST' } })
  const { bulkTag } = await client.ask(BulkTagDocument, { input: { ids, add: ['in_bulk'] } })
  const job = await endOf(bulkTag.job?.id, after)
  expect(job.items.nodes).toMatchObject(ids.map((id) => ({ id, state: 'DONE', message: null })))
  const { tickets } = await client.ask(DeskTicketsDocument, { first: 1, filter: { tag: ['in_bulk'] } })
  // One of the desks does not say how its tickets are tagged.
  expect(tickets.totalCount).toBe(6)
})
