import type { Clock } from './clock.ts'

/**
 * Remembers that a provider does not answer, so that a person is told so at once instead of after every retry.
 *
 * Work in the background goes on trying with its own pauses, and so finds out when the provider is back.
 */
export interface Breaker {
  /** Null when a person's call may go; else when to try again. After that time one call is let through as a probe. */
  refuses(): Date | null
  answered(): void
  failed(): void
}

/** Failures in a row, without any answer between, that count as down. */
const DOWN_AFTER = 5
const PROBE_EVERY_MS = 10_000

/** Opens a breaker for one host; closed (letting everything through) until it hears of failures. */
export function openBreaker(clock: Clock): Breaker {
  let failures = 0
  let probeAt = 0
  return {
    refuses() {
      const now = clock.now().getTime()
      if (failures < DOWN_AFTER) return null
      if (now < probeAt) return new Date(probeAt)
      probeAt = now + PROBE_EVERY_MS
      return null
    },
    answered() {
      failures = 0
    },
    failed() {
      failures += 1
      if (failures >= DOWN_AFTER) probeAt = clock.now().getTime() + PROBE_EVERY_MS
    },
  }
}
