import type { Database, Queryable } from '../database.ts'

/** A time of day from which, and one up to which, there is business on a day of the week. */
export interface Interval {
  /** 0 is Sunday. */
  readonly day: number
  /** Minutes from midnight, by the clock. */
  readonly from: number
  /** At most 1,440, the end of the day. */
  readonly to: number
}

/** When a workspace does business. */
export interface Schedule {
  readonly timeZone: string
  /** By day and time; none overlaps another. */
  readonly intervals: readonly Interval[]
  /** Days without business, `2026-12-25`, in order. */
  readonly holidays: readonly string[]
}

/** The schedule of the workspace; null while none was set. */
export async function readSchedule(queryable: Queryable): Promise<Schedule | null> {
  const [row] = await queryable.query<Schedule>(
    `select time_zone as "timeZone", intervals, holidays::text[] as holidays from business_hours`,
  )
  return row ?? null
}

/** Sets the schedule of a workspace, in place of the one before. */
export async function saveSchedule(database: Database, workspaceId: string, schedule: Schedule): Promise<void> {
  const { timeZone, intervals, holidays } = schedule
  await database.transaction(workspaceId, (tx) =>
    tx.query(
      `insert into business_hours (workspace_id, time_zone, intervals, holidays) values ($1, $2, $3::jsonb, $4::date[])
       on conflict (workspace_id) do update
       set time_zone = excluded.time_zone, intervals = excluded.intervals, holidays = excluded.holidays`,
      [workspaceId, timeZone, JSON.stringify(intervals), holidays],
    ),
  )
}
