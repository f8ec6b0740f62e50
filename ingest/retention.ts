import type { Store } from '../store/store.ts'

const DAY_MS = 86_400_000

/** How long things are kept that are not the mirror itself. */
export const RETENTION = {
  /** A subscriber that comes back within this time misses nothing. */
  eventsMs: 7 * DAY_MS,
  /** Long enough to see what a provider sent when something looks wrong. */
  deliveriesMs: 30 * DAY_MS,
  syncRunsMs: 90 * DAY_MS,
  /** For so long an idempotency key does nothing twice. */
  sendsMs: 30 * DAY_MS,
  /** The same of jobs for many records, since they ended. */
  bulkJobsMs: 30 * DAY_MS,
  /** Records that said no id cannot be read again: they are only told of. */
  namelessMs: 30 * DAY_MS,
} as const

/** Once an hour, at a minute when little else happens. */
export const RETENTION_CRON = '23 * * * *'

/** Throws away what is older than it is kept: events, finished deliveries, sync runs, settled sends, ended jobs. */
export async function prune(
  store: Pick<Store, 'events' | 'deliveries' | 'syncRuns' | 'sends' | 'bulk' | 'quarantine'>,
  now: Date,
): Promise<void> {
  const before = (ageMs: number): Date => new Date(now.getTime() - ageMs)
  await store.events.prune(before(RETENTION.eventsMs))
  await store.deliveries.prune(before(RETENTION.deliveriesMs))
  await store.syncRuns.prune(before(RETENTION.syncRunsMs))
  await store.sends.prune(before(RETENTION.sendsMs))
  await store.bulk.prune(before(RETENTION.bulkJobsMs))
  await store.quarantine.prune(before(RETENTION.namelessMs))
}
