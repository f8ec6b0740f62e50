import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { DEMO_ACCESS_TOKEN } from '../../demo/simulated.ts'
import { SyncIntegrationDocument } from '../../schema/operations.ts'
import { openDatabase } from '../../store/database.ts'
import { type IntercomTwin, startIntercomTwin } from '../../twins/intercom/index.ts'
import { makeTestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { LATER } from '../setup/soon.ts'
import { openClient } from './client.ts'
import { openDesk } from './desk.ts'
import { handedOut, shown, stored } from './holdings.ts'
import { buildProgram, type Process, type Program } from './program.ts'
import { APP, TOKEN } from './site.ts'
import { theIntegration, waitForSync } from './syncing.ts'

/** More than a page of everything that comes in pages; the first conversation is longer than is handed out. */
const SIZES = { contacts: 320, companies: 60, conversations: 160, tickets: 110 }

/** A path, and how many requests to it the provider has answered. */
type Moment = readonly [path: string, count: number]

/** When the process is killed, one time after the other. */
const MOMENTS: readonly Moment[] = [
  ['/companies/list', 1],
  ['/contacts/search', 2],
  ['/conversations/2', 30],
  ['/conversations/2', 125],
  ['/tickets/', 20],
]

let program: Program

beforeAll(async () => {
  program = await buildProgram()
})

afterAll(() => program?.[Symbol.asyncDispose]())

const startTwin = (): Promise<IntercomTwin> => startIntercomTwin({ ...APP, accessToken: DEMO_ACCESS_TOKEN, ...SIZES })

const settingsFor = (twin: IntercomTwin, more: Record<string, string>): Record<string, string> => ({
  SWITCHBOARD_DEMO: '1',
  SWITCHBOARD_DEMO_PROVIDERS: 'intercom',
  SWITCHBOARD_DEMO_TOKEN: TOKEN,
  SWITCHBOARD_INTERCOM_URL: twin.url,
  SWITCHBOARD_KEYS: `e2e:${randomBytes(32).toString('base64')}`,
  ...more,
})

/** Kills the process as soon as the provider has been asked that often. */
async function killAt(running: Process, twin: IntercomTwin, [path, count]: Moment): Promise<void> {
  const isReached = (): void => expect(twin.requests({ path }).length).toBeGreaterThanOrEqual(count)
  await vi.waitFor(isReached, { ...LATER, interval: 2 })
  expect(await running.end('SIGKILL')).toBeNull()
}

describe.each(testServers)('on $name', (server) => {
  test('holds everything once after kill -9 at many moments of the first sync', async () => {
    await using twin = await startTwin()
    const { url: DATABASE_URL, drop } = await makeTestDatabase(server, 'empty')
    const settings = settingsFor(twin, { DATABASE_URL, SWITCHBOARD_HOME: join(program.folder, 'none') })
    for (const moment of MOMENTS) await killAt(program.run('all', settings), twin, moment)

    const last = program.run('all', settings)
    const client = openClient(await last.listening(), TOKEN)
    await waitForSync(client)
    const expected = await handedOut(openDesk(twin.url))
    expect(expected.messages.length).toBeGreaterThan(1_000)
    expect(await shown(client)).toEqual(expected)
    await using database = await openDatabase({ url: DATABASE_URL })
    expect(await stored(database.system)).toEqual(expected)
    const created = await database.system.query<{ rows: number }>(
      `select count(*)::int as rows from event where op = 'created' group by row_id, kind having count(*) > 1`,
    )
    expect(created).toEqual([])
    expect(await last.end('SIGTERM')).toBe(0)
    await drop()
  }, 1_200_000)
})

test('on its own embedded database: what was written while it was dead is there after the next sync', async () => {
  await using twin = await startTwin()
  const desk = openDesk(twin.url)
  const settings = settingsFor(twin, { SWITCHBOARD_HOME: join(program.folder, 'home') })
  await killAt(program.run('all', settings), twin, ['/conversations/2', 60])
  const [conversationId = ''] = (await desk.ids('conversations')).slice(-1)
  await desk.act('/customers/reply', { conversationId, body: 'Written while nobody listened.' })
  await desk.act('/customers/open', { body: 'So was this.' })

  const last = program.run('all', settings)
  const client = openClient(await last.listening(), TOKEN)
  await waitForSync(client)
  const { id } = await theIntegration(client)
  await client.ask(SyncIntegrationDocument, { input: { id } })
  const expected = await handedOut(desk)
  await vi.waitFor(async () => expect(await shown(client)).toEqual(expected), { ...LATER, interval: 250 })
  expect(await last.end('SIGTERM')).toBe(0)
}, 1_200_000)
