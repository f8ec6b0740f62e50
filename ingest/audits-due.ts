import type { Connector, Stream } from '../kit/contract.ts'
import type { Clock } from '../kit/clock.ts'
import type { Integration } from '../store/integrations.ts'
import type { Store } from '../store/store.ts'

/** An account that was just connected is let settle: what its first sync read needs no proof yet. */
const FIRST_AFTER_MS = 3_600_000

/**
 * The streams of an integration that are to be audited now, in the connector's order.
 *
 * Only what was read to its end can be held against its list. Due is a pass that was cut short, what was audited last
 * before somebody asked for it (`askedAt`) or the provider's counter gave reason to, and what was audited, or given up,
 * longer ago than the stream's interval.
 */
export async function auditsDue(
  { store, clock }: { readonly store: Pick<Store, 'checkpoints' | 'ledger'>; readonly clock: Clock },
  { id, createdAt }: Pick<Integration, 'id' | 'createdAt'>,
  { connector, askedAt }: { readonly connector: Connector; readonly askedAt: Date | null },
): Promise<readonly Stream[]> {
  const completed = await store.checkpoints.completedAt(id)
  const states = new Map((await store.ledger.states(id)).map((state) => [state.stream, state]))
  const counts = new Map((await store.ledger.counts.states(id)).map((count) => [count.stream, count]))
  const now = clock.now().getTime()
  return connector.streams.filter(({ name, audit }) => {
    if (audit === undefined || !completed.has(name)) return false
    const state = states.get(name)
    if (state?.state === 'RUNNING') return true
    const wishes = [askedAt, counts.get(name)?.wantedAt ?? null]
    if (wishes.some((at) => at !== null && (state === undefined || state.startedAt < at))) return true
    const since = state === undefined ? createdAt.getTime() + FIRST_AFTER_MS : state.startedAt.getTime() + audit.everyMs
    return since <= now
  })
}
