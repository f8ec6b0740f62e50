import { type BulkItemState, type BulkJob, type BulkKind, type BulkOutcome, tellJob } from './job.ts'
import type { BulkWork } from './work.ts'
import type { Database, Queryable } from '../database.ts'

/** One row to work: its record, as it is known here. */
export interface WaitingRow {
  readonly jobId: string
  /** Its place in the job, by which it is named. */
  readonly place: number
  readonly kind: BulkKind
  /** Null when the record was deleted since the job began. */
  readonly remoteId: string | null
}

/** The next rows of one job that belong to one integration. */
export interface Portion {
  readonly job: Pick<BulkJob, 'id' | 'kind' | 'action'> & { readonly work: BulkWork }
  readonly rows: readonly WaitingRow[]
}

/** Jobs of one integration that are worked by turns, the oldest first. */
const MOST_JOBS = 20

/** How often at most a job's followers hear of progress. */
const TOLD_EVERY = `interval '1 second'`

/** The integrations, of every workspace, that have rows to work. */
export async function waitingIntegrations(queryable: Queryable): Promise<readonly string[]> {
  const rows = await queryable.query<{ id: string }>(
    `select i.id from integration i where exists (
       select from bulk_job j where j.workspace_id = i.workspace_id and j.state in ('QUEUED', 'RUNNING') and exists (
         select from bulk_item b where b.job_id = j.id and b.integration_id = i.id and b.state = 'PENDING'))`,
  )
  return rows.map(({ id }) => id)
}

/**
 * The next rows of an integration, at most `each` of a job, so that a long job does not hold up those that came after it.
 * Those that were tried before come last.
 */
export async function nextRows(queryable: Queryable, integrationId: string, each: number): Promise<readonly Portion[]> {
  const jobs = await queryable.query<Portion['job']>(
    `select j.id, j.kind, j.action, j.work from bulk_job j join integration i on i.workspace_id = j.workspace_id
     where i.id = $1 and j.state in ('QUEUED', 'RUNNING') and exists (
       select from bulk_item b where b.job_id = j.id and b.integration_id = $1 and b.state = 'PENDING')
     order by j.number limit ${MOST_JOBS}`,
    [integrationId],
  )
  const portions: Portion[] = []
  for (const job of jobs) {
    const rows = await queryable.query<WaitingRow>(
      `select b.job_id as "jobId", b.place, $3::text as kind,
         case when t.deleted_at is null then t.remote_id end as "remoteId"
       from bulk_item b left join "${job.kind}" t on t.id = b.row_id
       where b.job_id = $1 and b.integration_id = $2 and b.state = 'PENDING'
       order by b.tries, b.place limit $4`,
      [job.id, integrationId, job.kind, each],
    )
    portions.push({ job, rows })
  }
  return portions
}

/** Whether a row still waits: nobody ended its job since it was taken. */
export async function rowWaits(queryable: Queryable, { jobId, place }: WaitingRow): Promise<boolean> {
  const rows = await queryable.query(`select 1 from bulk_item where job_id = $1 and place = $2 and state = 'PENDING'`, [
    jobId,
    place,
  ])
  return rows.length > 0
}

/** The remote ids of an account's tags, by the names that are asked for, whatever their case. */
export async function tagIdsOf(
  queryable: Queryable,
  integrationId: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (names.length === 0) return new Map()
  const rows = await queryable.query<{ name: string; ids: readonly string[] }>(
    `select n.name, array_agg(t.remote_id order by t.remote_id) as ids from unnest($2::text[]) as n (name)
     join tag t on t.name_key = left(lower(n.name), 200) and t.integration_id = $1 and t.deleted_at is null
     group by n.name`,
    [integrationId, names],
  )
  return new Map(rows.map(({ name, ids }) => [name, ids]))
}

/**
 * Says what became of a row. One that has ended stays so, but for one that a cancel took for not begun while it was at
 * the provider.
 */
export function settleRow(
  database: Database,
  { jobId, place }: Pick<WaitingRow, 'jobId' | 'place'>,
  { state, code, field, message }: BulkOutcome,
): Promise<void> {
  return database.transaction(null, async (tx) => {
    const [settled] = await tx.query<{ was: BulkItemState }>(
      `update bulk_item b set state = $3, code = $4, field = $5, message = $6, at = clock_timestamp()
       from (select state from bulk_item where job_id = $1 and place = $2
         and (state = 'PENDING' or code = 'CANCELLED') for update) old
       where b.job_id = $1 and b.place = $2 returning old.state as was`,
      [jobId, place, state, code, field, message],
    )
    if (settled === undefined) return
    await count(tx, jobId, [
      [state, 1],
      [settled.was, -1],
    ])
  })
}

/** Says the same of all rows of a job that still wait, of one integration. */
export function settleRest(
  database: Database,
  { jobId, integrationId }: { readonly jobId: string; readonly integrationId: string },
  { state, code, field, message }: BulkOutcome,
): Promise<void> {
  return database.transaction(null, async (tx) => {
    const [settled] = await tx.query<{ rows: number }>(
      `with settled as (
         update bulk_item set state = $3, code = $4, field = $5, message = $6, at = clock_timestamp()
         where job_id = $1 and integration_id = $2 and state = 'PENDING' returning 1)
       select count(*)::int as rows from settled`,
      [jobId, integrationId, state, code, field, message],
    )
    if (settled !== undefined && settled.rows > 0) await count(tx, jobId, [[state, settled.rows]])
  })
}

/** Remembers that nobody can say what came of a row, and that it is to be tried again. Answers how often that was. */
export async function triedRow(queryable: Queryable, { jobId, place }: WaitingRow): Promise<number> {
  const [row] = await queryable.query<{ tries: number }>(
    `update bulk_item set tries = tries + 1 where job_id = $1 and place = $2 returning tries`,
    [jobId, place],
  )
  return row?.tries ?? 0
}

const ENDED = 'done + failed + skipped + unknown'

/**
 * Counts rows that came to a state, or left it; ends the job with its last one, and tells its followers now and then.
 * Rows of a job are locked before the job, here and wherever both are changed.
 */
async function count(
  tx: Queryable,
  jobId: string,
  changes: readonly (readonly [state: BulkItemState, rows: number])[],
): Promise<void> {
  const sumOf = (state: BulkItemState): number =>
    changes.reduce((sum, [each, rows]) => (each === state ? sum + rows : sum), 0)
  await tx.query(
    `update bulk_job set done = done + $2, failed = failed + $3, skipped = skipped + $4, unknown = unknown + $5
     where id = $1`,
    [jobId, sumOf('DONE'), sumOf('FAILED'), sumOf('SKIPPED'), sumOf('UNKNOWN')],
  )
  const [job] = await tx.query<Pick<BulkJob, 'id' | 'workspaceId'> & { readonly told: boolean }>(
    `update bulk_job set started_at = coalesce(started_at, now()),
       state = case when state = 'CANCELLED' then state when ${ENDED} >= total then 'DONE' else 'RUNNING' end,
       finished_at = coalesce(finished_at, case when ${ENDED} >= total then now() end),
       told_at = case when ${ENDED} >= total or told_at is null or told_at < now() - ${TOLD_EVERY} then now()
         else told_at end
     where id = $1 returning id, workspace_id as "workspaceId", told_at = now() as told`,
    [jobId],
  )
  if (job?.told === true) await tellJob(tx, job, 'updated')
}
