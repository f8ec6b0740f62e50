import type { ChildProcess } from 'node:child_process'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import type { Change } from '../../store/change.ts'
import { toNodeId } from '../../store/id.ts'
import { batch, makeIntegration, upsert } from '../../test/store/records.ts'
import { sumUp } from '../graph/timed.ts'
import { SERVER_OPTION } from '../scratch.ts'
import { askChild, startChild } from './ask-child.ts'
import type { Asked, AudienceDone, AudienceOrder } from './audience.ts'
import { nowMs } from './now.ts'
import { cpuMs, residentBytes, untilIdle } from './spent.ts'
import { setStage, type Stage } from './stage.ts'

const AUDIENCES = 2
const EVENTS = 100

const MESSAGES = `subscription ($id: ID!, $after: String!) {
  messageAdded(conversationId: $id, after: $after, filter: { type: [REPLY] }) { cursor message { text } } }`
const UPDATES = `subscription ($id: ID!, $after: String!) {
  conversationUpdated(id: $id, after: $after) { cursor conversation { subject } } }`
const FILTERED = `subscription ($type: [MessageType!]!, $after: String!) {
  messageAdded(after: $after, filter: { type: $type }) { cursor message { text } } }`

/** How subscriptions differ. */
interface Way {
  readonly title: string
  /** What subscriber n asks, of the conversations by their place. */
  readonly ask: (n: number, ids: readonly string[]) => Asked
  /** The event of a turn: who of so many hears it, and what changes. */
  readonly next: (turn: number, size: number) => { readonly subscriber: number; readonly change: Change }
}

let version = 1

const message = (conversation: number): Change =>
  upsert('message', `m${version}`, { conversationRemoteId: `c${conversation}`, text: 'said' })

const WAYS: readonly Way[] = [
  {
    title: 'live subscriptions that differ by their conversation',
    ask: (n, ids) => ({ query: n % 4 < 2 ? MESSAGES : UPDATES, variables: { id: ids[n] } }),
    next: (turn, size) => {
      const subscriber = (turn * 7_919) % size
      const changed = upsert('conversation', `c${subscriber}`, { subject: `about ${version}` })
      return { subscriber, change: subscriber % 4 < 2 ? message(subscriber) : changed }
    },
  },
  {
    title: 'live subscriptions to a whole workspace that differ by their filter',
    ask: (n) => ({ query: FILTERED, variables: { type: n === 0 ? ['REPLY'] : otherTypes(n) } }),
    next: () => ({ subscriber: 0, change: message(0) }),
  },
]

/** A list that nobody else has, of types that no reply is of: n in binary digits. */
const otherTypes = (n: number): string[] => Array.from(n.toString(2), (digit) => (digit === '0' ? 'NOTE' : 'ACTIVITY'))

/** The product, and what is followed in it. */
interface Scene {
  readonly way: Way
  readonly stage: Stage
  readonly roles: readonly { readonly name: string; readonly child: ChildProcess }[]
  readonly audiences: readonly ChildProcess[]
  readonly integrationId: string
  /** The conversations, by their place. */
  readonly ids: readonly string[]
}

/**
 * Measures what it costs that live subscriptions differ. In one table each follows a conversation of its own, one half what is
 * said in it and one half its changes; in the other each follows what is said in the workspace, by a filter of its own. Every
 * event concerns one of them; its cost is measured with ever more others beside it.
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
  for (const way of WAYS) await measure(way, values.server, values.sizes.split(',').map(Number))
}

async function measure(way: Way, server: string, sizes: readonly number[]): Promise<void> {
  await using opened = new AsyncDisposableStack()
  const stage = await setStage(server, opened)
  const { integrationId, ids } = await openConversations(stage, Math.max(...sizes))
  const roles: { name: string; child: ChildProcess }[] = []
  for (const name of ['subgraphs', 'gateway'] as const) roles.push({ name, child: await stage.start(name) })
  const audiences = Array.from({ length: AUDIENCES }, () => startChild('audience.js', opened))
  const scene: Scene = { way, stage, roles, audiences, integrationId, ids }

  console.log(`\n### ${way.title}, ${EVENTS} events that concern one each\n`)
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
    // To take a subscription is no part of an event.
    await untilIdle(roles.map(({ child }) => child))
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

/** Subscriber n follows from now on, and lives in audience n modulo their number. */
async function gather(
  { way, stage: { store, workspaceId, token, socketUrl: url }, audiences, ids }: Scene,
  from: number,
  to: number,
): Promise<void> {
  // Without a place to begin at, what is said before the subgraph has taken the subscription is not heard.
  const after = await store.events.latest(workspaceId)
  const asked = ids.map((_, n): Asked => {
    const { query, variables } = way.ask(n, ids)
    return { query, variables: { ...variables, after } }
  })
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

/** Stores events one by one, each heard by the one whom it concerns, and by nobody else. */
async function play(
  { way, stage, roles, audiences, integrationId }: Scene,
  size: number,
  events: number,
): Promise<Played> {
  const before = roles.map(({ child }) => cpuMs(child))
  const lags: number[] = []
  for (let n = 0; n < events; n++) {
    version += 1
    const { subscriber, change } = way.next(n, size)
    const child = audiences[subscriber % AUDIENCES]
    if (child === undefined) throw new Error('expected an audience')
    const hearing = order(child, { kind: 'await', events: 1, holding: '' })
    await stage.store.apply(batch(integrationId, version, [change]))
    const storedMs = nowMs()
    const { heard } = await hearing
    const [[who, atMs] = [Number.NaN, Number.NaN], ...others] = heard
    if (others.length > 0 || who !== Math.floor(subscriber / AUDIENCES)) {
      throw new Error(`an event of subscriber ${subscriber} was heard by ${JSON.stringify(heard)}`)
    }
    lags.push(atMs - storedMs)
  }
  return { lags, cpu: roles.map(({ child }, index) => (cpuMs(child) - (before[index] ?? Number.NaN)) / events) }
}
