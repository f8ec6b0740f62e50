import type { Call, Quota } from '../../kit/account-client.ts'
import type { EndpointLimit } from '../../kit/contract.ts'

const MINUTE_MS = 60_000

/**
 * What an account may call in a minute, before headers tell: the smallest plan with an API of its own. A trial has 50,
 * which its first answer says. Source: Freshdesk API v2, "Rate Limit".
 */
export const defaultQuota = { limit: 200, windowMs: MINUTE_MS }

const numberOf = (headers: Headers, name: string): number => {
  const value = headers.get(name)
  return value === null || value.trim() === '' ? Number.NaN : Number(value)
}

/** The minute's limit and what is left of it. No header says when the minute ends. */
export function quota(headers: Headers): Quota | null {
  const limit = numberOf(headers, 'X-RateLimit-Total')
  const remaining = numberOf(headers, 'X-RateLimit-Remaining')
  return Number.isFinite(limit) && Number.isFinite(remaining) ? { limit, remaining, resetAt: null } : null
}

const pathOf = ({ path }: Call): string => path.replace(/[?#].*$/s, '')

/** What is embedded counts: 1 each in a single record, 2 each in a list. Source: "Rate Limit", "Embedding". */
export function costOf(call: Call): number {
  const include = call.query?.['include']
  if (typeof include !== 'string' || include === '') return 1
  return 1 + include.split(',').length * (pathOf(call) === '/tickets' ? 2 : 1)
}

/** What plans allow in a minute, the smallest first: in all, and of some calls. Source: Freshdesk API v2, "Rate Limit". */
const PLANS = [
  { total: 200, create: 80, update: 80, list: 20 },
  { total: 400, create: 160, update: 160, list: 100 },
  { total: 700, create: 280, update: 280, list: 200 },
] as const

type Limited = Exclude<keyof (typeof PLANS)[number], 'total'>

/** The plan that an answer's total tells: one with more calls bought is taken for the greatest plan that has no more. */
function planOf(headers: Headers): (typeof PLANS)[number] | null {
  const total = numberOf(headers, 'X-RateLimit-Total')
  return PLANS.findLast((plan) => plan.total <= total) ?? null
}

/** A limit of the plan on some calls. No header tells of it, but which plan it is; what is left of it, our own count says. */
const limitOf = (name: string, of: Limited, covers: (call: Call) => boolean): EndpointLimit => ({
  name,
  limit: PLANS[0][of],
  windowMs: MINUTE_MS,
  covers,
  quota(headers) {
    const plan = planOf(headers)
    return plan && { limit: plan[of], remaining: null, resetAt: null }
  },
})

/** Limits below the account's; the smallest plan's until an answer tells which it is. */
export const limits: readonly EndpointLimit[] = [
  limitOf('ticket list', 'list', (call) => call.method === 'GET' && pathOf(call) === '/tickets'),
  limitOf('contact list', 'list', (call) => call.method === 'GET' && pathOf(call) === '/contacts'),
  limitOf(
    'ticket create',
    'create',
    (call) => call.method === 'POST' && /^\/tickets(?:\/outbound_email)?$/.test(pathOf(call)),
  ),
  limitOf('ticket update', 'update', (call) => call.method === 'PUT' && /^\/tickets\/\d+$/.test(pathOf(call))),
]
