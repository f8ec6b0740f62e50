import type { Clock } from '../kit/clock.ts'
import type { Connector } from '../kit/contract.ts'
import type { WorkAgain } from '../store/replay-deliveries.ts'
import type { Store } from '../store/store.ts'
import { dueStreams } from './due.ts'
import { toDeliveryJob } from './intake.ts'
import type { JobSender } from './jobs.ts'
import { isRecordDue } from './quarantined.ts'
import { syncKey } from './sync-integration.ts'

/** What sweeping stands on. */
export interface Sweeping {
  readonly store: Store
  readonly connectors: ReadonlyMap<string, Connector>
  readonly jobs: Pick<JobSender, 'send'>
  readonly clock: Clock
}

const KNOWN_TOGETHER = 500

/** Has deliveries worked that had come for an account before somebody connected it. */
export async function sweepDeliveries({ store, jobs }: Pick<Sweeping, 'store'> & Replaying): Promise<void> {
  const work: WorkAgain = (tx, known) => jobs.sendAll('delivery', known.map(toDeliveryJob), tx)
  while ((await store.deliveries.replayKnown(KNOWN_TOGETHER, work)) === KNOWN_TOGETHER);
}

interface Replaying {
  readonly jobs: Pick<JobSender, 'sendAll'>
}

/**
 * Sends a job for every ACTIVE integration that has something due.
 *
 * What is due is decided from what is stored, so it makes no difference who died when: a first run that was cut short
 * is due at once, one whose provider asked to wait already has a waiting job, and a second waiting job is refused.
 */
export async function sweep({ store, connectors, jobs, clock }: Sweeping): Promise<void> {
  for (const { id, provider } of await store.integrations.list(null, { status: 'ACTIVE' })) {
    const connector = connectors.get(provider)
    if (!connector || !(await isAnythingDue({ store, clock }, id, connector))) continue
    const job = { integrationId: id, asked: false, failures: 0 }
    await jobs.send('sync', job, { key: syncKey(job) })
  }
}

async function isAnythingDue(
  looking: Pick<Sweeping, 'store' | 'clock'>,
  integrationId: string,
  connector: Connector,
): Promise<boolean> {
  if ((await dueStreams(looking, integrationId, connector)).length > 0) return true
  return isRecordDue(looking, integrationId, connector)
}

/** A thing done again and again until it is closed. */
export interface Repeating {
  /** Ends it, after the round under way. Idempotent. */
  close(): Promise<void>
}

/** Does a round now and then `everyMs` after each has ended. A round that rejects is reported, and the next one comes. */
export function repeatedly(
  { clock, everyMs, report }: { clock: Clock; everyMs: number; report: (error: unknown) => void },
  round: () => Promise<void>,
): Repeating {
  const closing = new AbortController()
  const { signal } = closing
  const rounds = async (): Promise<void> => {
    while (!signal.aborted) {
      await round().catch(report)
      if (!signal.aborted) await clock.wait(everyMs, signal).catch(() => signal.aborted)
    }
  }
  const ended = rounds()
  return {
    close() {
      closing.abort()
      return ended
    },
  }
}
