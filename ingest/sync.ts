import type { Clock } from '../kit/clock.ts'
import type { AccountClient } from '../kit/account-client.ts'
import type { Connector, Stream, StreamPage } from '../kit/contract.ts'
import { RateLimitedError, UnavailableError } from '../kit/errors.ts'
import { readContext } from '../kit/read-context.ts'
import type { Reading } from '../store/change.ts'
import { saysIntegrationEnded } from '../store/errors.ts'
import type { Integration } from '../store/integrations.ts'
import type { Json } from '../store/kinds.ts'
import type { Store } from '../store/store.ts'
import { reasonOf } from './retry.ts'
import type { RetryPolicy } from './retry.ts'
import type { IngestMetrics } from './metrics.ts'
import { startProgress } from './run-progress.ts'
import type { Progress, StreamRunEnd } from './run-progress.ts'

/** One stream of one integration, brought up to date. */
export interface StreamRun {
  readonly store: Store
  readonly connector: Connector
  readonly stream: Stream
  readonly client: AccountClient
  readonly integration: Integration
  readonly clock: Clock
  /** Aborting stops the run after the page in hand is stored. */
  readonly stop: AbortSignal
  /** Aborting ends the request that is under way. */
  readonly signal: AbortSignal
  /** Called after each stored page of a run that goes on: the place for what must not wait for its end. */
  readonly afterPage: () => Promise<void>
  /** How long a stream that the provider leaves without an answer waits for its next run. */
  readonly retries: RetryPolicy
  readonly log: (line: string) => void
  readonly metrics?: IngestMetrics | undefined
}

/**
 * Brings one stream up to date, page by page, from its checkpoint on.
 *
 * Stopping anywhere is safe, by `kill -9` too: each page is stored with its checkpoint in one transaction, the next
 * run resumes there, and reading a page again changes nothing. An integration that is disconnected or erased in the
 * middle stops the run. The caller sees to it that no other run of the stream is under way.
 *
 * @throws CredentialError the account must be reconnected; the caller says so
 * @throws RateLimitedError wait until `retryAt`; nothing stored so far is lost
 * @throws UnavailableError the same; the stream's next run is due when its pause has passed
 * @throws ProviderError of another class: the run is recorded as failed
 */
export async function runStream(run: StreamRun): Promise<StreamRunEnd> {
  const { store, stream, integration } = run
  const checkpoint = await store.checkpoints.read(integration.id, stream.name)
  const progress = await startProgress(run)
  try {
    const end = await readPages(run, checkpoint, progress)
    await progress.finish(end, null)
    count(run, end === 'DONE' ? 'done' : 'stopped')
    return end
  } catch (error) {
    if (saysIntegrationEnded(error) || run.signal.aborted) {
      await progress.finish('STOPPED', null)
      count(run, 'stopped')
      return 'STOPPED'
    }
    // Waiting is no failure: the run is told as stopped, with what it waits for.
    const isWaiting = error instanceof UnavailableError || error instanceof RateLimitedError
    count(run, isWaiting ? 'unanswered' : 'failed')
    if (error instanceof UnavailableError) await progress.unanswered(error)
    else await progress.finish(error instanceof RateLimitedError ? 'STOPPED' : 'FAILED', reasonOf(error))
    throw error
  }
}

function count({ metrics, integration, stream }: StreamRun, end: Parameters<IngestMetrics['runEnded']>[1]): void {
  metrics?.runEnded({ provider: integration.provider, stream: stream.name }, end)
}

async function readPages(run: StreamRun, from: Json | null, progress: Progress): Promise<StreamRunEnd> {
  const { store, stream, client, integration, clock, stop, signal, log } = run
  const place = { integrationId: integration.id, stream: stream.name }
  for (let cursor = from; ;) {
    if (stop.aborted || !(await isActive(run))) return 'STOPPED'
    const observedAt = clock.now()
    const page = await stream.read(client, cursor, readContext(store, place, { signal, now: observedAt }))
    const { changed, refused } = await store.apply({
      integrationId: integration.id,
      changes: page.changes,
      checkpoint: { stream: stream.name, cursor: page.cursor },
      reading: toReading(stream, page),
      observedAt,
      learnedBy: 'SYNC',
      ...progress.telling,
    })
    for (const { remoteId, reason } of [...page.failed, ...refused]) {
      log(
        `sync: ${integration.provider} ${stream.name} of ${integration.id}: left out ${remoteId?.slice(0, LONGEST_TOLD) ?? 'a record'}: ${reason}`,
      )
    }
    run.metrics?.pageStored({ provider: integration.provider, stream: stream.name }, page.changes.length)
    await progress.add(page, changed.length)
    if (page.done) return 'DONE'
    cursor = page.cursor
    await run.afterPage()
  }
}

/** Records that belong to others, such as messages, are not the stream's own and never in quarantine. */
const toReading = (stream: Stream, { changes, failed }: StreamPage): Reading => ({
  stream: stream.name,
  kind: stream.kind,
  read: changes.filter((change) => change.kind === stream.kind).map((change) => change.remoteId),
  failed,
})

/** So much of an id is told in the log. */
const LONGEST_TOLD = 100

/** Whether an integration still works. @throws IntegrationNotFoundError */
export async function isActive({ store, integration }: Pick<StreamRun, 'store' | 'integration'>): Promise<boolean> {
  return (await store.integrations.get(integration.id)).status === 'ACTIVE'
}
