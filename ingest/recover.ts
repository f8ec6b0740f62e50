import { RateLimitedError } from '../kit/errors.ts'
import type { Integration } from '../store/integrations.ts'
import type { JobData } from './queues.ts'
import { describe, judge, reasonOf, retryDelayMs } from './retry.ts'
import type { Syncing } from './sync-integration.ts'

/** Queues of work that is done beside syncs, and hurries nobody. */
type Aside = 'audit' | 'count'

/** What became of a job's work on one integration. */
export interface Failed<Name extends Aside> {
  readonly job: JobData[Name]
  readonly integration: Integration
  readonly error: unknown
}

/** Has work go on when the provider lets it, or asks a person where the credential is refused. */
export async function recover<Name extends Aside>(
  { store, jobs, retries, clock, log }: Pick<Syncing, 'store' | 'jobs' | 'retries' | 'clock' | 'log'>,
  queue: Name,
  { job, integration, error }: Failed<Name>,
): Promise<void> {
  const { id, provider } = integration
  // Waiting for quota is what such work mostly does, and nothing to tell.
  if (!(error instanceof RateLimitedError)) log(`${queue}: ${provider} integration ${id}: ${describe(error)}`)
  if (judge(error) === 'reconnect') return store.integrations.needsReconnect(integration, reasonOf(error))
  if (judge(error) !== 'retry') return
  const delayMs = retryDelayMs(retries, job.failures, error, clock.now())
  await jobs.postpone(queue, { ...job, failures: job.failures + 1 }, { delayMs, key: id })
}
