import type { Lane, Quota } from './account-client.ts'

/** Lanes that leave room for people and live work. */
const PATIENT: ReadonlySet<Lane> = new Set(['bulk', 'backfill'])

/** What is to be taken of a limit. */
export interface Wanted {
  readonly lane: Lane
  /** In the provider's units: most calls cost 1. */
  readonly cost: number
}

/** What one call has taken, until it is answered. */
export interface Taken {
  readonly cost: number
  readonly number: number
  /** What was known to be left before it. */
  readonly leftBefore: number
}

/**
 * One limit of a provider: how much of its window is used, by our own count and by what its answers tell.
 *
 * Times are in Unix milliseconds, and handed in.
 *
 * A provider's windows begin when they like. Where its answers tell what is left, that holds until the window ends:
 * when they say so, else a window after the first answer that belongs to it, which shows by more being left than there was
 * before the call. Where they tell nothing, what a call took is free again a window after its answer: then no window
 * holds more than the limit, wherever it begins.
 */
export interface Meter {
  readonly windowMs: number
  /** When a call may go, if nothing else happens; `now` or before, when it may go at once. */
  opensAt(wanted: Wanted, now: number): number
  begin(wanted: Wanted, now: number): Taken
  /** @param told null when there was no answer, or none that says anything of this limit; the call counts all the same */
  end(taken: Taken, told: Quota | null, now: number): void
  /** Gives back what was taken for a call that was never made. */
  release(taken: Taken, lane: Lane): void
  /** Lets nobody call before `at`. */
  pause(at: number): void
  /** All that the meter knows, to go on from elsewhere. */
  state(): MeterState
}

/** What a meter knows, as JSON can hold it. */
export interface MeterState {
  readonly limit: number
  readonly inFlight: number
  readonly answered: readonly { readonly freeAt: number; readonly cost: number }[]
  /** Null while nothing was told of this window. */
  readonly left: number | null
  readonly endsAt: number
  readonly isEndTold: boolean
  readonly first: number
  readonly calls: number
  readonly urgent: number
  readonly urgentLately: number
  readonly elsewhere: number
  readonly pausedUntil: number
}

/** What a meter starts from, before the provider tells. */
export interface MeterOptions {
  readonly limit: number
  readonly windowMs: number
  /** The part of each window that is kept from bulk work and a backfill though nobody else has called lately. */
  readonly kept: number
}

interface Answered {
  readonly freeAt: number
  readonly cost: number
}

const sumOf = (answered: readonly Answered[]): number => answered.reduce((sum, { cost }) => sum + cost, 0)

/** The same in fewer pieces: what becomes free within so short a time is counted until the last of it does. */
function gather(answered: readonly Answered[], withinMs: number): readonly Answered[] {
  const pieces: (Answered & { readonly from: number })[] = []
  for (const { freeAt, cost } of answered) {
    const last = pieces.at(-1)
    if (last !== undefined && freeAt - last.from < withinMs) {
      pieces[pieces.length - 1] = { ...last, freeAt, cost: last.cost + cost }
    } else pieces.push({ freeAt, cost, from: freeAt })
  }
  return pieces.map(({ freeAt, cost }) => ({ freeAt, cost }))
}

/** A window, or what is left of it. */
interface Room {
  readonly from: number
  readonly end: number
  /** Taken by calls that are not answered yet. */
  readonly open: number
  readonly counted: readonly Answered[]
  /** What the provider leaves. */
  readonly most: number
}

/** How far behind the end of a window an answer may tell it, by rounding to whole seconds and by its way. */
const ROUNDING_MS = 1_000

/**
 * Opens the count of one limit.
 *
 * Bulk work and a backfill leave room for people and live work: the kept part, or as much as they took in the windows before if that
 * is more, at most half. What is kept melts as the window goes by, so that either takes the whole limit when nobody else
 * comes; the last unit alone is there for people until the end, wherever something is kept at all.
 *
 * @param from what another meter of the same limit knew; null begins anew
 */
export function createMeter({ limit: assumed, windowMs, kept }: MeterOptions, from: MeterState | null = null): Meter {
  let limit = from?.limit ?? assumed
  let inFlight = from?.inFlight ?? 0
  /** In the order in which they become free. */
  let answered: Answered[] = [...(from?.answered ?? [])]
  let left = from?.left ?? Number.POSITIVE_INFINITY
  let endsAt = from?.endsAt ?? 0
  /** Whether the provider said when the window ends. */
  let isEndTold = from?.isEndTold ?? false
  /** The number of the window's first call. */
  let first = from?.first ?? 0
  let calls = from?.calls ?? 0
  /** Taken by people and live work: in this window, and lately. */
  let urgent = from?.urgent ?? 0
  let urgentLately = from?.urgentLately ?? 0
  /** What others took of the window before; until an answer of this one tells, they are taken to do so again. */
  let elsewhere = from?.elsewhere ?? 0
  let pausedUntil = from?.pausedUntil ?? 0

  const beginWindow = (end: number, firstCall: number): void => {
    if (left < Number.POSITIVE_INFINITY) {
      elsewhere = Math.min(Math.max(limit - left - inFlight - sumOf(answered), 0), Math.floor(limit / 2))
      answered = []
    }
    urgentLately = Math.max(urgent, Math.floor(urgentLately / 2))
    urgent = 0
    left = Number.POSITIVE_INFINITY
    endsAt = end
    isEndTold = false
    first = firstCall
  }

  const look = (now: number): void => {
    if (now >= endsAt) {
      if (now >= endsAt + windowMs) urgent = urgentLately = 0
      beginWindow(now + windowMs, calls)
    }
    const free = answered.findIndex(({ freeAt }) => freeAt > now)
    if (free !== 0) answered = free < 0 ? [] : answered.slice(free)
  }

  /** When patient work may leave only `spare` in a window that ends at `end`. */
  const meltsAt = ({ lane }: Wanted, spare: number, end: number): number => {
    const reserve = Math.min(Math.max(limit * kept, urgentLately, urgent), Math.floor(limit / 2))
    if (!PATIENT.has(lane) || reserve === 0) return Number.NEGATIVE_INFINITY
    return Math.ceil(end - (spare * windowMs) / reserve)
  }

  /** The first moment from `from` on, before `end`, at which there is room; null when there is none. */
  const roomWithin = (wanted: Wanted, { from, end, open, counted, most }: Room): number | null => {
    let used = open + sumOf(counted)
    const steps = [{ freeAt: from, cost: 0 }, ...counted]
    for (const [index, { freeAt, cost }] of steps.entries()) {
      const at = Math.max(from, freeAt)
      if (at >= end) return null
      used -= cost
      // A call may always go where nothing is used and nothing is told: it is how a wrong belief is mended.
      const isTold = most < Number.POSITIVE_INFINITY
      if (used === 0 && !isTold) return at
      const spare = Math.min(limit - used - (isTold ? 0 : elsewhere), most) - wanted.cost
      if (spare < 0) continue
      const opens = Math.max(at, meltsAt(wanted, spare, end))
      if (opens < Math.min(steps[index + 1]?.freeAt ?? end, end)) return opens
    }
    return null
  }

  /** A window whose end is told: every answer names it. */
  const learnWithEnd = (taken: Taken, remaining: number, resetAt: number): void => {
    if (isEndTold && resetAt < endsAt - windowMs / 2) return countUntold(taken)
    if (isEndTold && resetAt > endsAt + windowMs / 2) {
      beginWindow(resetAt, taken.number)
    }
    left = Math.min(left, remaining)
    // Whole seconds are rounded, up or down: the latest is believed.
    endsAt = isEndTold ? Math.max(endsAt, resetAt) : resetAt
    isEndTold = true
  }

  /** A window without an end: that it is another one is seen by more being left than there was before the call. */
  const learnWithoutEnd = (taken: Taken, remaining: number, now: number): void => {
    if (taken.number < first) return countUntold(taken)
    const isKnown = left < Number.POSITIVE_INFINITY
    const isNew = isKnown && remaining >= taken.leftBefore
    if (isNew) beginWindow(now + windowMs, taken.number)
    if (!isKnown) endsAt = now + windowMs
    left = Math.min(left, remaining)
  }

  /** A call of which we do not know what it left, or only what it left of the window before: it may have been counted in this one. */
  const countUntold = ({ cost }: Taken): void => {
    left -= cost
  }

  return {
    windowMs,
    opensAt(wanted, now) {
      look(now)
      const from = Math.max(now, pausedUntil)
      const most = left - inFlight
      const within = roomWithin(wanted, { from, end: endsAt, open: inFlight, counted: answered, most })
      if (within !== null) return within
      // The next window, if what is under way is answered now.
      const next = Math.max(from, endsAt)
      const counted = left < Number.POSITIVE_INFINITY ? [] : [...answered, { freeAt: now + windowMs, cost: inFlight }]
      const untold = { open: 0, counted, most: Number.POSITIVE_INFINITY }
      return roomWithin(wanted, { ...untold, from: next, end: next + windowMs }) ?? next + windowMs
    },
    begin({ lane, cost }, now) {
      look(now)
      inFlight += cost
      calls += 1
      if (!PATIENT.has(lane)) urgent += cost
      return { cost, number: calls - 1, leftBefore: left }
    },
    end(taken, told, now) {
      look(now)
      inFlight -= taken.cost
      answered.push({ freeAt: now + windowMs, cost: taken.cost })
      if (told === null) return countUntold(taken)
      limit = told.limit
      if (told.remaining === null) return countUntold(taken)
      const resetAt = told.resetAt === null ? null : told.resetAt.getTime()
      // A reset that is over is that of the window before, or of a clock that cannot be believed; so is one far ahead.
      if (resetAt !== null && resetAt > now && resetAt <= now + windowMs + ROUNDING_MS) {
        learnWithEnd(taken, told.remaining, resetAt)
      } else if (resetAt !== null && isEndTold) countUntold(taken)
      else learnWithoutEnd(taken, told.remaining, now)
    },
    release({ cost }, lane) {
      inFlight -= cost
      if (!PATIENT.has(lane)) urgent = Math.max(urgent - cost, 0)
    },
    pause(at) {
      pausedUntil = Math.max(pausedUntil, at)
      // The provider lets calls in from then on, so nothing that it told before holds any longer.
      if (!isEndTold && left <= inFlight) endsAt = Math.min(endsAt, at)
    },
    state: () => ({
      limit,
      inFlight,
      answered: gather(answered, windowMs / 100),
      left: left === Number.POSITIVE_INFINITY ? null : left,
      endsAt,
      isEndTold,
      first,
      calls,
      urgent,
      urgentLately,
      elsewhere,
      pausedUntil,
    }),
  }
}
