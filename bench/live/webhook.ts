import type { ChildProcess } from 'node:child_process'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import type { Thread } from '../../kit/actions.ts'
import { EVENT_CHANNEL } from '../../store/event-table.ts'
import { ask } from '../../test/chaos/calls.ts'
import { sumUp } from '../graph/timed.ts'
import { SERVER_OPTION } from '../scratch.ts'
import { askChild, startChild } from './ask-child.ts'
import type { AudienceDone, AudienceOrder } from './audience.ts'
import type { DeskOpened, DeskTold, DeskWrote } from './desk.ts'
import { nowMs } from './now.ts'
import { cpuMs } from './spent.ts'
import { type LiveRole, setStage, type Stage } from './stage.ts'

const AUDIENCES = 2
/** So many threads are begun at each provider, and so many times is written into each of them. */
const THREADS = 12
const REPLIES = 5

const SAID = { query: 'subscription { messageAdded { cursor message { text } } }', variables: {} }
/** One who asks for nothing that is read for it. */
const PLACE = { query: 'subscription { messageAdded { cursor } }', variables: {} }

/** When one event was where, in milliseconds since its webhook was posted. */
interface Way {
  readonly acknowledged: number
  /** When the provider had answered what it was asked before there was an event; not a number where it was not. */
  readonly asked: number
  readonly answered: number
  readonly rung: number
  readonly placed: number
  readonly first: number
  readonly last: number
  readonly calls: number
}

const STEPS: readonly (readonly [name: string, step: keyof Way])[] = [
  ['acknowledged: verified, stored with its job, 200 at the provider', 'acknowledged'],
  ['worked: the first call of the provider is there', 'asked'],
  ['answered: the last call before the event', 'answered'],
  ['stored: the bell of the event rings', 'rung'],
  ['told: one heard who asks for its cursor alone', 'placed'],
  ['executed: the first subscriber heard', 'first'],
  ['sent: the last subscriber heard', 'last'],
]

/** What the product's processes and those around them are to each other here. */
interface Scene {
  readonly roles: { readonly name: LiveRole; readonly child: ChildProcess }[]
  readonly audiences: readonly ChildProcess[]
  /** How many subscribers each holds. */
  readonly share: number
  /** The one who asks for the cursor alone. */
  readonly watcher: ChildProcess
  /** When the bell rang, since it was last emptied. */
  readonly rung: number[]
  /** How often somebody wrote. */
  written: number
}

/**
 * Measures how soon 1,000 subscribers hear what a customer wrote at a provider, from the moment the provider posts its
 * webhook: each provider a simulated one in a process of its own, the product as gateway, subgraphs and ingest.
 *
 * Options: `--server URL` of a PostgreSQL server on which databases may be made, `--subscribers` in all, `--providers` with commas between them.
 */
export async function benchWebhook(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      server: SERVER_OPTION,
      subscribers: { type: 'string', default: '1000' },
      providers: { type: 'string', default: 'intercom,zendesk,freshdesk' },
    },
  })
  const share = Math.ceil(Number(values.subscribers) / AUDIENCES)
  await using opened = new AsyncDisposableStack()
  const stage = await setStage(values.server, opened)
  const desks = await Promise.all(values.providers.split(',').map((provider) => openDesk(provider, opened)))
  const settings = Object.assign({}, ...desks.map((desk) => desk.settings)) as Record<string, string>
  const roles: Scene['roles'] = []
  for (const name of ['subgraphs', 'ingest', 'gateway'] as const) {
    roles.push({ name, child: await stage.start(name, settings) })
  }
  for (const desk of desks) await connect(stage, desk)
  await untilRead(stage)

  const audiences = Array.from({ length: AUDIENCES }, () => startChild('audience.js', opened))
  const watcher = startChild('audience.js', opened)
  const gather = (child: ChildProcess, size: number, asked: typeof SAID): Promise<AudienceDone> =>
    order(child, { kind: 'gather', url: stage.socketUrl, token: stage.token, asked: Array(size).fill(asked) })
  await Promise.all(audiences.map((child) => gather(child, share, SAID)))
  await gather(watcher, 1, PLACE)
  const rung: number[] = []
  opened.use(await stage.store.database.listen(EVENT_CHANNEL, () => void rung.push(nowMs())))
  const scene: Scene = { roles, audiences, share, watcher, rung, written: 0 }
  console.log(`\n### from a provider's webhook to ${share * AUDIENCES} subscribers\n`)
  for (const desk of desks) await measure(scene, desk)
  const load = loadavg().map((each) => each.toFixed(1))
  console.log(`\nload ${load.join(' ')}`)
}

interface OpenDesk extends DeskOpened {
  readonly provider: string
  readonly child: ChildProcess
}

async function openDesk(provider: string, opened: AsyncDisposableStack): Promise<OpenDesk> {
  const child = startChild('desk.js', opened)
  return { provider, child, ...(await askChild<DeskOpened>(child, { kind: 'open', provider })) }
}

const order = (child: ChildProcess, what: AudienceOrder): Promise<AudienceDone> => askChild<AudienceDone>(child, what)

async function connect({ token, urlOf }: Stage, { provider, fields, child }: OpenDesk): Promise<void> {
  await ask(
    { url: urlOf('gateway'), token },
    z.object({ connectWithCredentials: z.object({ userErrors: z.tuple([]) }) }),
    {
      query: `mutation ($input: ConnectWithCredentialsInput!) {
      connectWithCredentials(input: $input) { userErrors { message } } }`,
      variables: { input: { provider: provider.toUpperCase(), fields } },
    },
  )
  await askChild<DeskWrote>(child, { kind: 'deliver', url: `${urlOf('ingest')}/webhooks/${provider}` })
}

const standing = z.object({
  integrations: z.object({ nodes: z.array(z.object({ syncedAt: z.string().nullable(), syncing: z.boolean() })) }),
})

/** Until all providers were read to their end, so that nothing but what is measured is at work. */
async function untilRead({ token, urlOf }: Stage): Promise<void> {
  for (;;) {
    const query = '{ integrations { nodes { syncedAt syncing } } }'
    const { nodes } = (await ask({ url: urlOf('gateway'), token }, standing, { query })).integrations
    if (nodes.every(({ syncedAt, syncing }) => syncedAt !== null && !syncing)) return
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

async function measure(scene: Scene, desk: OpenDesk): Promise<void> {
  const threads: (Thread | null)[] = []
  for (let index = 0; index < THREADS; index++) threads.push((await write(scene, desk, null)).thread)
  const before = scene.roles.map(({ child }) => cpuMs(child))
  const lags: number[] = []
  const ways: Way[] = []
  for (let index = 0; index < THREADS * REPLIES; index++) {
    const { way, each } = await write(scene, desk, threads[index % THREADS] ?? null)
    ways.push(way)
    lags.push(...each)
  }
  print(desk.provider, ways, lags)
  const each = scene.roles.map(({ name, child }, index) => {
    const spent = (cpuMs(child) - (before[index] ?? Number.NaN)) / ways.length
    return `${name} ${spent.toFixed(1)}`
  })
  console.log(`\nCPU ms for each webhook: ${each.join(', ')}`)
}

interface Written {
  readonly thread: Thread | null
  readonly way: Way
  /** How long each subscriber waited. */
  readonly each: readonly number[]
}

/** Has a customer write, and sees it through to the last subscriber. */
async function write(scene: Scene, { child }: OpenDesk, thread: Thread | null): Promise<Written> {
  const { audiences, share, watcher, rung } = scene
  await askChild<DeskTold>(child, { kind: 'tell' })
  await order(watcher, { kind: 'await', events: 0, holding: '' })
  rung.length = 0
  scene.written += 1
  const holding = `parcel ${scene.written} `
  const hearing = audiences.map((audience) => order(audience, { kind: 'await', events: share, holding }))
  const wrote = await askChild<DeskWrote>(child, { kind: 'write', text: `Where is ${holding}of mine?`, thread })
  const heard = (await Promise.all(hearing)).flatMap((done) => done.heard.map(([, atMs]) => atMs))
  const watched = await order(watcher, { kind: 'await', events: 0, holding: '' })
  const told = await askChild<DeskTold>(child, { kind: 'tell' })
  const from = told.postedMs
  const each = heard.map((atMs) => atMs - from)
  const rungAt = rung.find((atMs) => atMs > from) ?? Number.NaN
  const [, placedMs = Number.NaN] = watched.heard.find(([, atMs]) => atMs > from) ?? []
  const before = told.calls.filter(({ fromMs, toMs }) => fromMs > from && toMs < rungAt)
  const way = {
    acknowledged: told.acknowledgedMs - from,
    asked: Math.min(...before.map(({ fromMs }) => fromMs)) - from,
    answered: Math.max(...before.map(({ toMs }) => toMs)) - from,
    rung: rungAt - from,
    placed: placedMs - from,
    first: Math.min(...each),
    last: Math.max(...each),
    calls: before.length,
  }
  return { thread: wrote.thread, way, each }
}

function print(provider: string, ways: readonly Way[], lags: readonly number[]): void {
  const { p50, p95, max } = sumUp(lags)
  const calls = sumUp(ways.map((way) => way.calls))
  const figures = [p50, p95, max].map((ms) => ms.toFixed(1))
  console.log(
    `\n${provider}: posted → heard p50 ${figures[0]}, p95 ${figures[1]}, max ${figures[2]} ms (${lags.length} deliveries of ` +
      `${ways.length} webhooks; calls of the provider before the event: ${calls.p50}, at most ${calls.max})\n`,
  )
  console.log('| ms since it was posted | p50 | p95 | max | p50 since the step before |')
  console.log('| --- | ---: | ---: | ---: | ---: |')
  let before: keyof Way | null = null
  for (const [name, step] of STEPS) {
    const taken = ways.filter((way) => Number.isFinite(way[step]))
    if (taken.length < ways.length / 2) continue
    const since = before
    const timed = sumUp(taken.map((way) => way[step]))
    const alone = sumUp(taken.map((way) => way[step] - (since === null ? 0 : way[since])))
    const row = [timed.p50, timed.p95, timed.max, alone.p50].map((ms) => ms.toFixed(1))
    console.log(`| ${name} | ${row.join(' | ')} |`)
    before = step
  }
}
