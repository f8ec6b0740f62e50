import type { Random } from '../../twins/random.ts'
import type { Desk } from './desks.ts'

/** Breaks one thing; ends when that is done, or over. */
export type Fault = (random: Random) => Promise<void>

/** Faults by the names under which they are counted. */
export type Faults = Readonly<Record<string, Fault>>

/** What befalls one of some desks; nothing where there are none. */
export function atSome(
  name: string,
  desks: readonly Desk[],
  act: (desk: Desk, random: Random) => Promise<void>,
): Faults {
  return desks.length === 0 ? {} : { [name]: (random) => act(random.pick(desks), random) }
}
