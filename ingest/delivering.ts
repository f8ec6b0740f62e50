import type { Clock } from '../kit/clock.ts'
import type { Connector } from '../kit/contract.ts'
import type { Batch, Refused } from '../store/change.ts'
import type { Integration } from '../store/integrations.ts'
import type { Store } from '../store/store.ts'
import type { Accounts } from './accounts.ts'
import type { JobSender } from './jobs.ts'
import type { IngestMetrics } from './metrics.ts'
import type { RetryPolicy } from './retry.ts'
import type { Telling } from './run-progress.ts'

/** What working deliveries stands on. */
export interface Delivering {
  readonly store: Store
  readonly connectors: ReadonlyMap<string, Connector>
  readonly accounts: Accounts
  readonly jobs: Pick<JobSender, 'send'>
  readonly retries: RetryPolicy
  readonly clock: Clock
  /** Aborting ends the requests to providers that are under way. */
  readonly signal: AbortSignal
  readonly log: (line: string) => void
  readonly metrics?: IngestMetrics | undefined
}

/** What a delivery says by itself is news. */
export const BY_WEBHOOK: Telling = { origin: 'webhook' }

/** How many records, or rows, of one account are asked for side by side. */
export const AT_ONCE = { limit: 4 }

/** Stores what was learned by a delivery. Answers what of it cannot be kept. */
export async function apply(
  { store }: Delivering,
  { id }: Integration,
  seen: Omit<Batch, 'integrationId' | 'learnedBy'>,
): Promise<readonly Refused[]> {
  if (seen.changes.length === 0) return []
  return (await store.apply({ integrationId: id, learnedBy: 'WEBHOOK', ...seen })).refused
}

/** Says that a person must connect the account anew. */
export async function needsReconnect(
  { store, log }: Delivering,
  integration: Integration,
  reason: string,
): Promise<void> {
  log(`deliver: ${integration.provider} integration ${integration.id} must be reconnected: ${reason}`)
  await store.integrations.needsReconnect(integration, reason)
}
