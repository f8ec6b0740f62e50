import { type Budget, type BudgetOptions, openAlarm, type Turn } from './budget.ts'
import { costOf, covering, resetOf } from './limits.ts'
import { APART_MS, type BookApart, shareOf } from './quota-apart.ts'
import { ALIVE_MS, type BookState, type UnderWay } from './quota-book.ts'
import { openBookPlace, type QuotaShelf, type SeenBook } from './quota-shelf.ts'
import { type Ended, isPlain, needsFresh, type QuotaStep, takeStep } from './quota-step.ts'
import { openSpares } from './spares.ts'
import { findOverdue, openQueue } from './turns.ts'

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
  const place = openBookPlace(shelf, integrationId, clock)
  const spares = openSpares(clock)
  const underWay = new Map<number, UnderWay>()
  let ended: readonly Ended[] = []
  /** The book as it lies on the shelf, if nobody wrote since. */
  let seen: SeenBook | null = null
  /** Our own book, while the shelf is out of reach. */
  let apart: BookApart | null = null
  let isBack = false
  let ids = 0
  let overdueAt = Number.NEGATIVE_INFINITY
  let looking = false
  let again = false

  const now = (): number => clock.now().getTime() + place.skewMs
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
    const state = shareOf(api, place.lastSeen, { holder, now: now() })
    isBack = false
    apart = { state, counted: new Set(), askAt: clock.now().getTime() + APART_MS }
    seen = null
    again = true
  }

  const lookApart = (own: BookApart): void => {
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
    void place.read().then(
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
      const current = (seen ??= await place.read())
      const step = stepFrom(current.state, ended)
      const state = step.book.state()
      if (!step.book.isChanged()) {
        if (isFresh || !needsFresh(step)) return settle(step, { kept: () => false })
      } else {
        seen = await place.swap(current, { state, ring: step.ring })
        if (seen !== null) {
          isBack = false
          return settle(step, { kept: () => false })
        }
      }
      seen = null
    }
  }

  const stepFrom = (state: BookState | null, told: readonly Ended[]): QuotaStep => {
    const at = now()
    const since = at - api.defaultQuota.windowMs
    const waiting = queue.all()
    const overdue = overdueAt > since ? null : findOverdue(waiting, since)
    const party = { holder, waiting, overdue, underWay, spares, newId, isBack }
    return takeStep({ api, state, told, party, now: at, shiftMs: place.skewMs, windowMs })
  }

  /** Does what was written. */
  const settle = (step: QuotaStep, { kept }: { readonly kept: (told: Ended) => boolean }): void => {
    const { turns, overdue, grants, ahead, told, given } = step
    ended = ended.filter((each) => !told.has(each) || kept(each)).filter((each) => apart === null || kept(each))
    spares.forget(given)
    spares.put(ahead)
    const waiting = new Set(queue.all())
    for (const { waiter, at } of turns.refused) if (waiting.has(waiter)) waiter.refuse(new Date(at - place.skewMs))
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
    alarm.set(Math.min(turns.next - place.skewMs, heartbeat, flush, spares.endAt()))
  }

  const queue = openQueue<Turn>({ provider, api }, look)
  const alarm = openAlarm(clock, look)

  return {
    async take(call, lane, { deadline, signal: aborted }) {
      aborted.throwIfAborted()
      const own = { call, lane, cost: costOf(api, call), limits: covering(api, call) }
      const spare = isPlain(own) && queue.all().length === 0 ? spares.take(lane) : null
      if (spare !== null) return turnOf(spare, own)
      return await queue.wait({
        call,
        lane,
        askedAt: now(),
        deadline: deadline.getTime() + place.skewMs,
        signal: aborted,
      })
    },
    resetOf: (call, answer) => resetOf(api, call, answer),
    heard() {
      const had = spares.giveUp()
      seen = null
      if (had || queue.all().length > 0) look()
    },
  }
}
