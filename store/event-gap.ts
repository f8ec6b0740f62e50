import type { LogGap } from './change.ts'
import type { Queryable } from './database.ts'
import { isAfter, type Position, toCursor } from './event-position.ts'

/** A gap, and the place behind it. */
export interface PlacedGap {
  readonly gap: LogGap
  readonly upTo: Position
}

interface Floor {
  readonly xid: string
  readonly id: string
  readonly until: Date | null
  readonly end: string
  readonly horizon: string
  readonly now: Date
}

/** Up to where the log of a workspace was pruned, and where it ends. */
const FLOOR = `
select coalesce(f.xid, '0')::text as xid, coalesce(f.id, 0)::text as id, f.at as until, clock_timestamp() as now,
  pg_snapshot_xmax(pg_current_snapshot())::text as end, pg_snapshot_xmin(pg_current_snapshot())::text as horizon
from (select $1::uuid as workspace_id) w left join event_floor f using (workspace_id)`

/**
 * Makes what finds the gap after a position: null when everything after it is held. The log is asked once, so that what
 * was read from it before then is judged, and not what is read later.
 *
 * There is a gap where events after the position were pruned, and where it lies in the future, since it is of another
 * database or of one that was restored.
 */
export async function gapFinder(
  queryable: Queryable,
  workspaceId: string,
): Promise<(position: Position) => PlacedGap | null> {
  const [floor] = await queryable.query<Floor>(FLOOR, [workspaceId])
  if (floor === undefined) return () => null
  const pruned = { xid: BigInt(floor.xid), id: BigInt(floor.id) }
  const end = BigInt(floor.end)
  const tell = (from: Position, upTo: Position, until: Date | null): PlacedGap => {
    const gap = { kind: 'gap', from: toCursor(from), cursor: toCursor(upTo), until, at: floor.now } as const
    return { gap: Object.freeze(gap), upTo }
  }
  return (position) => {
    if (isAfter(pruned, position)) return tell(position, pruned, floor.until)
    return position.xid > end ? tell(position, { xid: BigInt(floor.horizon), id: 0n }, null) : null
  }
}
