import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Batch } from '../../store/change.ts'
import type { Store } from '../../store/store.ts'
import { buildProgram, freePort, type Process } from '../e2e/program.ts'
import { openTestStore } from '../setup/store.ts'
import { batch, makeIntegration, upsert } from '../store/records.ts'

/** How many conversations there are, `c0` and so on. */
export const CONVERSATIONS = 5

/** A gateway and subgraphs in processes of their own, over a database into which the test writes. */
export interface RunningGateway extends AsyncDisposable {
  readonly store: Store
  readonly workspaceId: string
  /** Of `/graphql`, whichever process listens there. */
  readonly socketUrl: string
  readonly httpUrl: string
  /** A token of the one member. */
  issue(expiresAt?: Date): Promise<string>
  /** Says so much, one message after the other, each in the conversation that is next; numbers go on from the last. */
  say(count: number, text?: string): Promise<void>
  /** How many were said. */
  readonly said: number
  /** `kill -9`. */
  kill(): Promise<void>
  /** Starts the gateway again, on the same port. */
  start(): Promise<void>
  /** Has the subgraphs reached by another name, so that all that is followed needs a new source. */
  moveSubgraphs(): Promise<void>
}

/** Starts the processes. */
export async function startGateway(): Promise<RunningGateway> {
  const opened = new AsyncDisposableStack()
  const program = opened.use(await buildProgram())
  const key = { id: 'test', key: randomBytes(32) }
  const { store, url, workspaceId, memberId } = opened.use(await openTestStore({ keys: [key] }))
  const { integrationId } = await makeIntegration(store.database, { workspaceId })
  const [gatewayPort, subgraphsPort] = [await freePort(), await freePort()]
  const settings = {
    DATABASE_URL: url,
    SWITCHBOARD_DEMO: '0',
    SWITCHBOARD_KEYS: `${key.id}:${key.key.toString('base64')}`,
    SWITCHBOARD_HOME: join(program.folder, 'home'),
  }
  const sdl = await readFile('schema/supergraph.graphql', 'utf8')
  const file = join(program.folder, 'supergraph.graphql')
  const hosts = ['127.0.0.1', 'localhost']
  let moves = 0
  const write = async (): Promise<void> => {
    const host = hosts[moves % hosts.length] ?? ''
    await writeFile(`${file}.new`, sdl.replaceAll('127.0.0.1:4001', `${host}:${subgraphsPort}`))
    await rename(`${file}.new`, file)
  }
  await write()
  const run = (): Process => {
    return program.run('gateway', { ...settings, PORT: gatewayPort }, ['--supergraph', file])
  }
  const subgraphs = program.run('subgraphs', { ...settings, PORT: subgraphsPort })
  let gateway = run()
  await Promise.all([subgraphs.listening(), gateway.listening()])
  const observedAt = (n: number): Batch => batch(integrationId, n, [])
  const threads = Array.from({ length: CONVERSATIONS }, (_, index) => upsert('conversation', `c${index}`))
  await store.apply({ ...observedAt(1), changes: threads })
  let said = 0
  return {
    store,
    workspaceId,
    socketUrl: `ws://127.0.0.1:${gatewayPort}/graphql`,
    httpUrl: `http://127.0.0.1:${gatewayPort}`,
    get said() {
      return said
    },
    issue: async (expiresAt) =>
      (await store.tokens.issue(memberId, { name: `${said}`, expiresAt: expiresAt ?? null })).secret,
    async say(count, text = 'Hello') {
      for (let index = 0; index < count; index++) {
        const fields = { conversationRemoteId: `c${said % CONVERSATIONS}`, text }
        await store.apply({ ...observedAt(2 + said), changes: [upsert('message', `m${said}`, fields)] })
        said += 1
      }
    },
    kill: async () => void (await gateway.end('SIGKILL')),
    async start() {
      gateway = run()
      await gateway.listening()
    },
    async moveSubgraphs() {
      moves += 1
      await write()
      gateway.signal('SIGHUP')
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
