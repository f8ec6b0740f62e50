/** The time, and waking up later: handed in, so that tests own it. */
export interface Clock {
  now(): Date
  /** Calls back once, in `ms` milliseconds; the answer calls it off. Does not keep the process alive. */
  after(ms: number, callback: () => void): () => void
}

/** The longest a Node timer can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => new Date(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, Math.min(Math.max(0, ms), MAX_TIMER_MS))
    timer.unref()
    return () => clearTimeout(timer)
  },
}
