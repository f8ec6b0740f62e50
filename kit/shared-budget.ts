import { type Budget, type BudgetOptions, openAlarm, type Turn } from './budget.ts'
import { costOf, covering, type LimitedApi, resetOf } from './limits.ts'
import { ALIVE_MS, type BookState, openQuotaBook, readBook, type UnderWay } from './quota-book.ts'
import { type Ended, isPlain, needsFresh, type QuotaStep, takeStep } from './quota-step.ts'
import { openSpares } from './spares.ts'
import { findOverdue, openQueue } from './turns.ts'

/** Where the processes of a workspace keep their books on the quotas of accounts. */
export interface QuotaShelf {
  /** The book of an integration. @throws when it is out of reach */
  read(integrationId: string): Promise<Shelved>
  /**
   * Puts another state in the place of the version that was read; null when somebody was faster.
   *
   * @param written.ring has all processes hear of it at once
   * @throws when it is out of reach; then it may or may not have been written
   */
  swap(
    integrationId: string,
    written: { readonly version: number; readonly state: BookState; readonly ring: boolean },
  ): Promise<Pick<Shelved, 'version' | 'now'> | null>
}

/** A book as it lies on the shelf. */
export interface Shelved {
  readonly version: number
  /** As `swap` was given it; null where nobody wrote one. */
  readonly state: unknown
  /** The time there, which all processes go by. */
  readonly now: Date
}

/** What a shared budget is opened over. */
export interface SharedBudgetOptions extends BudgetOptions {
  readonly integrationId: string
  readonly shelf: QuotaShelf
  /** The id of this process. */
  readonly holder: string
  readonly log: (line: string) => void
  /** Ends all looking. */
  readonly signal: AbortSignal
}

/** A budget of all processes, which is told when others changed its book. */
export interface SharedBudget extends Budget {
  /** Others paused, or wait for what this process holds. */
  heard(): void
}

/** How long an answer waits to be told to the others, when nobody here needs to know what it changes. */
const FLUSH_MS = 250
/** How long the shelf may take. */
const SHELF_MS = 3_000
/** How long the shelf is left alone after it was out of reach. */
const APART_MS = 1_000

/**
 * Opens the budget of an account that all processes of a workspace share.
 *
 * They keep one book, and each writes in it by compare and swap: what it takes counts for all before a call is made.
 * For calls that come one after the other it takes a few ahead, for two seconds, so that not each of them asks the shelf.
 * Answers are told in bundles; a refusal at once. Who waits says so in the book, and others let them by in the order of
 * lanes. What a process holds that is not heard of for 15 seconds is counted as spent, and is there again a window later.
 *
 * Out of reach of the shelf it goes on with a share of the limit, and tells the shelf later what it did.
 */
export function openSharedBudget(options: SharedBudgetOptions): SharedBudget {
  const { provider, api, clock, shelf, integrationId, holder, log, signal } = options
  const windowMs = Math.max(api.defaultQuota.windowMs, ...api.limits.map((limit) => limit.windowMs))
  const spares = openSpares(clock)
  const underWay = new Map<number, UnderWay>()
  let ended: readonly Ended[] = []
  /** The book as it lies on the shelf, if nobody wrote since; and as it was when we saw it last. */
  let seen: { readonly version: number; readonly state: BookState | null } | null = null
  let lastSeen: BookState | null = null
  /** Our own book, while the shelf is out of reach, and what ended is counted in it. */
  let apart: { state: BookState; readonly counted: Set<Ended>; askAt: number } | null = null
  let isBack = false
  let skewMs = 0
  let ids = 0
  let overdueAt = Number.NEGATIVE_INFINITY
  let looking = false
  let again = false

  const now = (): number => clock.now().getTime() + skewMs
  const newId = (): number => (ids += 1)

  const turnOf = (id: number, own: UnderWay): Turn => {
    underWay.set(id, own)
    return {
      end(outcome) {
        underWay.delete(id)
        ended = [...ended, { ...own, id, at: now(), outcome }]
        if (outcome.refusedUntil !== null || queue.all().length > 0) look()
        else alarm.set(Math.min(clock.now().getTime() + FLUSH_MS, spares.endAt()))
      },
    }
  }

  const look = (): void => {
    again = true
    if (!looking && !signal.aborted) void lookUntilSettled()
  }

  const lookUntilSettled = async (): Promise<void> => {
    looking = true
    while (again && !signal.aborted) {
      again = false
      try {
        if (apart === null) await lookOnce()
        else lookApart(apart)
      } catch (error) {
        part(error)
      }
    }
    looking = false
  }

  const part = (error: unknown): void => {
    if (signal.aborted) return
    log(
      `${provider}: the shared quota of ${integrationId} is out of reach; going on with a share of it: ${String(error)}`,
    )
    const state = shareOf(api, lastSeen, { holder, now: now() })
    isBack = false
    apart = { state, counted: new Set(), askAt: clock.now().getTime() + APART_MS }
    seen = null
    again = true
  }

  const lookApart = (own: NonNullable<typeof apart>): void => {
    const step = stepFrom(
      own.state,
      ended.filter((each) => !own.counted.has(each)),
    )
    own.state = step.book.state()
    for (const each of step.told) own.counted.add(each)
    settle(step, { kept: (each) => each.at > now() - windowMs })
    if (clock.now().getTime() < own.askAt) return
    own.askAt = Number.POSITIVE_INFINITY
    // A shelf that does not answer keeps nobody waiting who may go meanwhile.
    void read().then(
      (shelved) => {
        log(`${provider}: the shared quota of ${integrationId} is within reach again`)
        apart = null
        isBack = true
        seen = shelved
        look()
      },
      () => {
        own.askAt = clock.now().getTime() + APART_MS
        look()
      },
    )
  }

  /** One step: what ended is told, who may go goes. Tried anew until nobody else wrote meanwhile. */
  const lookOnce = async (): Promise<void> => {
    for (let isFresh = false; ;) {
      isFresh ||= seen === null
      const current = (seen ??= await read())
      const step = stepFrom(current.state, ended)
      const state = step.book.state()
      if (!step.book.isChanged()) {
        if (isFresh || !needsFresh(step)) return settle(step, { kept: () => false })
      } else {
        const { version } = current
        const written = await inTime(shelf.swap(integrationId, { version, state, ring: step.ring }))
        if (written !== null) {
          seen = { version: written.version, state }
          lastSeen = state
          isBack = false
          skewMs = written.now.getTime() - clock.now().getTime()
          return settle(step, { kept: () => false })
        }
      }
      seen = null
    }
  }

  const read = async (): Promise<{ version: number; state: BookState | null }> => {
    const shelved = await inTime(shelf.read(integrationId))
    skewMs = shelved.now.getTime() - clock.now().getTime()
    lastSeen = readBook(shelved.state)
    return { version: shelved.version, state: lastSeen }
  }

  /** @throws Error it took too long; it may still come to be */
  const inTime = async <Result>(asked: Promise<Result>): Promise<Result> => {
    const ending = new AbortController()
    const late = clock.wait(SHELF_MS, ending.signal).then(() => {
      throw new Error(`no answer within ${SHELF_MS} ms`)
    })
    late.catch(() => undefined)
    try {
      return await Promise.race([asked, late])
    } finally {
      ending.abort()
    }
  }

  const stepFrom = (state: BookState | null, told: readonly Ended[]): QuotaStep => {
    const at = now()
    const since = at - api.defaultQuota.windowMs
    const waiting = queue.all()
    const overdue = overdueAt > since ? null : findOverdue(waiting, since)
    const party = { holder, waiting, overdue, underWay, spares, newId, isBack }
    return takeStep({ api, state, told, party, now: at, shiftMs: skewMs, windowMs })
  }

  /** Does what was written. */
  const settle = (step: QuotaStep, { kept }: { readonly kept: (told: Ended) => boolean }): void => {
    const { turns, overdue, grants, ahead, told, given } = step
    ended = ended.filter((each) => !told.has(each) || kept(each)).filter((each) => apart === null || kept(each))
    spares.forget(given)
    spares.put(ahead)
    const waiting = new Set(queue.all())
    for (const { waiter, at } of turns.refused) if (waiting.has(waiter)) waiter.refuse(new Date(at - skewMs))
    for (const [waiter, id] of grants) {
      // Who left meanwhile is found in the book as nobody's, and given back.
      if (!waiting.has(waiter)) {
        again = true
        continue
      }
      if (waiter === overdue) overdueAt = now()
      if (isPlain(waiter)) spares.used(waiter.lane)
      const { call, lane, cost, limits } = waiter
      waiter.grant(turnOf(id, { call, lane, cost, limits }))
    }
    const isHolding = underWay.size > 0 || turns.blocked.length > 0
    const heartbeat = isHolding ? clock.now().getTime() + ALIVE_MS / 3 : Number.POSITIVE_INFINITY
    const flush =
      ended.length > 0 ? clock.now().getTime() + (apart === null ? FLUSH_MS : APART_MS) : Number.POSITIVE_INFINITY
    alarm.set(Math.min(turns.next - skewMs, heartbeat, flush, spares.endAt()))
  }

  const queue = openQueue<Turn>({ provider, api }, look)
  const alarm = openAlarm(clock, look)

  return {
    async take(call, lane, { deadline, signal: aborted }) {
      aborted.throwIfAborted()
      const own = { call, lane, cost: costOf(api, call), limits: covering(api, call) }
      const spare = isPlain(own) && queue.all().length === 0 ? spares.take(lane) : null
      if (spare !== null) return turnOf(spare, own)
      return await queue.wait({ call, lane, askedAt: now(), deadline: deadline.getTime() + skewMs, signal: aborted })
    },
    resetOf: (call, answer) => resetOf(api, call, answer),
    heard() {
      const had = spares.giveUp()
      seen = null
      if (had || queue.all().length > 0) look()
    },
  }
}

/** The book that a process goes on with by itself: as it was last seen, but that most of each limit is another's. */
function shareOf(
  api: LimitedApi,
  state: BookState | null,
  { holder, now }: { readonly holder: string; readonly now: number },
): BookState {
  const book = openQuotaBook(api, state, { holder, now })
  const processes = Math.max(book.others.count + 1, 2)
  for (const meter of book.limits.meters.values()) {
    const { limit } = meter.state()
    const cost = limit - Math.max(Math.floor(limit / processes), 1)
    meter.begin({ lane: 'backfill', cost }, now)
  }
  return {
    ...book.state(),
    holders: { [holder]: book.state().holders[holder] ?? { aliveUntil: 0, leases: [], wishes: [] } },
  }
}
