import type { LogGap } from './change.ts'
import type { Queryable } from './database.ts'
import { isAfter, type Position, toCursor } from './event-position.ts'
import { LOG } from './event-table.ts'

/** A gap, and the place behind it. */
export interface PlacedGap {
  readonly gap: LogGap
  readonly upTo: Position
}

interface Floor {
  readonly log: string
  readonly xid: string
  readonly id: string
  readonly until: Date | null
  readonly end: string
  readonly horizon: string
  readonly now: Date
}

/** Which log it is, up to where that of a workspace was pruned, and where it ends. */
const FLOOR = `
select ${LOG} as log, coalesce(f.xid, '0')::text as xid, coalesce(f.id, 0)::text as id, f.at as until, clock_timestamp() as now,
  pg_snapshot_xmax(pg_current_snapshot())::text as end, pg_snapshot_xmin(pg_current_snapshot())::text as horizon
from (select $1::uuid as workspace_id) w left join event_floor f using (workspace_id)`

/**
 * Makes what finds the gap after a position: null when everything after it is held. The log is asked once, so that what
 * was read from it before then is judged, and not what is read later.
 *
 * There is a gap where events after the position were pruned, where it is of another log, and where it lies in the future,
 * since it is of another database and does not say so, or this one was restored.
 */
export async function gapFinder(
  queryable: Queryable,
  workspaceId: string,
): Promise<(position: Position) => PlacedGap | null> {
  const [floor] = await queryable.query<Floor>(FLOOR, [workspaceId])
  if (floor === undefined) return () => null
  const { log } = floor
  const pruned = { xid: BigInt(floor.xid), id: BigInt(floor.id), log }
  const now = { xid: BigInt(floor.horizon), id: 0n, log }
  const end = BigInt(floor.end)
  const tell = (from: Position, upTo: Position, until: Date | null): PlacedGap => {
    const gap = { kind: 'gap', from: toCursor(from), cursor: toCursor(upTo), until, at: floor.now } as const
    return { gap: Object.freeze(gap), upTo }
  }
  return (position) => {
    if (position.log !== undefined && position.log !== log) return tell(position, now, null)
    if (isAfter(pruned, position)) return tell(position, pruned, floor.until)
    return position.xid > end ? tell(position, now, null) : null
  }
}
