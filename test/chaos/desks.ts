import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../../kit/clock.ts'
import type { Thread } from '../../kit/actions.ts'
import { createRandom, type Random } from '../../twins/random.ts'
import type { Driver, World } from '../contract/driver.ts'
import { freshdeskDriver } from '../contract/freshdesk.ts'
import { intercomDriver } from '../contract/intercom.ts'
import { zendeskDriver } from '../contract/zendesk.ts'

/** A simulated desk, with hands at it that are not our connector's. */
export interface Desk {
  readonly provider: string
  readonly driver: Driver
  readonly world: World
}

const DRIVERS = [intercomDriver, freshdeskDriver, zendeskDriver] as const

/** The desks' own time: a little behind at the start, so that what a desk would wait for has passed at once. */
function deskClock(): Clock {
  let behindMs = 3 * 60_000
  return {
    now: () => new Date(Date.now() - behindMs),
    async wait(ms, signal) {
      const skipped = Math.min(behindMs, ms)
      behindMs -= skipped
      if (ms > skipped) await wait(ms - skipped, undefined, signal && { signal })
    },
  }
}

/** Starts the desks, each in this process: a provider is what does not die with us. */
export async function openDesks(opened: AsyncDisposableStack, names: readonly string[]): Promise<readonly Desk[]> {
  const desks: Desk[] = []
  for (const driver of DRIVERS.filter(({ provider }) => names.includes(provider))) {
    const world = opened.use(await driver.start(deskClock(), 'fast'))
    desks.push({ provider: driver.provider, driver, world })
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
  return {
    counts,
    async stop() {
      stopped = true
      await Promise.all(live)
    },
  }
}

interface Turn {
  readonly random: Random
  readonly threads: Thread[]
  readonly n: number
}

/** Streams of which somebody deletes a record now and then; of some, no webhook tells. */
const DELETED = ['contacts', 'companies', 'tickets']

async function actOnce({ provider, driver, world }: Desk, { random, threads, n }: Turn): Promise<string> {
  const text = `Customer ${n} of ${provider} writes ${random.hex(6)}.`
  if (threads.length === 0 || random.chance(0.3)) {
    threads.push(await world.customerWrites({ thread: null, text }))
    return 'threads'
  }
  // At Zendesk's a deletion takes a real minute, until its export shows it: the desk would stand still for that long.
  const deleted = driver.provider !== 'zendesk' && n % 25 === 10 ? (DELETED[Math.floor(n / 25)] ?? null) : null
  if (deleted !== null) {
    await world.remove(deleted)
    return 'deletions'
  }
  await world.customerWrites({ thread: random.pick(threads), text })
  return 'replies'
}
