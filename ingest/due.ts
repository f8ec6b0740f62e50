import type { Clock } from '../kit/clock.ts'
import type { Connector, Stream } from '../kit/contract.ts'
import type { Store } from '../store/store.ts'

/** A stream that is to be run now. */
export interface DueStream {
  readonly stream: Stream
  /** Whether it was read to its end before: then a run is short. */
  readonly completed: boolean
}

/**
 * The streams of an integration that are to be run now, in the connector's order.
 *
 * Due is what was never read to its end, what was read longer than `everyMs` ago, and what failed longer than
 * `everyMs` ago. What was cut short is due at once, be it by a stop, by a throttle, or by the death of its process; what
 * the provider left without an answer, when its pause has passed.
 */
export async function dueStreams(
  { store, clock }: { readonly store: Pick<Store, 'checkpoints' | 'syncRuns'>; readonly clock: Clock },
  integrationId: string,
  connector: Connector,
): Promise<DueStream[]> {
  const completedAt = await store.checkpoints.completedAt(integrationId)
  const latest = new Map((await store.syncRuns.latest(integrationId)).map((run) => [run.stream, run]))
  const now = clock.now()
  return connector.streams.flatMap((stream) => {
    const completed = completedAt.get(stream.name) ?? null
    const last = latest.get(stream.name)
    if (last?.retryAt && last.retryAt > now) return []
    const cutShort = last?.status === 'STOPPED' || last?.status === 'RUNNING'
    const since = last?.status === 'FAILED' ? last.finishedAt : completed
    const due = cutShort || since === null || since.getTime() + stream.everyMs <= now.getTime()
    return due ? [{ stream, completed: completed !== null }] : []
  })
}
