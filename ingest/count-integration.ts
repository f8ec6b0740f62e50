import type { AccountClient } from '../kit/account-client.ts'
import { askCounter, compareCount } from './count.ts'
import { countsDue, type DueCount } from './counts-due.ts'
import type { JobData } from './queues.ts'
import { recover } from './recover.ts'
import { describe, judge } from './retry.ts'
import type { Sweeping } from './sweep.ts'
import { findActive, type Syncing } from './sync-integration.ts'

/** Sends a job for every ACTIVE integration of which a counter is to be asked, or an answer to be compared. */
export async function sweepCounts({ store, connectors, jobs, clock }: Sweeping): Promise<void> {
  for (const { id, provider } of await store.integrations.list(null, { status: 'ACTIVE' })) {
    const connector = connectors.get(provider)
    if (!connector || (await countsDue({ store, clock }, id, connector)).length === 0) continue
    await jobs.send('count', { integrationId: id, failures: 0 }, { key: id })
  }
}

/**
 * Asks the counters of one integration that are due, and compares what was said, among all processes one at a time.
 *
 * What concerns the account (throttled, down, refused) ends it until its time, as with a sync; a counter that is refused
 * is asked again at its next time.
 *
 * @throws when the database fails
 */
export async function countIntegration(counting: Syncing, job: JobData['count'], taken: AbortSignal): Promise<void> {
  const { store, connectors, jobs } = counting
  const integration = await findActive(store, job.integrationId)
  const connector = integration && connectors.get(integration.provider)
  if (!integration || !connector) return
  await using lock = await counting.locks.tryTake(`count/${integration.id}`)
  // One that waits for its time has an appointment with the provider, which an older job may not break.
  if (lock === null || (await jobs.isWaiting('count', integration.id))) return
  const stop = AbortSignal.any([counting.stop, lock.lost, taken])
  let client: AccountClient | null = null
  try {
    for (const due of await countsDue(counting, integration.id, connector)) {
      if (stop.aborted) return
      client ??= await counting.accounts.open(integration.id, 'backfill')
      await count({ ...counting, integration }, due, client)
    }
  } catch (error) {
    if (!counting.signal.aborted) await recover(counting, 'count', { job, integration, error })
  }
}

async function count(
  counting: Syncing & { readonly integration: { readonly id: string; readonly provider: string } },
  due: DueCount,
  client: AccountClient,
): Promise<void> {
  const { store, integration, clock, signal, log } = counting
  const { stream } = due
  if (!due.ask) return compareCount({ ...counting, stream }, due)
  try {
    await askCounter({ ...counting, stream }, { client, signal })
  } catch (error) {
    if (judge(error) !== 'give up' && judge(error) !== 'ignore') throw error
    log(`count: ${integration.provider} ${stream.name} of ${integration.id}: ${describe(error)}`)
    await store.ledger.counts.said({ integrationId: integration.id, stream: stream.name }, clock.now(), null)
  }
}
