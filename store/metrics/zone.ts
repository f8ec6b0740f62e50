/** A stretch of time in which a zone's clock goes evenly: it shows the time in UTC and the offset. Milliseconds. */
export interface Stretch {
  readonly from: number
  /** Not within it. */
  readonly to: number
  readonly offset: number
}

const DAY_MS = 86_400_000
/**
 * Clocks are looked at so often. Since 1970 no zone has changed its clock twice within 6.9 days.
 * Source: the transitions of all zones in ICU 78, counted on 2026-11-29.
 */
const LOOK_MS = 6 * DAY_MS

const formats = new Map<string, Intl.DateTimeFormat>()

/** Whether there is a time zone of that name. */
export function isTimeZone(name: string): boolean {
  if (formats.has(name)) return true
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    // A RangeError, which says that there is none.
    return false
  }
}

/** How far a zone's clock is ahead of UTC at an instant. Milliseconds. @throws RangeError no such zone */
export function offsetAt(zone: string, at: number): number {
  const format = formatOf(zone)
  const [, sign, hours, minutes, seconds = '0'] = /([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(format.format(at)) ?? []
  if (sign === undefined) return 0
  const size = Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)
  return (sign === '-' ? -size : size) * 1_000
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset', year: 'numeric' })
  // Names may be written in any case: only the one that it has by itself is kept.
  if (made.resolvedOptions().timeZone === zone) formats.set(zone, made)
  return made
}

/** The stretches that make up the time from one instant to another, in order. */
export function stretches(zone: string, from: number, to: number): readonly Stretch[] {
  const found: Stretch[] = []
  let start = from
  let offset = offsetAt(zone, from)
  for (let at = from; at < to;) {
    const next = Math.min(at + LOOK_MS, to)
    const later = offsetAt(zone, next)
    if (later !== offset) {
      const change = findChange(zone, at, next)
      found.push({ from: start, to: change, offset })
      start = change
      offset = offsetAt(zone, change)
    } else at = next
    if (start > at) at = start
  }
  if (start < to) found.push({ from: start, to, offset })
  return found
}

/** The first instant of a change of the clock that lies between two instants. */
function findChange(zone: string, from: number, to: number): number {
  const before = offsetAt(zone, from)
  let [low, high] = [from, to]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(zone, middle) === before) low = middle
    else high = middle
  }
  return high
}

/** The first instant at which the clock shows a time or a later one; `local` is what it shows, as if it were UTC. */
export function firstInstant(clock: readonly Stretch[], local: number): number {
  const stretch = clock.find(({ to, offset }) => local < to + offset) ?? clock.at(-1)
  if (stretch === undefined) throw new RangeError('expected a stretch of time')
  return Math.max(stretch.from, local - stretch.offset)
}
