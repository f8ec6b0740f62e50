import type { Viewer } from '../../store/viewer.ts'
import type { Clock } from '../clock.ts'
import { createLruMap } from '../lru.ts'

/** How much operations of one viewer may cost: so much at once, and so much a second in the long run. */
export interface BudgetOptions {
  readonly capacity: number
  readonly restoredPerSecond: number
}

/** What viewers have left to spend. Of each process, so that several of them allow so many times as much. */
export interface Budget {
  /**
   * Takes what an operation may cost.
   *
   * @returns milliseconds until there is enough, when there is not; nothing is taken then
   */
  take(viewer: Viewer, cost: number): number | null
  /** How long until there is enough, in milliseconds; null when there is. Takes nothing. */
  findDelay(viewer: Viewer, cost: number): number | null
  /** Takes what was spent already, down to owing a whole budget; gives back when it is negative. */
  charge(viewer: Viewer, cost: number): void
  /** What is left, in whole units; less than nothing when something is owed. */
  remaining(viewer: Viewer): number
}

/** How many viewers are remembered; one who is forgotten has the whole budget again. */
const MAX_VIEWERS = 50_000

interface Account {
  left: number
  at: number
}

/** Makes a budget for every member of a workspace, whichever tokens they use. */
export function createBudget({ capacity, restoredPerSecond }: BudgetOptions, clock: Clock): Budget {
  const accounts = createLruMap<Account>(MAX_VIEWERS)
  const accountOf = ({ workspaceId, memberId }: Viewer): Account => {
    const key = `${workspaceId} ${memberId}`
    const now = clock.now().getTime()
    let account = accounts.get(key)
    if (account === undefined) accounts.set(key, (account = { left: capacity, at: now }), 1)
    const restored = (Math.max(0, now - account.at) / 1_000) * restoredPerSecond
    account.left = Math.min(capacity, account.left + restored)
    account.at = now
    return account
  }
  // What costs more than a whole budget needs a whole one, so that it can run at all.
  const delayOf = ({ left }: Account, cost: number): number | null => {
    const missing = Math.min(cost, capacity) - left
    return missing <= 0 ? null : Math.ceil((missing / restoredPerSecond) * 1_000)
  }
  return {
    take: (viewer, cost) => {
      const account = accountOf(viewer)
      const delay = delayOf(account, cost)
      if (delay === null) account.left -= cost
      return delay
    },
    findDelay: (viewer, cost) => delayOf(accountOf(viewer), cost),
    charge: (viewer, cost) => {
      const account = accountOf(viewer)
      account.left = Math.min(capacity, Math.max(-capacity, account.left - cost))
    },
    remaining: (viewer) => Math.floor(accountOf(viewer).left),
  }
}
