import type { Queryable } from './database.ts'

/** Transactions between which everything lies that happened in a stretch of time: from the first on, and before the other. */
export interface Stretch {
  readonly from: string
  readonly before: string
}

/**
 * No transaction of ours writes an event so long after it was numbered. What is read too much of the log for it is little:
 * the times of events decide in the end.
 */
const LONGEST = `interval '1 hour'`

/** All of a log. */
const WHOLE: Stretch = { from: '0', before: String(2n ** 63n - 1n) }

/**
 * Halves the log of a workspace, by the index in which it is read, until a transaction from before a moment and one from
 * after it stand beside each other. Where their times are not in order there are several such places, and any will do: what
 * lies before the first was numbered, and what lies behind the other was written, on the right side of the moment but for
 * the longest transaction.
 */
const STRETCH = `
with recursive wanted (at) as (values ($2::timestamptz - ${LONGEST}), ($3::timestamptz + ${LONGEST})), held (earliest, latest) as (
  select (select xid from event where workspace_id = $1 order by xid, id limit 1)::text::bigint,
    (select xid from event where workspace_id = $1 order by xid desc, id desc limit 1)::text::bigint
), place (at, low, high) as (
  select at, earliest - 1, latest + 1 from wanted, held where latest::text::xid8 < pg_snapshot_xmax(pg_current_snapshot())
  union all
  select place.at, case when is_before then middle else low end, case when is_before then high else middle end
  from place cross join lateral (select (low + high) / 2 as middle) halved cross join lateral (
    select coalesce((select event.at < place.at from event where workspace_id = $1 and xid >= middle::text::xid8
      order by xid, id limit 1), false) as is_before
  ) tried
  where high - low > 1
)
select min(low)::text as "from", max(high)::text as before from place where high - low = 1 having count(*) > 0`

/**
 * Finds where in the log of a workspace a stretch of time lies: anywhere, where the log began in another database, by which
 * its transactions were numbered.
 */
export async function findStretch(
  queryable: Queryable,
  workspaceId: string,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<Stretch> {
  const [stretch] = await queryable.query<Stretch>(STRETCH, [workspaceId, from, to])
  return stretch ?? WHOLE
}
