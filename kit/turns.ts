import type { Call, Lane } from './account-client.ts'
import { RateLimitedError } from './errors.ts'
import { costOf, covering, type LimitedApi, type Limits } from './limits.ts'
import type { Taken } from './meter.ts'

/** A call that waits for its turn. Times are in Unix milliseconds. */
export interface Waiting {
  readonly call: Call
  readonly lane: Lane
  readonly cost: number
  /** The names of the limits that cover it. */
  readonly limits: readonly string[]
  readonly askedAt: number
  readonly deadline: number
}

/** What is to become of those who wait. */
export interface Turns<Waiter extends Waiting> {
  /** Who may go, and what they took of each limit. */
  readonly granted: readonly { readonly waiter: Waiter; readonly taken: ReadonlyMap<string, Taken> }[]
  /** Whose turn does not come by their deadline, and when it would. */
  readonly refused: readonly { readonly waiter: Waiter; readonly at: number }[]
  /** Who goes on waiting, and for which limits. */
  readonly blocked: readonly { readonly waiter: Waiter; readonly limits: readonly string[] }[]
  /** When to look again, if nothing else happens; infinite when nobody waits. */
  readonly next: number
}

/** Every lane, who goes first first. */
export const LANES: readonly Lane[] = ['person', 'live', 'bulk', 'backfill']

/** Gives turns to whoever may go, in their order; `limits` then holds what they took. */
export function giveTurns<Waiter extends Waiting>(
  limits: Limits,
  waiting: readonly Waiter[],
  options: {
    readonly now: number
    /** One who goes before everybody; first of `waiting`. */
    readonly overdue: Waiter | null
    /** Until when somebody elsewhere goes first for a limit; 0 for nobody. */
    readonly heldUntil?: (name: string, waiter: Waiter) => number
  },
): Turns<Waiter> {
  const { now, overdue, heldUntil } = options
  const granted: { waiter: Waiter; taken: Map<string, Taken> }[] = []
  const refused: { waiter: Waiter; at: number }[] = []
  const blocked: { waiter: Waiter; limits: string[] }[] = []
  // A limit that somebody waits for is nobody's who comes after them.
  const spokenFor = new Map<string, number>()
  let next = Number.POSITIVE_INFINITY
  for (const waiter of waiting) {
    const wanted = { lane: waiter === overdue ? 'person' : waiter.lane, cost: waiter.cost } as const
    const opens = waiter.limits.map((name): [string, number] => {
      const opensAt = limits.meters.get(name)?.opensAt(wanted, now) ?? now
      return [name, spokenFor.get(name) ?? Math.max(opensAt, heldUntil?.(name, waiter) ?? 0)]
    })
    const at = Math.max(...opens.map(([, opensAt]) => opensAt))
    if (at <= now) {
      const { lane, cost } = waiter
      const begun = [...limits.meters].filter(([name]) => waiter.limits.includes(name))
      granted.push({ waiter, taken: new Map(begun.map(([name, meter]) => [name, meter.begin({ lane, cost }, now)])) })
    } else if (at > waiter.deadline) {
      refused.push({ waiter, at })
    } else {
      next = Math.min(next, at)
      const closed = opens.filter(([, opensAt]) => opensAt > now)
      for (const [name, opensAt] of closed) spokenFor.set(name, opensAt)
      blocked.push({ waiter, limits: closed.map(([name]) => name) })
    }
  }
  return { granted, refused, blocked, next }
}

/** Whoever has waited for longest since before `since`, persons aside, who never wait behind a crowd; null for nobody. */
export const findOverdue = <Waiter extends Waiting>(waiting: readonly Waiter[], since: number): Waiter | null =>
  waiting
    .filter(({ lane, askedAt }) => lane !== 'person' && askedAt < since)
    .toSorted((a, b) => a.askedAt - b.askedAt)[0] ?? null

/** Everybody who waits for a turn of one account in this process. */
export interface Queue<Granted> {
  /** Waits; `changed` is told of each who comes, and of each who leaves without a turn. */
  wait(asked: Asked): Promise<Granted>
  /** In their order. */
  all(): readonly Queued<Granted>[]
}

/** One who waits, and how their waiting ends. */
export interface Queued<Granted> extends Waiting {
  grant(granted: Granted): void
  /** No turn comes by the deadline, but then. */
  refuse(at: Date): void
}

/** Who asks for a turn. */
export interface Asked extends Pick<Waiting, 'call' | 'lane' | 'askedAt' | 'deadline'> {
  readonly signal: AbortSignal
}

/** Opens a queue. */
export function openQueue<Granted>(
  { provider, api }: { readonly provider: string; readonly api: LimitedApi },
  changed: () => void,
): Queue<Granted> {
  const waiting: Record<Lane, Queued<Granted>[]> = { person: [], live: [], bulk: [], backfill: [] }
  return {
    all: () => LANES.flatMap((lane) => waiting[lane]),
    wait: ({ call, lane, askedAt, deadline, signal }) =>
      new Promise((resolve, reject) => {
        const leave = (): void => {
          signal.removeEventListener('abort', onAbort)
          const place = waiting[lane].indexOf(waiter)
          if (place >= 0) waiting[lane].splice(place, 1)
        }
        const waiter: Queued<Granted> = {
          call,
          lane,
          askedAt,
          deadline,
          cost: costOf(api, call),
          limits: covering(api, call),
          grant(granted) {
            leave()
            resolve(granted)
          },
          refuse(at) {
            leave()
            reject(new RateLimitedError(provider, `the account's quota is used up until ${at.toISOString()}`, at))
          },
        }
        const onAbort = (): void => {
          leave()
          reject(signal.reason)
          // Others may have waited behind it.
          changed()
        }
        signal.addEventListener('abort', onAbort, { once: true })
        waiting[lane].push(waiter)
        changed()
      }),
  }
}
