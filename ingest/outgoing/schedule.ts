const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/**
 * How long to wait after each failed try: ten tries over 75 hours. Source: standardwebhooks.com, "Delivery attempts and
 * retries", read 2026-11-29.
 */
const DELAYS_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const

/** How often a message is tried. */
export const TRIES = DELAYS_MS.length + 1

/** A delay is so much longer or shorter, at random. */
const SPREAD = 0.1

/** So long after the first try the last one is over, where nothing waits for its turn. */
export const ALL_TRIES_MS = DELAYS_MS.reduce((sum, each) => sum + each, 0) * (1 + SPREAD)

/** Messages wait so many tries, about five minutes, for an older one about the same thing; then they go past it. */
export const HOLDING_TRIES = 3

/** However late the time is that an endpoint names, it is tried again after a day. */
const LONGEST_NAMED_MS = 24 * HOUR

/**
 * When a message is tried again that failed so many times; null when it is not.
 *
 * A tenth more or less, so that what failed together does not come back together.
 *
 * @param named the time that the endpoint asked to wait for, if any
 */
export function nextTry(failures: number, now: Date, named: Date | null = null): Date | null {
  const delayMs = DELAYS_MS[failures - 1]
  if (delayMs === undefined) return null
  const namedMs = named === null ? 0 : Math.min(named.getTime() - now.getTime(), LONGEST_NAMED_MS)
  return new Date(Math.round(now.getTime() + Math.max(delayMs * (1 - SPREAD + Math.random() * 2 * SPREAD), namedMs)))
}
