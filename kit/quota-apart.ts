import type { LimitedApi } from './limits.ts'
import { type BookState, openQuotaBook } from './quota-book.ts'
import type { Ended } from './quota-step.ts'

/** The book that a process goes on with by itself while the shelf is out of reach. */
export interface BookApart {
  state: BookState
  /** What ended meanwhile and stands in it. */
  readonly counted: Set<Ended>
  /** When the shelf is asked again, by this process's clock. */
  askAt: number
}

/** How long the shelf is left alone after it was out of reach. */
export const APART_MS = 1_000

/** A book as it was last seen, but that most of each limit is another's. `now` is the shelf's time. */
export function shareOf(
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
