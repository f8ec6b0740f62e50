import type { Lane } from './account-client.ts'
import type { Turn } from './budget.ts'
import { ACCOUNT, type LimitedApi, type Outcome } from './limits.ts'
import { type BookState, openQuotaBook, type QuotaBook, type UnderWay, type Wish } from './quota-book.ts'
import type { Spares } from './spares.ts'
import { giveTurns, LANES, type Queued, type Turns } from './turns.ts'

/** A call that has come to its end, and of which the others do not know yet. */
export interface Ended extends UnderWay {
  readonly id: number
  readonly at: number
  readonly outcome: Outcome
}

/** What a process would do with the book; nothing is done before it is written. */
export interface QuotaStep {
  readonly book: QuotaBook
  readonly turns: Turns<Queued<Turn>>
  readonly overdue: Queued<Turn> | null
  /** Who may go, by which lease. */
  readonly grants: ReadonlyMap<Queued<Turn>, number>
  /** Leases for calls to come. */
  readonly ahead: readonly { readonly id: number; readonly lane: Lane }[]
  readonly told: ReadonlySet<Ended>
  /** Leases that were given back. */
  readonly given: readonly number[]
  /** Whether the others must hear of it at once. */
  readonly ring: boolean
}

/** What a process has of an account's quota, and wants. */
export interface QuotaParty {
  readonly holder: string
  readonly waiting: readonly Queued<Turn>[]
  readonly overdue: Queued<Turn> | null
  readonly underWay: ReadonlyMap<number, UnderWay>
  readonly spares: Spares
  readonly newId: () => number
  /** Whether it tells for the first time what it did out of reach of the others. */
  readonly isBack: boolean
}

/** How long somebody waits for those elsewhere who go first before looking again. */
const YIELD_MS = 100
/** How long nobody goes on after one came back: the others that were out of reach are back by then, and have told. */
const BACK_MS = 5_000

/** Writes into the book what a process has done, and gives its turns. Changes nothing but the copy that it makes. */
export function takeStep(options: {
  readonly api: LimitedApi
  readonly state: BookState | null
  readonly told: readonly Ended[]
  readonly party: QuotaParty
  readonly now: number
  /** What is added to times of this process's clock. */
  readonly shiftMs: number
  /** The longest window there is: what ended before it counts no more. */
  readonly windowMs: number
}): QuotaStep {
  const { api, state, told, party, now, shiftMs, windowMs } = options
  const { holder, underWay, spares } = party
  const book = openQuotaBook(api, state, { holder, now })
  const known = new Set(book.leases())
  for (const each of told) {
    if (known.has(each.id) || each.at > now - windowMs) book.end(each.id, each, { ...each, shiftMs })
  }
  for (const [id, own] of underWay) if (!known.has(id)) book.adopt(id, own)
  // One that is nobody's was written when we thought that it was not.
  const ours = new Set([...underWay.keys(), ...spares.ids()])
  for (const id of book.leases()) if (!ours.has(id)) book.release(id)
  if (party.isBack) book.keepQuiet(now + BACK_MS)
  const turns = turnsIn(book, party, now)
  const grants = new Map(turns.granted.map(({ waiter }) => [waiter, party.newId()]))
  for (const { waiter, taken } of turns.granted) {
    book.hold({ id: grants.get(waiter) ?? 0, lane: waiter.lane, taken: Object.fromEntries(taken) })
  }
  const ahead = turns.blocked.length > 0 || book.others.wish ? [] : takeAhead(book, turns, { party, now })
  const wishes = wishesOf(turns, party.overdue)
  book.wish(wishes)
  const before = state?.holders[holder]?.wishes ?? []
  const isUrgent = wishes.some(
    ({ lane }) => (lane === 'person' || lane === 'live') && !before.some((wish) => wish.lane === lane),
  )
  const isRefused = told.some(({ outcome }) => outcome.refusedUntil !== null)
  const given = spares.over()
  const ring = isRefused || (isUrgent && book.others.hold) || (given.length > 0 && book.others.wish)
  return { book, turns, overdue: party.overdue, grants, ahead, told: new Set(told), given, ring }
}

/** Whether a step that changes nothing must not be done without seeing what others wrote meanwhile. */
export const needsFresh = ({ turns }: QuotaStep): boolean => turns.blocked.length > 0 || turns.refused.length > 0

/** Whether a call takes one of the account's limit and nothing else. */
export const isPlain = ({ cost, limits }: Pick<UnderWay, 'cost' | 'limits'>): boolean =>
  cost === 1 && limits.length === 1

function turnsIn(book: QuotaBook, { waiting, overdue }: QuotaParty, now: number): Turns<Queued<Turn>> {
  const ordered = overdue === null ? waiting : [overdue, ...waiting.filter((waiter) => waiter !== overdue)]
  const heldUntil = (name: string, waiter: Queued<Turn>): number => {
    const lane = waiter === overdue ? 'person' : waiter.lane
    return Math.max(book.quietUntil, book.isHeld(name, { lane, askedAt: waiter.askedAt }) ? now + YIELD_MS : 0)
  }
  return giveTurns(book.limits, ordered, { now, overdue, heldUntil })
}

function takeAhead(
  book: QuotaBook,
  turns: Turns<Queued<Turn>>,
  { party: { spares, newId }, now }: { readonly party: QuotaParty; readonly now: number },
): QuotaStep['ahead'] {
  const account = book.limits.meters.get(ACCOUNT)
  if (account === undefined) return []
  return LANES.flatMap((lane) => {
    const coming = turns.granted.filter(({ waiter }) => waiter.lane === lane && isPlain(waiter)).length
    const count = spares.wanted(lane, { coming, limit: account.state().limit })
    if (count === 0 || account.opensAt({ lane, cost: count }, now) > now) return []
    return Array.from({ length: count }, () => {
      const id = newId()
      book.hold({ id, lane, taken: { [ACCOUNT]: account.begin({ lane, cost: 1 }, now) } })
      return { id, lane }
    })
  })
}

function wishesOf({ blocked }: Turns<Queued<Turn>>, overdue: Queued<Turn> | null): readonly Wish[] {
  return LANES.flatMap((lane) => {
    const own = blocked.filter(({ waiter }) => (waiter === overdue ? 'person' : waiter.lane) === lane)
    return [...new Set(own.flatMap(({ limits }) => limits))].map((limit) => {
      const all = own.filter(({ limits }) => limits.includes(limit)).map(({ waiter }) => waiter.askedAt)
      return { lane, limit, since: Math.min(...all), count: all.length }
    })
  })
}
