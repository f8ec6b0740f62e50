import type { Queryable } from '../database.ts'
import type { EventOp } from '../change.ts'
import { writeEvents } from '../event-table.ts'
import type { Kind } from '../kinds.ts'

/** What is done to many records at once. */
export type BulkAction = 'UPDATE_TICKETS' | 'TAG' | 'ASSIGN'

/** Kinds of records that jobs are about. */
export const BULK_KINDS = ['contact', 'company', 'conversation', 'ticket'] as const satisfies readonly Kind[]
export type BulkKind = (typeof BULK_KINDS)[number]

/** `CANCELLED` by a person: what was not begun by then is skipped. */
export type BulkJobState = 'QUEUED' | 'RUNNING' | 'DONE' | 'CANCELLED'

/**
 * How a row stands. `FAILED` was tried, or could not be tried, for a reason that may pass · `SKIPPED` is not to be done,
 * and trying again changes nothing · `UNKNOWN` may have been done.
 */
export type BulkItemState = 'PENDING' | 'DONE' | 'FAILED' | 'SKIPPED' | 'UNKNOWN'

/** How many rows ended how. */
export interface BulkCounts {
  readonly done: number
  readonly failed: number
  readonly skipped: number
  readonly unknown: number
}

/** Something that a person asked for of many records. */
export interface BulkJob extends BulkCounts {
  readonly id: string
  readonly workspaceId: string
  readonly memberId: string | null
  readonly action: BulkAction
  readonly kind: BulkKind
  readonly state: BulkJobState
  readonly total: number
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
}

/** What became of a row. */
export interface BulkOutcome {
  readonly state: Exclude<BulkItemState, 'PENDING'>
  readonly code: string | null
  /** The input field that is at fault; null when it is none. */
  readonly field: string | null
  readonly message: string | null
}

/** One record of a job. */
export interface BulkItem extends Omit<BulkOutcome, 'state'> {
  readonly kind: BulkKind
  /** The record's row id. */
  readonly rowId: string
  readonly state: BulkItemState
  /** When it ended; null while it waits. */
  readonly at: Date | null
}

/** The columns of `bulk_job` under the names of `BulkJob`. */
export const JOB_COLUMNS = `j.id, j.workspace_id as "workspaceId", j.member_id as "memberId", j.action, j.kind, j.state,
  j.total, j.done, j.failed, j.skipped, j.unknown, j.created_at as "createdAt", j.started_at as "startedAt",
  j.finished_at as "finishedAt"`

/** Tells followers that a job began, or got on. */
export function tellJob(
  tx: Queryable,
  { id, workspaceId }: Pick<BulkJob, 'id' | 'workspaceId'>,
  op: EventOp,
): Promise<void> {
  const nowhere = { integrationId: null, provider: null, conversationId: null, ticketId: null }
  return writeEvents(tx, workspaceId, [{ ...nowhere, kind: 'bulkJob', op, rowId: id, origin: 'mutation' }])
}
