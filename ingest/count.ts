import type { AccountClient } from '../kit/account-client.ts'
import type { Clock } from '../kit/clock.ts'
import type { Counter, Stream } from '../kit/contract.ts'
import type { Integration } from '../store/integrations.ts'
import type { Counted, CountState, Holding, Outcome } from '../store/ledger/counts.ts'
import type { AuditState } from '../store/ledger/ledger.ts'
import type { Store } from '../store/store.ts'

/** A stream that has a counter, of one integration. */
export interface Counting {
  readonly store: Store
  readonly stream: Stream & { readonly counter: Counter }
  readonly integration: Pick<Integration, 'id' | 'provider'>
  readonly clock: Clock
  readonly log: (line: string) => void
}

/** A counter, a list and we may be so much later than one another. */
export const COUNT_LAG_MS = 15 * 60_000

/** An audit is brought forward by a number only so often: of a million records it takes hours. */
const WANTED_EVERY_MS = 6 * 3_600_000

/**
 * Asks a provider's counter, and puts on record what it says.
 *
 * @throws ProviderError what a call may throw; then nothing is on record
 */
export async function askCounter(
  { store, stream, integration, clock }: Counting,
  { client, signal }: { readonly client: AccountClient; readonly signal: AbortSignal },
): Promise<void> {
  const askedAt = clock.now()
  const counted = await stream.counter.read(client, { now: askedAt, signal })
  await store.ledger.counts.said({ integrationId: integration.id, stream: stream.name }, askedAt, counted)
}

/**
 * Holds what a counter said against what was held at that moment, and has an audit begin where they differ without a
 * reason. It neither stores nor deletes a record.
 */
export async function compareCount(
  { store, stream, integration, clock, log }: Counting,
  { said, state, audit }: { readonly said: Counted; readonly state: CountState; readonly audit: AuditState | null },
): Promise<void> {
  const records = {
    integrationId: integration.id,
    stream: stream.name,
    kind: stream.kind,
    prefix: stream.audit?.prefix ?? '',
    without: stream.counter.without ?? null,
  }
  const holding = await store.ledger.counts.holding(records, said.at, COUNT_LAG_MS)
  const outcome = judgeCount(said, { holding, state, audit }, clock.now())
  await store.ledger.counts.compared(records, outcome)
  if (outcome.wantedAt === state.wantedAt) return
  log(
    `count: ${integration.provider} ${stream.name} of ${integration.id}: the provider counts ${said.count}, ` +
      `${holding.held} were held then: an audit is brought forward`,
  )
  await store.integrations.touch(integration.id)
}

interface Known {
  readonly holding: Holding
  readonly state: Pick<CountState, 'settled' | 'wantedAt' | 'wantedFor'>
  readonly audit: Pick<AuditState, 'state' | 'startedAt'> | null
}

/**
 * What comes of a comparison.
 *
 * Explained is what came or went about that moment, and what the provider counts otherwise for good (suspended, merged,
 * not yet gone): that is what was still different once an audit had looked for its reason.
 */
export function judgeCount(said: Counted, { holding, state, audit }: Known, now: Date): Outcome {
  const { settled, wantedAt, wantedFor } = state
  const counts = said.count - settled
  const apart = counts > holding.most ? counts - holding.most : Math.min(0, counts - holding.least)
  const told = (unexplained: number): Outcome['compared'] => {
    return { expected: said.count, held: holding.held, apart: unexplained, at: said.at }
  }
  if (apart === 0) return { compared: told(0), settled, wantedAt, wantedFor }
  const looked = wantedAt !== null && audit?.state === 'DONE' && audit.startedAt >= wantedAt
  if (
    looked &&
    wantedFor !== null &&
    Math.sign(apart) === Math.sign(wantedFor) &&
    Math.abs(apart) <= Math.abs(wantedFor)
  ) {
    return { compared: told(0), settled: settled + apart, wantedAt, wantedFor: null }
  }
  const waits = wantedAt !== null && now.getTime() < wantedAt.getTime() + WANTED_EVERY_MS
  return waits
    ? { compared: told(apart), settled, wantedAt, wantedFor }
    : { compared: told(apart), settled, wantedAt: now, wantedFor: apart }
}
