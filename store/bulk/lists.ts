import { type BulkItem, type BulkItemState, type BulkJob, JOB_COLUMNS } from './job.ts'
import type { Database } from '../database.ts'
import { BadCursorError } from '../errors.ts'
import type { Page } from '../list.ts'

/** Which part of a list is wanted. */
export interface BulkPageRequest {
  readonly first: number
  readonly after?: string | null
}

/** A cursor: of which list, and the number that its row is sorted by. */
const toCursor = (list: string, number: string | number): string =>
  Buffer.from(`${list} ${number}`).toString('base64url')

function fromCursor(list: string, cursor: string): string {
  const [, of, number] = /^(\w+) (\d{1,18})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (of !== list || number === undefined) throw new BadCursorError(`this cursor is not of a list of ${list}`)
  return number
}

function toPage<Row extends { readonly number: string | number }>(
  list: string,
  found: readonly Row[],
  { first, after }: BulkPageRequest,
): Pick<Page<Row>, 'rows' | 'cursors' | 'hasNextPage' | 'hasPreviousPage'> {
  const rows = found.slice(0, first)
  return {
    rows,
    cursors: rows.map(({ number }) => toCursor(list, number)),
    hasNextPage: found.length > first,
    hasPreviousPage: after != null,
  }
}

/** A job of a workspace; null also when it is another's. */
export async function findBulkJob(database: Database, workspaceId: string, id: string): Promise<BulkJob | null> {
  const [job] = await database
    .workspace(workspaceId)
    .query<BulkJob>(`select ${JOB_COLUMNS} from bulk_job j where j.id = $1`, [id])
  return job ?? null
}

/** The jobs of a workspace, newest first. @throws BadCursorError */
export async function pageBulkJobs(
  database: Database,
  workspaceId: string,
  request: BulkPageRequest,
): Promise<Page<BulkJob>> {
  const own = database.workspace(workspaceId)
  const { first, after = null } = request
  const before = after === null ? null : fromCursor('bulkJobs', after)
  const found = await own.query<BulkJob & { readonly number: string }>(
    `select ${JOB_COLUMNS}, j.number::text as number from bulk_job j
     where j.workspace_id = $1 and j.number < $2 order by j.number desc limit $3`,
    [workspaceId, before ?? '9223372036854775807', first + 1],
  )
  return {
    ...toPage('bulkJobs', found, request),
    async totalCount() {
      const [row] = await own.query<{ count: number }>(`select count(*)::int as count from bulk_job`)
      return row?.count ?? 0
    },
  }
}

/** Rows of a job in their order, those in some states only unless all are wanted. @throws BadCursorError */
export async function pageBulkItems(
  database: Database,
  { id, workspaceId, kind }: Pick<BulkJob, 'id' | 'workspaceId' | 'kind'>,
  request: BulkPageRequest & { readonly states?: readonly BulkItemState[] | null },
): Promise<Page<BulkItem>> {
  const own = database.workspace(workspaceId)
  const { first, after = null, states = null } = request
  const from = after === null ? '0' : fromCursor('bulkItems', after)
  const inStates = states === null ? '' : 'and state = any ($2::text[])'
  const values = states === null ? [id] : [id, states]
  const found = await own.query<BulkItem & { readonly number: number }>(
    `select $${values.length + 1}::text as kind, row_id as "rowId", state, code, field, message, at, place as number
     from bulk_item where job_id = $1 ${inStates} and place > $${values.length + 2}::bigint
     order by place limit $${values.length + 3}`,
    [...values, kind, from, first + 1],
  )
  return {
    ...toPage('bulkItems', found, request),
    async totalCount() {
      const [row] = await own.query<{ count: number }>(
        `select count(*)::int as count from bulk_item where job_id = $1 ${inStates}`,
        values,
      )
      return row?.count ?? 0
    },
  }
}
