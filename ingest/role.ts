import { systemClock } from '../kit/clock.ts'
import type { Clock } from '../kit/clock.ts'
import type { Connector } from '../kit/contract.ts'
import { type Egress, openEgress } from '../kit/egress.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { Role } from '../server/role.ts'
import type { Store } from '../store/store.ts'
import type { Accounts } from './accounts.ts'
import { auditIntegration, sweepAudits } from './audit-integration.ts'
import { sweepBulk, workBulk } from './bulk.ts'
import { countIntegration, sweepCounts } from './count-integration.ts'
import { deliver } from './deliver.ts'
import { openDeriving } from './derive.ts'
import { openJobs } from './jobs.ts'
import { openLocks } from './locks.ts'
import { openOutgoing } from './outgoing/outgoing.ts'
import { receiveRoute } from './receive.ts'
import { openRelay } from './relay.ts'
import { syncRequests } from './requests.ts'
import type { SyncRequests } from './requests.ts'
import { type EventsKept, RETENTION_CRON, prune } from './retention.ts'
import { createIngestMetrics, exposeBacklog } from './metrics.ts'
import { BULK_RETRIES, DELIVERY_RETRIES, SEND_RETRIES, SYNC_RETRIES, describe } from './retry.ts'
import type { RetryPolicy } from './retry.ts'
import { openSending } from './sending.ts'
import { repeatedly, sweep, sweepDeliveries } from './sweep.ts'
import { subscribe, sweepWebhooks } from './subscribe.ts'
import { syncIntegration } from './sync-integration.ts'

/** What the ingest role stands on. */
export interface IngestOptions {
  readonly store: Store
  readonly connectors: readonly Connector[]
  readonly accounts: Accounts
  /** The secrets with which a provider may sign now: the app's client secrets. */
  readonly secrets: (provider: string) => readonly string[]
  /** The address of an integration's own that a token ends. */
  readonly webhookUrl: (provider: string, token: string) => string
  /** How much of the log of events is kept. */
  readonly eventsKept: EventsKept
  /** The way to endpoints of outgoing webhooks; public addresses alone when it is not given. */
  readonly egress?: Egress
  readonly log: (line: string) => void
  readonly clock?: Clock
  /** Where is counted what goes on; nothing is when it is not given. */
  readonly metrics?: Metrics
  /** Other waits than the product's own. */
  readonly timing?: Partial<Timing>
}

/** How long things wait. */
export interface Timing {
  /** Between two looks for what is due. */
  readonly sweepMs: number
  /** Between two looks for rows of which something is still to be made. */
  readonly derivingMs: number
  /** Between two looks for deliveries, beside those when one came in here: for what others took, and for what waited for its time. */
  readonly deliveryPollMs: number
  /** Between two looks for messages to endpoints that are due. */
  readonly outgoingPollMs: number
  /** How long an endpoint may take to answer. */
  readonly outgoingDeadlineMs: number
  readonly deliveryRetries: RetryPolicy
  readonly syncRetries: RetryPolicy
  readonly bulkRetries: RetryPolicy
  /** Between two looks for sends, beside those when one was put on record. */
  readonly sendPollMs: number
  readonly sendRetries: RetryPolicy
  /** How long closing waits for the page or delivery in hand before its requests are ended. */
  readonly graceMs: number
}

const TIMING: Timing = {
  sweepMs: 10_000,
  derivingMs: 5_000,
  deliveryPollMs: 500,
  outgoingPollMs: 1_000,
  outgoingDeadlineMs: 15_000,
  deliveryRetries: DELIVERY_RETRIES,
  syncRetries: SYNC_RETRIES,
  bulkRetries: BULK_RETRIES,
  sendPollMs: 1_000,
  sendRetries: SEND_RETRIES,
  graceMs: 5_000,
}

/** Each worker syncs one integration; they mostly wait for the provider. */
const SYNC_STAFF = { workers: 8, pollingIntervalSeconds: 2 }
/** Audits take long and hurry nobody. */
const AUDIT_STAFF = { workers: 2, pollingIntervalSeconds: 2 }
const COUNT_STAFF = { workers: 1, pollingIntervalSeconds: 2 }
const SUBSCRIBE_STAFF = { workers: 2, pollingIntervalSeconds: 2 }
const BULK_STAFF = { workers: 4, pollingIntervalSeconds: 2 }
const RETENTION_STAFF = { workers: 1, pollingIntervalSeconds: 60 }

/**
 * Opens the role "providers in": receives deliveries, works them, and keeps the mirror true by syncing.
 *
 * Several processes may run it on one database. Killing one at any moment loses nothing: what it had in hand is taken
 * up by the others, or by itself when it is back.
 */
export async function createIngestRole(options: IngestOptions): Promise<Role & SyncRequests> {
  const { store, log, clock = systemClock } = options
  const timing = { ...TIMING, ...options.timing }
  const stopping = new AbortController()
  const ending = new AbortController()
  const connectors = new Map(options.connectors.map((connector) => [connector.provider, connector]))
  const databaseUrl = store.database.url
  const jobs = await openJobs({ databaseUrl, log })
  const locks = openLocks(databaseUrl)
  const metrics = options.metrics && createIngestMetrics(options.metrics)
  if (options.metrics) exposeBacklog(options.metrics, () => jobs.backlog())
  const engine = { store, connectors, accounts: options.accounts, jobs, clock, log, metrics, signal: ending.signal }

  // The heartbeat would find out too, but not at once.
  if (await locks.join()) await jobs.releaseDeliveries()
  const delivering = { ...engine, retries: timing.deliveryRetries }
  const deliveries = jobs.pump({
    work: (batch) => deliver(delivering, batch),
    pollMs: timing.deliveryPollMs,
  })
  const syncing = { ...engine, locks, retries: timing.syncRetries, stop: stopping.signal }
  await jobs.work('sync', SYNC_STAFF, (task) => syncIntegration(syncing, task.data, task.signal))
  await jobs.work('audit', AUDIT_STAFF, (task) => auditIntegration(syncing, task.data, task.signal))
  await jobs.work('count', COUNT_STAFF, (task) => countIntegration(syncing, task.data, task.signal))
  const asking = { ...engine, locks, retries: timing.syncRetries, webhookUrl: options.webhookUrl }
  await jobs.work('subscribe', SUBSCRIBE_STAFF, (task) => subscribe(asking, task.data))
  const bulking = { ...syncing, retries: timing.bulkRetries }
  await jobs.work('bulk', BULK_STAFF, (task) => workBulk(bulking, task.data, task.signal))
  await jobs.work('retention', RETENTION_STAFF, () => prune(store, clock.now(), options.eventsKept))
  await jobs.repeat('retention', RETENTION_CRON)
  const report = (error: unknown): void => log(`sync: looking for what is due failed: ${describe(error)}`)
  const sweeping = repeatedly({ clock, everyMs: timing.sweepMs, report }, async () => {
    await sweep(engine)
    await sweepCounts(engine)
    await sweepAudits(engine)
    await sweepWebhooks(engine)
    await sweepBulk(engine)
    await sweepDeliveries(engine)
  })
  const deriving = openDeriving({ store, clock, log, signal: stopping.signal, everyMs: timing.derivingMs })
  const egress = options.egress ?? openEgress([])
  const outgoing = openOutgoing({
    store,
    clock,
    log,
    dispatcher: egress.dispatcher,
    pollMs: timing.outgoingPollMs,
    deadlineMs: timing.outgoingDeadlineMs,
  })

  const sending = await openSending({
    ...engine,
    retries: timing.sendRetries,
    everyMs: timing.sendPollMs,
  })
  const relay = store.bell.ring === null ? null : openRelay({ store, locks, log })

  let closed: Promise<void> | null = null
  const close = async (): Promise<void> => {
    stopping.abort(new Error('the process is closing'))
    const grace = setTimeout(() => ending.abort(new Error('the process is closing')), timing.graceMs)
    try {
      await Promise.all([sweeping.close(), deriving.close(), sending.close(), outgoing.close(), relay?.close()])
      await jobs.close()
    } finally {
      clearTimeout(grace)
      await locks[Symbol.asyncDispose]()
    }
  }

  return {
    name: 'ingest',
    routes: [receiveRoute({ ...options, jobs, clock, metrics, stored: () => deliveries.nudge() })],
    upgrades: [],
    ...syncRequests(jobs, clock),
    async notReady() {
      if (stopping.signal.aborted) return ['ingest: closing']
      return (await store.database.isReachable()) ? [] : ['ingest: the database does not answer']
    },
    close: () => (closed ??= close()),
  }
}
