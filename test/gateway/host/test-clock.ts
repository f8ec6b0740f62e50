import type { Clock } from '../../../gateway/clock.ts'

/** A clock that stands still until it is told to go on. */
export interface TestClock extends Clock {
  /** Lets time pass; what is due is called in order, and what that begins at once is over when this resolves. */
  advance(ms: number): Promise<void>
}

/** Makes a clock that stands at the beginning of 2026. */
export function createTestClock(): TestClock {
  let now = Date.parse('2026-01-01T00:00:00Z')
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>()
  return {
    now: () => new Date(now),
    after: (ms, callback) => {
      const timer = { at: now + ms, callback }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance: async (ms) => {
      now += ms
      const due = [...timers].filter(({ at }) => at <= now).toSorted((one, other) => one.at - other.at)
      for (const timer of due) {
        timers.delete(timer)
        timer.callback()
      }
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}
