import type { Schedule } from './business-hours.ts'
import { type Stretch, stretches } from './zone.ts'

/** The time that a schedule has, as spans in order: when each begins, how long it is, and how much lies before it. Seconds. */
export interface WorkingTime {
  readonly starts: readonly number[]
  readonly lengths: readonly number[]
  readonly before: readonly number[]
}

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
/** Before all that is looked up, so that every time lies in or after a span. */
const BEGINNING = -1e15

/**
 * The working time between two instants.
 *
 * An interval of the schedule holds the instants at which the clock shows a time within it: an hour that the clock skips
 * has none, and one that it repeats has them twice.
 */
export function workingTime(schedule: Schedule, from: Date, to: Date): WorkingTime {
  const holidays = new Set(schedule.holidays)
  const clock = stretches(schedule.timeZone, from.getTime(), to.getTime())
  const [starts, lengths, before] = [[BEGINNING], [0], [0]]
  let total = 0
  for (const stretch of clock) {
    for (const [start, end] of spansOf(stretch, schedule, holidays)) {
      starts.push(start / 1_000)
      lengths.push((end - start) / 1_000)
      before.push(total)
      total += (end - start) / 1_000
    }
  }
  return { starts, lengths, before }
}

/** How much working time lies before a time, in seconds. */
export function workedBefore({ starts, lengths, before }: WorkingTime, time: number): number {
  let [low, high] = [0, starts.length]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if ((starts[middle] ?? time) <= time) low = middle
    else high = middle
  }
  return (before[low] ?? 0) + Math.min(time - (starts[low] ?? time), lengths[low] ?? 0)
}

function* spansOf(
  { from, to, offset }: Stretch,
  { intervals }: Schedule,
  holidays: ReadonlySet<string>,
): Generator<readonly [number, number]> {
  const first = Math.floor((from + offset) / DAY_MS) * DAY_MS
  for (let day = first; day < to + offset; day += DAY_MS) {
    const date = new Date(day)
    if (holidays.has(date.toISOString().slice(0, 10))) continue
    for (const interval of intervals) {
      if (interval.day !== date.getUTCDay()) continue
      const start = Math.max(from, day + interval.from * MINUTE_MS - offset)
      const end = Math.min(to, day + interval.to * MINUTE_MS - offset)
      if (start < end) yield [start, end]
    }
  }
}
