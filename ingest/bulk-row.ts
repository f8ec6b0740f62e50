import type { AccountClient } from '../kit/account-client.ts'
import { type Step, stepsOf, type TagIds } from '../kit/bulk-steps.ts'
import type { Clock } from '../kit/clock.ts'
import type { Connector } from '../kit/contract.ts'
import { endedBy } from '../kit/ended-by.ts'
import {
  CredentialError,
  OutcomeUnknownError,
  type ProviderError,
  RateLimitedError,
  UnavailableError,
} from '../kit/errors.ts'
import { toldOfAction, toldUnsupported } from '../kit/told.ts'
import { watched } from '../kit/watched.ts'
import type { BulkOutcome } from '../store/bulk/job.ts'
import type { Portion, WaitingRow } from '../store/bulk/rows.ts'
import { StoreError } from '../store/errors.ts'
import type { Integration } from '../store/integrations.ts'
import type { Store } from '../store/store.ts'
import { describe } from './retry.ts'
import type { RetryPolicy } from './retry.ts'

/** What working the rows of one integration stands on. */
export interface RowGround {
  readonly store: Store
  readonly connector: Connector
  readonly integration: Integration
  readonly client: AccountClient
  /** How often a row is tried that is left without an answer. */
  readonly retries: Pick<RetryPolicy, 'tries'>
  readonly clock: Clock
  /** Aborting ends the requests to providers that are under way. */
  readonly signal: AbortSignal
  readonly log: (line: string) => void
}

/** A row to work, and what is to be done to it. */
export interface RowWork {
  readonly job: Portion['job']
  readonly row: WaitingRow
  readonly tagIds: TagIds
}

/** Whether the provider answered when it was asked; a row that asks it nothing says that it did. */
export type Answering = { readonly isAnswered: true } | { readonly isAnswered: false; readonly error: ProviderError }

const ANSWERED: Answering = { isAnswered: true }
const DONE: BulkOutcome = { state: 'DONE', code: null, field: null, message: null }

/**
 * Does to one row what its job says, and keeps what came of it. What the provider answered is stored before that, so that
 * whoever hears of the row reads it as it is; a row whose process ends in between is done again, which changes nothing.
 *
 * A row whose job was cancelled since it was taken is left alone. One that was left without an answer waits to be tried again behind the others, unless that was often enough.
 *
 * @throws RateLimitedError the provider has enough: the row is as it was
 * @throws CredentialError only a person can mend that: the row is as it was
 * @throws StoreError, and the signal's reason: the row is as it was
 */
export async function workRow(ground: RowGround, work: RowWork): Promise<Answering> {
  const { store, signal } = ground
  const { job, row, tagIds } = work
  const { kind, remoteId } = row
  if (!(await store.bulk.waits(row))) return ANSWERED
  if (remoteId === null) return settle(ground, row, skipped('NOT_FOUND', `the ${kind} is gone`))
  try {
    for (const step of stepsOf(job.work, { kind, remoteId }, tagIds)) {
      const refusal = await doStep(ground, row, step)
      if (refusal !== null) return await settle(ground, row, refusal)
    }
  } catch (error) {
    // What was cut short by our own end is taken up by whoever looks next.
    signal.throwIfAborted()
    if (error instanceof StoreError || error instanceof CredentialError || error instanceof RateLimitedError)
      throw error
    if (!(error instanceof UnavailableError || error instanceof OutcomeUnknownError)) {
      return settle(ground, row, toOutcome(ground, row, error))
    }
    const isEnough = (await store.bulk.tried(row)) >= ground.retries.tries
    if (isEnough) await settle(ground, row, toOutcome(ground, row, error))
    return { isAnswered: false, error }
  }
  return settle(ground, row, DONE)
}

async function settle({ store }: RowGround, row: WaitingRow, outcome: BulkOutcome): Promise<Answering> {
  await store.bulk.settle(row, outcome)
  return ANSWERED
}

const skipped = (code: string, message: string): BulkOutcome => ({ state: 'SKIPPED', code, field: null, message })

/** Null when it was done; else why it cannot be done here. */
async function doStep(ground: RowGround, row: WaitingRow, { name, of }: Step): Promise<BulkOutcome | null> {
  const { store, integration, connector, clock, signal } = ground
  const perform = of(connector.actions)
  if (perform === null) {
    const { code, message } = toldUnsupported(connector.title, name)
    return skipped(code, message)
  }
  const { client, answeredAt } = watched(endedBy(ground.client, signal), () => clock.now())
  const outcome = await perform(client, { agentRemoteId: null, actId: `${row.jobId}:${row.place}` })
  await store.applyAnswer({ integrationId: integration.id, changes: outcome.changes, observedAt: answeredAt() })
  return null
}

/** Every field that is at fault has its own name; what a refusal names none for is the record's. */
const INPUT_FIELDS = [
  'type',
  'status',
  'priority',
  'tags',
  'customFields',
  'dueAt',
  'assigneeId',
  'teamId',
  'companyId',
] as const

/** What a fault of an action comes to for its row. */
function toOutcome({ log }: RowGround, { jobId, place }: WaitingRow, error: unknown): BulkOutcome {
  const { code, field, message } = toldOfAction(error, { field: null, inputFields: INPUT_FIELDS })
  if (code === 'UNSUPPORTED') return skipped(code, message)
  if (code !== 'OUTCOME_UNKNOWN') return { state: 'FAILED', code, field, message }
  log(`bulk: nobody knows of row ${place} of ${jobId}: ${describe(error)}`)
  return { state: 'UNKNOWN', code, field, message }
}
