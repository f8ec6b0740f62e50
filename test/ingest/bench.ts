import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createIngestRole } from '../../ingest/role.ts'
import type { Timing } from '../../ingest/role.ts'
import { systemClock } from '../../kit/clock.ts'
import type { Clock } from '../../kit/clock.ts'
import type { Connector } from '../../kit/contract.ts'
import type { Integration } from '../../store/integrations.ts'
import type { Store } from '../../store/store.ts'
import { makeTestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { accountsOf, openTestStore } from './fake-accounts.ts'
import { fakeConnector } from './fake-connector.ts'
import type { FakeDelivery } from './fake-connector.ts'
import { SECRET, sign, startFakeProvider } from './fake-provider.ts'
import type { FakeProvider } from './fake-provider.ts'
import { makeGate } from './gate.ts'

/** A store on a fresh database, and an invented provider: what every test of ingest begins with. */
export interface Ground extends AsyncDisposable {
  readonly url: string
  readonly store: Store
  readonly provider: FakeProvider
  readonly workspaceId: string
  /** Connects the provider's account to the workspace, or to another, with "token-1" unless another credential is given. */
  connect(accessToken?: string, workspaceId?: string): Promise<Integration>
  /** Labels as stored: remote id → name. */
  stored(): Promise<Map<string, string>>
  /** How many events there were for stored labels. */
  events(): Promise<number>
}

/** Prepares the ground, with so many labels at the provider; it pushes to our app, unless integrations have addresses of their own. */
export async function openGround(
  labels = 0,
  { pushes = 'app' }: { readonly pushes?: 'app' | 'PENDING' | 'BY_HAND' } = {},
): Promise<Ground> {
  const made = await makeTestDatabase(testServers[0], 'migrated')
  const store = await openTestStore(made.url)
  const provider = await startFakeProvider(labels)
  const workspace = await store.workspaces.ensure('test')
  return {
    url: made.url,
    store,
    provider,
    workspaceId: workspace.id,
    connect(accessToken = 'token-1', workspaceId = workspace.id) {
      const settings = { baseUrl: provider.url, region: null, domain: null, actorRemoteId: null }
      const account = { id: 'account-1', name: 'Fake account', region: null, actorRemoteId: null }
      const draft = { workspaceId, provider: 'fakedesk', name: 'Fake', settings, account }
      const credential = { accessToken, refreshToken: null, expiresAt: null, fields: {} }
      return store.integrations.create(draft, async (within, id) => {
        await store.credentials.save(id, credential, { within })
        if (pushes !== 'app') await store.webhooks.ensure(id, pushes, { within })
      })
    },
    async stored() {
      const rows = await store.database.system.query<{ remote_id: string; name: string }>(
        'select remote_id, name from tag where deleted_at is null',
      )
      return new Map(rows.map((row) => [row.remote_id, row.name]))
    },
    async events() {
      const rows = await store.database.system.query<{ count: number }>(
        `select count(*)::int as count from event where kind = 'tag'`,
      )
      return rows[0]?.count ?? 0
    },
    async [Symbol.asyncDispose]() {
      await provider[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
      await made.drop()
    },
  }
}

/** A running ingest role behind a listener of its own. */
export interface RunningIngest extends AsyncDisposable {
  readonly role: Awaited<ReturnType<typeof createIngestRole>>
  readonly url: string
  readonly log: string[]
  /** Ends when its first look for what is due is over: what is connected from then on it does not find by itself. */
  readonly looked: Promise<void>
  /** Sends a delivery, signed as the provider does. */
  push(delivery: FakeDelivery): Promise<number>
}

/** Where all processes of a test are reached, as providers are told. */
export const PUBLIC_URL = 'https://switchboard.test'

/** Short waits, so that a test of retries is a test of retries and not of patience. */
const QUICK = {
  sweepMs: 200,
  deliveryRetries: { tries: 3, firstDelayMs: 1, maxDelayMs: 10 },
  syncRetries: { tries: Number.POSITIVE_INFINITY, firstDelayMs: 1, maxDelayMs: 10 },
  bulkRetries: { tries: 3, firstDelayMs: 1, maxDelayMs: 10 },
} satisfies Partial<Timing>

/** Starts the role. */
export async function startIngest(
  store: Store,
  timing: Partial<Timing> = {},
  connector: Connector = fakeConnector,
): Promise<RunningIngest> {
  const log: string[] = []
  const waits = { ...QUICK, ...timing }
  const first = makeGate()
  const clock: Clock = {
    ...systemClock,
    wait(milliseconds, signal) {
      // Only between two looks does it wait so long.
      if (milliseconds === waits.sweepMs) first.open()
      return systemClock.wait(milliseconds, signal)
    },
  }
  const role = await createIngestRole({
    store,
    connectors: [connector],
    accounts: accountsOf(store),
    secrets: () => [SECRET],
    eventsKept: { days: 7, most: 1_000_000 },
    webhookUrl: (provider, token) => `${PUBLIC_URL}/webhooks/${provider}/${token}`,
    log: (line) => log.push(line),
    clock,
    timing: waits,
  })
  const route = role.routes[0]
  if (!route) throw new Error('the ingest role has no route')
  const server = createServer((request, response) => {
    Promise.resolve(route.handle(request, response, new URL(request.url ?? '/', 'http://ingest'))).catch(() => {
      response.writeHead(500).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    role,
    url,
    log,
    looked: first.opened,
    async push(delivery) {
      const body = JSON.stringify(delivery)
      const headers = { 'content-type': 'application/json', 'x-fake-signature': sign(body) }
      const response = await fetch(`${url}/webhooks/fakedesk`, { method: 'POST', headers, body })
      await response.body?.cancel()
      return response.status
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await role.close()
    },
  }
}
