import type { Clock } from '../kit/clock.ts'
import type { Stream, StreamPage } from '../kit/contract.ts'
import type { UnavailableError } from '../kit/errors.ts'
import type { Batch } from '../store/change.ts'
import type { Integration } from '../store/integrations.ts'
import type { Store } from '../store/store.ts'
import { reasonOf, retryDelayMs } from './retry.ts'
import type { RetryPolicy } from './retry.ts'

/** `DONE` everything there was is stored · `STOPPED` somebody asked for it, and the next run goes on from there. */
export type StreamRunEnd = 'DONE' | 'STOPPED'

/** Whose run it is. */
interface Reported {
  readonly store: Store
  readonly stream: Stream
  readonly integration: Integration
  readonly clock: Clock
  readonly retries: RetryPolicy
}

/** How often at most the integration's subscribers hear of progress. */
const PROGRESS_EVERY_MS = 1_000

/** How what was found is told to subscribers. */
export type Telling = Pick<Batch, 'origin' | 'newsSince'>

/** What a run tells of itself while it goes on. */
export interface Progress {
  /** How what the run finds is told. */
  readonly telling: Telling
  add(page: StreamPage, changed: number): Promise<void>
  finish(status: StreamRunEnd | 'FAILED', error: string | null): Promise<void>
  /** Ends the record of a run that the provider left without an answer, and says when the next one may begin. */
  unanswered(error: UnavailableError): Promise<void>
}

/**
 * Opens the run's record. A first run that was cut short goes on counting where it stood, so that what people see
 * does not begin again; one that still says "running" is of a process that died.
 */
export async function startProgress({ store, stream, integration, clock, retries }: Reported): Promise<Progress> {
  const { id } = integration
  const last = (await store.syncRuns.latest(id)).find((each) => each.stream === stream.name) ?? null
  if (last?.status === 'RUNNING') {
    await store.syncRuns.finish(last.id, { status: 'STOPPED', error: 'the process that ran it ended' })
  }
  const kind = (await store.checkpoints.completedAt(id)).has(stream.name) ? 'INCREMENTAL' : 'FULL'
  const resumed = kind === 'FULL' && last !== null
  let read = resumed ? last.read : 0
  let changed = resumed ? last.changed : 0
  let total = resumed ? last.total : null
  const { id: runId } = await store.syncRuns.start(id, stream.name, kind)
  await store.syncRuns.progress(runId, { read, changed, total })
  await store.integrations.touch(id)
  let toldAt = clock.now().getTime()
  let isAnswered = false
  const telling =
    kind === 'FULL' ? await historyTelling(store, integration, stream.name) : ({ origin: 'sync' } as const)
  return {
    telling,
    async add(page, changedNow) {
      isAnswered = true
      // What comes along with the stream's records, such as the messages of conversations, is not what `total` counts.
      read += page.changes.filter((change) => change.kind === stream.kind).length
      changed += changedNow
      // The provider says how many a whole run holds, and that is what `read` counts towards.
      total = page.total ?? total
      await store.syncRuns.progress(runId, { read, changed, total })
      const now = clock.now().getTime()
      if (now - toldAt < PROGRESS_EVERY_MS) return
      toldAt = now
      await store.integrations.touch(id)
    },
    async finish(status, error) {
      await store.syncRuns.finish(runId, { status, error })
      await store.integrations.touch(id)
    },
    async unanswered(error) {
      const before = isAnswered ? 0 : (last?.unanswered ?? 0)
      const now = clock.now()
      const retryAt = new Date(now.getTime() + retryDelayMs(retries, before, error, now))
      const outcome = { status: 'STOPPED', error: reasonOf(error), unanswered: before + 1, retryAt } as const
      await store.syncRuns.finish(runId, outcome)
      await store.integrations.touch(id)
    },
  }
}

/**
 * How history is told: it is no news, but for what came to be since it began to be read. Providers' times may be whole
 * seconds.
 */
export async function historyTelling(
  store: Pick<Store, 'syncRuns'>,
  { id, createdAt }: Pick<Integration, 'id' | 'createdAt'>,
  stream: string,
): Promise<Telling> {
  // A webhook may come before anything was read.
  const beganAt = (await store.syncRuns.beganAt(id, stream)) ?? createdAt
  return { origin: 'backfill', newsSince: new Date(Math.floor(beganAt.getTime() / 1_000) * 1_000) }
}
