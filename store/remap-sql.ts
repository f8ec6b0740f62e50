import { contentOf, recordset, storedOf, threadsOf } from './apply-sql.ts'
import type { Kind } from './kinds.ts'

const READ = `id, remote_id as "remoteId", remote_version as version, observed_at as "observedAt", learned_by as "learnedBy", native, beside,
  case when partial then 'partial' else 'whole' end as fidelity, deleted_at is not null as deleted, xmin::text as seen`

/**
 * The statement that reads a page of an integration's rows by id: `$1` it, `$2` the id before the first, `$3` the most
 * rows, `$4` the most bytes of them as they are stored, which only a page of one row exceeds.
 *
 * Tombstones of records that were never read hold nothing that could be mapped, and are left out.
 */
export const pageStatement = (kind: Kind): string => `
select * from (
  select *, sum(bytes) over (order by id) - bytes as before from (
    select ${READ}, coalesce(pg_column_size(native), 0) as bytes from "${kind}"
    where integration_id = $1 and id > $2 and native is not null order by id limit $3
  ) found
) measured where before < $4 order by id`

/** The statement that reads rows by their ids, `$1`. */
export const rowsStatement = (kind: Kind): string => `
select ${READ} from "${kind}" where id = any ($1::uuid[]) and native is not null order by id`

/**
 * The statement that writes rows mapped anew: `$1` the rows as a JSON array, `$2` their ids, `$3` how each was seen. It
 * answers those that it wrote (`Written`).
 *
 * It writes what is made of the record, and nothing that tells when it was observed or deleted. A row that changed since
 * it was seen is not written, nor is one that stays the same. Of a tombstone nothing is news.
 */
export function rewriteStatement(kind: Kind): string {
  const news = contentOf(kind)
  const made = [
    { column: 'remote_version', from: 'r.remote_version' },
    { column: 'partial', from: 'r.partial' },
    ...storedOf(kind),
  ]
  const from = new Map(made.map((each) => [each.column, each.from]))
  return `
update "${kind}" t set
  changed_xid = case when t.deleted_at is null
    and (${news.map((column) => from.get(column)).join(', ')}) is distinct from (${news.map((column) => `t.${column}`).join(', ')})
    then pg_current_xact_id() else t.changed_xid end,
  ${made.map((each) => `${each.column} = ${each.from}`).join(',\n  ')}
from ${recordset(kind)}, unnest($2::uuid[], $3::text[]) as s (id, seen)
where t.id = r.id and s.id = r.id and t.xmin::text = s.seen
  and (${made.map((each) => each.from).join(', ')}) is distinct from (${made.map((each) => `t.${each.column}`).join(', ')})
returning t.id, t.remote_id as "remoteId", t.changed_xid = pg_current_xact_id() as changed, false as born,
  t.deleted_at is not null as deleted, false as hollow, ${threadsOf(kind)}`
}

/** The statement that tells which rows changed since they were seen, but by this transaction: `$1` their ids, `$2` how each was seen. */
export const movedStatement = (kind: Kind): string => `
select t.id from "${kind}" t join unnest($1::uuid[], $2::text[]) as s (id, seen) on s.id = t.id
where t.xmin::text <> s.seen and t.xmin <> pg_current_xact_id()::xid`
