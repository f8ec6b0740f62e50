import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Program } from '../e2e/program.ts'
import { breakThings } from './breaking.ts'
import { ask, type Graph } from './calls.ts'
import { act, type Desk, openDesks } from './desks.ts'
import { differencesOf } from './differences.ts'
import { faultsOf } from './heard.ts'
import { openServer, type Server } from './postgres.ts'
import { openParts, type Part } from './roles.ts'
import { send, type Wish } from './senders.ts'
import { follow } from './subscribers.ts'

/** How one run goes. */
export interface ChaosOptions {
  /** What is done, and what is broken when, is made of it; how processes run beside each other is not. */
  readonly seed: number
  /** How many things are broken, one after the other; about as many seconds on a quiet machine. */
  readonly faults: number
  /** How long everything may take to be in order again afterwards. */
  readonly healMs: number
  readonly providers: readonly string[]
  readonly subscribers: number
  readonly log: (line: string) => void
}

/** What happened, and what is wrong: nothing, or the run failed. */
export interface ChaosReport {
  readonly seed: number
  readonly faults: Readonly<Record<string, number>>
  readonly acts: Readonly<Record<string, number>>
  readonly sends: Readonly<Record<string, number>>
  readonly events: number
  readonly connections: number
  readonly rows: number
  readonly healedInMs: number
  readonly wrong: readonly string[]
}

const ACTS_EVERY_MS = 400
const SENDS_EVERY_MS = 500
const FAULTS_EVERY_MS = 700

/**
 * Runs the product as several processes over a database and desks of its own, lets customers and agents work, and kills
 * and breaks all of it for a while. Then it looks: whether the mirror equals the desks, each message that an agent sent
 * stands at its desk once, each subscriber heard each event once and in order, and no process fell by itself.
 */
export async function runChaos(program: Program, options: ChaosOptions): Promise<ChaosReport> {
  await using opened = new AsyncDisposableStack()
  const { seed, log } = options
  const patience: Patience = { forMs: options.healMs, log }
  const home = join(program.folder, `chaos-${seed}`)
  await mkdir(home, { recursive: true })
  const server = opened.use(await openServer(home))
  const desks = await openDesks(opened, options.providers)
  const key = `chaos:${randomBytes(32).toString('base64')}`
  const settings = {
    DATABASE_URL: server.url,
    SWITCHBOARD_HOME: join(home, 'none'),
    SWITCHBOARD_KEYS: key,
    ...appsOf(desks),
  }
  const token = await makeToken(program, settings)
  const parts = await openParts(program, { ...settings, SWITCHBOARD_DEMO: '0' })
  const ground: Ground = {
    server,
    desks,
    parts,
    graphs: ['gateway-a', 'gateway-b'].map((name) => ({ url: urlOf(parts, name), token })),
  }
  await connect(ground)
  log(`seed ${seed}: connected, first sync`)
  await waitUntil(patience, () => whatIsUnsynced(ground))
  const from = await placeNow(server)
  const subscribers = Array.from({ length: options.subscribers }, (_, n) =>
    follow(`subscriber ${n}`, n % 2 === 0 ? ground.graphs : ground.graphs.toReversed(), from),
  )
  opened.defer(async () => void (await Promise.all(subscribers.map((each) => each.stop()))))

  log(`seed ${seed}: ${options.faults} faults`)
  const acting = act(desks, seed, ACTS_EVERY_MS)
  const sending = send(ground.graphs, seed, SENDS_EVERY_MS)
  const broken = await breakThings(ground, { seed, faults: options.faults, everyMs: FAULTS_EVERY_MS })
  await acting.stop()
  await sending.stop()

  log(`seed ${seed}: healing`)
  const began = performance.now()
  const unhealed = await waitUntil(patience, () => whatIsUnhealed(ground, sending.wishes))
  const healedInMs = Math.round(performance.now() - began)
  const unheard = await waitUntil(patience, async () =>
    (await Promise.all(subscribers.map((each) => faultsOf(each, server, from)))).flat(),
  )
  await Promise.all(subscribers.map((each) => each.stop()))
  const fell = [...parts.values()].flatMap((part) => part.fell)
  const refusals = subscribers.flatMap((each) => each.refusals)
  const [held] = await server.query<{ rows: number }>('select count(*)::int as rows from message')
  return {
    seed,
    faults: broken,
    acts: acting.counts,
    sends: tally(sending.wishes.map(({ outcome }) => outcome)),
    events: subscribers[0]?.cursors.length ?? 0,
    connections: subscribers.reduce((sum, each) => sum + each.connections, 0),
    rows: held?.rows ?? 0,
    healedInMs,
    wrong: [...unhealed, ...unheard, ...fell, ...refusals],
  }
}

interface Ground {
  readonly server: Server
  readonly desks: readonly Desk[]
  readonly parts: ReadonlyMap<string, Part>
  readonly graphs: readonly Graph[]
}

const urlOf = (parts: ReadonlyMap<string, Part>, name: string): string => parts.get(name)?.url ?? ''

/** Where the desks are, and the apps that they know. */
function appsOf(desks: readonly Desk[]): Record<string, string> {
  const settings: Record<string, string> = {}
  for (const { provider, world } of desks) {
    const name = provider.toUpperCase()
    settings[`SWITCHBOARD_${name}_URL`] = world.settings.baseUrl ?? ''
    const app = world.ways.find((way) => way.kind === 'oauth2')?.app
    if (app)
      Object.assign(settings, { [`${name}_CLIENT_ID`]: app.clientId, [`${name}_CLIENT_SECRET`]: app.clientSecret })
  }
  return settings
}

async function makeToken(program: Program, settings: Readonly<Record<string, string>>): Promise<string> {
  const words = ['create', '--workspace', 'Chaos', '--email', 'owner@chaos.test', '--role', 'OWNER']
  const making = program.run('token', settings, words)
  const code = await making.ended
  const secret = making.lines.find((line) => line.startsWith('swb_'))
  if (code !== 0 || secret === undefined) throw new Error(`no token: ${making.lines.join('\n')}`)
  return secret
}

const connected = z.object({
  connectWithCredentials: z.object({
    integration: z.object({ id: z.string() }).nullable(),
    userErrors: z.array(z.object({ message: z.string() })),
  }),
})

async function connect({ graphs, desks, parts }: Ground): Promise<void> {
  const [graph] = graphs
  if (graph === undefined) return
  for (const { provider, world } of desks) {
    const way = world.ways.find((each) => each.kind === 'fields')
    const fields = Object.entries(way?.values ?? {}).map(([name, value]) => ({ name, value }))
    const { connectWithCredentials } = await ask(graph, connected, {
      query: `mutation ($input: ConnectWithCredentialsInput!) { connectWithCredentials(input: $input) {
        integration { id } userErrors { message } } }`,
      variables: { input: { provider: provider.toUpperCase(), fields } },
    })
    if (connectWithCredentials.integration === null) throw new Error(JSON.stringify(connectWithCredentials.userErrors))
    const url = `${urlOf(parts, 'ingest-a')}/webhooks/${provider}`
    await world.deliverTo({ url, secret: '' }).catch(() => undefined)
  }
}

const integrations = z.object({
  integrations: z.object({
    nodes: z.array(
      z.object({
        id: z.string(),
        provider: z.string(),
        status: z.string(),
        syncedAt: z.string().nullable(),
        syncing: z.boolean(),
      }),
    ),
  }),
})

const standing = ({ graphs: [graph] }: Ground) =>
  graph === undefined
    ? []
    : ask(graph, integrations, { query: '{ integrations { nodes { id provider status syncedAt syncing } } }' }).then(
        (data) => data.integrations.nodes,
      )

async function whatIsUnsynced(ground: Ground): Promise<string[]> {
  return (await standing(ground))
    .filter(({ status, syncedAt, syncing }) => status !== 'ACTIVE' || syncedAt === null || syncing)
    .map(({ provider, status }) => `${provider} is ${status} and not read to its end`)
}

/** Has everything that was due sent and read, and says what is still not as it should be. */
async function whatIsUnhealed(ground: Ground, wishes: readonly Wish[]): Promise<string[]> {
  const { desks, server } = ground
  await Promise.all(desks.map(({ world }) => world.delivered()))
  const pending = await server.query<{ topic: string }>(`select topic from delivery where status = 'PENDING'`)
  const unsynced = await whatIsUnsynced(ground)
  if (pending.length > 0 || unsynced.length > 0)
    return [...unsynced, ...pending.map(({ topic }) => `${topic} waits to be worked`)]
  const differences = (await Promise.all(desks.map((desk) => differencesOf(desk, server)))).flat()
  if (differences.length > 0) await askForSyncs(ground)
  return [...differences, ...(await whatWasNotSentOnce(ground, wishes))]
}

async function askForSyncs(ground: Ground): Promise<void> {
  const query = 'mutation ($input: IntegrationInput!) { syncIntegration(input: $input) { integration { id } } }'
  for (const { id } of await standing(ground)) {
    for (const graph of ground.graphs.slice(0, 1))
      await ask(graph, z.unknown(), { query, variables: { input: { id } } })
  }
}

/** Each wish whose words do not stand at its desk as often as its sender was told. */
async function whatWasNotSentOnce({ desks, server }: Ground, wishes: readonly Wish[]): Promise<string[]> {
  const wrong: string[] = []
  for (const { provider, world } of desks) {
    const threads = await server.query<{ kind: 'ticket' | 'conversation'; remoteId: string }>(
      `select 'ticket' as kind, remote_id as "remoteId" from ticket where provider = $1 and deleted_at is null
       union all select 'conversation', remote_id from conversation where provider = $1 and deleted_at is null`,
      [provider],
    )
    const said = new Map<string, number>()
    for (const thread of threads) {
      for (const { text } of await world.messages(thread).catch(() => [])) said.set(text, (said.get(text) ?? 0) + 1)
    }
    for (const { text, key, outcome, provider: where } of wishes) {
      if (where.toLowerCase() !== provider) continue
      const times = said.get(text) ?? 0
      const expected = outcome === 'SENT' ? [1] : outcome === 'OUTCOME_UNKNOWN' ? [0, 1] : [0]
      if (!expected.includes(times))
        wrong.push(`${key} was told as ${outcome} and stands at ${provider} ${times} times`)
    }
  }
  return wrong
}

/** The place behind all that is readable in the log. */
async function placeNow(server: Server): Promise<string> {
  const [row] = await server.query<{ xid: string }>('select pg_snapshot_xmin(pg_current_snapshot())::text as xid')
  const bytes = Buffer.alloc(16)
  bytes.writeBigUInt64BE(BigInt(row?.xid ?? 0), 0)
  return bytes.toString('base64url')
}

interface Patience {
  readonly forMs: number
  readonly log: (line: string) => void
}

/** Looks until there is nothing to say, and answers what was said last. */
async function waitUntil({ forMs, log }: Patience, look: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const end = performance.now() + forMs
  for (let before = -1; ;) {
    const said = await look().catch((error: unknown) => [String(error)])
    if (said.length !== before) log(`  ${said.length} to mend${said.length > 0 ? `: ${said[0]}` : ''}`)
    before = said.length
    if (said.length === 0 || performance.now() > end) return said
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
}

function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}
