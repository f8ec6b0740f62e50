import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ConversationsDocument, MessageAddedDocument } from '../../schema/operations.ts'
import { openDatabase } from '../../store/database.ts'
import { openEvents } from '../../store/events.ts'
import { openProxy, type Proxy } from '../ingest/proxy.ts'
import { cursorNow } from '../setup/cursor.ts'
import { makeTestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { SOON } from '../setup/soon.ts'
import { type Client, openClient } from './client.ts'
import { type Desk, openDesk } from './desk.ts'
import { ANSWER, answerAndHear, THANKS, writeAndHear } from './journey.ts'
import { buildProgram, freePort, type Process, type Program } from './program.ts'
import { TOKEN } from './site.ts'
import { statusOf } from './status-of.ts'

const ROLES = ['twins', 'subgraphs', 'ingest', 'gateway'] as const
/** Those that stand on the database. */
const READY = ['subgraphs', 'ingest', 'gateway'] as const
type Role = (typeof ROLES)[number]

let program: Program

beforeAll(async () => {
  program = await buildProgram()
})

afterAll(() => program?.[Symbol.asyncDispose]())

/** Settings of every role, on ports that are known before any of them listens. */
async function settingsFor(databaseUrl: string): Promise<(role: Role) => Record<string, string>> {
  const ports = new Map<Role, string>()
  for (const role of ROLES) ports.set(role, await freePort())
  const urlOf = (role: Role): string => `http://127.0.0.1:${ports.get(role) ?? ''}`
  const shared = {
    DATABASE_URL: databaseUrl,
    SWITCHBOARD_HOME: join(program.folder, randomUUID()),
    SWITCHBOARD_KEYS: `e2e:${randomBytes(32).toString('base64')}`,
    SWITCHBOARD_DEMO: '1',
    SWITCHBOARD_DEMO_PROVIDERS: 'intercom',
    SWITCHBOARD_DEMO_TOKEN: TOKEN,
    SWITCHBOARD_INTERCOM_URL: urlOf('twins'),
    SWITCHBOARD_SUBGRAPHS_URL: urlOf('subgraphs'),
    SWITCHBOARD_INGEST_URL: urlOf('ingest'),
  }
  return (role) => ({ ...shared, PORT: ports.get(role) ?? '' })
}

interface Health {
  readonly status: number
  readonly body: string
}

describe.each(testServers)('each role its own process, on $name', (server) => {
  const running = new Map<Role, Process>()
  const urls = new Map<Role, string>()
  let settings: (role: Role) => Record<string, string>
  let proxy: Proxy
  let database: { readonly url: string; readonly drop: () => Promise<void> }
  let client: Client
  let desk: Desk

  const start = async (role: Role): Promise<void> => {
    const started = program.run(role, settings(role))
    running.set(role, started)
    urls.set(role, await started.listening())
  }
  const ready = async (role: Role): Promise<Health> => {
    const response = await fetch(`${urls.get(role) ?? ''}/health/ready`)
    return { status: response.status, body: await response.text() }
  }

  beforeAll(async () => {
    database = await makeTestDatabase(server, 'empty')
    proxy = await openProxy(database.url)
    settings = await settingsFor(proxy.url)
    await start('twins')
    // In no order: whoever comes first makes the tables, and the gateway waits for nobody.
    await Promise.all([start('gateway'), start('ingest'), start('subgraphs')])
    client = openClient(urls.get('gateway') ?? '', TOKEN)
    desk = openDesk(urls.get('twins') ?? '')
    await vi.waitFor(async () => {
      const { conversations } = await client.ask(ConversationsDocument, { first: 1 })
      if (conversations.totalCount < 200) throw new Error(`only ${conversations.totalCount} conversations yet`)
    }, SOON)
  })

  afterAll(async () => {
    await Promise.all([...running.values()].map((each) => each.end('SIGTERM')))
    await proxy?.[Symbol.asyncDispose]()
    await database?.drop()
  })

  test('says of each process that it lives and is ready', async () => {
    for (const role of READY) {
      const isReady = { status: 200, body: expect.stringContaining(`"roles":["${role}"]`) }
      await vi.waitFor(async () => expect(await ready(role)).toEqual(isReady), SOON)
      expect(await statusOf(`${urls.get(role) ?? ''}/health/live`)).toBe(200)
    }
  })

  test('an answer reaches the customer, and its echo makes neither a second message nor a second event', async () => {
    await using direct = await openDatabase({ url: database.url })
    const [row] = await direct.system.query<{ id: string }>(`select id from workspace`)
    await using events = openEvents(direct)
    const both = [ANSWER, THANKS]
    const after = await cursorNow({ database: direct, events }, row?.id ?? '')
    expect(await answerAndHear(client, desk, after)).toEqual({ atProvider: both, inGraph: both, heard: both })
  })

  test('what a customer writes reaches a subscriber, with what two subgraphs know of it', async () => {
    const { heard, expected } = await writeAndHear(client, desk)
    expect(heard).toMatchObject(expected)
  })

  test.each(['intercom', 'support', 'integrations'])(
    'refuses who asks the subgraph %s without the gateway',
    async (name) => {
      const door = `${urls.get('subgraphs') ?? ''}/subgraphs/${name}/graphql`
      const body = JSON.stringify({ query: '{ __typename }' })
      for (const authorization of ['', `Bearer ${TOKEN}`]) {
        const headers = { 'content-type': 'application/json', authorization }
        const response = await fetch(door, { method: 'POST', headers, body })
        expect(response.status).toBe(401)
        expect(await response.text()).toContain('UNAUTHENTICATED')
      }
    },
  )

  test('without the subgraphs the gateway says which are missing, answers with a code, and recovers', async () => {
    expect(await running.get('subgraphs')?.end('SIGTERM')).toBe(0)
    const { status, body } = await ready('gateway')
    expect(status).toBe(503)
    for (const name of ['intercom', 'support', 'integrations']) {
      expect(body).toMatch(new RegExp(`subgraph \\\\"${name}\\\\" cannot be reached: `))
    }
    const { errors } = await client.send(ConversationsDocument, { first: 1 })
    expect(errors.map(({ extensions }) => extensions?.code)).toEqual(['SUBGRAPH_UNAVAILABLE'])

    await start('subgraphs')
    await vi.waitFor(async () => expect((await ready('gateway')).status).toBe(200), SOON)
    await client.ask(ConversationsDocument, { first: 1 })
  })

  test('without the database each says so, answers with a code, and recovers', async () => {
    proxy.cut()
    for (const role of ['subgraphs', 'ingest'] as const) {
      expect(await ready(role)).toEqual({ status: 503, body: expect.stringContaining('the database does not answer') })
    }
    const { errors } = await client.send(ConversationsDocument, { first: 1 })
    expect(errors.map(({ extensions }) => extensions?.code)).toEqual(['DATABASE_UNAVAILABLE'])

    proxy.mend()
    await vi.waitFor(async () => {
      for (const role of READY) expect((await ready(role)).status).toBe(200)
      await client.ask(ConversationsDocument, { first: 1 })
    }, SOON)
    const { heard, expected } = await writeAndHear(client, desk)
    expect(heard).toMatchObject(expected)
  })

  test('ends on SIGTERM, whatever it does, with 0', async () => {
    await using heard = client.subscribe(MessageAddedDocument, { includeBackfill: true })
    await heard.next()
    const ended = await Promise.all(ROLES.map(async (role) => [role, await running.get(role)?.end('SIGTERM')]))
    expect(Object.fromEntries(ended)).toEqual({ twins: 0, subgraphs: 0, ingest: 0, gateway: 0 })
  })
})
