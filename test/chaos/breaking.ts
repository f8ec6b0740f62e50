import { setTimeout as wait } from 'node:timers/promises'
import { createRandom } from '../../twins/random.ts'
import { accessFaults } from './access-faults.ts'
import { deskFaults } from './desk-faults.ts'
import type { Faults } from './fault.ts'
import type { Ground } from './ground.ts'
import type { Owner } from './owner.ts'
import { processFaults } from './process-faults.ts'

/** How often each thing was broken. */
export type Broken = Readonly<Record<string, number>>

/** So many faults, one after the other, with pauses of about so long between them. */
export interface Measure {
  readonly seed: number
  readonly faults: number
  readonly everyMs: number
}

/** All that can be broken. */
export const faultsOf = ({ desks, parts, server, nats, graphs }: Ground, owner: Owner): Faults => ({
  ...processFaults(parts, { server, nats }),
  ...deskFaults(desks),
  ...accessFaults(desks, graphs, owner),
})

/** Breaks one thing after the other; ends with everything running and every desk in order. */
export async function breakThings(
  ground: Ground,
  owner: Owner,
  { seed, faults: most, everyMs }: Measure,
): Promise<Broken> {
  const random = createRandom(seed, 'faults')
  const faults = faultsOf(ground, owner)
  const counts: Record<string, number> = {}
  // Each once in an order of its own, and then again: no short run goes without one of them.
  for (let [n, round]: [number, string[]] = [0, []]; n < most; n += 1) {
    if (round.length === 0) round = Object.keys(faults)
    const [name = ''] = round.splice(random.int(0, round.length - 1), 1)
    counts[name] = (counts[name] ?? 0) + 1
    await faults[name]?.(random)
    await wait(random.int(1, 2 * everyMs))
  }
  await Promise.all(ground.desks.map(({ world }) => world.faults.clear()))
  return counts
}
