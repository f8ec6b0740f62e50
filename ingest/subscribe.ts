import type { AccountClient } from '../kit/account-client.ts'
import type { Connector, Subscribing, Subscription } from '../kit/contract.ts'
import { NotFoundError, OutcomeUnknownError, RejectedError } from '../kit/errors.ts'
import type { Integration } from '../store/integrations.ts'
import type { Store } from '../store/store.ts'
import type { Webhook } from '../store/webhooks.ts'
import type { Clock } from '../kit/clock.ts'
import type { Accounts } from './accounts.ts'
import type { Jobs } from './jobs.ts'
import type { Locks } from './locks.ts'
import type { JobData } from './queues.ts'
import { describe, judge, reasonOf, retryDelayMs } from './retry.ts'
import type { RetryPolicy } from './retry.ts'
import { findActive } from './sync-integration.ts'

/** What asking providers to push stands on. */
export interface Asking {
  readonly store: Store
  readonly connectors: ReadonlyMap<string, Connector>
  readonly accounts: Accounts
  readonly jobs: Pick<Jobs, 'send' | 'postpone' | 'isWaiting'>
  readonly locks: Locks
  readonly retries: RetryPolicy
  /** The address that a token ends. */
  readonly webhookUrl: (provider: string, token: string) => string
  readonly clock: Clock
  /** Aborting ends the requests to providers that are under way. */
  readonly signal: AbortSignal
  readonly log: (line: string) => void
}

type Job = JobData['subscribe']

/** How soon a wish is looked at again while another process is at it. */
const BUSY_DELAY_MS = 2_000

/** Which waiting job there may be one of: what a person asked for does not wait behind a later time. */
export const subscribeKey = ({ integrationId, asked }: Pick<Job, 'integrationId' | 'asked'>): string =>
  asked ? `asked/${integrationId}` : integrationId

/** Sends a job for every ACTIVE integration whose provider is still to be asked to push. */
export async function sweepWebhooks({ store, jobs }: Pick<Asking, 'store' | 'jobs'>): Promise<void> {
  for (const integrationId of await store.webhooks.pending()) {
    await jobs.send('subscribe', { integrationId, asked: false, failures: 0 }, { key: integrationId })
  }
}

/**
 * Asks a provider to push to an integration's own address, if that is wished for.
 *
 * Among all processes one at a time does so for an integration. Stopping anywhere is safe: what was asked for and not
 * stored is asked for again, for the same address, which leaves one subscription. A provider that is down is asked
 * again, less often each time; one that refuses is not, and what it said is kept; a refused credential makes the
 * integration NEEDS_RECONNECT, and connecting it again asks again. Whatever comes of it, syncing goes on.
 *
 * @throws when the database fails; the next look finds the wish again
 */
export async function subscribe(asking: Asking, job: Job): Promise<void> {
  const { store, connectors, jobs } = asking
  const { integrationId } = job
  await using lock = await asking.locks.tryTake(`webhook/${integrationId}`)
  if (lock === null) {
    // Whoever is at it began before the person asked.
    if (job.asked) await jobs.send('subscribe', job, { delayMs: BUSY_DELAY_MS, key: subscribeKey(job) })
    return
  }
  // There may be an appointment with the provider by now. This job is older, and may not break it.
  if (!job.asked && (await jobs.isWaiting('subscribe', integrationId))) return
  const integration = await findActive(store, integrationId)
  const subscription = integration && connectors.get(integration.provider)?.webhook?.subscription
  const wish = subscription && (await store.webhooks.wanted(integrationId))
  if (!integration || !subscription || !wish) return
  try {
    await fulfil(asking, { integration, subscription, wish })
  } catch (error) {
    // What was cut short by our own end is taken up by whoever looks next.
    asking.signal.throwIfAborted()
    await recover(asking, { job, integration, wish, error })
  }
}

interface Wish {
  readonly integration: Integration
  readonly subscription: Subscribing
  readonly wish: Webhook & { readonly secret: string }
}

async function fulfil(asking: Asking, { integration, subscription, wish }: Wish): Promise<void> {
  const { store, accounts } = asking
  const { id, provider } = integration
  const client = await accounts.open(id, 'live')
  const url = asking.webhookUrl(provider, wish.token)
  const standing = await subscription.subscribe(client, { url, secret: wish.secret })
  if (await store.webhooks.settle(wish, { state: 'SUBSCRIBED', ...standing })) return store.integrations.touch(id)
  await overtaken(asking, { integration, subscription, standing, client })
}

/** While the provider was asked, something else was wished for. */
async function overtaken(
  { store, jobs, log }: Asking,
  late: Omit<Wish, 'wish'> & { readonly standing: Subscription; readonly client: AccountClient },
): Promise<void> {
  const { integration, subscription, standing, client } = late
  const { id, provider } = integration
  const webhook = await store.webhooks.find(id)
  if (webhook === null || webhook.state === 'ENDED') {
    try {
      await subscription.unsubscribe(client, standing.made)
    } catch (error) {
      // The access may have been taken back by then, and with it, as a rule, the subscription.
      log(`subscribe: ${provider} goes on pushing for ${id}, which was disconnected: ${describe(error)}`)
    }
    return
  }
  // Someone subscribed beside us, as happens when the lock is lost: which secret the provider has is known after asking once more.
  if (webhook.state !== 'PENDING') await store.webhooks.ask(id)
  const job = { integrationId: id, asked: true, failures: 0 }
  await jobs.send('subscribe', job, { key: subscribeKey(job) })
}

interface Failure {
  readonly job: Job
  readonly integration: Integration
  readonly wish: Webhook
  readonly error: unknown
}

async function recover(asking: Asking, { job, integration, wish, error }: Failure): Promise<void> {
  const { store, jobs, retries, clock, log } = asking
  const { id, provider } = integration
  log(`subscribe: ${provider} integration ${id}: ${describe(error)}`)
  switch (whatToDo(error)) {
    case 'reconnect':
      await store.webhooks.explain(wish, reasonOf(error))
      return store.integrations.needsReconnect(integration, reasonOf(error))
    case 'retry': {
      await store.webhooks.explain(wish, reasonOf(error))
      const delayMs = retryDelayMs(retries, job.failures, error, clock.now())
      const again = { integrationId: id, asked: false, failures: job.failures + 1 }
      return jobs.postpone('subscribe', again, { delayMs, key: subscribeKey(again) })
    }
    case 'give up':
      await store.webhooks.settle(wish, { state: 'FAILED', reason: refusalOf(error) })
      return store.integrations.touch(id)
    case 'ignore':
  }
}

/** An answer that went missing is asked for again, since asking twice leaves one subscription; what is not there is refused. */
function whatToDo(error: unknown): ReturnType<typeof judge> {
  if (error instanceof OutcomeUnknownError) return 'retry'
  return error instanceof NotFoundError ? 'give up' : judge(error)
}

const refusalOf = (error: unknown): string =>
  error instanceof RejectedError ? `${error.provider} refused: ${error.reason}` : reasonOf(error)
