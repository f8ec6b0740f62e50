import type { Clock } from '../kit/clock.ts'
import type { Connector, Counter, Stream } from '../kit/contract.ts'
import type { Counted, CountState } from '../store/ledger/counts.ts'
import type { AuditState } from '../store/ledger/ledger.ts'
import type { Store } from '../store/store.ts'
import { COUNT_LAG_MS } from './count.ts'

/** A stream whose counter is to be asked, or whose answer is to be compared. */
export type DueCount = { readonly stream: Stream & { readonly counter: Counter } } & (
  | { readonly ask: true }
  | { readonly ask: false; readonly said: Counted; readonly state: CountState; readonly audit: AuditState | null }
)

/**
 * What is to be done about counters of an integration now, in the connector's order.
 *
 * Only what was read to its end is counted. An answer is compared once the stream was read to its end long enough after
 * it that what stood then ought to be held, and not in the middle of an audit; until then the counter is not asked again.
 */
export async function countsDue(
  { store, clock }: { readonly store: Pick<Store, 'checkpoints' | 'ledger'>; readonly clock: Clock },
  integrationId: string,
  connector: Connector,
): Promise<readonly DueCount[]> {
  const counted = connector.streams.filter(isCounted)
  if (counted.length === 0) return []
  const completed = await store.checkpoints.completedAt(integrationId)
  const states = new Map((await store.ledger.counts.states(integrationId)).map((state) => [state.stream, state]))
  const audits = new Map((await store.ledger.states(integrationId)).map((audit) => [audit.stream, audit]))
  const now = clock.now().getTime()
  return counted.flatMap((stream): DueCount[] => {
    const readAt = completed.get(stream.name)
    if (readAt === undefined) return []
    const state = states.get(stream.name)
    if (state === undefined || state.said === null) {
      const due = state === undefined || state.askedAt.getTime() + stream.counter.everyMs <= now
      return due ? [{ stream, ask: true }] : []
    }
    const audit = audits.get(stream.name) ?? null
    const settledAt = state.said.at.getTime() + COUNT_LAG_MS
    const ready = settledAt <= now && settledAt < readAt.getTime() && audit?.state !== 'RUNNING'
    return ready ? [{ stream, ask: false, said: state.said, state, audit }] : []
  })
}

const isCounted = (stream: Stream): stream is Stream & { readonly counter: Counter } => stream.counter !== undefined
