import type { Call, Quota } from '../../kit/account-client.ts'
import type { EndpointLimit } from '../../kit/contract.ts'

const MINUTE_MS = 60_000

/** A window is over this much after our minute is, so that a clock ahead of theirs does not call into the last one. */
const SKEW_MS = 1_000

/**
 * What an account may call in a minute, before headers tell: the smallest plan with an API of its own. A trial has 50,
 * which its first answer says. Source: Freshdesk API v2, "Rate Limit".
 */
export const defaultQuota = { limit: 200, windowMs: MINUTE_MS }

const numberOf = (headers: Headers, name: string): number => {
  const value = headers.get(name)
  return value === null || value.trim() === '' ? Number.NaN : Number(value)
}

/** The minute's limit and what is left of it. No header says when it ends: minutes are taken to be those of the clock. */
export function quota(headers: Headers, now: Date): Quota | null {
  const limit = numberOf(headers, 'X-RateLimit-Total')
  const remaining = numberOf(headers, 'X-RateLimit-Remaining')
  if (!Number.isFinite(limit) || !Number.isFinite(remaining)) return null
  const minute = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS
  return { limit, remaining, resetAt: new Date(minute + MINUTE_MS + SKEW_MS) }
}

const pathOf = ({ path }: Call): string => path.replace(/[?#].*$/s, '')

/** What is embedded counts: 1 each in a single record, 2 each in a list. Source: "Rate Limit", "Embedding". */
export function costOf(call: Call): number {
  const include = call.query?.['include']
  if (typeof include !== 'string' || include === '') return 1
  return 1 + include.split(',').length * (pathOf(call) === '/tickets' ? 2 : 1)
}

/** One limit of the plan on some calls. No header tells of it, so that the smallest plan's number stands for every plan. */
const limitOf = (name: string, limit: number, covers: (call: Call) => boolean): EndpointLimit => ({
  name,
  limit,
  windowMs: MINUTE_MS,
  covers,
  quota: () => null,
})

/** Limits below the account's, as the Growth plan has them; Pro and Enterprise have 2 to 10 times as much. Source: "Rate Limit". */
export const limits: readonly EndpointLimit[] = [
  limitOf('ticket list', 20, (call) => call.method === 'GET' && pathOf(call) === '/tickets'),
  limitOf('contact list', 20, (call) => call.method === 'GET' && pathOf(call) === '/contacts'),
  limitOf(
    'ticket create',
    80,
    (call) => call.method === 'POST' && /^\/tickets(?:\/outbound_email)?$/.test(pathOf(call)),
  ),
  limitOf('ticket update', 80, (call) => call.method === 'PUT' && /^\/tickets\/\d+$/.test(pathOf(call))),
]
