import { firstInstant, offsetAt, stretches } from './zone.ts'

/** A range of time; it holds its beginning and not its end. */
export interface Range {
  readonly from: Date
  readonly to: Date
}

/** How long a bucket is, by the clock of a zone; a week begins on Monday. */
export const BUCKETS = ['HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'] as const
export type BucketSize = (typeof BUCKETS)[number]

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** About how long they are. */
const LENGTH_MS: Readonly<Record<BucketSize, number>> = {
  HOUR: HOUR_MS,
  DAY: DAY_MS,
  WEEK: 7 * DAY_MS,
  MONTH: 30.4 * DAY_MS,
  QUARTER: 91.3 * DAY_MS,
  YEAR: 365.2 * DAY_MS,
}

/** About how many buckets a range has. */
export const estimateBuckets = ({ from, to }: Range, size: BucketSize): number =>
  Math.ceil((to.getTime() - from.getTime()) / LENGTH_MS[size])

/**
 * Cuts a range where the clock of a zone shows the beginning of an hour, day, …: the first and the last bucket are as much
 * of theirs as the range holds.
 *
 * An hour that the clock repeats has two buckets, and one that it skips none; days have as many hours as they have.
 */
export function cutRange({ from, to }: Range, size: BucketSize, zone: string): readonly Range[] {
  const cuts = [from.getTime(), ...cutsBetween(from.getTime(), to.getTime(), size, zone), to.getTime()]
  return cuts.slice(1).map((end, n) => ({ from: new Date(cuts[n] ?? end), to: new Date(end) }))
}

function cutsBetween(from: number, to: number, size: BucketSize, zone: string): readonly number[] {
  const clock = stretches(zone, from - DAY_MS, to + DAY_MS)
  const cuts: number[] = []
  const add = (at: number): void => {
    if (at > (cuts.at(-1) ?? from) && at < to) cuts.push(at)
  }
  if (size === 'HOUR') {
    for (const stretch of clock) {
      const first = Math.ceil((stretch.from + stretch.offset) / HOUR_MS) * HOUR_MS - stretch.offset
      for (let at = first; at < stretch.to; at += HOUR_MS) add(at)
    }
    return cuts
  }
  const end = to + offsetAt(zone, to) + DAY_MS
  for (let local = startOf(from + offsetAt(zone, from), size); local < end; local = startOfNext(local, size)) {
    add(firstInstant(clock, local))
  }
  return cuts
}

/** The beginning of the day, week, … in which a time lies; both as a clock shows them. */
function startOf(local: number, size: Exclude<BucketSize, 'HOUR'>): number {
  const date = new Date(local)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  const day = Math.floor(local / DAY_MS) * DAY_MS
  switch (size) {
    case 'DAY':
      return day
    case 'WEEK':
      return day - ((date.getUTCDay() + 6) % 7) * DAY_MS
    case 'MONTH':
      return Date.UTC(year, month)
    case 'QUARTER':
      return Date.UTC(year, month - (month % 3))
    case 'YEAR':
      return Date.UTC(year, 0)
  }
}

/** No month has more than 31 days, and so on: a little beyond the beginning of one lies the next. */
const BEYOND_DAYS: Readonly<Record<Exclude<BucketSize, 'HOUR'>, number>> = {
  DAY: 1,
  WEEK: 7,
  MONTH: 31,
  QUARTER: 92,
  YEAR: 366,
}

const startOfNext = (local: number, size: Exclude<BucketSize, 'HOUR'>): number =>
  startOf(local + BEYOND_DAYS[size] * DAY_MS, size)

/**
 * The range of the same length just before: of as many local days where the range is of whole ones, so that a change of
 * the clock moves nothing.
 */
export function rangeBefore({ from, to }: Range, zone: string): Range {
  const length = to.getTime() - from.getTime()
  const [first, end] = [localOf(from, zone), localOf(to, zone)]
  const before = from.getTime() - length
  if (!isStartOfDay(from, zone) || !isStartOfDay(to, zone)) return { from: new Date(before), to: from }
  const day = Math.floor(first / DAY_MS) - (Math.floor(end / DAY_MS) - Math.floor(first / DAY_MS))
  const clock = stretches(zone, before - 2 * DAY_MS, before + 2 * DAY_MS)
  return { from: new Date(firstInstant(clock, day * DAY_MS)), to: from }
}

const localOf = (at: Date, zone: string): number => at.getTime() + offsetAt(zone, at.getTime())

/** Whether a day of the zone begins at an instant; where the clock skips midnight, it begins later. */
function isStartOfDay(at: Date, zone: string): boolean {
  const day = Math.floor(localOf(at, zone) / DAY_MS) * DAY_MS
  const clock = stretches(zone, at.getTime() - 2 * DAY_MS, at.getTime() + 2 * DAY_MS)
  return firstInstant(clock, day) === at.getTime()
}
