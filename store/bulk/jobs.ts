import { type BulkRetry, type BulkTurn, cancelBulkJob, pruneBulkJobs, retryBulkJob } from './ends.ts'
import type { BulkItem, BulkItemState, BulkJob, BulkOutcome } from './job.ts'
import { type BulkPageRequest, findBulkJob, pageBulkItems, pageBulkJobs } from './lists.ts'
import {
  nextRows,
  type Portion,
  rowWaits,
  settleRest,
  settleRow,
  tagIdsOf,
  triedRow,
  waitingIntegrations,
  type WaitingRow,
} from './rows.ts'
import { type BulkDraft, type BulkStart, startBulkJob } from './start.ts'
import type { Database } from '../database.ts'
import type { Page } from '../list.ts'

/** What was asked for many records at once. What changes a job is also an event. */
export interface BulkJobs {
  /** @throws IdempotencyKeyReusedError @throws TooManyRowsError */
  start(draft: BulkDraft): Promise<BulkStart>
  /** Null also when it is another workspace's. */
  find(workspaceId: string, id: string): Promise<BulkJob | null>
  /** Newest first. @throws BadCursorError */
  page(workspaceId: string, request: BulkPageRequest): Promise<Page<BulkJob>>
  /** @throws BadCursorError */
  items(
    job: Pick<BulkJob, 'id' | 'workspaceId' | 'kind'>,
    request: BulkPageRequest & { readonly states?: readonly BulkItemState[] | null },
  ): Promise<Page<BulkItem>>
  /** Skips what still waits; `changed` is false when it had ended. */
  cancel(workspaceId: string, id: string): Promise<BulkTurn>
  /** Has tried again what failed, or of which nobody knows; `changed` is false when there is nothing such, or it was cancelled. */
  retry(workspaceId: string, id: string): Promise<BulkRetry>
  /** The integrations, of every workspace, that have rows to work. */
  waiting(): Promise<readonly string[]>
  /** The next rows of an integration, at most `each` of a job. */
  next(integrationId: string, each: number): Promise<readonly Portion[]>
  /** Whether a row still waits: nobody ended its job since it was taken. */
  waits(row: WaitingRow): Promise<boolean>
  /** The remote ids of an account's tags, by the names that are asked for, whatever their case. */
  tagIds(integrationId: string, names: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>
  settle(row: Pick<WaitingRow, 'jobId' | 'place'>, outcome: BulkOutcome): Promise<void>
  /** Says the same of all rows of a job that still wait, of one integration. */
  settleRest(of: { readonly jobId: string; readonly integrationId: string }, outcome: BulkOutcome): Promise<void>
  /** Counts a try that nobody can say the outcome of; answers how many there were. */
  tried(row: WaitingRow): Promise<number>
  /** Deletes jobs that ended before a date. Answers how many. */
  prune(endedBefore: Date): Promise<number>
}

/** The jobs of a database. */
export function openBulk(database: Database): BulkJobs {
  return {
    start: (draft) => startBulkJob(database, draft),
    find: (workspaceId, id) => findBulkJob(database, workspaceId, id),
    page: (workspaceId, request) => pageBulkJobs(database, workspaceId, request),
    items: (job, request) => pageBulkItems(database, job, request),
    cancel: (workspaceId, id) => cancelBulkJob(database, workspaceId, id),
    retry: (workspaceId, id) => retryBulkJob(database, workspaceId, id),
    waiting: () => waitingIntegrations(database.system),
    next: (integrationId, each) => nextRows(database.system, integrationId, each),
    waits: (row) => rowWaits(database.system, row),
    tagIds: (integrationId, names) => tagIdsOf(database.system, integrationId, names),
    settle: (row, outcome) => settleRow(database, row, outcome),
    settleRest: (of, outcome) => settleRest(database, of, outcome),
    tried: (row) => triedRow(database.system, row),
    prune: (endedBefore) => pruneBulkJobs(database, endedBefore),
  }
}
