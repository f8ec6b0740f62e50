import type { Clock } from './clock.ts'
import type { Lane, Quota } from './account-client.ts'
import { RateLimitedError } from './errors.ts'

/**
 * The rate budget of one integration: who may call now, and who waits.
 *
 * Callers take a turn before each request and end it with what the answer told. Where the budget is kept is its own
 * affair: this one lives in the process.
 */
export interface Budget {
  /**
   * Waits until a call may go. Persons go before live work, live work before a backfill; inside a lane, whoever came
   * first.
   *
   * @throws RateLimitedError no turn can come by the deadline
   * @throws the signal's reason when it is aborted while waiting
   */
  take(lane: Lane, until: { readonly deadline: Date; readonly signal: AbortSignal }): Promise<Turn>
  /** Lets nobody call before `at`: the provider refused because the quota is used up. */
  pause(at: Date): void
}

/** Leave to make one request. */
export interface Turn {
  /** Ends the turn; exactly once, whatever became of the request. Null when its answer told nothing of the quota. */
  end(told: Quota | null): void
}

/** What a budget starts from, before the provider tells. */
export interface BudgetOptions {
  readonly provider: string
  readonly limit: number
  /** How long a window lasts; none is believed to last longer, so that a skewed clock cannot stop us for an hour. */
  readonly windowMs: number
  readonly clock: Clock
}

interface Waiter {
  readonly deadline: Date
  readonly grant: () => void
  readonly refuse: (reason: unknown) => void
}

const LANES: readonly Lane[] = ['person', 'live', 'backfill']

/** What a backfill leaves of each window for people and live work. */
const BACKFILL_LEAVES = 0.2

/** Opens a rate budget that is kept in this process, in windows, and learns limits and resets from answers. */
export function openBudget(options: BudgetOptions): Budget {
  const { clock, provider } = options
  const waiting: Record<Lane, Waiter[]> = { person: [], live: [], backfill: [] }
  let limit = options.limit
  /** Calls begun by us in this window. */
  let spent = 0
  /** Calls that the provider's last answer leaves us in this window. */
  let left = Number.POSITIVE_INFINITY
  let inFlight = 0
  let windowEndsAt = 0
  let pausedUntil = 0
  let alarm: AbortController | null = null

  const now = (): number => clock.now().getTime()

  const beginWindowWhenOver = (): void => {
    if (now() < windowEndsAt) return
    spent = inFlight
    left = Number.POSITIVE_INFINITY
    windowEndsAt = now() + options.windowMs
  }

  const hasRoom = (lane: Lane): boolean => {
    beginWindowWhenOver()
    const kept = lane === 'backfill' ? Math.floor(limit * BACKFILL_LEAVES) : 0
    // The first call of a window of which nothing was told may always go: it is how a wrong belief is mended.
    const isFirst = spent === 0 && left === Number.POSITIVE_INFINITY
    return isFirst || Math.min(limit - spent, left) > kept
  }

  const opensAt = (lane: Lane): number => (hasRoom(lane) ? pausedUntil : Math.max(pausedUntil, windowEndsAt))

  const refusal = (at: Date): RateLimitedError =>
    new RateLimitedError(provider, `the account's quota is used up until ${at.toISOString()}`, at)

  const begin = (): Turn => {
    spent += 1
    left -= 1
    inFlight += 1
    return { end }
  }

  const end = (told: Quota | null): void => {
    inFlight -= 1
    if (told !== null) learn(told)
    serve()
  }

  const learn = (told: Quota): void => {
    limit = told.limit
    const resetAt = Math.min(told.resetAt.getTime(), now() + options.windowMs)
    // An answer from a window that is over, or from a clock behind ours, says nothing of this one.
    if (resetAt <= now()) return
    if (resetAt > windowEndsAt) spent = inFlight
    // Calls in flight may or may not be counted in what was told; they are taken not to be.
    left = told.remaining - inFlight
    windowEndsAt = resetAt
  }

  const serve = (): void => {
    for (const lane of LANES) {
      const queue = waiting[lane]
      while (queue.length > 0 && opensAt(lane) <= now()) queue.shift()?.grant()
      const opens = new Date(opensAt(lane))
      for (const late of queue.filter((waiter) => opens > waiter.deadline)) late.refuse(refusal(opens))
    }
    setAlarm()
  }

  const setAlarm = (): void => {
    alarm?.abort()
    alarm = null
    const next = Math.min(...LANES.filter((lane) => waiting[lane].length > 0).map(opensAt))
    if (next === Number.POSITIVE_INFINITY) return
    alarm = new AbortController()
    // An alarm set anew rejects the old one's wait; there is nothing to do about that.
    void clock.wait(Math.max(next - now(), 1), alarm.signal).then(serve, () => {})
  }

  const enqueue = (lane: Lane, until: { deadline: Date; signal: AbortSignal }): Promise<Turn> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        until.signal.removeEventListener('abort', onAbort)
        const place = waiting[lane].indexOf(waiter)
        if (place >= 0) waiting[lane].splice(place, 1)
      }
      const waiter: Waiter = {
        deadline: until.deadline,
        grant() {
          leave()
          resolve(begin())
        },
        refuse(reason) {
          leave()
          reject(reason)
        },
      }
      const onAbort = (): void => waiter.refuse(until.signal.reason)
      until.signal.addEventListener('abort', onAbort, { once: true })
      waiting[lane].push(waiter)
      serve()
    })

  return {
    async take(lane, until) {
      until.signal.throwIfAborted()
      return await enqueue(lane, until)
    },
    pause(at) {
      pausedUntil = Math.max(pausedUntil, at.getTime())
      serve()
    },
  }
}
