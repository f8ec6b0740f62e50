/** Counts what is under way, so that what it stands on is closed only when nothing is. */
export interface Usage {
  /** One more is under way, until the answer is called. Idempotent. */
  begin(): () => void
  /**
   * Resolves at the end of a turn of the event loop in which nothing was under way: whatever was let in before, and
   * starts without waiting for anything outside, has begun by then.
   */
  idle(): Promise<void>
}

/** Makes a count, from nothing. */
export function createUsage(): Usage {
  let count = 0
  let waiting: (() => void)[] = []
  const look = () => {
    if (count > 0) return
    const resolves = waiting
    waiting = []
    for (const resolve of resolves) resolve()
  }
  return {
    begin: () => {
      count++
      let isOver = false
      return () => {
        if (isOver) return
        isOver = true
        if (--count === 0 && waiting.length > 0) setImmediate(look)
      }
    },
    idle: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
        setImmediate(look)
      }),
  }
}
