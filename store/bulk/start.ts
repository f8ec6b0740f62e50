import { type BulkAction, type BulkJob, type BulkKind, JOB_COLUMNS, tellJob } from './job.ts'
import type { BulkWork } from './work.ts'
import type { Database, Queryable } from '../database.ts'
import { IdempotencyKeyReusedError, TooManyRowsError } from '../errors.ts'
import type { Json } from '../kinds.ts'
import { type Filter, toConditions } from '../list-filter.ts'
import { toOrder } from '../list-order.ts'

/** Most rows that one job may have. */
export const MOST_BULK_ROWS = 100_000

/** Follows at most so many merges, as reading does (`read.ts`). */
const MOST_MERGES = 10

/** A job to begin, and of which rows: those of these ids, or those that a filter finds at that moment. */
export interface BulkDraft {
  readonly workspaceId: string
  readonly memberId: string
  /** The caller's, unique among the jobs of the workspace; null begins a job however often it is asked. */
  readonly idempotencyKey: string | null
  readonly action: BulkAction
  readonly kind: BulkKind
  /** As it is compared when the key comes again. */
  readonly input: Json
  readonly work: BulkWork
  readonly rows: { readonly ids: readonly string[] } | { readonly filter: Filter }
}

/** The job, and the integrations that have rows to work; none when the key came before. */
export interface BulkStart {
  readonly job: BulkJob
  readonly isNew: boolean
  readonly integrationIds: readonly string[]
}

/**
 * Begins a job: its rows are found and kept in the same transaction, so that it is about what was there then, whatever
 * comes later. Of any number of callers with one idempotency key one begins it, and all get it.
 *
 * @throws IdempotencyKeyReusedError the key came with something else to do before
 * @throws TooManyRowsError the filter finds more rows than a job may have; nothing was begun
 */
export function startBulkJob(database: Database, draft: BulkDraft): Promise<BulkStart> {
  return database.transaction(draft.workspaceId, async (tx) => {
    const id = await claim(tx, draft)
    if (id === null) return { job: await repeated(tx, draft), isNew: false, integrationIds: [] }
    const found = 'ids' in draft.rows ? ofIds(draft.kind, draft.rows.ids) : ofFilter(draft.kind, draft.rows.filter)
    const counts = await insertRows(tx, { ...draft, id }, found)
    const { total, skipped, integrationIds } = counts
    if (total > MOST_BULK_ROWS) throw new TooManyRowsError(MOST_BULK_ROWS)
    const [job] = await tx.query<BulkJob>(
      `update bulk_job j set total = $2::int, skipped = $3::int, state = case when $2::int = $3::int then 'DONE' else state end,
         finished_at = case when $2::int = $3::int then clock_timestamp() end
       where j.id = $1 returning ${JOB_COLUMNS}`,
      [id, total, skipped],
    )
    if (job === undefined) throw new Error('a job that was just made is not there')
    await tellJob(tx, job, 'created')
    return { job, isNew: true, integrationIds }
  })
}

async function claim(tx: Queryable, draft: BulkDraft): Promise<string | null> {
  const { workspaceId, memberId, idempotencyKey, action, kind, input, work } = draft
  const [made] = await tx.query<{ id: string }>(
    `insert into bulk_job (workspace_id, member_id, idempotency_key, action, kind, input, work)
     values ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb)
     on conflict (workspace_id, idempotency_key) do nothing returning id`,
    [workspaceId, memberId, idempotencyKey, action, kind, JSON.stringify(input), JSON.stringify(work)],
  )
  return made?.id ?? null
}

async function repeated(tx: Queryable, { idempotencyKey, action, input }: BulkDraft): Promise<BulkJob> {
  const [found] = await tx.query<BulkJob & { readonly same: boolean }>(
    `select ${JOB_COLUMNS}, (j.action, j.input) = ($2::text, $3::jsonb) as same
     from bulk_job j where j.idempotency_key = $1`,
    [idempotencyKey, action, JSON.stringify(input)],
  )
  if (found?.same !== true) {
    throw new IdempotencyKeyReusedError('this idempotency key was used for something else; take a new one')
  }
  const { same: _same, ...job } = found
  return job
}

/** Rows as SQL that answers `place`, `row_id` and `integration_id`, which is null for a record that is not there. */
interface Found {
  readonly sql: string
  readonly values: readonly unknown[]
}

/** Each record once, in the order of the ids. A record that went by a merge is the one that took its place. */
function ofIds(kind: BulkKind, ids: readonly string[]): Found {
  const sql = `
    with recursive asked as (
      select u.id as asked, u.place, t.id, t.integration_id, t.deleted_at, t.merged_into_id, 0 as merges
      from unnest($2::uuid[]) with ordinality as u (id, place) left join "${kind}" t on t.id = u.id
      union all
      select a.asked, a.place, t.id, t.integration_id, t.deleted_at, t.merged_into_id, a.merges + 1
      from asked a join "${kind}" t on t.id = a.merged_into_id
      where a.deleted_at is not null and a.merges < ${MOST_MERGES}
    ),
    last as (select distinct on (place) * from asked order by place, merges desc),
    once as (
      select distinct on (row_id) row_id, place, integration_id from (
        select coalesce(id, asked) as row_id, place, case when deleted_at is null then integration_id end as integration_id
        from last
      ) each order by row_id, place
    )
    select (row_number() over (order by place))::int as place, row_id, integration_id from once`
  return { sql, values: [ids] }
}

/** In the order of the list. */
function ofFilter(kind: BulkKind, filter: Filter): Found {
  const values: unknown[] = []
  // The workspace is the first parameter.
  const conditions = toConditions(kind, filter, (value) => `$${values.push(value) + 1}`)
  const { keys, descending } = toOrder(kind)
  const order = keys.map(({ sql }) => `${sql} ${descending ? 'desc' : 'asc'}`).join(', ')
  const sql = `
    select (row_number() over (order by ${order}))::int as place, t.id as row_id, t.integration_id
    from "${kind}" t where ${['t.deleted_at is null', ...conditions].join(' and ')}
    order by ${order} limit ${MOST_BULK_ROWS + 1}`
  return { sql, values }
}

interface Inserted {
  readonly total: number
  readonly skipped: number
  readonly integrationIds: readonly string[]
}

async function insertRows(
  tx: Queryable,
  { id, workspaceId, kind }: Pick<BulkDraft, 'workspaceId' | 'kind'> & { readonly id: string },
  found: Found,
): Promise<Inserted> {
  const bind = (n: number): string => `$${found.values.length + 1 + n}`
  const gone = 'f.integration_id is null'
  const [row] = await tx.query<Inserted>(
    `with made as (
       insert into bulk_item (job_id, workspace_id, place, row_id, integration_id, state, code, message, at)
       select ${bind(1)}::uuid, $1::uuid, f.place, f.row_id, f.integration_id,
         case when ${gone} then 'SKIPPED' else 'PENDING' end, case when ${gone} then 'NOT_FOUND' end,
         case when ${gone} then ${bind(2)} end, case when ${gone} then clock_timestamp() end
       from (${found.sql}) f returning integration_id
     )
     select count(*)::int as total, (count(*) filter (where integration_id is null))::int as skipped,
       coalesce(array_agg(distinct integration_id) filter (where integration_id is not null), '{}') as "integrationIds"
     from made`,
    [workspaceId, ...found.values, id, `there is no such ${kind}`],
  )
  return row ?? { total: 0, skipped: 0, integrationIds: [] }
}
