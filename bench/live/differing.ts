import type { ChildProcess } from 'node:child_process'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { toNodeId } from '../../store/id.ts'
import { batch, makeIntegration, upsert } from '../../test/store/records.ts'
import { sumUp } from '../graph/timed.ts'
import { SERVER_OPTION } from '../scratch.ts'
import { askChild, startChild } from './ask-child.ts'
import type { Asked, AudienceDone, AudienceOrder } from './audience.ts'
import { nowMs } from './now.ts'
import { cpuMs, residentBytes } from './spent.ts'
import { setStage, type Stage } from './stage.ts'

const AUDIENCES = 2
const EVENTS = 100

const MESSAGES = `subscription ($id: ID!, $after: String!) {
  messageAdded(conversationId: $id, after: $after, filter: { type: [REPLY] }) { cursor message { text } } }`
const UPDATES = `subscription ($id: ID!, $after: String!) {
  conversationUpdated(id: $id, after: $after) { cursor conversation { subject } } }`

/** The product, and what is followed in it. */
interface Scene {
  readonly stage: Stage
  readonly roles: readonly { readonly name: string; readonly child: ChildProcess }[]
  readonly audiences: readonly ChildProcess[]
  readonly integrationId: string
  /** The conversations, each followed by one; by their place. */
  readonly ids: readonly string[]
}

/**
 * Measures what it costs that live subscriptions differ: each follows a conversation of its own, one half what is said in it
 * and one half its changes. Every event concerns one of them; its cost is measured with ever more others beside it.
 *
 * Options: `--server URL` of a PostgreSQL server on which databases may be made, `--sizes`, how many there are, one step after the other, with commas between them.
 */
export async function benchDiffering(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      server: SERVER_OPTION,
      sizes: { type: 'string', default: '10,1000,10000' },
    },
  })
  const sizes = values.sizes.split(',').map(Number)
  await using opened = new AsyncDisposableStack()
  const stage = await setStage(values.server, opened)
  const { integrationId, ids } = await openConversations(stage, Math.max(...sizes))
  const roles: { name: string; child: ChildProcess }[] = []
  for (const name of ['subgraphs', 'gateway'] as const) roles.push({ name, child: await stage.start(name) })
  const audiences = Array.from({ length: AUDIENCES }, () => startChild('audience.js', opened))
  const scene: Scene = { stage, roles, audiences, integrationId, ids }

  console.log(`\n### live subscriptions that differ, ${EVENTS} events that concern one each\n`)
  console.log(
    '| subscriptions | stored → heard p50 | p95 | max ms | CPU ms/event, subgraphs | gateway | KiB each, subgraphs | gateway |',
  )
  console.log('| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |')
  let size = 0
  for (const next of sizes) {
    const before = roles.map(({ child }) => residentBytes(child))
    await gather(scene, size, next)
    const kib = roles.map(({ child }, index) => (residentBytes(child) - (before[index] ?? 0)) / 1_024 / (next - size))
    size = next
    await play(scene, size, 5)
    const figures = await play(scene, size, EVENTS)
    const { p50, p95, max } = sumUp(figures.lags)
    const row = [p50, p95, max, ...figures.cpu, ...kib].map((each) => each.toFixed(1))
    console.log(`| ${[size.toLocaleString('en'), ...row].join(' | ')} |`)
  }
  const load = loadavg().map((each) => each.toFixed(1))
  console.log(`\nload ${load.join(' ')}`)
}

const order = (child: ChildProcess, what: AudienceOrder): Promise<AudienceDone> => askChild<AudienceDone>(child, what)

/** Stores a conversation for each subscriber. */
async function openConversations(
  { store, workspaceId }: Stage,
  most: number,
): Promise<Pick<Scene, 'integrationId' | 'ids'>> {
  const { integrationId } = await makeIntegration(store.database, { workspaceId })
  const remoteIds = Array.from({ length: most }, (_, index) => `c${index}`)
  const ids: string[] = []
  for (let from = 0; from < most; from += 1_000) {
    const some = remoteIds.slice(from, from + 1_000)
    const { changed } = await store.apply(
      batch(
        integrationId,
        1,
        some.map((remoteId) => upsert('conversation', remoteId)),
      ),
    )
    ids.push(...changed.filter(({ kind }) => kind === 'conversation').map(({ id }) => toNodeId('conversation', id)))
  }
  return { integrationId, ids }
}

/** Subscriber n follows conversation n from now on, and lives in audience n modulo their number. */
async function gather(
  { stage: { store, workspaceId, token, socketUrl: url }, audiences, ids }: Scene,
  from: number,
  to: number,
): Promise<void> {
  // Without a place to begin at, what is said before the subgraph has taken the subscription is not heard.
  const after = await store.events.latest(workspaceId)
  const asked = ids.map((id, index): Asked => ({ query: index % 4 < 2 ? MESSAGES : UPDATES, variables: { id, after } }))
  await Promise.all(
    audiences.map((child, place) => {
      const theirs = asked.slice(from, to).filter((_, index) => index % AUDIENCES === place)
      return order(child, { kind: 'gather', url, token, asked: theirs })
    }),
  )
}

interface Played {
  readonly lags: readonly number[]
  /** Milliseconds for each event, by role. */
  readonly cpu: readonly number[]
}

let version = 1

/** Stores events one by one, each heard by the one whom it concerns, and by nobody else. */
async function play({ stage, roles, audiences, integrationId }: Scene, size: number, events: number): Promise<Played> {
  const before = roles.map(({ child }) => cpuMs(child))
  const lags: number[] = []
  for (let n = 0; n < events; n++) {
    const subscriber = (n * 7_919) % size
    const child = audiences[subscriber % AUDIENCES]
    if (child === undefined) throw new Error('expected an audience')
    const hearing = order(child, { kind: 'await', events: 1, holding: '' })
    version += 1
    const change =
      subscriber % 4 < 2
        ? upsert('message', `m${version}`, { conversationRemoteId: `c${subscriber}`, text: 'said' })
        : upsert('conversation', `c${subscriber}`, { subject: `about ${version}` })
    await stage.store.apply(batch(integrationId, version, [change]))
    const storedMs = nowMs()
    const { heard } = await hearing
    const [[who, atMs] = [Number.NaN, Number.NaN], ...others] = heard
    if (others.length > 0 || who !== Math.floor(subscriber / AUDIENCES)) {
      throw new Error(`an event of conversation ${subscriber} was heard by ${JSON.stringify(heard)}`)
    }
    lags.push(atMs - storedMs)
  }
  return { lags, cpu: roles.map(({ child }, index) => (cpuMs(child) - (before[index] ?? Number.NaN)) / events) }
}
