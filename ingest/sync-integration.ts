import type { Clock } from '../kit/clock.ts'
import type { AccountClient } from '../kit/account-client.ts'
import type { Connector, Stream } from '../kit/contract.ts'
import { RateLimitedError } from '../kit/errors.ts'
import { IntegrationNotFoundError } from '../store/errors.ts'
import type { Integration } from '../store/integrations.ts'
import type { Store } from '../store/store.ts'
import type { Accounts } from './accounts.ts'
import { dueStreams } from './due.ts'
import type { Jobs } from './jobs.ts'
import type { Locks } from './locks.ts'
import type { IngestMetrics } from './metrics.ts'
import { isRecordDue, readQuarantined } from './quarantined.ts'
import type { JobData } from './queues.ts'
import { describe, judge, reasonOf, retryDelayMs } from './retry.ts'
import type { RetryPolicy } from './retry.ts'
import { runStream } from './sync.ts'

/** What syncing stands on. */
export interface Syncing {
  readonly store: Store
  readonly connectors: ReadonlyMap<string, Connector>
  readonly accounts: Accounts
  readonly jobs: Pick<Jobs, 'send' | 'postpone' | 'isWaiting'>
  readonly locks: Locks
  readonly retries: RetryPolicy
  readonly clock: Clock
  /** Aborting stops after the page in hand. */
  readonly stop: AbortSignal
  /** Aborting ends the requests to providers that are under way. */
  readonly signal: AbortSignal
  readonly log: (line: string) => void
  readonly metrics?: IngestMetrics | undefined
}

type Job = JobData['sync']

/** How soon a person's wish is tried again while the integration is being synced already. */
const BUSY_DELAY_MS = 2_000

/** How often a long first run lets streams that were read before catch up. */
const CATCH_UP_EVERY_MS = 60_000

/** Which waiting job there may be one of: what a person asked for does not wait behind a later time. */
export const syncKey = ({ integrationId, asked }: Pick<Job, 'integrationId' | 'asked'>): string =>
  asked ? `asked/${integrationId}` : integrationId

/**
 * Runs what is due of one integration, one stream after the other in the connector's order.
 *
 * Among all processes one at a time does so for an integration: the lock dies with its holder, so what a killed
 * process left is taken up by the next one that looks. Only ACTIVE integrations are synced. A refused credential
 * makes the integration NEEDS_RECONNECT; a provider that is down or has enough is left alone until it says, and less
 * often each time; a stream that fails by itself waits its turn and the others go on. At the end, records that could not
 * be read before are read again.
 *
 * @throws when the database fails; the next look goes on from the checkpoints
 */
export async function syncIntegration(syncing: Syncing, job: Job, taken: AbortSignal): Promise<void> {
  const { store, connectors, jobs } = syncing
  const integration = await findActive(store, job.integrationId)
  const connector = integration && connectors.get(integration.provider)
  if (!integration || !connector) return
  await using lock = await syncing.locks.tryTake(`sync/${integration.id}`)
  if (lock === null) {
    // Whoever syncs it now began before the person asked.
    if (job.asked) await jobs.send('sync', job, { delayMs: BUSY_DELAY_MS, key: syncKey(job) })
    return
  }
  // A run that has just ended may have an appointment with the provider. This job is older, and may not break it.
  if (!job.asked && (await jobs.isWaiting('sync', integration.id))) return
  const stop = AbortSignal.any([syncing.stop, lock.lost, taken])
  try {
    await syncStreams({ ...syncing, stop, integration, connector }, job)
  } catch (error) {
    await recover(syncing, { job, integration, error })
  }
}

type OneIntegration = Syncing & { readonly integration: Integration; readonly connector: Connector }

async function syncStreams(one: OneIntegration, job: Job): Promise<void> {
  const { integration, connector } = one
  const due = job.asked
    ? connector.streams
    : (await dueStreams(one, integration.id, connector)).map(({ stream }) => stream)
  if (due.length === 0 && !(await isRecordDue(one, integration.id, connector))) return
  const client = await one.accounts.open(integration.id, 'backfill')
  const outage = { inRow: 0 }
  for (const stream of due) {
    if (one.stop.aborted) return
    await syncStream(one, { stream, client, outage, afterPage: catchUp(one, stream, client) })
  }
  await readQuarantined(one, client)
}

/** Streams in a row that ended without an answer. */
interface Outage {
  inRow: number
}

/** So many streams in a row without an answer: the provider, or our database, is down, and nothing more is tried. */
const DOWN_AFTER = 2

interface StreamTurn {
  readonly stream: Stream
  readonly client: AccountClient
  readonly outage: Outage
  readonly afterPage: () => Promise<void>
}

/**
 * Runs one stream. One that ends without an answer waits for its own time, and those after it go on.
 *
 * @throws what concerns the whole account, not this stream alone
 */
async function syncStream(one: OneIntegration, turn: StreamTurn): Promise<void> {
  const { outage } = turn
  try {
    await runStream({ ...one, ...turn })
    outage.inRow = 0
  } catch (error) {
    const verdict = judge(error)
    if (verdict === 'reconnect' || error instanceof RateLimitedError) throw error
    outage.inRow = verdict === 'retry' ? outage.inRow + 1 : 0
    if (outage.inRow >= DOWN_AFTER) throw error
    one.log(`sync: ${one.integration.provider} ${turn.stream.name} of ${one.integration.id}: ${describe(error)}`)
  }
}

/** While one stream reads years of history, those that were read before still catch up now and then. */
function catchUp(one: OneIntegration, running: Stream, client: AccountClient): () => Promise<void> {
  const { clock, integration, connector } = one
  const outage = { inRow: 0 }
  let lookedAt = clock.now().getTime()
  return async () => {
    const now = clock.now().getTime()
    if (now - lookedAt < CATCH_UP_EVERY_MS) return
    for (const { stream, completed } of await dueStreams(one, integration.id, connector)) {
      if (!completed || stream === running || one.stop.aborted) continue
      await syncStream(one, { stream, client, outage, afterPage: () => Promise.resolve() })
    }
    lookedAt = clock.now().getTime()
  }
}

interface Failure {
  readonly job: Job
  readonly integration: Integration
  readonly error: unknown
}

async function recover(
  { store, jobs, retries, clock, log }: Syncing,
  { job, integration, error }: Failure,
): Promise<void> {
  const { id, provider } = integration
  log(`sync: ${provider} integration ${id}: ${describe(error)}`)
  switch (judge(error)) {
    case 'reconnect':
      return store.integrations.needsReconnect(integration, reasonOf(error))
    case 'retry': {
      const delayMs = retryDelayMs(retries, job.failures, error, clock.now())
      // It takes the place of the job that looks for what is due, so that nothing begins before its time.
      return jobs.postpone('sync', { ...job, failures: job.failures + 1 }, { delayMs, key: id })
    }
    case 'ignore':
    case 'give up':
  }
}

/** Null when it is not there, or not ACTIVE. */
export async function findActive(store: Store, integrationId: string): Promise<Integration | null> {
  try {
    const integration = await store.integrations.get(integrationId)
    return integration.status === 'ACTIVE' ? integration : null
  } catch (error) {
    if (error instanceof IntegrationNotFoundError) return null
    throw error
  }
}
