import type { Answer, Call, Quota } from './account-client.ts'
import type { Api } from './contract.ts'
import { createMeter, type Meter, type MeterState, type Taken } from './meter.ts'

/** What a provider says of its limits. */
export type LimitedApi = Pick<Api, 'defaultQuota' | 'costOf' | 'limits' | 'quota'>

/** What became of a request. */
export interface Outcome {
  /** Null when there was none. */
  readonly answer: Answer | null
  /** The provider refused it for want of quota, until then; null when it did not. */
  readonly refusedUntil: Date | null
}

/** The limits of one account: its own, and narrower ones of some calls. Times are in Unix milliseconds. */
export interface Limits {
  /** By name; the account's own first. */
  readonly meters: ReadonlyMap<string, Meter>
  /** Ends what a call took of each limit, and keeps all out of the limits that made the provider refuse it. */
  settle(answered: Answered, taken: ReadonlyMap<string, Taken>, now: number): void
}

/** A call that was answered, or was not. */
export interface Answered {
  readonly call: Call
  readonly outcome: Outcome
  /** What is added to times that the answer tells, since `now` is by another clock. */
  readonly shiftMs: number
}

/** What the account's own limit is called; a narrower one has another name. */
export const ACCOUNT = 'account'

/** What bulk work and a backfill leave of each window of the account for people and live work, at its beginning, though none called lately. */
const PATIENT_LEAVE = 0.2

/** Opens the limits of an account, from what was known of them. */
export function openLimits(api: LimitedApi, from: Readonly<Record<string, MeterState>> = {}): Limits {
  const meters = new Map([
    [ACCOUNT, createMeter({ ...api.defaultQuota, kept: PATIENT_LEAVE }, from[ACCOUNT])],
    ...api.limits.map((limit): [string, Meter] => [limit.name, createMeter({ ...limit, kept: 0 }, from[limit.name])]),
  ])
  return {
    meters,
    settle({ call, outcome: { answer, refusedUntil }, shiftMs }, taken, now) {
      const told = answer === null ? new Map<string, Quota | null>() : toldBy(api, call, answer)
      for (const [name, own] of taken) meters.get(name)?.end(own, shifted(told.get(name) ?? null, shiftMs), now)
      if (refusedUntil === null) return
      for (const name of usedUp(api, call, told)) meters.get(name)?.pause(refusedUntil.getTime() + shiftMs)
    },
  }
}

/** How much a call takes of each limit that covers it. */
export const costOf = (api: LimitedApi, call: Call): number => api.costOf?.(call) ?? 1

/** The limits that cover a call, the account's first. */
export const covering = (api: LimitedApi, call: Call): readonly string[] => [
  ACCOUNT,
  ...api.limits.filter((limit) => limit.covers(call)).map(({ name }) => name),
]

/** When what made the provider refuse a call is there again; as `Budget` says. */
export function resetOf(api: LimitedApi, call: Call, answer: Answer): Date | null {
  const told = toldBy(api, call, answer)
  const windowMsOf = (name: string): number =>
    api.limits.find((limit) => limit.name === name)?.windowMs ?? api.defaultQuota.windowMs
  const resets = usedUp(api, call, told).flatMap((name) => {
    const resetAt = told.get(name)?.resetAt?.getTime() ?? Number.NaN
    return Number.isNaN(resetAt) ? [] : [Math.min(resetAt, answer.receivedAt.getTime() + windowMsOf(name))]
  })
  return resets.length === 0 ? null : new Date(Math.max(...resets))
}

const toldBy = (api: LimitedApi, call: Call, { headers, receivedAt }: Answer): Map<string, Quota | null> =>
  new Map([
    [ACCOUNT, api.quota(headers, receivedAt)],
    ...api.limits
      .filter((limit) => limit.covers(call))
      .map((limit): [string, Quota | null] => [limit.name, limit.quota(headers, receivedAt)]),
  ])

const shifted = (told: Quota | null, shiftMs: number): Quota | null =>
  told?.resetAt ? { ...told, resetAt: new Date(told.resetAt.getTime() + shiftMs) } : told

/**
 * Which limits made the provider refuse a call: the account's, unless a narrower one says of itself that nothing is
 * left, or the account's says that something is.
 */
function usedUp(api: LimitedApi, call: Call, told: ReadonlyMap<string, Quota | null>): readonly string[] {
  const own = covering(api, call).slice(1)
  const leftOf = (name: string): number | null => told.get(name)?.remaining ?? null
  const empty = own.filter((name) => leftOf(name) === 0)
  const left = leftOf(ACCOUNT)
  if (left !== null && left < costOf(api, call)) return [ACCOUNT, ...empty]
  if (empty.length > 0) return empty
  const silent = own.filter((name) => leftOf(name) === null)
  return left !== null && silent.length > 0 ? silent : [ACCOUNT]
}
