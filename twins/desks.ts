import type { TwinClock } from './clock.ts'
import { restoreWorld, saveWorld } from './world.ts'
import type { KeptWorld, SavedWorld } from './world.ts'

/** Those who work at a desk by themselves. */
export interface DeskTraffic<Saved> {
  /** How many there were so far. */
  readonly steps: number
  /** Lets one thing happen, and says what. */
  step(): string
  save(): Saved
  restore(saved: Saved): void
}

/** One account of a provider whose twin has several, and who works there. */
export interface Desk<World, SavedTraffic> {
  /** The account's own part of its address. */
  readonly name: string
  readonly world: World
  readonly traffic: DeskTraffic<SavedTraffic>
}

/** The account a call of the control API names, or the first. @throws TypeError there is none of that name */
export function deskOf<Named extends { readonly name: string }>(desks: readonly Named[], wanted: unknown): Named {
  const desk = wanted === undefined ? desks[0] : desks.find(({ name }) => name === wanted)
  if (desk) return desk
  const known = desks.map(({ name }) => name).join(', ')
  throw new TypeError(`account must be one of ${known}, but got "${String(wanted)}"`)
}

/** The account whose turn it is: the first works most, and the others by turns. Null when there is none. */
export function nextToWork<World, SavedTraffic>(
  desks: readonly Desk<World, SavedTraffic>[],
): Desk<World, SavedTraffic> | null {
  const steps = desks.reduce((sum, { traffic }) => sum + traffic.steps, 1)
  return desks[steps % 4 === 0 ? Math.floor(steps / 4) % desks.length : 0] ?? null
}

/** All that a twin of several accounts remembers, as JSON. */
export interface SavedDesks<SavedTraffic, Rest> {
  /** When the accounts were seeded, in milliseconds. What never changes is made again from it. */
  readonly seededAt: number
  readonly clockOffsetMs: number
  /** In the order the accounts were given. */
  readonly accounts: readonly { readonly world: SavedWorld; readonly traffic: SavedTraffic; readonly rest: Rest }[]
}

/** What is to be kept of several accounts. */
export interface KeptDesks<World, SavedTraffic, Rest> {
  readonly clock: TwinClock
  readonly desks: readonly Desk<World, SavedTraffic>[]
  readonly seededAt: Date
  /** What changes in a world beside its tables and numbers: an object that stays the same one. */
  readonly restOf: (world: World) => Rest
}

/** How several accounts are saved and put back. */
export function keepDesks<World extends KeptWorld, SavedTraffic, Rest extends object>(
  kept: KeptDesks<World, SavedTraffic, Rest>,
): { save(): SavedDesks<SavedTraffic, Rest>; restore(saved: SavedDesks<SavedTraffic, Rest>): void } {
  const { clock, desks, seededAt, restOf } = kept
  return {
    save: () => ({
      seededAt: seededAt.getTime(),
      clockOffsetMs: clock.offsetMs(),
      accounts: desks.map(({ world, traffic }) => ({
        world: saveWorld(world),
        traffic: traffic.save(),
        rest: restOf(world),
      })),
    }),
    restore(saved) {
      clock.skew(saved.clockOffsetMs)
      for (const [index, account] of saved.accounts.entries()) {
        const desk = desks[index]
        if (!desk) continue
        restoreWorld(desk.world, account.world)
        Object.assign(restOf(desk.world), account.rest)
        desk.traffic.restore(account.traffic)
      }
    },
  }
}
