import type { Lane } from './account-client.ts'
import type { Clock } from './clock.ts'
import { LANES } from './turns.ts'

/** Leave for calls that a process took ahead, so that not each call asks the others. */
export interface Spares {
  /** One for a call of this lane, its own or of a lane behind it; null when there is none. */
  take(lane: Lane): number | null
  put(spares: readonly { readonly id: number; readonly lane: Lane }[]): void
  /** Counts a call of a lane that asked the others. */
  used(lane: Lane): void
  /** How many to take ahead for a lane: as many as came lately, and never much of the limit. */
  wanted(lane: Lane, options: { readonly coming: number; readonly limit: number }): number
  /** Those that may still be used. */
  ids(): readonly number[]
  /** Those that are to be given back. */
  over(): readonly number[]
  forget(ids: readonly number[]): void
  /** Has all of them be given back; false when there were none. */
  giveUp(): boolean
  /** When the first one is over; infinite when there is none. */
  endAt(): number
}

/** How long one may be used, by our own clock. Much shorter than a process is taken to live that is not heard of. */
const SPARE_MS = 2_000

/** The part of a limit that a process takes ahead at most: less of it where others may come who go first. */
const PART: Readonly<Record<Lane, number>> = { person: 0.1, live: 0.1, bulk: 0.05, backfill: 0.05 }

interface Spare {
  readonly id: number
  readonly lane: Lane
  readonly endsAt: number
}

/** Opens a place for spares. */
export function openSpares(clock: Clock): Spares {
  let spares: readonly Spare[] = []
  const calls: Record<Lane, number[]> = { person: [], live: [], bulk: [], backfill: [] }
  const now = (): number => clock.now().getTime()
  const usable = (): readonly Spare[] => spares.filter(({ endsAt }) => endsAt > now())
  const used = (lane: Lane): void => {
    calls[lane] = [...calls[lane].filter((at) => at > now() - SPARE_MS), now()]
  }
  return {
    used,
    take(lane) {
      const lanes = LANES.slice(LANES.indexOf(lane))
      const spare = usable().find((each) => lanes.includes(each.lane))
      if (spare === undefined) return null
      spares = spares.filter((each) => each !== spare)
      used(lane)
      return spare.id
    },
    put(added) {
      const endsAt = now() + SPARE_MS
      spares = [...spares, ...added.map((each) => ({ ...each, endsAt }))]
    },
    wanted(lane, { coming, limit }) {
      // Taken anew by a call that found none: one that comes alone needs none.
      if (coming === 0) return 0
      const lately = calls[lane].filter((at) => at > now() - SPARE_MS).length
      const held = usable().filter((each) => each.lane === lane).length
      return Math.max(Math.min(lately, Math.floor(limit * PART[lane])) - held, 0)
    },
    ids: () => usable().map(({ id }) => id),
    over: () => spares.filter(({ endsAt }) => endsAt <= now()).map(({ id }) => id),
    forget(ids) {
      spares = spares.filter(({ id }) => !ids.includes(id))
    },
    giveUp() {
      const had = spares.length > 0
      spares = spares.map((each) => ({ ...each, endsAt: 0 }))
      return had
    },
    endAt: () => Math.min(...spares.map(({ endsAt }) => endsAt)),
  }
}
