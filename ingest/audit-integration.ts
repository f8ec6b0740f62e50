import type { Connector } from '../kit/contract.ts'
import type { Integration } from '../store/integrations.ts'
import { auditStream } from './audit.ts'
import { auditsDue } from './audits-due.ts'
import type { JobData } from './queues.ts'
import { recover } from './recover.ts'
import { describe, judge } from './retry.ts'
import type { Sweeping } from './sweep.ts'
import { findActive, type Syncing } from './sync-integration.ts'

type Job = JobData['audit']

/** How soon a person's wish is tried again while the integration is being audited already. */
const BUSY_DELAY_MS = 2_000

/** Which waiting job there may be one of: what a person asked for does not wait behind a later time. */
export const auditKey = ({ integrationId, askedAt }: Pick<Job, 'integrationId' | 'askedAt'>): string =>
  askedAt === null ? integrationId : `asked/${integrationId}`

/** Sends a job for every ACTIVE integration that has an audit due. */
export async function sweepAudits({ store, connectors, jobs, clock }: Sweeping): Promise<void> {
  for (const integration of await store.integrations.list(null, { status: 'ACTIVE' })) {
    const connector = connectors.get(integration.provider)
    if (!connector) continue
    const due = await auditsDue({ store, clock }, integration, { connector, askedAt: null })
    if (due.length === 0) continue
    const job = { integrationId: integration.id, askedAt: null, failures: 0 }
    await jobs.send('audit', job, { key: auditKey(job) })
  }
}

/**
 * Audits what is due of one integration, one stream after the other, among all processes one at a time: the lock dies
 * with its holder, and whoever looks next goes on where the pass was.
 *
 * What concerns the account (throttled, down, refused) ends it until its time, as with a sync; what concerns one list
 * leaves the others alone.
 *
 * @throws when the database fails; the next look goes on from the last step
 */
export async function auditIntegration(auditing: Syncing, job: Job, taken: AbortSignal): Promise<void> {
  const { store, connectors, jobs } = auditing
  const integration = await findActive(store, job.integrationId)
  const connector = integration && connectors.get(integration.provider)
  if (!integration || !connector) return
  await using lock = await auditing.locks.tryTake(`audit/${integration.id}`)
  if (lock === null) {
    // Whoever audits it now began before the person asked.
    if (job.askedAt !== null) await jobs.send('audit', job, { delayMs: BUSY_DELAY_MS, key: auditKey(job) })
    return
  }
  if (job.askedAt === null && (await jobs.isWaiting('audit', integration.id))) return
  const stop = AbortSignal.any([auditing.stop, lock.lost, taken])
  try {
    await auditStreams({ ...auditing, stop }, { job, integration, connector })
  } catch (error) {
    await recover(auditing, 'audit', { job, integration, error })
  }
}

interface Asked {
  readonly job: Job
  readonly integration: Integration
  readonly connector: Connector
}

async function auditStreams(auditing: Syncing, { job, integration, connector }: Asked): Promise<void> {
  const askedAt = job.askedAt === null ? null : new Date(job.askedAt)
  const due = await auditsDue(auditing, integration, { connector, askedAt })
  if (due.length === 0) return
  const client = await auditing.accounts.open(integration.id, 'backfill')
  for (const stream of due) {
    if (auditing.stop.aborted) return
    try {
      await auditStream({ ...auditing, stream, client, integration })
    } catch (error) {
      if (judge(error) !== 'give up' && judge(error) !== 'ignore') throw error
      auditing.log(`audit: ${integration.provider} ${stream.name} of ${integration.id}: ${describe(error)}`)
    }
  }
}
