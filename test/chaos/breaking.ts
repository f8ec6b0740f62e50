import { setTimeout as wait } from 'node:timers/promises'
import { createRandom, type Random } from '../../twins/random.ts'
import type { Desk } from './desks.ts'
import type { Server } from './postgres.ts'
import type { Part } from './roles.ts'

/** How often each thing was broken. */
export type Broken = Readonly<Record<string, number>>

/** What can be broken. */
export interface Breakable {
  readonly desks: readonly Desk[]
  readonly parts: ReadonlyMap<string, Part>
  readonly server: Server
}

type Fault = (random: Random) => Promise<void>

/** So many faults, one after the other, with pauses of about so long between them. */
export interface Measure {
  readonly seed: number
  readonly faults: number
  readonly everyMs: number
}

/** Breaks one thing after the other; ends with everything running and every desk in order. */
export async function breakThings(things: Breakable, { seed, faults: most, everyMs }: Measure): Promise<Broken> {
  const random = createRandom(seed, 'faults')
  const faults = faultsOf(things)
  const counts: Record<string, number> = {}
  // Each once in an order of its own, and then again: no short run goes without one of them.
  for (let [n, round]: [number, string[]] = [0, []]; n < most; n += 1) {
    if (round.length === 0) round = Object.keys(faults)
    const [name = ''] = round.splice(random.int(0, round.length - 1), 1)
    counts[name] = (counts[name] ?? 0) + 1
    await faults[name]?.(random)
    await wait(random.int(1, 2 * everyMs))
  }
  await Promise.all(things.desks.map(({ world }) => world.faults.clear()))
  return counts
}

function faultsOf({ desks, parts, server }: Breakable): Readonly<Record<string, Fault>> {
  const someDesk =
    (act: (desk: Desk, random: Random) => Promise<void>): Fault =>
    (random) =>
      act(random.pick(desks), random)
  const kills = [...parts].map(([name, part]): [string, Fault] => [
    `kill -9 ${name}`,
    (random) => part.kill(random.int(0, 1_500)),
  ])
  return {
    ...Object.fromEntries(kills),
    'kill -9 postgresql': () => server.kill(),
    'answers 429': someDesk(({ world }, random) => world.faults.throttleNext(random.int(1, 4))),
    'answers 500': someDesk(({ world }, random) => world.faults.failNext(random.int(1, 4), 500)),
    'answers 503': someDesk(({ world }, random) => world.faults.failNext(random.int(1, 4), 503)),
    'answers cut in the middle': someDesk(({ world }, random) => world.faults.malformedNext(random.int(1, 2))),
    'done and not answered': someDesk(({ world }, random) => world.faults.hangUpNext(random.int(1, 3))),
    'webhooks dropped': someDesk(({ world }, random) => world.faults.webhooks({ dropNext: random.int(1, 3) })),
    'webhooks doubled': someDesk(({ world }, random) => world.faults.webhooks({ duplicateNext: random.int(1, 5) })),
    'webhooks out of order': someDesk(({ world }, random) => world.faults.webhooks({ reorderNext: random.int(2, 5) })),
  }
}
