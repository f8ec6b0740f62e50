import { type BulkItemState, type BulkJob, JOB_COLUMNS, tellJob } from './job.ts'
import type { Database, Queryable } from '../database.ts'

/** How a wish about a job that may not be there, or may have ended, went. */
export type BulkTurn = { readonly job: BulkJob; readonly changed: boolean } | null

const find = async (tx: Queryable, id: string): Promise<BulkJob | null> =>
  (await tx.query<BulkJob>(`select ${JOB_COLUMNS} from bulk_job j where j.id = $1`, [id]))[0] ?? null

/** Ends a job: what still waits is skipped. What is at the provider at that moment is told as it comes out. */
export function cancelBulkJob(database: Database, workspaceId: string, id: string): Promise<BulkTurn> {
  return database.transaction(workspaceId, async (tx) => {
    const [skipped] = await tx.query<{ rows: number }>(
      `with skipped as (
         update bulk_item set state = 'SKIPPED', code = 'CANCELLED', message = 'the job was cancelled before it',
           at = clock_timestamp()
         where job_id = $1 and state = 'PENDING' returning 1)
       select count(*)::int as rows from skipped`,
      [id],
    )
    const [job] = await tx.query<BulkJob>(
      `update bulk_job j set state = 'CANCELLED', skipped = skipped + $2, finished_at = now()
       where id = $1 and state in ('QUEUED', 'RUNNING') returning ${JOB_COLUMNS}`,
      [id, skipped?.rows ?? 0],
    )
    if (job === undefined) {
      const stands = await find(tx, id)
      return stands && { job: stands, changed: false }
    }
    await tellJob(tx, job, 'updated')
    return { job, changed: true }
  })
}

/** The job again, and the integrations that have rows to work. */
export type BulkRetry = (NonNullable<BulkTurn> & { readonly integrationIds: readonly string[] }) | null

/** Has the rows of a job tried again that failed, or of which nobody knows. A job that was cancelled stays so. */
export function retryBulkJob(database: Database, workspaceId: string, id: string): Promise<BulkRetry> {
  return database.transaction(workspaceId, async (tx) => {
    const again = await tx.query<{ was: BulkItemState; integrationId: string; rows: number }>(
      `with again as (
         update bulk_item b set state = 'PENDING', code = null, field = null, message = null, at = null, tries = 0
         from (select i.place, i.state from bulk_item i join bulk_job j on j.id = i.job_id
           where i.job_id = $1 and i.state in ('FAILED', 'UNKNOWN') and j.state <> 'CANCELLED'
           for update of i) old
         where b.job_id = $1 and b.place = old.place returning old.state as was, b.integration_id)
       select was, integration_id as "integrationId", count(*)::int as rows from again group by was, integration_id`,
      [id],
    )
    if (again.length === 0) {
      const stands = await find(tx, id)
      return stands && { job: stands, changed: false, integrationIds: [] }
    }
    const sumOf = (state: BulkItemState): number =>
      again.reduce((sum, { was, rows }) => (was === state ? sum + rows : sum), 0)
    const [job] = await tx.query<BulkJob>(
      `update bulk_job j set state = case when state = 'DONE' then 'QUEUED' else state end, failed = failed - $2,
         unknown = unknown - $3, finished_at = null where id = $1 returning ${JOB_COLUMNS}`,
      [id, sumOf('FAILED'), sumOf('UNKNOWN')],
    )
    if (job === undefined) return null
    await tellJob(tx, job, 'updated')
    return { job, changed: true, integrationIds: [...new Set(again.map(({ integrationId }) => integrationId))] }
  })
}

/** Deletes jobs that ended before a date, with their rows: their idempotency keys are forgotten. Answers how many. */
export async function pruneBulkJobs(database: Database, endedBefore: Date): Promise<number> {
  const rows = await database.system.query(
    `delete from bulk_job where finished_at < $1 and state in ('DONE', 'CANCELLED') returning 1`,
    [endedBefore],
  )
  return rows.length
}

/** Forgets the rows of an integration, and counts anew what its jobs still hold. For the transaction that erases it. */
export async function eraseBulkRows(tx: Queryable, integrationId: string): Promise<void> {
  const gone = await tx.query<{ jobId: string }>(
    `delete from bulk_item where integration_id = $1 returning job_id as "jobId"`,
    [integrationId],
  )
  const jobs = await tx.query<Pick<BulkJob, 'id' | 'workspaceId'>>(
    `update bulk_job j set total = n.total, done = n.done, failed = n.failed, skipped = n.skipped, unknown = n.unknown,
       state = case when j.state = 'CANCELLED' or n.waiting > 0 then j.state else 'DONE' end,
       finished_at = case when n.waiting > 0 then j.finished_at else coalesce(j.finished_at, now()) end
     from (
       select o.id, count(b.place) as total, count(*) filter (where b.state = 'DONE') as done,
         count(*) filter (where b.state = 'FAILED') as failed, count(*) filter (where b.state = 'SKIPPED') as skipped,
         count(*) filter (where b.state = 'UNKNOWN') as unknown, count(*) filter (where b.state = 'PENDING') as waiting
       from unnest($1::uuid[]) as o (id) left join bulk_item b on b.job_id = o.id group by o.id) n
     where j.id = n.id returning j.id, j.workspace_id as "workspaceId"`,
    [[...new Set(gone.map(({ jobId }) => jobId))]],
  )
  for (const job of jobs) await tellJob(tx, job, 'updated')
}
