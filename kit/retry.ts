import type { Answer } from './account-client.ts'

/** How often one call is asked at most, the first time included. */
export const MAX_TRIES = 5

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 8_000

/** How long to wait before the next try: exponential with full jitter, so that callers do not come back together. */
export function backoffMs(triesSoFar: number, random: () => number): number {
  return Math.ceil(random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** triesSoFar))
}

/** Nobody is left alone for longer than this, whatever they say: a provider that is well again is to be noticed. */
export const LONGEST_ASKED_MS = 24 * 3_600_000

/** The time that a `Retry-After` header names, in seconds or as a date (RFC 9110 §10.2.3); null without one, and a day from now at most. */
export function retryAfter({ headers, receivedAt }: Pick<Answer, 'headers' | 'receivedAt'>): Date | null {
  const value = headers.get('retry-after')?.trim()
  if (value === undefined || value === '') return null
  const received = receivedAt.getTime()
  const at = /^\d+(\.\d+)?$/.test(value) ? received + Number(value) * 1000 : Date.parse(value)
  return Number.isNaN(at) ? null : new Date(Math.min(at, received + LONGEST_ASKED_MS))
}
