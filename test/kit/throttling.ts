import type { Answer, Call, Lane, Quota } from '../../kit/account-client.ts'
import { type Budget, type BudgetOptions, openBudget } from '../../kit/budget.ts'
import type { EndpointLimit } from '../../kit/contract.ts'
import type { LimitedApi } from '../../kit/limits.ts'
import { createSteppedClock, type SteppedClock, START } from './clocks.ts'

/** What a provider's headers tell of a limit: when its window ends, by the second or by how many are left of it; that something is left; or nothing. */
export type Tells = 'end' | 'seconds' | 'left' | 'nothing'

/** One limit of the provider's, in windows that begin where the provider likes. */
export interface Throttle {
  readonly limit: number
  readonly windowMs: number
  /** When one of its windows begins, in milliseconds. */
  readonly phaseMs: number
  readonly tells: Tells
}

/** What a call is, and by which of the processes it is made. */
export interface CallOptions {
  readonly path?: string
  readonly cost?: number
  readonly process?: number
}

/** A provider that counts calls and refuses what is too much, and our budget before it; on a clock of their own. */
export interface Throttling {
  readonly clock: SteppedClock
  /** Makes one call through the budget; again, when it is refused. Ends with how long it waited for its turn. */
  call(lane: Lane, options?: CallOptions): Promise<number>
  /** Calls that somebody else makes, beside us. */
  takeElsewhere(cost: number): void
  /** What was let in, by the number of the window; of the account, or of the exports. */
  readonly used: ReadonlyMap<number, number>
  readonly exported: ReadonlyMap<number, number>
  refused(): number
}

const never = new AbortController().signal
const far = new Date(START.getTime() + 1e9)

interface Counted {
  readonly throttle: Throttle
  readonly used: Map<number, number>
}

/** Opens a budget before a throttling provider. What `latency` answers is how long a call is on its way, each way. */
export function createThrottling(options: {
  readonly account: Throttle
  /** A narrower limit, of everything below /exports. */
  readonly exports?: Throttle
  /** What our budget believes of the account before the first answer. */
  readonly assumed?: number
  readonly latency: () => number
  /** Our budget in each process; one of its own, where none is given. */
  readonly budgets?: (options: BudgetOptions & { readonly clock: SteppedClock }) => readonly Budget[]
}): Throttling {
  const clock = createSteppedClock()
  const account: Counted = { throttle: options.account, used: new Map() }
  const exports: Counted | null = options.exports ? { throttle: options.exports, used: new Map() } : null
  const api = apiOf(account, exports, options.assumed ?? options.account.limit)
  const world = { provider: 'acme', api, clock }
  const budgets = options.budgets?.(world) ?? [openBudget(world)]
  let refused = 0

  const windowOf = ({ throttle: { phaseMs, windowMs } }: Counted): number =>
    Math.floor((clock.now().getTime() - START.getTime() - phaseMs) / windowMs)

  const count = (counted: Counted, cost: number): boolean => {
    const window = windowOf(counted)
    const used = (counted.used.get(window) ?? 0) + cost
    if (used > counted.throttle.limit) return false
    counted.used.set(window, used)
    return true
  }

  const endOf = (counted: Counted): number =>
    START.getTime() + counted.throttle.phaseMs + (windowOf(counted) + 1) * counted.throttle.windowMs

  const tell = (counted: Counted): Record<string, string> => {
    const { limit, tells } = counted.throttle
    const left = { limit: String(limit), left: String(limit - (counted.used.get(windowOf(counted)) ?? 0)) }
    const end = endOf(counted)
    if (tells === 'nothing') return {}
    if (tells === 'left') return left
    if (tells === 'end') return { ...left, end: String(end) }
    // As by a clock that knows whole seconds only.
    return { ...left, seconds: String(Math.ceil((end - clock.now().getTime()) / 1000)) }
  }

  const answer = (counted: readonly Counted[], cost: number): { headers: Headers; waitMs: number | null } => {
    const full = counted.filter(
      ({ throttle, used }, index) => (used.get(windowOf(counted[index] ?? account)) ?? 0) + cost > throttle.limit,
    )
    if (full.length === 0) for (const each of counted) count(each, cost)
    const told = counted.flatMap((each) =>
      Object.entries(tell(each)).map(([name, value]): [string, string] => [`${nameOf(each)}-${name}`, value]),
    )
    const waits = full.map((each) => endOf(each) - clock.now().getTime())
    return { headers: new Headers(told), waitMs: waits.length === 0 ? null : Math.max(...waits) }
  }
  const nameOf = (counted: Counted): string => (counted === account ? 'account' : 'exports')

  const call = async (lane: Lane, { path = '/things', cost = 1, process = 0 }: CallOptions = {}): Promise<number> => {
    const budget = budgets[process]
    if (budget === undefined) throw new Error(`there is no process ${process}`)
    const asked = clock.now().getTime()
    const one: Call = { method: 'GET', path, query: { cost } }
    for (;;) {
      const turn = await budget.take(one, lane, { deadline: far, signal: never })
      const waited = clock.now().getTime() - asked
      await clock.wait(options.latency())
      const { headers, waitMs } = answer(exports && path.startsWith('/exports') ? [account, exports] : [account], cost)
      await clock.wait(options.latency())
      const received: Answer = { status: waitMs === null ? 200 : 429, headers, body: null, receivedAt: clock.now() }
      const refusedUntil = waitMs === null ? null : new Date(clock.now().getTime() + waitMs)
      turn.end({ answer: received, refusedUntil })
      if (waitMs === null) return waited
      refused += 1
    }
  }

  return {
    clock,
    call,
    takeElsewhere: (cost) => void count(account, cost),
    used: account.used,
    exported: exports?.used ?? new Map<number, number>(),
    refused: () => refused,
  }
}

function apiOf({ throttle }: Counted, exports: Counted | null, assumed: number): LimitedApi {
  const limits: EndpointLimit[] =
    exports === null
      ? []
      : [
          {
            name: 'exports',
            limit: exports.throttle.limit,
            windowMs: exports.throttle.windowMs,
            covers: ({ path }) => path.startsWith('/exports'),
            quota: quotaOf('exports'),
          },
        ]
  return {
    defaultQuota: { limit: assumed, windowMs: throttle.windowMs },
    costOf: ({ query }) => Number(query?.['cost'] ?? 1),
    limits,
    quota: quotaOf('account'),
  }
}

const quotaOf =
  (name: string) =>
  (headers: Headers, now: Date): Quota | null => {
    const [limit, left, end, seconds] = ['limit', 'left', 'end', 'seconds'].map((each) =>
      headers.get(`${name}-${each}`),
    )
    if (limit == null || left == null) return null
    const inSeconds = seconds == null ? null : new Date(now.getTime() + Number(seconds) * 1000)
    return { limit: Number(limit), remaining: Number(left), resetAt: end == null ? inSeconds : new Date(Number(end)) }
  }
