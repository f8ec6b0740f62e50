/** A twin's time: the machine's, or a test's, plus an offset that faults can change. */
export interface TwinClock {
  now(): Date
  /** Unix seconds, as most providers write time. */
  seconds(): number
  /** Sets how far this twin's clock is from the true one. Further ahead, time has passed: everything that expires, expires. */
  skew(offsetMs: number): void
  /** How far this twin's clock is ahead of the true one, in milliseconds. */
  offsetMs(): number
  /** Lets something happen at one moment: as long as it takes, the clock stands there. */
  during<Outcome>(moment: Date, act: () => Outcome): Outcome
}

/** Makes a clock over a source of time. */
export function createTwinClock(source: () => Date = () => new Date()): TwinClock {
  let offset = 0
  let standing: Date | null = null
  const now = (): Date => new Date(standing ?? source().getTime() + offset)
  return {
    now,
    seconds: () => Math.floor(now().getTime() / 1000),
    skew(offsetMs) {
      offset = offsetMs
    },
    offsetMs: () => offset,
    during(moment, act) {
      const before = standing
      standing = moment
      try {
        return act()
      } finally {
        standing = before
      }
    },
  }
}
