import type { Call, Lane } from './account-client.ts'
import { ACCOUNT, type Answered, type LimitedApi, type Limits, openLimits } from './limits.ts'
import type { MeterState, Taken } from './meter.ts'
import { LANES, type Waiting } from './turns.ts'

/** What all processes know together of the limits of one account, as JSON can hold it. Times are in Unix milliseconds. */
export interface BookState {
  readonly meters: Readonly<Record<string, MeterState>>
  /** By the id of the process. */
  readonly holders: Readonly<Record<string, Holder>>
  /** Nobody takes anything before, since not all is told yet. */
  readonly quietUntil: number
}

/** What one process has of it. */
export interface Holder {
  /** What it has taken is taken to be spent from then on, unless it is heard of. */
  readonly aliveUntil: number
  readonly leases: readonly Lease[]
  readonly wishes: readonly Wish[]
}

/** Leave for one call, made or not yet made. */
export interface Lease {
  readonly id: number
  readonly lane: Lane
  readonly taken: Readonly<Record<string, Taken>>
}

/** Calls of one lane that wait for one limit in a process. */
export interface Wish {
  readonly lane: Lane
  readonly limit: string
  /** When the one asked that has waited for longest. */
  readonly since: number
  readonly count: number
}

/** A call that is being made. */
export interface UnderWay {
  readonly call: Call
  readonly lane: Lane
  readonly cost: number
  /** The names of the limits that cover it. */
  readonly limits: readonly string[]
}

/** What lies on the shelf, as one of us wrote it. */
export const readBook = (stored: unknown): BookState | null => stored as BookState | null

/** The book, opened by one process to write in it. */
export interface QuotaBook {
  readonly limits: Limits
  /** Whether anything was written that others need to know. */
  readonly isChanged: () => boolean
  /** The ids of what this process has; fewer than it believes when it was not heard of for too long. */
  leases(): readonly number[]
  hold(lease: Lease): void
  /** Gives back what was not used. */
  release(id: number): void
  /** Counts a call that has come to its end; also one that is not in the book. */
  end(id: number, call: UnderWay, answered: Answered): void
  /** Takes anew what a call under way needs that the book has forgotten. */
  adopt(id: number, call: UnderWay): void
  wish(wishes: readonly Wish[]): void
  readonly quietUntil: number
  /** Has nobody take anything before. */
  keepQuiet(until: number): void
  /** Whether somebody elsewhere goes first for a limit: of a lane before this one, or who asked before in the same. */
  isHeld(name: string, waiter: Pick<Waiting, 'lane' | 'askedAt'>): boolean
  /** Whether anybody elsewhere waits for anything, or has anything. */
  readonly others: { readonly wish: boolean; readonly hold: boolean; readonly count: number }
  state(): BookState
}

/** How long a process is taken to live after it was last heard of. */
export const ALIVE_MS = 15_000

/** Opens the book at `now`: what processes had that were not heard of any more is taken to be spent. */
export function openQuotaBook(
  api: LimitedApi,
  from: BookState | null,
  { holder, now }: { readonly holder: string; readonly now: number },
): QuotaBook {
  const limits = openLimits(api, from?.meters)
  const entries = Object.entries(from?.holders ?? {})
  const own = from?.holders[holder]
  const others = entries.filter(([id, { aliveUntil }]) => id !== holder && aliveUntil > now)
  const leases = new Map((own?.leases ?? []).map((lease) => [lease.id, lease]))
  let wishes = own?.wishes ?? []
  let quietUntil = from?.quietUntil ?? 0
  let changed = own === undefined || own.aliveUntil < now + ALIVE_MS / 2

  const takenOf = (lease: Lease): ReadonlyMap<string, Taken> => new Map(Object.entries(lease.taken))

  for (const [id, dead] of entries) {
    if (id === holder || dead.aliveUntil > now) continue
    changed = true
    for (const lease of dead.leases) {
      for (const [name, taken] of takenOf(lease)) limits.meters.get(name)?.end(taken, null, now)
    }
  }

  const begin = (call: UnderWay): ReadonlyMap<string, Taken> =>
    new Map(
      [...limits.meters]
        .filter(([name]) => call.limits.includes(name))
        .map(([name, meter]) => [name, meter.begin(call, now)]),
    )

  return {
    limits,
    isChanged: () => changed,
    leases: () => [...leases.keys()],
    hold(lease) {
      changed = true
      leases.set(lease.id, lease)
    },
    release(id) {
      const lease = leases.get(id)
      if (lease === undefined) return
      changed = true
      leases.delete(id)
      for (const [name, taken] of takenOf(lease)) limits.meters.get(name)?.release(taken, lease.lane)
    },
    end(id, call, answered) {
      changed = true
      const lease = leases.get(id)
      leases.delete(id)
      limits.settle(answered, lease === undefined ? begin(call) : takenOf(lease), now)
    },
    adopt(id, call) {
      changed = true
      leases.set(id, { id, lane: call.lane, taken: Object.fromEntries(begin(call)) })
    },
    wish(wanted) {
      if (JSON.stringify(wanted) !== JSON.stringify(wishes)) changed = true
      wishes = wanted
    },
    get quietUntil() {
      return quietUntil
    },
    keepQuiet(until) {
      changed = true
      quietUntil = Math.max(quietUntil, until)
    },
    isHeld: (name, { lane, askedAt }) =>
      others.some(([, { wishes: theirs }]) =>
        theirs.some(
          (wish) =>
            wish.limit === name && (rank(wish.lane) < rank(lane) || (wish.lane === lane && wish.since < askedAt)),
        ),
      ),
    others: {
      wish: others.some(([, { wishes: theirs }]) => theirs.length > 0),
      hold: others.some(([, { leases: theirs }]) => theirs.length > 0),
      count: others.length,
    },
    state: () => ({
      quietUntil,
      meters: Object.fromEntries([...limits.meters].map(([name, meter]) => [name, meter.state()])),
      holders: {
        ...Object.fromEntries(others),
        [holder]: { aliveUntil: now + ALIVE_MS, leases: [...leases.values()], wishes },
      },
    }),
  }
}

const rank = (lane: Lane): number => LANES.indexOf(lane)

/** What can be said of an account's quota. */
export interface QuotaTold {
  readonly limit: number
  readonly remaining: number
  readonly resetAt: Date | null
  readonly windowMs: number
  /** Calls under way, and calls that wait, by lane. */
  readonly lanes: readonly { readonly lane: Lane; readonly taken: number; readonly waiting: number }[]
  readonly pausedUntil: Date | null
}

/** What a book says of the account's own limit at `now`; null when it says nothing. */
export function quotaOf(book: BookState | null, windowMs: number, now: number): QuotaTold | null {
  const meter = book?.meters[ACCOUNT]
  if (book === null || meter === undefined) return null
  const { holders } = book
  const { limit, left, inFlight, answered, endsAt, pausedUntil } = meter
  const used = answered.reduce((sum, { freeAt, cost }) => sum + (freeAt > now ? cost : 0), 0)
  const isTold = left !== null && endsAt > now
  const remaining = isTold ? left - inFlight : limit - inFlight - used
  const all = Object.values(holders)
  return {
    limit,
    remaining: Math.max(Math.min(remaining, limit), 0),
    resetAt: isTold ? new Date(endsAt) : null,
    windowMs,
    lanes: LANES.map((lane) => ({
      lane,
      taken: all.flatMap(({ leases }) => leases).filter((lease) => lease.lane === lane).length,
      waiting: all
        .flatMap(({ wishes }) => wishes)
        .reduce((sum, wish) => sum + (wish.lane === lane && wish.limit === ACCOUNT ? wish.count : 0), 0),
    })),
    pausedUntil: pausedUntil > now ? new Date(pausedUntil) : null,
  }
}
