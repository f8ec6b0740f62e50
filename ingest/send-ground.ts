import type { Clock } from '../kit/clock.ts'
import type { Connector } from '../kit/contract.ts'
import type { Store } from '../store/store.ts'
import type { Accounts } from './accounts.ts'
import type { RetryPolicy } from './retry.ts'

/** What doing sends stands on. */
export interface SendGround {
  readonly store: Store
  readonly connectors: ReadonlyMap<string, Connector>
  readonly accounts: Accounts
  readonly retries: RetryPolicy
  readonly clock: Clock
  /** Aborting ends the requests to providers that are under way. */
  readonly signal: AbortSignal
  readonly log: (line: string) => void
}
