import type { Call, Quota } from '../../kit/account-client.ts'
import type { EndpointLimit } from '../../kit/contract.ts'

const MINUTE_MS = 60_000

const number = (headers: Headers, name: string): number | null => {
  const value = headers.get(name)?.trim()
  return value === undefined || value === '' || !Number.isFinite(Number(value)) ? null : Number(value)
}

/** What is left of the account's minute. Older accounts do not say when it ends. Source: "Rate limits", headers. */
export function quota(headers: Headers, now: Date): Quota | null {
  const limit = number(headers, 'ratelimit-limit') ?? number(headers, 'X-Rate-Limit')
  const remaining = number(headers, 'ratelimit-remaining') ?? number(headers, 'X-Rate-Limit-Remaining')
  const seconds = number(headers, 'ratelimit-reset')
  if (limit === null) return null
  return { limit, remaining, resetAt: seconds === null ? null : new Date(now.getTime() + seconds * 1000) }
}

const TOLD = /^total=(\d+);\s*remaining=(\d+);\s*resets=(\d+)$/

/** `zendesk-ratelimit-tickets-index: total=100; remaining=99; resets=41`, of several the one with the least left. */
function endpointQuota(headers: Headers, now: Date): Quota | null {
  const told = [...headers].flatMap(([name, value]) => {
    const read = name.startsWith('zendesk-ratelimit-') ? TOLD.exec(value.trim()) : null
    if (read === null) return []
    const resetAt = new Date(now.getTime() + Number(read[3]) * 1000)
    return [{ limit: Number(read[1]), remaining: Number(read[2]), resetAt }]
  })
  return told.toSorted((left, right) => left.remaining - right.remaining)[0] ?? null
}

function limitOf(name: string, limit: number, method: Call['method'], path: RegExp): EndpointLimit {
  return {
    name,
    limit,
    windowMs: MINUTE_MS,
    covers: (call) => call.method === method && path.test(call.path.replace(/[?#].*$/s, '')),
    quota: endpointQuota,
  }
}

/** Calls that an account may make less often than others, a minute. Source: "Rate limits", endpoint limits. */
export const limits: readonly EndpointLimit[] = [
  limitOf('incremental exports', 10, 'GET', /\/api\/v2\/incremental\//),
  limitOf('ticket updates', 100, 'PUT', /\/api\/v2\/tickets\/\d+$/),
  limitOf('ticket lists', 100, 'GET', /\/api\/v2\/tickets$/),
  limitOf('search exports', 100, 'GET', /\/api\/v2\/search\/export$/),
  limitOf('ticket deletions', 400, 'DELETE', /\/api\/v2\/tickets\/\d+$/),
]
