import type { TwinClock } from './clock.ts'
import { iso } from './iso.ts'
import type { Random } from './random.ts'

/** Rows by id, in the order they were added, by the name of their table. */
export type Tables = Readonly<Record<string, Map<unknown, unknown>>>

/** What can change in every simulated world, and is saved with it. */
export interface KeptWorld {
  /** For what happens after the seed. */
  readonly random: Random
  /** The next number of each kind. */
  readonly numbers: Record<string, number>
  readonly tables: Tables
}

/** It, as JSON: rows with their ids, in their order. */
export interface SavedWorld {
  readonly random: number
  readonly numbers: Readonly<Record<string, number>>
  readonly tables: Readonly<Record<string, readonly (readonly [id: unknown, row: unknown])[]>>
}

/** A world as it is, not copied: it is to be written before anything else happens. */
export function saveWorld({ random, numbers, tables }: KeptWorld): SavedWorld {
  const rows = Object.entries(tables).map(([name, table]): [string, [unknown, unknown][]] => [name, [...table]])
  return { random: random.position(), numbers, tables: Object.fromEntries(rows) }
}

/** Puts what was saved in the place of what a world holds. */
export function restoreWorld(world: KeptWorld, saved: SavedWorld): void {
  world.random.moveTo(saved.random)
  Object.assign(world.numbers, saved.numbers)
  for (const [name, table] of Object.entries(world.tables)) {
    table.clear()
    for (const [id, row] of saved.tables[name] ?? []) table.set(id, row)
  }
}

/** Takes the next number of a kind. */
export function nextId<Kind extends string>(world: { readonly numbers: Record<Kind, number> }, kind: Kind): number {
  const taken = world.numbers[kind]
  world.numbers[kind] += 1
  return taken
}

/** Now, as most providers write it. */
export function nowIn(world: { readonly clock: TwinClock }): string {
  return iso(world.clock.now())
}
