import type { Clock } from '../clock.ts'

/** The work that is under way, so that an end can wait for it. */
export interface InFlight {
  /** Counts a piece of work until it settles. */
  track<T>(work: Promise<T>): Promise<T>
  /** Resolves when all that is under way now has settled, or when `limitMs` are over. */
  settled(limitMs: number): Promise<void>
}

/** Makes a count of work under way. */
export function createInFlight(clock: Clock): InFlight {
  const running = new Set<Promise<unknown>>()
  return {
    track: (work) => {
      running.add(work)
      const forget = () => void running.delete(work)
      work.then(forget, forget)
      return work
    },
    settled: async (limitMs) => {
      if (running.size === 0) return
      await new Promise<void>((resolve) => {
        const callOff = clock.after(limitMs, resolve)
        void Promise.allSettled(running).then(() => {
          callOff()
          resolve()
        })
      })
    },
  }
}
