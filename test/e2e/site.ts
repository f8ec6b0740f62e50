import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { readConfig } from '../../config.ts'
import { DEMO_ACCESS_TOKEN } from '../../demo/simulated.ts'
import type { Running } from '../../server/running.ts'
import { start } from '../../start.ts'
import type { Json } from '../../store/kinds.ts'
import { type Store, openStore } from '../../store/store.ts'
import type { WorkspaceRole } from '../../store/viewer.ts'
import { startIntercomTwin } from '../../twins/intercom/index.ts'
import { cursorNow } from '../setup/cursor.ts'
import { makeTestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { SOON } from '../setup/soon.ts'
import { type Client, openClient } from './client.ts'
import { type Desk, openDesk } from './desk.ts'
import { waitForSync } from './syncing.ts'

/** The token that opens the workspace of every site. */
export const TOKEN = 'swb_demo_0123456789abcdefghij'

/** What the app of a site is called at its simulated Intercom, and what proves deliveries. */
export const APP = { clientId: 'switchboard-demo', clientSecret: 'switchboard-demo-secret' } as const

/** How much there is at the simulated Intercom; one conversation is longer than Intercom hands out. */
export type Sizes = Pick<
  Parameters<typeof startIntercomTwin>[0],
  'contacts' | 'companies' | 'conversations' | 'tickets' | 'rateLimit'
>
const SMALL = { contacts: 60, companies: 12, conversations: 40, tickets: 15 }

/** The whole product in this process, over a database of its own, with a small simulated Intercom connected. */
export interface Site extends AsyncDisposable {
  /** Of the gateway now; another after `restart`. */
  readonly url: string
  readonly client: Client
  readonly desk: Desk
  /** A second way into the same database: what a member may do, and what is in the tables. */
  readonly store: Store
  readonly workspaceId: string
  /** The place in the log of events now, for `after`. */
  cursor(): Promise<string>
  /** A client of another member of the workspace. */
  clientAs(role: WorkspaceRole): Promise<Client>
  /** Ends when the first sync is over. */
  synced(): Promise<void>
  /** Ends when every webhook was sent and worked. */
  settled(): Promise<void>
  /** Posts an event as Intercom would, about an item of its own. */
  deliver(topic: string, item: Json): Promise<Response>
  /** Ends the product and starts it again; the simulated Intercom and the database stay, and things go on there. */
  restart(meanwhile: () => Promise<void>): Promise<void>
}

/** What a site may have otherwise. */
export interface SiteOptions {
  readonly sizes?: Sizes
  /** A migrated database, and how the product reaches it: over a proxy, say. */
  readonly database?: { readonly own: string; readonly product: string }
}

/** Starts everything. Disposing ends it and drops the database. */
export async function openSite({ sizes, database }: SiteOptions = {}): Promise<Site> {
  await using opened = new AsyncDisposableStack()
  // The demo greets whoever started it; in a test that is nobody.
  const greeting = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  opened.defer(() => greeting.mockRestore())
  const home = await mkdtemp(join(tmpdir(), 'switchboard-e2e-'))
  opened.defer(() => rm(home, { recursive: true, force: true }))
  const databases = database ?? (await makeDatabase(opened))
  const key = { id: 'e2e', key: randomBytes(32) }
  const store = opened.use(await openStore({ databaseUrl: databases.own, home, keys: [key], log: () => undefined }))
  const twin = opened.use(await startIntercomTwin({ ...APP, accessToken: DEMO_ACCESS_TOKEN, ...SMALL, ...sizes }))
  const config = readConfig(
    {
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: databases.product,
      SWITCHBOARD_HOME: home,
      SWITCHBOARD_DEMO: '1',
      SWITCHBOARD_DEMO_PROVIDERS: 'intercom',
      SWITCHBOARD_DEMO_TOKEN: TOKEN,
      SWITCHBOARD_KEYS: `e2e:${key.key.toString('base64')}`,
      SWITCHBOARD_INTERCOM_URL: twin.url,
      LOG_LEVEL: 'silent',
    },
    'all',
  )
  let running: Running = await start(config)
  opened.defer(() => running.close())
  const workspace = await store.workspaces.ensure('Demo')
  const everything = opened.move()
  const desk = openDesk(twin.url)
  const isWorked = async (): Promise<void> => {
    const open = await store.database.system.query(`select 1 from delivery where status = 'PENDING'`)
    if (open.length > 0) throw new Error(`${open.length} deliveries are not worked yet`)
  }
  const clientHere = (): Client => openClient(running.url, TOKEN)
  return {
    get url() {
      return running.url
    },
    get client() {
      return clientHere()
    },
    desk,
    store,
    workspaceId: workspace.id,
    cursor: () => cursorNow(store, workspace.id),
    async clientAs(role) {
      const email = `${role.toLowerCase()}@acme.test`
      const member = await store.members.ensure(workspace.id, { email, name: role, role })
      const { secret } = await store.tokens.issue(member.id, { name: 'e2e', expiresAt: null })
      return openClient(running.url, secret)
    },
    synced: () => waitForSync(clientHere()),
    async settled() {
      await desk.settle()
      await vi.waitFor(isWorked, SOON)
    },
    deliver: (topic, item) => postEvent(running.url, topic, item),
    async restart(meanwhile) {
      await running.close()
      await meanwhile()
      running = await start(config)
    },
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

async function makeDatabase(opened: AsyncDisposableStack): Promise<NonNullable<SiteOptions['database']>> {
  const { url, drop } = await makeTestDatabase(testServers[0], 'migrated')
  opened.defer(drop)
  return { own: url, product: url }
}

/** What proves a delivery. */
export const sign = (body: string, secret: string = APP.clientSecret): string =>
  `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`

function postEvent(url: string, topic: string, item: Json): Promise<Response> {
  const data = { type: 'notification_event_data', item }
  const id = `notif_${randomUUID()}`
  const body = JSON.stringify({ type: 'notification_event', app_id: 'hp7x2k9q', id, topic, data, created_at: 1 })
  const headers = { 'content-type': 'application/json', 'x-hub-signature': sign(body) }
  return fetch(`${url}/webhooks/intercom`, { method: 'POST', headers, body })
}
