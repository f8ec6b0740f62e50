/** How long something took, over all times it was asked. */
export interface Timed {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly max: number
}

/** Sums up milliseconds. */
export function sumUp(times: readonly number[]): Timed {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)] ?? 0
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), max: at(1) }
}
