import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
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
/** Where the graph is. */
let url: string
/** The place in the log of events now. */
let cursor: () => Promise<string>

beforeAll(async () => {
  const greeting = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  opened.defer(() => greeting.mockRestore())
  const home = await mkdtemp(join(tmpdir(), 'switchboard-desks-'))
  opened.defer(() => rm(home, { recursive: true, force: true }))
  const { url: databaseUrl, drop } = await makeTestDatabase(testServers[0], 'migrated')
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
    DATABASE_URL: databaseUrl,
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
  const store = opened.use(await openStore({ databaseUrl, home, keys, log: () => undefined }))
  const running = await start(config)
  opened.defer(() => running.close())
  ;({ url } = running)
  client = openClient(url, TOKEN)
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
  // Else its desk may tell us of it while the graph reads what became of it, in one part of the graph after the other.
  await vi.waitFor(async () => {
    expect((await ticketsOf('ZENDESK', 100)).map(({ id }) => id)).not.toContain(gone)
  }, LATER)
  const ids = [...open, closed?.id ?? '', gone]
  const input = { ids, status: 'PENDING' as const, idempotencyKey: 'all three' }
  const { bulkUpdateTickets } = await client.ask(BulkUpdateTicketsDocument, { input })
  expect(bulkUpdateTickets).toMatchObject({ userErrors: [], job: { total: 8 } })
  const job = await endOf(bulkUpdateTickets.job?.id, after)
  expect(job).toMatchObject({ state: 'DONE', done: 6, unknown: 0 })
  const items = job.items.nodes.filter((item) => item !== null)
  expect(items.slice(0, 6)).toMatchObject(open.map((id) => ({ id, state: 'DONE', record: { id, status: 'PENDING' } })))
  expect(items[6]).toMatchObject({ state: 'FAILED', code: 'PROVIDER_REJECTED', record: { status: 'CLOSED' } })
  expect(items[7]).toMatchObject({ state: 'SKIPPED', code: 'NOT_FOUND', message: expect.any(String), record: null })
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

/** A thread of a desk, and who wrote in it, as `DeskThreads` of the test below lists them. */
interface DeskThread {
  readonly id: string
  readonly remoteId: string
  readonly contact: { readonly id: string } | null
  readonly customer: { readonly contacts: { readonly totalCount: number } } | null
}

async function asked<Data>(query: string): Promise<Data> {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ query }),
  })
  const { data, errors } = JSON.parse(await answer.text()) as { readonly data: Data; readonly errors?: unknown } // as asked for
  expect(errors).toBeUndefined()
  return data
}

const threadsOf = async (provider: string, list: 'tickets' | 'conversations'): Promise<readonly DeskThread[]> => {
  const thread = 'id remoteId contact { id } customer { contacts { totalCount } }'
  const data = await asked<Record<string, { readonly nodes: readonly DeskThread[] }>>(
    `{ ${list}(first: 100, filter: { providers: [${provider}], status: [OPEN] }) { nodes { ${thread} } } }`,
  )
  return (data[list]?.nodes ?? []).filter(({ contact }) => contact !== null)
}

/** What was asked of a simulated desk that may have changed something, since the last call. */
async function writesAt(provider: string): Promise<readonly string[]> {
  const log = `${twins.get(provider)}/__twin/requests`
  const listed = JSON.parse(await (await fetch(log)).text()) as {
    readonly requests: readonly Record<'method' | 'path', string>[]
  } // as the twins' README says
  await (await fetch(log, { method: 'DELETE' })).text()
  return listed.requests
    .filter(({ method, path }) => method !== 'GET' && !/(?:search|token)$/.test(path))
    .map(({ path }) => path)
}

test('no reply leaves the thread and the person that wrote, whoever is one customer with whom', async () => {
  const { contacts } = await asked<{ readonly contacts: { readonly nodes: readonly { readonly id: string }[] } }>(
    '{ contacts(first: 100) { nodes { id } } }',
  )
  const ids = contacts.nodes.map(({ id }) => id)
  const contact = fc.constantFrom(...ids)
  const desk = fc.constantFrom(
    ...(['ZENDESK', 'FRESHDESK'] as const).map((provider) => [provider, 'tickets'] as const),
    ['INTERCOM', 'conversations'] as const,
  )
  const links = fc.array(fc.tuple(contact, contact, fc.boolean()), { minLength: 8, maxLength: 8 })
  let linkedAny = 0
  let said = 0
  await fc.assert(
    fc.asyncProperty(desk, links, fc.nat(), async ([provider, list], wishes, chance) => {
      const before = await threadsOf(provider, list)
      const thread = before[chance % before.length]
      const writer = thread?.contact?.id ?? ''
      for (const [one, other, isOfWriter] of wishes) {
        const input = `contactId: "${isOfWriter ? writer : one}", otherId: "${other}"`
        await asked(`mutation { linkContacts(input: { ${input} }) { userErrors { code } } }`)
      }
      const [now] = (await threadsOf(provider, list)).filter(({ id }) => id === thread?.id)
      expect(now?.contact?.id).toBe(writer)
      if ((now?.customer?.contacts.totalCount ?? 0) > 1) linkedAny += 1
      await writesAt(provider)
      said += 1
      const body = `Said to one person only, ${said}.`
      const field = list === 'tickets' ? 'ticketId' : 'conversationId'
      const sent = await asked(
        `mutation { sendMessage(input: { ${field}: "${thread?.id}", body: "${body}" }) {
          message { text } userErrors { code message } } }`,
      )
      expect(sent).toEqual({ sendMessage: { message: { text: body }, userErrors: [] } })
      const writes = await writesAt(provider)
      expect(writes).toHaveLength(1)
      expect(writes[0]?.split(/[/.]/)).toContain(thread?.remoteId)
      const { search } = await asked<{ readonly search: { readonly nodes: readonly { readonly node: unknown }[] } }>(
        `{ search(query: "${body}", types: [CONTACT, MESSAGE], first: 10) { nodes { node { id } } } }`,
      )
      expect(search.nodes).toHaveLength(1)
      const [after] = (await threadsOf(provider, list)).filter(({ id }) => id === thread?.id)
      expect(after?.contact?.id ?? writer).toBe(writer)
    }),
    // What was linked stays so: a failure tried again would be another.
    { numRuns: 6, endOnFailure: true },
  )
  expect(linkedAny).toBeGreaterThan(0)
}, 120_000)

test('a conversation begins with the contact that is named, whoever is one customer with them', async () => {
  const { contacts } = await asked<{ readonly contacts: { readonly nodes: readonly DeskThread[] } }>(
    '{ contacts(first: 8, filter: { providers: [INTERCOM] }) { nodes { id remoteId contact: customer { id } customer { contacts { totalCount } } } } }',
  )
  const [one, other] = contacts.nodes.toSorted(
    (a, b) => (b.customer?.contacts.totalCount ?? 0) - (a.customer?.contacts.totalCount ?? 0),
  )
  for (const each of [one, other]) {
    const { startConversation } = await asked<{ readonly startConversation: unknown }>(
      `mutation { startConversation(input: { contactId: "${each?.id}", body: "Hello, you alone." }) {
        conversation { contact { id } contacts { id } } userErrors { code message } } }`,
    )
    expect(startConversation).toEqual({
      conversation: { contact: { id: each?.id }, contacts: [{ id: each?.id }] },
      userErrors: [],
    })
  }
})
