import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Program } from '../e2e/program.ts'
import { breakThings } from './breaking.ts'
import { act, connectorOf, type Desk, openDesks } from './desks.ts'
import { faultsOf } from './heard.ts'
import { age, appsOf, connectAll, type Ground, makeToken, placeNow, urlOf } from './ground.ts'
import { endsOf, ledgerOf, type Patience, waitUntil, whatIsUnhealed, whatIsUnsynced } from './healing.ts'
import { openNats } from './nats.ts'
import { attend } from './owner.ts'
import { openServer } from './postgres.ts'
import { openParts } from './roles.ts'
import { send } from './senders.ts'
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
  /** What the senders were told, and how their sends ended. */
  readonly told: Readonly<Record<string, number>>
  readonly sends: Readonly<Record<string, number>>
  readonly events: number
  readonly connections: number
  readonly rows: number
  readonly healedInMs: number
  /** Deliveries that came with a byte flipped, and were refused. */
  readonly flipped: number
  readonly wrong: readonly string[]
  /** What each process wrote, all its lives together. */
  readonly lines: ReadonlyMap<string, readonly string[]>
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
  const nats = seed % 2 === 1 ? opened.use(await openNats()) : null
  const key = `chaos:${randomBytes(32).toString('base64')}`
  const settings = {
    DATABASE_URL: server.url,
    SWITCHBOARD_HOME: join(home, 'none'),
    SWITCHBOARD_KEYS: key,
    ...appsOf(desks),
    ...(nats && { NATS_URL: nats.url }),
  }
  const token = await makeToken(program, settings)
  const parts = await openParts(program, { ...settings, SWITCHBOARD_DEMO: '0' })
  opened.defer(async () => void (await Promise.all([...parts.values()].map((part) => part.end()))))
  const ground: Ground = {
    server,
    nats,
    desks,
    parts,
    graphs: ['gateway-a', 'gateway-b'].map((name) => ({ url: urlOf(parts, name), token })),
  }
  await connectAll(ground)
  log(`seed ${seed}: connected, first sync; ${nats === null ? 'PostgreSQL' : 'NATS'} has the bell`)
  await waitUntil(patience, () => whatIsUnsynced(ground))
  await age(server)
  const from = await placeNow(server)
  const subscribers = Array.from({ length: options.subscribers }, (_, n) =>
    follow(`subscriber ${n}`, n % 2 === 0 ? ground.graphs : ground.graphs.toReversed(), from),
  )
  opened.defer(async () => void (await Promise.all(subscribers.map((each) => each.stop()))))

  log(`seed ${seed}: ${options.faults} faults`)
  const owner = attend(desks, ground.graphs)
  opened.defer(() => owner.stop())
  const acting = act(desks, seed, ACTS_EVERY_MS)
  const sending = send(ground.graphs, seed, SENDS_EVERY_MS)
  const broken = await breakThings(ground, owner, { seed, faults: options.faults, everyMs: FAULTS_EVERY_MS })
  await acting.stop()
  await sending.stop()

  log(`seed ${seed}: healing`)
  const began = performance.now()
  const unhealed = await waitUntil(patience, () => whatIsUnhealed(ground, sending.wishes))
  const healedInMs = Math.round(performance.now() - began)
  const unledgered = await waitUntil(patience, ledgerOf(ground))
  const unheard = await waitUntil(patience, async () =>
    (await Promise.all(subscribers.map((each) => faultsOf(each, server, from)))).flat(),
  )
  await Promise.all(subscribers.map((each) => each.stop()))
  const ends = await endsOf(ground, sending.wishes)
  const fell = [...parts.values()].flatMap((part) => part.fell)
  const refusals = subscribers.flatMap((each) => each.refusals)
  await owner.stop()
  const flipped = await flippedAt(desks)
  const [held] = await server.query<{ rows: number }>('select count(*)::int as rows from message')
  return {
    seed,
    faults: broken,
    acts: acting.counts,
    told: tally(sending.wishes.map(({ outcome }) => outcome)),
    sends: tally(ends),
    events: subscribers[0]?.cursors.length ?? 0,
    connections: subscribers.reduce((sum, each) => sum + each.connections, 0),
    rows: held?.rows ?? 0,
    healedInMs,
    flipped: flipped.refused,
    wrong: [...unhealed, ...unledgered, ...unheard, ...fell, ...refusals, ...owner.wrong(), ...flipped.wrong],
    lines: new Map([...parts].map(([name, part]) => [name, part.lines()])),
  }
}

/** What became of deliveries with a byte flipped: refused, wherever they are signed. */
async function flippedAt(
  desks: readonly Desk[],
): Promise<{ readonly refused: number; readonly wrong: readonly string[] }> {
  const wrong: string[] = []
  let refused = 0
  for (const desk of desks) {
    if (connectorOf(desk).webhook?.proof.kind !== 'signature') continue
    for (const status of await desk.world.flipped()) {
      if (status !== null && status < 300) wrong.push(`${desk.provider}: a delivery with a flipped byte was taken in`)
      if (status === 401) refused += 1
    }
  }
  return { refused, wrong }
}

function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}
