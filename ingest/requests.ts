import { type Clock, systemClock } from '../kit/clock.ts'
import { auditKey } from './audit-integration.ts'
import type { Queryable } from '../store/database.ts'
import type { KeptDelivery } from '../store/keep-deliveries.ts'
import { toDeliveryJob } from './intake.ts'
import { openSender } from './jobs.ts'
import type { JobSender, JobsOptions } from './jobs.ts'
import { subscribeKey } from './subscribe.ts'
import { syncKey } from './sync-integration.ts'

/** What others may ask of the ingest role, in this process or another. */
export interface SyncRequests {
  /**
   * Asks that every stream of an integration is read now, due or not; resolves when that is written down.
   *
   * Asking again before it began changes nothing. Nothing happens for an integration that is not ACTIVE.
   */
  requestSync(integrationId: string): Promise<void>
  /**
   * Asks that every stream of an integration is audited now, due or not; resolves when that is written down.
   *
   * Nothing happens for an integration that is not ACTIVE, nor for streams that were never read to their end.
   */
  requestAudit(integrationId: string): Promise<void>
  /**
   * Asks that a provider is asked now to push to an integration's own address, if that is wished for in the store;
   * resolves when that is written down.
   */
  requestSubscription(integrationId: string): Promise<void>
  /** Asks that rows of bulk jobs of an integration are worked now; resolves when that is written down. */
  requestBulk(integrationId: string): Promise<void>
  /** Asks, within a transaction, that stored deliveries are worked, in this order. */
  requestDeliveries(within: Queryable, deliveries: readonly KeptDelivery[]): Promise<void>
}

/** Asks through a sender of jobs. */
export function syncRequests(
  sender: Pick<JobSender, 'send' | 'sendAll'>,
  clock: Pick<Clock, 'now'> = systemClock,
): SyncRequests {
  return {
    requestSync(integrationId) {
      const job = { integrationId, asked: true, failures: 0 }
      return sender.send('sync', job, { key: syncKey(job) })
    },
    requestAudit(integrationId) {
      const job = { integrationId, askedAt: clock.now().toISOString(), failures: 0 }
      return sender.send('audit', job, { key: auditKey(job) })
    },
    requestSubscription(integrationId) {
      const job = { integrationId, asked: true, failures: 0 }
      return sender.send('subscribe', job, { key: subscribeKey(job) })
    },
    requestBulk: (integrationId) => sender.send('bulk', { integrationId, failures: 0 }, { key: integrationId }),
    requestDeliveries: (within, deliveries) => sender.sendAll('delivery', deliveries.map(toDeliveryJob), within),
  }
}

/** For a process that runs no ingest: it can ask, and the ingest role of another process does it. */
export async function openSyncRequests({
  clock,
  ...options
}: JobsOptions & { readonly clock?: Pick<Clock, 'now'> }): Promise<SyncRequests & AsyncDisposable> {
  const sender = await openSender(options)
  return { ...syncRequests(sender, clock), [Symbol.asyncDispose]: () => sender.close() }
}
