import type { TwinClock } from '../clock.ts'
import { createRateWindow } from '../rate-window.ts'
import type { RateStanding } from '../rate-window.ts'
import type { Account, LimitedCall } from './account.ts'

/** Where a call stands, for its headers. */
export interface Spent {
  readonly headers: Readonly<Record<string, string>>
  /** Seconds until calls are let in again; null while they are. */
  readonly retryAfter: number | null
}

/** What all calls of one account draw on. */
export interface Limits {
  /** Counts one call: for the account, for its kind if that has a limit, and for the ticket a user updates. */
  spend(limited: LimitedCall | undefined, update: string | null): Spent
  /** As if nothing were left. */
  exhausted(): Spent
}

const minute = 60
const tenMinutes = 600

/** What kinds of calls are called in their headers. Source: `tickets-index` is the reference's; the others are formed after it. */
const headerNames: Readonly<Record<LimitedCall, string>> = {
  export: 'incremental-exports',
  ticketUpdate: 'tickets-update',
  ticketList: 'tickets-index',
  searchExport: 'search-export',
  ticketDelete: 'tickets-delete',
}

/** Fixed minutes, by the twin's clock. */
export function createLimits(clock: TwinClock, { subdomain, limits }: Account): Limits {
  const { total, updatesOfOneTicket = Number.MAX_SAFE_INTEGER } = limits
  const whole = createRateWindow(clock, total, minute)
  const one = createRateWindow(clock, updatesOfOneTicket, tenMinutes)
  const kinds = new Map(
    Object.keys(headerNames).map((kind) => [kind, createRateWindow(clock, limitOf(limits, kind), minute)]),
  )
  const resets = ({ resetAt }: RateStanding): number => Math.max(1, resetAt - clock.seconds())
  const headersFor = (standing: RateStanding): Record<string, string> => ({
    'X-Rate-Limit': String(total),
    'X-Rate-Limit-Remaining': String(standing.remaining),
    'ratelimit-limit': String(total),
    'ratelimit-remaining': String(standing.remaining),
    'ratelimit-reset': String(resets(standing)),
  })
  return {
    spend(limited, update) {
      const standing = whole.count(subdomain)
      const kind = limited === undefined ? undefined : kinds.get(limited)?.count(subdomain)
      const ticket = update === null ? undefined : one.count(update)
      const headers = headersFor(standing)
      if (kind && limited && kind.limit < Number.MAX_SAFE_INTEGER) {
        const told = `total=${kind.limit}; remaining=${kind.remaining}; resets=${resets(kind)}`
        headers[`zendesk-ratelimit-${headerNames[limited]}`] = told
      }
      const exceeded = [standing, kind, ticket].filter((each) => each?.exceeded === true)
      const waits = exceeded.map((each) => (each ? resets(each) : 0))
      return { headers, retryAfter: waits.length === 0 ? null : Math.max(...waits) }
    },
    exhausted() {
      const standing = { ...whole.count(subdomain), remaining: 0 }
      return { headers: headersFor(standing), retryAfter: resets(standing) }
    },
  }
}

function limitOf(limits: Account['limits'], kind: string): number {
  const limit = Object.entries(limits).find(([name]) => name === kind)?.[1]
  return limit ?? Number.MAX_SAFE_INTEGER
}
