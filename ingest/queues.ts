import type { Queue } from 'pg-boss'

/** What a job of each queue carries: only names of rows, never their content. */
export interface JobData {
  /** A stored delivery to work. `account` keeps the deliveries of one account in order. */
  readonly delivery: { readonly deliveryId: string; readonly account: string; readonly tries: number }
  /** An integration to look at. `asked`: every stream, due or not, because a person asked. */
  readonly sync: { readonly integrationId: string; readonly asked: boolean; readonly failures: number }
  /** An integration to audit. `askedAt`: when a person asked for it (ISO 8601), be it due or not. */
  readonly audit: { readonly integrationId: string; readonly askedAt: string | null; readonly failures: number }
  /** An integration whose counters are to be asked or compared. */
  readonly count: { readonly integrationId: string; readonly failures: number }
  /** An integration whose provider is to be asked to push. `asked`: a person wishes for it now. */
  readonly subscribe: { readonly integrationId: string; readonly asked: boolean; readonly failures: number }
  /** An integration that has rows of bulk jobs to work. `failures`: how often in a row its provider did not answer. */
  readonly bulk: { readonly integrationId: string; readonly failures: number }
  /** Old rows to throw away. */
  readonly retention: Record<string, never>
}

export type QueueName = keyof JobData

/** A day; pg-boss lets no job live longer. A sync run that is older goes on in a new one. */
const DAY_SECONDS = 86_400

/** A process that has not said for so long that it works a delivery is taken for dead; pg-boss allows no less. */
export const DELIVERY_HEARTBEAT_SECONDS = 10

/**
 * How each queue behaves.
 *
 * Retries of our own (a provider that is down) are new jobs with a time to start at. pg-boss's retries are for what
 * cannot say when: a worker that died, a database that went away. A dead worker is noticed by its heartbeat.
 */
export const QUEUES: { readonly [Name in QueueName]: Omit<Queue, 'name'> } = {
  delivery: {
    policy: 'standard',
    retryLimit: 10_000,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 30,
    heartbeatSeconds: DELIVERY_HEARTBEAT_SECONDS,
    deleteAfterSeconds: 60,
  },
  // One waiting job for an integration is enough; that no two run is seen to by a lock, which dies with its holder.
  sync: {
    policy: 'short',
    retryLimit: 0,
    expireInSeconds: DAY_SECONDS,
    heartbeatSeconds: 60,
    deleteAfterSeconds: 3_600,
    notify: true,
  },
  audit: {
    policy: 'short',
    retryLimit: 0,
    expireInSeconds: DAY_SECONDS,
    heartbeatSeconds: 60,
    deleteAfterSeconds: 3_600,
    notify: true,
  },
  count: {
    policy: 'short',
    retryLimit: 0,
    expireInSeconds: 600,
    heartbeatSeconds: 60,
    deleteAfterSeconds: 3_600,
    notify: true,
  },
  subscribe: {
    policy: 'short',
    retryLimit: 0,
    expireInSeconds: 600,
    heartbeatSeconds: 60,
    deleteAfterSeconds: 3_600,
    notify: true,
  },
  // The same: a job is only a word to look, and what is to be done stands in the store.
  bulk: {
    policy: 'short',
    retryLimit: 0,
    expireInSeconds: DAY_SECONDS,
    heartbeatSeconds: 60,
    deleteAfterSeconds: 3_600,
    notify: true,
  },
  retention: { policy: 'short', retryLimit: 2, retryDelay: 60, deleteAfterSeconds: 3_600 },
}
