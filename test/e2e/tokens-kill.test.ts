import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import {
  AuthorizeIntegrationDocument,
  IntegrationsDocument,
  IntegrationUpdatedDocument,
  TestIntegrationDocument,
} from '../../schema/operations.ts'
import { openStore } from '../../store/store.ts'
import { startZendeskTwin } from '../../twins/zendesk/index.ts'
import { decideAt } from '../contract/intercom-consent.ts'
import { cursorNow } from '../setup/cursor.ts'
import { makeTestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { LATER } from '../setup/soon.ts'
import { standBetween } from './between.ts'
import { type Client, openClient } from './client.ts'
import { buildProgram, freePort, type Program } from './program.ts'
import { waitForSync } from './syncing.ts'

const SUBDOMAIN = 'harbourpine'
const app = { clientId: 'client_7c2e', clientSecret: 'secret_7c2e' }

let program: Program
beforeAll(async () => {
  program = await buildProgram()
})
afterAll(() => program?.[Symbol.asyncDispose]())

async function makeToken(settings: Readonly<Record<string, string>>): Promise<string> {
  const words = ['create', '--workspace', 'Acme', '--email', 'ann@acme.example', '--role', 'OWNER']
  const making = program.run('token', settings, words)
  expect(await making.ended).toBe(0)
  return making.lines.find((line) => line.startsWith('swb_')) ?? ''
}

/** A person allows it at the provider, and comes back. */
async function connect(client: Client, url: string): Promise<void> {
  const fields = [{ name: 'domain', value: SUBDOMAIN }]
  const { authorizeIntegration } = await client.ask(AuthorizeIntegrationDocument, {
    input: { provider: 'ZENDESK', fields },
  })
  expect(authorizeIntegration.userErrors).toEqual([])
  const back = await decideAt(authorizeIntegration.url ?? '', 'allow')
  const response = await fetch(`${url}${back.pathname}${back.search}`)
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('is connected')])
}

async function onlyIntegration(client: Client) {
  const [integration] = (await client.ask(IntegrationsDocument, {})).integrations.nodes
  if (!integration) throw new Error('there is no integration')
  return integration
}

test('kill -9 while tokens change: goes on with the old ones while they are good, else asks for a person and keeps all there is', async () => {
  await using opened = new AsyncDisposableStack()
  const twin = opened.use(
    await startZendeskTwin({
      ...app,
      accounts: [{ subdomain: SUBDOMAIN, name: 'Harbour & Pine', users: 20, organizations: 2, tickets: 15 }],
    }),
  )
  const between = opened.use(await standBetween(twin.url))
  const { url: DATABASE_URL, drop } = await makeTestDatabase(testServers[0], 'empty')
  opened.defer(drop)
  const key = { id: 'e2e', key: randomBytes(32) }
  const settings = {
    DATABASE_URL,
    PORT: await freePort(),
    SWITCHBOARD_KEYS: `e2e:${key.key.toString('base64')}`,
    SWITCHBOARD_HOME: join(program.folder, 'none'),
    SWITCHBOARD_ZENDESK_URL: between.url,
    ZENDESK_CLIENT_ID: app.clientId,
    ZENDESK_CLIENT_SECRET: app.clientSecret,
  }
  const token = await makeToken(settings)
  let running = program.run('all', settings)
  opened.defer(async () => void (await running.end('SIGTERM')))
  const url = await running.listening()
  const client = openClient(url, token)
  await connect(client, url)
  await waitForSync(client)
  const { id } = await onlyIntegration(client)

  const store = opened.use(
    await openStore({ databaseUrl: DATABASE_URL, home: '/nonexistent', keys: [key], log: () => undefined }),
  )
  const [integration] = await store.integrations.list(null)
  const { id: integrationId, workspaceId } = integration ?? { id: '', workspaceId: '' }
  const grants = (): readonly (number | null)[] =>
    twin.requests({ method: 'POST', path: `/${SUBDOMAIN}/oauth/tokens` }).map(({ status }) => status)
  const testIntegration = async () => (await client.ask(TestIntegrationDocument, { input: { id } })).testIntegration
  /** Ends the token's life, and the process while it asks for another; the next one is there when it ends. */
  const killWhileRenewing = async (the: 'request' | 'answer'): Promise<void> => {
    const held = between.hold({ path: '/oauth/tokens', the })
    const credential = await store.credentials.open(integrationId)
    await store.credentials.save(integrationId, { ...credential, expiresAt: new Date() })
    const asked = testIntegration().catch(() => null)
    await held
    expect(await running.end('SIGKILL')).toBeNull()
    expect(await asked).toBeNull()
    between.release()
    running = program.run('all', settings)
    expect(await running.listening()).toBe(url)
  }
  const history = () =>
    store.database.system.query<Record<'tickets' | 'streams' | 'created', unknown>>(
      `select (select array_agg(id order by id) from ticket) as tickets,
         (select array_agg(stream order by stream) from checkpoint) as streams,
         (select count(*)::int from event where op = 'created') as created`,
    )

  // Killed before the provider knew: what was stored is good.
  await killWhileRenewing('request')
  expect(await testIntegration()).toMatchObject({ ok: true, integration: { status: 'ACTIVE' } })
  expect(grants()).toEqual([201, 201])

  // Killed after the provider had changed both: what was stored is over.
  const before = await history()
  const after = await cursorNow(store, workspaceId)
  await killWhileRenewing('answer')
  expect((await testIntegration()).userErrors).toEqual([expect.objectContaining({ code: 'CREDENTIAL_REFUSED' })])
  const lost = { id, status: 'NEEDS_RECONNECT', statusReason: expect.stringContaining('the refresh token is refused') }
  expect(await onlyIntegration(client)).toMatchObject(lost)
  await using news = client.subscribe(IntegrationUpdatedDocument, { id, after })
  const told = (await news.next()).integrationUpdated
  expect(told.integration).toMatchObject(lost)
  // Asking again and again asks the provider nothing: what was refused stays refused.
  for (let times = 0; times < 3; times += 1) expect(await testIntegration()).toMatchObject({ ok: false })
  expect(grants()).toEqual([201, 201, 201, 400])
  expect(await history()).toEqual(before)

  twin.clearRequests()
  await connect(client, url)
  expect(await onlyIntegration(client)).toMatchObject({ id, status: 'ACTIVE', statusReason: null })
  await using rest = client.subscribe(IntegrationUpdatedDocument, { id, after: told.cursor })
  expect((await rest.next()).integrationUpdated).toMatchObject({ integration: { id, status: 'ACTIVE' } })
  const exports = () => twin.requests({ path: `/${SUBDOMAIN}/api/v2/incremental/` })
  await vi.waitFor(async () => {
    expect(exports().length).toBeGreaterThan(0)
    expect(await onlyIntegration(client)).toMatchObject({ syncing: false })
  }, LATER)
  expect(exports().filter(({ query }) => query.includes('start_time=0'))).toEqual([])
  expect(await history()).toEqual(before)
}, 300_000)
