import { DatabaseUnavailableError } from '../store/errors.ts'
import type { DeliveryDraft, Kept, KeptDelivery } from '../store/keep-deliveries.ts'
import type { Store } from '../store/store.ts'
import type { JobSender } from './jobs.ts'
import type { JobData } from './queues.ts'

/** Where deliveries are stored, each with its job. */
export interface Intake {
  /**
   * Stores a delivery; resolves when it and its job are committed.
   *
   * @returns `fresh` is false for one that was stored before: then nothing was done
   * @throws DatabaseUnavailableError it may or may not have been stored: the provider is to send it again
   */
  keep(draft: DeliveryDraft): Promise<Pick<Kept, 'fresh'>>
}

/** The job of a delivery that was not tried yet. */
export const toDeliveryJob = ({ id, provider, integrationId, accountId }: KeptDelivery): JobData['delivery'] => ({
  deliveryId: id,
  account: `${provider}/${integrationId ?? accountId ?? ''}`,
  tries: 0,
})

/** What comes in while so many transactions are under way is stored together by the next. */
const TRANSACTIONS = 2
const MOST_TOGETHER = 200
const MOST_BYTES_TOGETHER = 8 * 1024 * 1024

interface Waiting {
  readonly draft: DeliveryDraft
  readonly stored: (kept: Pick<Kept, 'fresh'>) => void
  readonly failed: (error: unknown) => void
}

/**
 * Opens it. A delivery that comes alone is stored at once and alone; those that come faster than they can be committed
 * share a commit, so that the number of commits does not grow with theirs.
 */
export function openIntake(store: Pick<Store, 'deliveries'>, jobs: Pick<JobSender, 'sendAll'>): Intake {
  const waiting: Waiting[] = []
  let underWay = 0

  const storeTogether = (drafts: readonly DeliveryDraft[]): Promise<readonly Kept[]> =>
    store.deliveries.keep(drafts, (tx, fresh) => jobs.sendAll('delivery', fresh.map(toDeliveryJob), tx))

  const settle = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const kept = await storeTogether(batch.map(({ draft }) => draft))
      for (const [index, { stored }] of batch.entries()) stored({ fresh: kept[index]?.fresh ?? false })
    } catch (error) {
      if (batch.length === 1 || error instanceof DatabaseUnavailableError) {
        for (const { failed } of batch) failed(error)
        return
      }
      // One that cannot be stored takes no other with it.
      for (const each of batch) await settle([each])
    }
  }

  const run = async (): Promise<void> => {
    underWay += 1
    while (waiting.length > 0) await settle(takeTogether(waiting))
    underWay -= 1
  }

  return {
    keep: (draft) =>
      new Promise((stored, failed) => {
        waiting.push({ draft, stored, failed })
        if (underWay < TRANSACTIONS) void run()
      }),
  }
}

/** The oldest that may go in one transaction; at least one. */
function takeTogether(waiting: Waiting[]): readonly Waiting[] {
  let count = 0
  let bytes = 0
  for (const { draft } of waiting.slice(0, MOST_TOGETHER)) {
    bytes += draft.body.length
    if (count > 0 && bytes > MOST_BYTES_TOGETHER) break
    count += 1
  }
  return waiting.splice(0, count)
}
