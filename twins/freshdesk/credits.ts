import type { TwinClock } from '../clock.ts'
import { createRateWindow } from '../rate-window.ts'
import type { RateStanding } from '../rate-window.ts'
import type { Account, LimitedCall } from './account.ts'

/** What one call cost and what is left, for the headers. */
export interface Spent {
  readonly total: number
  readonly remaining: number
  readonly used: number
  /** Seconds until calls are let in again; null while they are. */
  readonly retryAfter: number | null
}

/** What all calls of one account draw on, whoever makes them. */
export interface Credits {
  /** Takes what a call costs: of the account, and of the limit of its kind if it has one. Bad calls cost too. */
  spend(credits: number, limited: LimitedCall | undefined): Spent
  /** Where the account stands, at the cost of one call, as if nothing were left. */
  exhausted(): Spent
}

const windowSeconds = 60

/** Fixed minutes, by the twin's clock. */
export function createCredits(clock: TwinClock, account: Account): Credits {
  const { total, ...byKind } = account.limits
  const whole = createRateWindow(clock, total, windowSeconds)
  const parts = new Map(
    Object.entries(byKind).map(([kind, limit]) => [kind, createRateWindow(clock, limit, windowSeconds)]),
  )
  const spentOn = (used: number, { remaining }: RateStanding): Spent => ({ total, used, remaining, retryAfter: null })
  const refused = (used: number, standing: RateStanding): Spent => ({
    ...spentOn(used, standing),
    retryAfter: Math.max(1, standing.resetAt - clock.seconds()),
  })
  return {
    spend(credits, limited) {
      const standing = whole.count(account.domain, credits)
      const part = limited === undefined ? undefined : parts.get(limited)?.count(account.domain)
      return standing.exceeded || part?.exceeded === true ? refused(credits, standing) : spentOn(credits, standing)
    },
    exhausted: () => ({ ...refused(1, whole.count(account.domain)), remaining: 0 }),
  }
}
