import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ConnectWithCredentialsDocument, ViewerDocument } from '../../schema/operations.ts'
import { startZendeskTwin } from '../../twins/zendesk/index.ts'
import { makeTestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { LATER } from '../setup/soon.ts'
import { openClient } from './client.ts'
import { buildProgram, freePort, type Program } from './program.ts'
import { waitForSync } from './syncing.ts'
import { clockOff } from './clock-off.ts'

const SIX_MINUTES_MS = 6 * 60_000

let program: Program
beforeAll(async () => {
  program = await buildProgram()
})
afterAll(() => program?.[Symbol.asyncDispose]())

async function openGround(opened: AsyncDisposableStack) {
  const { url: DATABASE_URL, drop } = await makeTestDatabase(testServers[0], 'empty')
  opened.defer(drop)
  const settings = {
    DATABASE_URL,
    SWITCHBOARD_HOME: join(program.folder, 'none'),
    SWITCHBOARD_KEYS: `e2e:${randomBytes(32).toString('base64')}`,
    SWITCHBOARD_DEMO: '0',
  }
  const words = ['create', '--workspace', 'Acme', '--email', 'ann@acme.example', '--role', 'OWNER']
  const making = program.run('token', settings, words)
  expect(await making.ended).toBe(0)
  return { settings, token: making.lines.find((line) => line.startsWith('swb_')) ?? '' }
}

test.each([SIX_MINUTES_MS, -SIX_MINUTES_MS])(
  'subgraphs whose clock is %i ms off answer a gateway whose clock is as far off the other way',
  async (offMs) => {
    await using opened = new AsyncDisposableStack()
    const { settings, token } = await openGround(opened)
    const start = async (role: 'subgraphs' | 'gateway', more: Readonly<Record<string, string>>): Promise<string> => {
      const process = program.run(role, { ...settings, ...more })
      opened.defer(async () => void (await process.end('SIGTERM')))
      return process.listening()
    }
    const PORT = await freePort()
    await start('subgraphs', { PORT, ...clockOff(program, offMs) })
    const url = await start('gateway', {
      SWITCHBOARD_SUBGRAPHS_URL: `http://127.0.0.1:${PORT}`,
      ...clockOff(program, -offMs),
    })
    const { errors, data } = await openClient(url, token).send(ViewerDocument, {})
    expect({ errors, role: data?.viewer.member?.role }).toEqual({ errors: [], role: 'OWNER' })
  },
  LATER.timeout,
)

test.each([SIX_MINUTES_MS, -SIX_MINUTES_MS])(
  'a process whose clock is %i ms off takes webhooks in that are signed with their time',
  async (offMs) => {
    await using opened = new AsyncDisposableStack()
    const twin = opened.use(
      await startZendeskTwin({
        accounts: [{ subdomain: 'harbourpine', name: 'Harbour & Pine', users: 20, organizations: 2, tickets: 15 }],
      }),
    )
    const { settings, token } = await openGround(opened)
    const process = program.run('all', {
      ...settings,
      ...clockOff(program, offMs),
      PORT: await freePort(),
      SWITCHBOARD_ZENDESK_URL: twin.url,
    })
    opened.defer(async () => void (await process.end('SIGTERM')))
    const client = openClient(await process.listening(), token)
    const { email = '', apiToken = '' } = twin.accounts()[0] ?? {}
    const values = { domain: 'harbourpine', email, apiToken }
    const fields = Object.entries(values).map(([name, value]) => ({ name, value }))
    const { connectWithCredentials } = await client.ask(ConnectWithCredentialsDocument, {
      input: { provider: 'ZENDESK', fields },
    })
    expect(connectWithCredentials.userErrors).toEqual([])
    await waitForSync(client)
    // Subscribed by a job of its own, beside the sync.
    await vi.waitFor(async () => {
      await twin.control('POST', '/customers/open', { body: 'Is anybody there?' })
      await twin.settleWebhooks()
      expect(twin.webhookAttempts().length).toBeGreaterThan(0)
    }, LATER)
    expect(new Set(twin.webhookAttempts().map(({ status }) => status))).toEqual(new Set([200]))
  },
  2 * LATER.timeout,
)
