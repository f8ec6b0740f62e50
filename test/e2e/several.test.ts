import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { RoleName } from '../../config.ts'
import { DEMO_ACCESS_TOKEN } from '../../demo/simulated.ts'
import { MessageAddedDocument, type MessageAddedSubscription } from '../../schema/operations.ts'
import { type Database, openDatabase } from '../../store/database.ts'
import { openEvents } from '../../store/events.ts'
import { startIntercomTwin } from '../../twins/intercom/index.ts'
import { openProxy } from '../ingest/proxy.ts'
import { readMetric } from '../observe/read-metrics.ts'
import { natsUrl } from '../setup/bells.ts'
import { cursorNow } from '../setup/cursor.ts'
import { makeTestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { LATER } from '../setup/soon.ts'
import { type Client, type Feed, openClient } from './client.ts'
import { openDesk } from './desk.ts'
import { someConversation } from './journey.ts'
import { buildProgram, freePort, type Program } from './program.ts'
import { APP, TOKEN } from './site.ts'
import { waitForSync } from './syncing.ts'

let program: Program

beforeAll(async () => {
  program = await buildProgram()
})

afterAll(() => program?.[Symbol.asyncDispose]())

/** What carries the bell, and how it is cut off. */
interface Wire {
  readonly settings: Readonly<Record<string, string>>
  cut(): Promise<unknown>
  mend(): void
  /** Whether it carries nothing from `cut` to `mend`; else it is cut once, and back by itself. */
  readonly staysCut: boolean
}

const CUT_LISTENERS = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and application_name = 'switchboard listener'`

const bells: readonly {
  readonly name: string
  readonly isThere: boolean
  readonly open: (opened: AsyncDisposableStack, database: Database) => Promise<Wire>
}[] = [
  {
    name: 'LISTEN/NOTIFY',
    isThere: true,
    open: async (_opened, { system }) => ({
      settings: {},
      cut: async () => expect(await system.query(CUT_LISTENERS)).not.toEqual([]),
      mend: () => undefined,
      staysCut: false,
    }),
  },
  {
    name: 'NATS',
    isThere: natsUrl !== null,
    async open(opened) {
      const proxy = opened.use(await openProxy(natsUrl ?? ''))
      return {
        settings: { NATS_URL: `nats://127.0.0.1:${new URL(proxy.url).port}` },
        cut: async () => proxy.cut(),
        mend: () => proxy.mend(),
        staysCut: true,
      }
    },
  },
]

/** Who follows what is said, on one gateway after the other. */
class Subscriber {
  readonly heard: MessageAddedSubscription['messageAdded'][] = []
  #feed: Feed<MessageAddedSubscription> | null = null
  readonly #start: string

  constructor(start: string) {
    this.#start = start
  }

  /** The words of what it heard, in the order in which it did. */
  get words(): readonly (string | null | undefined)[] {
    return this.heard.map(({ message }) => message?.text)
  }

  followAt(client: Client): void {
    this.#feed = client.subscribe(MessageAddedDocument, { after: this.heard.at(-1)?.cursor ?? this.#start })
  }

  async leave(): Promise<void> {
    await this.#feed?.[Symbol.asyncDispose]()
    this.#feed = null
  }

  /** Ends when it has heard as much. */
  async hear(count: number): Promise<void> {
    if (this.#feed === null) throw new Error('it follows nothing')
    while (this.heard.length < count) this.heard.push((await this.#feed.next()).messageAdded)
  }
}

describe.each(bells)('two processes of every role, over $name', ({ isThere, open }) => {
  test.skipIf(!isThere)(
    'every subscriber hears each event once and in order, wherever it goes on',
    async () => {
      await using opened = new AsyncDisposableStack()
      const { url, drop } = await makeTestDatabase(testServers[0], 'migrated')
      opened.defer(drop)
      const database = opened.use(await openDatabase({ url }))
      const wire = await open(opened, database)
      const twin = opened.use(
        await startIntercomTwin({
          ...APP,
          accessToken: DEMO_ACCESS_TOKEN,
          contacts: 8,
          companies: 1,
          conversations: 8,
          tickets: 1,
        }),
      )
      const desk = openDesk(twin.url)
      const settings = {
        ...wire.settings,
        DATABASE_URL: url,
        SWITCHBOARD_HOME: join(program.folder, 'none'),
        SWITCHBOARD_KEYS: `e2e:${randomBytes(32).toString('base64')}`,
        SWITCHBOARD_DEMO: '1',
        SWITCHBOARD_DEMO_PROVIDERS: 'intercom',
        SWITCHBOARD_DEMO_TOKEN: TOKEN,
        SWITCHBOARD_INTERCOM_URL: twin.url,
      }
      const start = async (role: RoleName, more: Readonly<Record<string, string>>) => {
        const started = program.run(role, { ...settings, ...more })
        opened.defer(async () => void (await started.end('SIGTERM')))
        return { process: started, url: await started.listening() }
      }
      /** A gateway over subgraphs of its own. */
      const startGateway = async () => {
        const subgraphs = await start('subgraphs', {})
        const gateway = await start('gateway', { SWITCHBOARD_SUBGRAPHS_URL: subgraphs.url })
        return { client: openClient(gateway.url, TOKEN), subgraphs }
      }
      const startIngest = async () => {
        const PORT = await freePort()
        return start('ingest', { PORT, SWITCHBOARD_INGEST_URL: `http://127.0.0.1:${PORT}` })
      }
      const [ingest, otherIngest, one, other] = await Promise.all([
        startIngest(),
        startIngest(),
        startGateway(),
        startGateway(),
      ])
      const pushTo = (the: { readonly url: string }) => desk.act('/webhooks', { url: `${the.url}/webhooks/intercom` })
      await waitForSync(one.client)
      await pushTo(ingest)

      /** How many events each of the two was handed because the bell rang, and not because it looked by itself. */
      const rung = () =>
        Promise.all(
          [one, other].map(async ({ subgraphs }) => {
            const text = await (await fetch(`${subgraphs.url}/metrics`)).text()
            return readMetric(text, 'switchboard_event_lag_seconds_count', { found: 'bell' }) ?? 0
          }),
        )
      const { remoteId } = await someConversation(one.client)
      await using events = openEvents(database)
      const [workspace] = await database.system.query<{ id: string }>('select id from workspace')
      const after = await cursorNow({ database, events }, workspace?.id ?? '')
      const [left, right] = [new Subscriber(after), new Subscriber(after)]
      const written: string[] = []
      const write = async (): Promise<void> => {
        const body = `Question ${written.length + 1}`
        written.push(body)
        await desk.act('/customers/reply', { conversationId: remoteId, body })
      }
      const writeAndHear = async (): Promise<void> => {
        await write()
        await Promise.all([left.hear(written.length), right.hear(written.length)])
      }
      /** Customers write until both have heard of it by the bell. */
      const writeUntilRung = async (): Promise<void> => {
        const before = await rung()
        await vi.waitFor(async () => {
          await writeAndHear()
          for (const [index, count] of (await rung()).entries()) expect(count).toBeGreaterThan(before[index] ?? 0)
        }, LATER)
      }

      left.followAt(one.client)
      right.followAt(other.client)
      await writeUntilRung()

      // Each goes on at the other gateway; the ingest process that took all in so far, and may have rung for all, is gone.
      await Promise.all([left.leave(), right.leave()])
      await write()
      await desk.settle()
      await ingest.process.end('SIGKILL')
      await pushTo(otherIngest)
      left.followAt(other.client)
      right.followAt(one.client)
      await writeUntilRung()

      await wire.cut()
      await writeAndHear()
      const before = await rung()
      for (let times = 0; times < 2; times += 1) await writeAndHear()
      const isRung = (await rung()).some((count, index) => count > (before[index] ?? 0))
      expect(wire.staysCut && isRung).toBe(false)
      wire.mend()
      await writeUntilRung()

      const log = await database.system.query<{ text: string }>(
        `select m.text from event e join message m on m.id = e.row_id
       where e.kind = 'message' and e.op = 'created' and m.text like 'Question %' order by e.xid, e.id`,
      )
      const words = log.map(({ text }) => text)
      // What the process that was killed had taken in may be worked after what came later.
      expect(words.toSorted()).toEqual(written.toSorted())
      for (const subscriber of [left, right]) expect(subscriber.words).toEqual(words)
      expect(left.heard.map(({ cursor }) => cursor)).toEqual(right.heard.map(({ cursor }) => cursor))
    },
    600_000,
  )
})
