import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../../kit/clock.ts'
import type { Thread } from '../../kit/actions.ts'
import { createRandom, type Random } from '../../twins/random.ts'
import type { Connector } from '../../kit/contract.ts'
import { connectors } from '../../subgraphs/registry.ts'
import type { World } from '../contract/driver.ts'
import { freshdeskDriver } from '../contract/freshdesk.ts'
import { intercomDriver } from '../contract/intercom.ts'
import { zendeskDriver } from '../contract/zendesk.ts'

/** A simulated desk, with hands at it that are not our connector's. */
export interface Desk {
  readonly provider: string
  readonly world: World
}

/** What the product declares of a desk's provider. */
export function connectorOf({ provider }: Pick<Desk, 'provider'>): Connector {
  const connector = connectors.find((each) => each.provider === provider)
  if (connector === undefined) throw new Error(`there is no connector of ${provider}`)
  return connector
}

const DRIVERS = [intercomDriver, freshdeskDriver, zendeskDriver] as const

/**
 * The desks' own time: a little behind at the start, so that what a desk would wait for has passed at once. After that nobody
 * at a desk waits: what takes a minute there takes it while all else goes on.
 */
function deskClock(): Clock {
  let behindMs = 3 * 60_000
  return {
    now: () => new Date(Date.now() - behindMs),
    async wait(ms) {
      behindMs = Math.max(0, behindMs - ms)
    },
  }
}

/** Starts the desks, each in this process: a provider is what does not die with us. */
export async function openDesks(opened: AsyncDisposableStack, names: readonly string[]): Promise<readonly Desk[]> {
  const desks: Desk[] = []
  for (const driver of DRIVERS.filter(({ provider }) => names.includes(provider))) {
    const world = opened.use(await driver.start(deskClock(), 'fast'))
    desks.push({ provider: driver.provider, world })
  }
  return desks
}

/** What people at the desks did while things broke. */
export interface Acts {
  readonly counts: Readonly<Record<string, number>>
  /** Ends after the act in hand. */
  stop(): Promise<void>
}

/** Lets customers write and people change things, at all desks, until it is stopped. */
export function act(desks: readonly Desk[], seed: number, everyMs: number): Acts {
  const counts: Record<string, number> = {}
  let stopped = false
  const live = desks.map(async (desk) => {
    const random = createRandom(seed, `acts of ${desk.provider}`)
    const threads: Thread[] = []
    for (let n = 0; !stopped; n += 1) {
      const did = await actOnce(desk, { random, threads, n })
      counts[`${desk.provider} ${did}`] = (counts[`${desk.provider} ${did}`] ?? 0) + 1
      await wait(random.int(1, 2 * everyMs))
    }
  })
  const over = Promise.all(live)
  // Told by `stop`: until then nobody waits for it, and a run that ended here would leave its processes behind.
  over.catch(() => undefined)
  return {
    counts,
    async stop() {
      stopped = true
      await over
    },
  }
}

interface Turn {
  readonly random: Random
  readonly threads: Thread[]
  readonly n: number
}

/** Kinds of which somebody deletes a record now and then; of some, no webhook tells. */
const DELETED = ['company', 'ticket', 'contact'] as const

/** Somebody at a desk deletes a record; of another kind, when the desk has none left of one that it lets go. */
export async function removeAny(desk: Desk, random: Random): Promise<void> {
  const kinds = DELETED.filter((each) => each !== 'contact' || !keepsCustomers(desk))
  await insist(() => {
    const kind = random.pick(kinds)
    return desk.world.remove(connectorOf(desk).streams.find((each) => each.kind === kind)?.name ?? '')
  })
}

const TRIES = 100
const PAUSE_MS = 300

/** People at a desk are not spared what is broken there: they try until it works. @throws what stood against it the last time */
export async function insist<Result>(act: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await act()
    } catch (error) {
      if (tries === TRIES) throw error
      await wait(PAUSE_MS)
    }
  }
}

/** Zendesk refuses to delete a customer who waits for an answer, as most here do. */
const keepsCustomers = ({ provider }: Desk): boolean => provider === 'zendesk'

async function actOnce(desk: Desk, { random, threads, n }: Turn): Promise<string> {
  const { provider, world } = desk
  const text = `Customer ${n} of ${provider} writes ${random.hex(6)}.`
  if (threads.length === 0 || random.chance(0.3)) {
    threads.push(await insist(() => world.customerWrites({ thread: null, text })))
    return 'threads'
  }
  if (n % 25 === 10) {
    await removeAny(desk, random)
    return 'deletions'
  }
  const thread = random.pick(threads)
  const isThere = await insist(() => world.customerWrites({ thread, text }).then(() => true, ifGone))
  if (isThere) return 'replies'
  threads.splice(threads.indexOf(thread), 1)
  return 'replies to what was deleted'
}

/** False when a desk says that there is no such thread. @throws whatever else it says */
function ifGone(error: unknown): false {
  if (error instanceof Error && error.message.includes(' answered 404')) return false
  throw error
}
