import type { Database } from './database.ts'
import type { Position } from './event-position.ts'

/** How much of the log is kept; what is beyond either is pruned. */
export interface EventRetention {
  /** Events from before this moment go. */
  readonly olderThan: Date
  /** At most so many events stay, of all workspaces together. */
  readonly most: number
}

/** How many go in one transaction: while it is open, nobody is handed an event that commits after it began. */
const BATCH = 5_000

/** An event stays when it is neither too old nor one too many; what comes after one that stays, stays too. */
const PRUNE = `
with last as (
  select id from event order by xid desc, id desc limit 1
), oldest as (
  select workspace_id, xid, id, at from event
  where (xid, id) > ($3::xid8, $4::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot())
  order by xid, id limit $5
), kept as (
  select xid, id from oldest where at >= $1 and id > (select id from last) - $2::bigint order by xid, id limit 1
), doomed as (
  select * from oldest where not exists (select from kept) or (xid, id) < (select xid, id from kept)
), pruned as (
  delete from event using doomed where event.xid = doomed.xid and event.id = doomed.id
), floors as (
  insert into event_floor (workspace_id, xid, id, at)
  select distinct on (workspace_id) workspace_id, xid, id, at from doomed order by workspace_id, xid desc, id desc
  on conflict (workspace_id) do update set xid = excluded.xid, id = excluded.id, at = excluded.at
  where (event_floor.xid, event_floor.id) < (excluded.xid, excluded.id)
)
select xid::text as xid, id::text as id, (count(*) over ())::int as pruned from doomed
order by doomed.xid desc, doomed.id desc limit 1`

/**
 * Deletes events that are older or more than are kept, oldest first, and remembers for each workspace up to where and
 * when. Answers how many. Batch by batch, each by itself: stopping anywhere is safe, and costs are those of what goes.
 */
export async function pruneEvents(database: Database, { olderThan, most }: EventRetention): Promise<number> {
  let after: Position = { xid: 0n, id: 0n }
  for (let total = 0; ;) {
    const values = [olderThan, most, String(after.xid), String(after.id), BATCH]
    const [row] = await database.system.query<{ xid: string; id: string; pruned: number }>(PRUNE, values)
    if (row === undefined) return total
    total += row.pruned
    if (row.pruned < BATCH) return total
    // What was deleted is still in the index until it is cleaned: it is not walked through again.
    after = { xid: BigInt(row.xid), id: BigInt(row.id) }
  }
}
