import { mapBounded } from '../kit/bounded.ts'
import { foreignField } from '../kit/bulk-steps.ts'
import type { Clock } from '../kit/clock.ts'
import type { Connector } from '../kit/contract.ts'
import { CredentialError, type ProviderError, RateLimitedError } from '../kit/errors.ts'
import type { BulkOutcome } from '../store/bulk/job.ts'
import type { Portion } from '../store/bulk/rows.ts'
import { IntegrationNotFoundError } from '../store/errors.ts'
import { type Integration, whyInactive } from '../store/integrations.ts'
import type { Store } from '../store/store.ts'
import type { Accounts } from './accounts.ts'
import { workRow } from './bulk-row.ts'
import type { RowGround } from './bulk-row.ts'
import type { Jobs } from './jobs.ts'
import type { Locks } from './locks.ts'
import type { JobData } from './queues.ts'
import { describe, reasonOf, retryDelayMs } from './retry.ts'
import type { RetryPolicy } from './retry.ts'

/** What working bulk jobs stands on. */
export interface Bulking {
  readonly store: Store
  readonly connectors: ReadonlyMap<string, Connector>
  readonly accounts: Accounts
  readonly jobs: Pick<Jobs, 'send' | 'postpone' | 'isWaiting'>
  readonly locks: Locks
  readonly retries: RetryPolicy
  readonly clock: Clock
  /** Aborting stops after the rows in hand. */
  readonly stop: AbortSignal
  /** Aborting ends the requests to providers that are under way. */
  readonly signal: AbortSignal
  readonly log: (line: string) => void
}

type Job = JobData['bulk']

/** How many rows of one account are worked side by side. */
const AT_ONCE = { limit: 4 }

/** How many rows of each job are taken in one go: a job that comes later waits for no more than these. */
const TAKEN_AT_ONCE = 20

/** Sends a job for every integration that has rows of bulk jobs to work. */
export async function sweepBulk({ store, jobs }: Pick<Bulking, 'store' | 'jobs'>): Promise<void> {
  for (const integrationId of await store.bulk.waiting()) {
    await jobs.send('bulk', { integrationId, failures: 0 }, { key: integrationId })
  }
}

/**
 * Works the rows of one integration, of all bulk jobs by turns, until none waits.
 *
 * Among all processes one at a time does so for an integration; the lock dies with its holder, and what it had in hand is
 * done again by whoever looks next, which changes nothing. A provider that has enough is left alone until it says, and no
 * row fails for that. One that does not answer is asked less often each time; when that was often enough, or its
 * credential is refused, the rows that are left fail, and a person may have them tried again.
 *
 * @throws when the database fails; the next look goes on
 */
export async function workBulk(bulking: Bulking, job: Job, taken: AbortSignal): Promise<void> {
  const { store, jobs, locks } = bulking
  const { integrationId, failures } = job
  {
    await using lock = await locks.tryTake(`bulk/${integrationId}`)
    if (lock === null) return
    // There may be an appointment with the provider by now. This job is older, and may not break it.
    if (failures === 0 && (await jobs.isWaiting('bulk', integrationId))) return
    const stop = AbortSignal.any([bulking.stop, lock.lost, taken])
    const end = await workAll({ ...bulking, stop }, job)
    if (end.delayMs !== null) {
      const again = { integrationId, failures: end.failures }
      return jobs.postpone('bulk', again, { delayMs: end.delayMs, key: integrationId })
    }
  }
  // Whoever was told of rows while the lock was held has left them to us.
  if ((await store.bulk.waiting()).includes(integrationId)) {
    await jobs.send('bulk', { integrationId, failures: 0 }, { key: integrationId })
  }
}

/** What becomes of an integration's rows that are left: when they are gone on with, null for at once. */
interface End {
  readonly delayMs: number | null
  readonly failures: number
}

const OVER: End = { delayMs: null, failures: 0 }

async function workAll(bulking: Bulking, job: Job): Promise<End> {
  const { store, stop, signal, retries, clock, log } = bulking
  let { failures } = job
  while (!stop.aborted) {
    const portions = await store.bulk.next(job.integrationId, TAKEN_AT_ONCE)
    // Read after the rows: whoever connected the account and then had rows tried again may not find them failed for what
    // the account was before.
    const integration = portions.length === 0 ? null : await findIntegration(store, job.integrationId)
    if (integration === null) return OVER
    const tell = (error: unknown): void =>
      log(`bulk: ${integration.provider} integration ${integration.id}: ${describe(error)}`)
    const round: Round = { inRow: 0, isAnswered: false, error: null }
    try {
      for (const portion of portions) await workPortion(bulking, { integration, portion, round })
    } catch (error) {
      if (signal.aborted) return OVER
      tell(error)
      if (error instanceof RateLimitedError) return { delayMs: retryDelayMs(retries, 0, error, clock.now()), failures }
      if (!(error instanceof CredentialError)) throw error
      // Read again, it is not ACTIVE; unless somebody has connected it anew by now.
      await store.integrations.needsReconnect(integration, reasonOf(error))
    }
    if (round.isAnswered) failures = 0
    if (round.error === null) continue
    if (round.isAnswered && round.inRow < DOWN_AFTER) continue
    tell(round.error)
    failures += 1
    if (failures < retries.tries) {
      return { delayMs: retryDelayMs(retries, failures - 1, round.error, clock.now()), failures }
    }
    for (const portion of await store.bulk.next(integration.id, 0)) {
      await store.bulk.settleRest(restOf(portion, integration), unanswered(round.error))
    }
  }
  return OVER
}

/** How the provider answered while some rows of each job were worked. */
interface Round {
  /** Rows in a row, up to now, that it left without an answer. */
  inRow: number
  isAnswered: boolean
  /** Why the last of those had none. */
  error: ProviderError | null
}

/** So many rows in a row without an answer: the provider is down, and nothing more is tried. */
const DOWN_AFTER = AT_ONCE.limit

const restOf = ({ job }: Portion, { id }: Integration) => ({ jobId: job.id, integrationId: id })

const unanswered = (error: ProviderError): BulkOutcome => ({
  state: 'FAILED',
  code: 'PROVIDER_UNAVAILABLE',
  field: null,
  message: `given up, since nothing was answered for long: ${error.message}`,
})

async function findIntegration(store: Store, id: string): Promise<Integration | null> {
  try {
    return await store.integrations.get(id)
  } catch (error) {
    if (error instanceof IntegrationNotFoundError) return null
    throw error
  }
}

interface Turn {
  readonly integration: Integration
  readonly portion: Portion
  readonly round: Round
}

async function workPortion(bulking: Bulking, { integration, portion, round }: Turn): Promise<void> {
  const { store, connectors, accounts, stop } = bulking
  const { job, rows } = portion
  const connector = connectors.get(integration.provider)
  const none = (outcome: BulkOutcome): Promise<void> => store.bulk.settleRest(restOf(portion, integration), outcome)
  if (connector === undefined) return none(inactive(`no connector of ${integration.provider} is registered`))
  const refusal = whyNone(integration, job)
  if (refusal !== null) return none(refusal)
  const client = await accounts.open(integration.id, 'bulk')
  const tagIds = await store.bulk.tagIds(integration.id, job.work.removeTags)
  const ground: RowGround = { ...bulking, connector, integration, client }
  await mapBounded(rows, AT_ONCE, async (row) => {
    if (stop.aborted || round.inRow >= DOWN_AFTER) return
    const answering = await workRow(ground, { job, row, tagIds })
    round.inRow = answering.isAnswered ? 0 : round.inRow + 1
    if (answering.isAnswered) round.isAnswered = true
    else round.error = answering.error
  })
}

/** Why no row of a job is worked in an account; null when they are. */
function whyNone(integration: Integration, job: Portion['job']): BulkOutcome | null {
  if (integration.status !== 'ACTIVE') return inactive(whyInactive(integration))
  const field = foreignField(job.work, integration.id)
  if (field === null) return null
  const message = `${field} names a record of another account than ${integration.name}`
  return { state: 'SKIPPED', code: 'BAD_USER_INPUT', field, message }
}

const inactive = (message: string): BulkOutcome => ({
  state: 'FAILED',
  code: 'INTEGRATION_INACTIVE',
  field: null,
  message,
})
