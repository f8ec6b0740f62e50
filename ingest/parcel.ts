import type { SeenDelivery, StoredDelivery } from '../store/keep-deliveries.ts'
import type { Delivering } from './delivering.ts'
import type { JobData } from './queues.ts'
import { describe, judge, reasonOf, retryDelayMs } from './retry.ts'

type Job = JobData['delivery']

/**
 * What becomes of a delivery: it is finished with a status, tried again because of an error, or worked again without
 * having been tried, since something else stopped its account.
 */
type Fate =
  | { readonly status: 'DONE' | 'DEAD' | 'UNKNOWN_ACCOUNT'; readonly reason: string | null }
  | { readonly status: 'LATER'; readonly error: unknown }
  | { readonly status: 'NOT_ASKED'; readonly stop: Stop }

/** What stopped an account: nothing more is asked of it in this round. */
export interface Stop {
  readonly error: unknown
  /** How often what was asked for had failed before. */
  readonly failures: number
}

/** A delivery at work. */
export interface Parcel {
  readonly job: Job
  readonly delivery: StoredDelivery
  fate: Fate
}

/** The worst that happened decides: trying again repeats everything, and finds the rest again. */
export function worsen({ log }: Delivering, parcel: Parcel, error: unknown): void {
  switch (judge(error)) {
    case 'ignore':
      return
    case 'retry':
      parcel.fate = { status: 'LATER', error }
      return
    case 'reconnect':
    case 'give up':
      log(`deliver: delivery ${parcel.delivery.id} is given up: ${reasonOf(error)}`)
      if (parcel.fate.status === 'DONE') parcel.fate = { status: 'DEAD', reason: reasonOf(error) }
  }
}

/** The provider is not asked for it in this round; with a credential that it refused, not at all. */
export function leave(delivering: Delivering, parcel: Parcel, stop: Stop): void {
  if (judge(stop.error) === 'reconnect') return worsen(delivering, parcel, stop.error)
  if (parcel.fate.status !== 'LATER') parcel.fate = { status: 'NOT_ASKED', stop }
}

/**
 * Finishes a delivery, or sends the job of its next try.
 *
 * Whoever hung may come to this when others have worked the delivery, or a person has had it replayed: then what became
 * of it stands, and theirs is the job of its next try.
 */
export async function settle(delivering: Delivering, { job, delivery, fate }: Parcel): Promise<void> {
  const { store, jobs, retries, clock, log } = delivering
  if (fate.status === 'NOT_ASKED') {
    const { error, failures } = fate.stop
    return jobs.send('delivery', job, { delayMs: retryDelayMs(retries, failures, error, clock.now()) })
  }
  if (fate.status !== 'LATER') return finish(delivering, { delivery, seen: delivery }, fate)
  const tries = job.tries + 1
  const reason = reasonOf(fate.error)
  log(`deliver: try ${tries} of ${retries.tries} of delivery ${delivery.id} failed: ${describe(fate.error)}`)
  const seen = await store.deliveries.attempt(delivery, reason)
  if (seen === null) return tooLate(delivering, delivery)
  if (tries >= retries.tries) {
    const outcome = { status: 'DEAD', reason: `given up after ${tries} tries: ${reason}` } as const
    return finish(delivering, { delivery, seen }, outcome)
  }
  const delayMs = retryDelayMs(retries, job.tries, fate.error, clock.now())
  await jobs.send('delivery', { ...job, tries }, { delayMs })
}

async function finish(
  delivering: Delivering,
  { delivery, seen }: { readonly delivery: StoredDelivery; readonly seen: SeenDelivery },
  fate: Extract<Fate, { readonly reason: string | null }>,
): Promise<void> {
  const { store, clock, metrics } = delivering
  if (!(await store.deliveries.finish(seen, fate))) return tooLate(delivering, delivery)
  const { provider, receivedAt } = delivery
  metrics?.deliveryEnded(provider, fate.status, (clock.now().getTime() - receivedAt.getTime()) / 1_000)
}

function tooLate({ log }: Delivering, { id }: StoredDelivery): void {
  log(`deliver: delivery ${id} was worked by others meanwhile, or went: it stands as they left it`)
}
