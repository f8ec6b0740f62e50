import type { Store } from '../store/store.ts'

const DAY_MS = 86_400_000

/** How long things are kept that are not the mirror itself. */
export const RETENTION = {
  /** Long enough to see what a provider sent when something looks wrong. */
  deliveriesMs: 30 * DAY_MS,
  /** The same of what was sent to endpoints, and how each try went. */
  outgoingMs: 30 * DAY_MS,
  syncRunsMs: 90 * DAY_MS,
  /** For so long an idempotency key does nothing twice. */
  sendsMs: 30 * DAY_MS,
  /** The same of jobs for many records, since they ended. */
  bulkJobsMs: 30 * DAY_MS,
  /** Records that said no id cannot be read again: they are only told of. */
  namelessMs: 30 * DAY_MS,
} as const

/** How much of the log of events is kept: a subscriber that comes back within both misses nothing. */
export interface EventsKept {
  readonly days: number
  /** So many at most, of all workspaces together. */
  readonly most: number
}

/** Once an hour, at a minute when little else happens. */
export const RETENTION_CRON = '23 * * * *'

/**
 * Throws away what is older, or more, than is kept: events, finished deliveries, sync runs, settled sends, ended jobs; and
 * what of an erased integration came in late.
 */
export async function prune(
  store: Pick<Store, 'events' | 'deliveries' | 'sending' | 'syncRuns' | 'sends' | 'bulk' | 'quarantine'>,
  now: Date,
  events: EventsKept,
): Promise<void> {
  const before = (ageMs: number): Date => new Date(now.getTime() - ageMs)
  await store.events.prune({ olderThan: before(events.days * DAY_MS), most: events.most })
  await store.deliveries.prune(before(RETENTION.deliveriesMs))
  await store.deliveries.pruneErased()
  await store.sending.prune(before(RETENTION.outgoingMs))
  await store.syncRuns.prune(before(RETENTION.syncRunsMs))
  await store.sends.prune(before(RETENTION.sendsMs))
  await store.bulk.prune(before(RETENTION.bulkJobsMs))
  await store.quarantine.prune(before(RETENTION.namelessMs))
}
