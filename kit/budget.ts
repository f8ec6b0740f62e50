import type { Answer, Call, Lane, Quota } from './account-client.ts'
import type { Clock } from './clock.ts'
import type { Api } from './contract.ts'
import { RateLimitedError } from './errors.ts'
import { createMeter, type Meter, type Taken, type Wanted } from './meter.ts'

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

/** What became of a request. */
export interface Outcome {
  /** Null when there was none. */
  readonly answer: Answer | null
  /** The provider refused it for want of quota, until then; null when it did not. */
  readonly refusedUntil: Date | null
}

/** What a budget is opened over. */
export interface BudgetOptions {
  readonly provider: string
  /** What it says of limits: assumed at first, and read from answers. */
  readonly api: Pick<Api, 'defaultQuota' | 'costOf' | 'limits' | 'quota'>
  readonly clock: Clock
}

interface Waiter {
  readonly lane: Lane
  readonly cost: number
  readonly meters: readonly Meter[]
  readonly askedAt: number
  readonly deadline: Date
  readonly grant: () => void
  readonly refuse: (reason: unknown) => void
}

const LANES: readonly Lane[] = ['person', 'live', 'bulk', 'backfill']

/** What bulk work and a backfill leave of each window of the account for people and live work, at its beginning, though none called lately. */
const PATIENT_LEAVE = 0.2

/** Opens a rate budget that is kept in this process, and learns limits and resets from answers. */
export function openBudget({ provider, api, clock }: BudgetOptions): Budget {
  const account = createMeter({ ...api.defaultQuota, kept: PATIENT_LEAVE })
  const narrower = api.limits.map((limit) => ({ limit, meter: createMeter({ ...limit, kept: 0 }) }))
  const waiting: Record<Lane, Waiter[]> = { person: [], live: [], bulk: [], backfill: [] }
  let overdueAt = Number.NEGATIVE_INFINITY
  let alarm: AbortController | null = null

  const now = (): number => clock.now().getTime()
  const costOf = (call: Call): number => api.costOf?.(call) ?? 1
  const covering = (call: Call) => narrower.filter(({ limit }) => limit.covers(call))

  const begin = (call: Call, { lane, cost, meters }: Waiter): Turn => {
    const taken = new Map<Meter, Taken>(meters.map((meter) => [meter, meter.begin({ lane, cost }, now())]))
    return {
      end({ answer, refusedUntil }) {
        const told = new Map(answer === null ? [] : toldBy(call, answer))
        for (const [meter, own] of taken) meter.end(own, told.get(meter) ?? null, now())
        if (refusedUntil !== null) {
          for (const meter of usedUp(call, cost, told)) meter.pause(refusedUntil.getTime())
        }
        serve()
      },
    }
  }

  const toldBy = (call: Call, { headers, receivedAt }: Answer): [Meter, Quota | null][] => [
    [account, api.quota(headers, receivedAt)],
    ...covering(call).map(({ limit, meter }): [Meter, Quota | null] => [meter, limit.quota(headers, receivedAt)]),
  ]

  /**
   * Which limits made the provider refuse a call: the account's, unless a narrower one says of itself that nothing is
   * left, or the account's says that something is.
   */
  const usedUp = (call: Call, cost: number, told: ReadonlyMap<Meter, Quota | null>): readonly Meter[] => {
    const own = covering(call).map(({ meter }) => meter)
    const leftOf = (meter: Meter): number | null => told.get(meter)?.remaining ?? null
    const empty = own.filter((meter) => leftOf(meter) === 0)
    const left = leftOf(account)
    if (left !== null && left < cost) return [account, ...empty]
    if (empty.length > 0) return empty
    const silent = own.filter((meter) => leftOf(meter) === null)
    return left !== null && silent.length > 0 ? silent : [account]
  }

  /** Whoever has waited for longer than a window, unless another one went first for that in this window. */
  const findOverdue = (): Waiter | null => {
    const since = now() - api.defaultQuota.windowMs
    if (overdueAt > since) return null
    const late = [...waiting.live, ...waiting.bulk, ...waiting.backfill].filter(({ askedAt }) => askedAt < since)
    return late.toSorted((a, b) => a.askedAt - b.askedAt)[0] ?? null
  }

  const serve = (): void => {
    const overdue = findOverdue()
    const others = LANES.flatMap((lane) => waiting[lane]).filter((waiter) => waiter !== overdue)
    // A limit that somebody waits for is nobody's who comes after them.
    const spokenFor = new Map<Meter, number>()
    let next = Number.POSITIVE_INFINITY
    for (const waiter of overdue === null ? others : [overdue, ...others]) {
      const wanted: Wanted = waiter === overdue ? { lane: 'person', cost: waiter.cost } : waiter
      const opens = waiter.meters.map((meter) => [meter, spokenFor.get(meter) ?? meter.opensAt(wanted, now())] as const)
      const at = Math.max(...opens.map(([, opensAt]) => opensAt))
      if (at <= now()) {
        if (waiter === overdue) overdueAt = now()
        waiter.grant()
      } else if (at > waiter.deadline.getTime()) {
        waiter.refuse(refusal(new Date(at)))
      } else {
        next = Math.min(next, at)
        for (const [meter, opensAt] of opens) if (opensAt > now()) spokenFor.set(meter, opensAt)
      }
    }
    setAlarm(next)
  }

  const refusal = (at: Date): RateLimitedError =>
    new RateLimitedError(provider, `the account's quota is used up until ${at.toISOString()}`, at)

  const setAlarm = (next: number): void => {
    alarm?.abort()
    alarm = null
    if (next === Number.POSITIVE_INFINITY) return
    alarm = new AbortController()
    // An alarm set anew rejects the old one's wait; there is nothing to do about that.
    void clock.wait(Math.max(next - now(), 1), alarm.signal).then(serve, () => {})
  }

  const enqueue = (call: Call, lane: Lane, until: { deadline: Date; signal: AbortSignal }): Promise<Turn> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        until.signal.removeEventListener('abort', onAbort)
        const place = waiting[lane].indexOf(waiter)
        if (place >= 0) waiting[lane].splice(place, 1)
      }
      const waiter: Waiter = {
        lane,
        cost: costOf(call),
        meters: [account, ...covering(call).map(({ meter }) => meter)],
        askedAt: now(),
        deadline: until.deadline,
        grant() {
          leave()
          resolve(begin(call, waiter))
        },
        refuse(reason) {
          leave()
          reject(reason)
        },
      }
      const onAbort = (): void => {
        waiter.refuse(until.signal.reason)
        // Others may have waited behind it.
        serve()
      }
      until.signal.addEventListener('abort', onAbort, { once: true })
      waiting[lane].push(waiter)
      serve()
    })

  return {
    async take(call, lane, until) {
      until.signal.throwIfAborted()
      return await enqueue(call, lane, until)
    },
    resetOf(call, answer) {
      const told = new Map(toldBy(call, answer))
      const resets = usedUp(call, costOf(call), told).flatMap((meter) => {
        const resetAt = told.get(meter)?.resetAt
        return resetAt ? [Math.min(resetAt.getTime(), answer.receivedAt.getTime() + meter.windowMs)] : []
      })
      return resets.length === 0 ? null : new Date(Math.max(...resets))
    },
  }
}
