import type { Answer, Call, Lane } from './account-client.ts'
import type { Clock } from './clock.ts'
import { type LimitedApi, openLimits, type Outcome, resetOf } from './limits.ts'
import type { Taken } from './meter.ts'
import { findOverdue, giveTurns, openQueue, type Queued } from './turns.ts'

/**
 * The rate budget of one integration: who may call now, and who waits.
 *
 * Callers take a turn before each request and end it with what the answer told. A turn takes of the account's quota and
 * of every narrower limit that covers the call, of all at once or of none, so that no two calls wait for each other.
 * Where the budget is kept is its own affair: this one lives in the process.
 */
export interface Budget {
  /**
   * Waits until a call may go. Persons go before live work, live work before bulk work, that before a backfill; inside a lane, whoever came
   * first. A call that waits for a narrower limit lets those by that need none of it. So that nobody waits forever behind
   * a crowd, one call that has waited for longer than a window goes first, once in a window.
   *
   * @throws RateLimitedError no turn can come by the deadline
   * @throws the signal's reason when it is aborted while waiting
   */
  take(call: Call, lane: Lane, until: { readonly deadline: Date; readonly signal: AbortSignal }): Promise<Turn>
  /** When what made the provider refuse a call is there again, by its answer's headers; null when they do not say. No later than a window from now, whatever the provider's clock says. */
  resetOf(call: Call, answer: Answer): Date | null
}

/** Leave to make one request. */
export interface Turn {
  /** Ends the turn; exactly once, whatever became of the request. */
  end(outcome: Outcome): void
}

/** What a budget is opened over. */
export interface BudgetOptions {
  readonly provider: string
  /** What it says of limits: assumed at first, and read from answers. */
  readonly api: LimitedApi
  readonly clock: Clock
}

/** Opens a rate budget that is kept in this process, and learns limits and resets from answers. */
export function openBudget({ provider, api, clock }: BudgetOptions): Budget {
  const limits = openLimits(api)
  let overdueAt = Number.NEGATIVE_INFINITY
  const now = (): number => clock.now().getTime()

  const turnOf = (call: Call, taken: ReadonlyMap<string, Taken>): Turn => ({
    end(outcome) {
      limits.settle({ call, outcome, shiftMs: 0 }, taken, now())
      serve()
    },
  })

  const serve = (): void => {
    const since = now() - api.defaultQuota.windowMs
    const all = queue.all()
    const overdue: Queued<Turn> | null = overdueAt > since ? null : findOverdue(all, since)
    const ordered = overdue === null ? all : [overdue, ...all.filter((waiter) => waiter !== overdue)]
    const { granted, refused, next } = giveTurns(limits, ordered, { now: now(), overdue })
    for (const { waiter, at } of refused) waiter.refuse(new Date(at))
    for (const { waiter, taken } of granted) {
      if (waiter === overdue) overdueAt = now()
      waiter.grant(turnOf(waiter.call, taken))
    }
    alarm.set(next)
  }

  const queue = openQueue<Turn>({ provider, api }, serve)
  const alarm = openAlarm(clock, serve)

  return {
    async take(call, lane, { deadline, signal }) {
      signal.throwIfAborted()
      return await queue.wait({ call, lane, askedAt: now(), deadline: deadline.getTime(), signal })
    },
    resetOf: (call, answer) => resetOf(api, call, answer),
  }
}

/** Rings once, at the time that was set last; an infinite one never comes. */
export interface Alarm {
  set(at: number): void
}

/** Makes an alarm. */
export function openAlarm(clock: Clock, ring: () => void): Alarm {
  let current: AbortController | null = null
  return {
    set(at) {
      current?.abort()
      current = null
      if (at === Number.POSITIVE_INFINITY) return
      current = new AbortController()
      // An alarm set anew rejects the old one's wait; there is nothing to do about that.
      void clock.wait(Math.max(at - clock.now().getTime(), 1), current.signal).then(ring, () => {})
    },
  }
}
