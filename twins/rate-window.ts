import type { TwinClock } from './clock.ts'

/** Where a caller stands in the window under way. */
export interface RateStanding {
  readonly limit: number
  readonly remaining: number
  /** When the window ends, in Unix seconds. */
  readonly resetAt: number
  readonly exceeded: boolean
}

/** Counts calls in fixed windows. */
export interface RateWindow {
  /** Counts one call of a caller, which may be worth more than one. */
  count(caller: string, credits?: number): RateStanding
}

/** Windows of `windowSeconds` that begin at whole multiples, each allowing `limit` calls a caller. */
export function createRateWindow(clock: TwinClock, limit: number, windowSeconds: number): RateWindow {
  let startedAt = 0
  let used = new Map<string, number>()
  return {
    count(caller, credits = 1) {
      const start = clock.seconds() - (clock.seconds() % windowSeconds)
      if (start !== startedAt) {
        startedAt = start
        used = new Map()
      }
      const calls = (used.get(caller) ?? 0) + credits
      used.set(caller, calls)
      return {
        limit,
        remaining: Math.max(0, limit - calls),
        resetAt: start + windowSeconds,
        exceeded: calls > limit,
      }
    },
  }
}
