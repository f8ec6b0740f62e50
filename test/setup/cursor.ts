import { vi } from 'vitest'
import type { Database } from '../../store/database.ts'
import type { EventLog } from '../../store/events.ts'
import { SOON } from './soon.ts'

/** Whose log is read. */
interface Logged {
  readonly database: Pick<Database, 'system'>
  readonly events: Pick<EventLog, 'latest'>
}

/**
 * The place behind every event that has committed by now: who follows from there hears only what comes later.
 *
 * `latest` by itself may lie before some of them. Those are given out when no older transaction is open any more, of any
 * database of the server: other tests have theirs.
 */
export async function cursorNow({ database, events }: Logged, workspaceId: string): Promise<string> {
  const [now] = await database.system.query<{ end: string }>(
    'select pg_snapshot_xmax(pg_current_snapshot())::text as end',
  )
  await vi.waitFor(async () => {
    const [row] = await database.system.query<{ passed: boolean }>(
      'select pg_snapshot_xmin(pg_current_snapshot()) >= $1::xid8 as passed',
      [now?.end],
    )
    if (row?.passed !== true) throw new Error('a transaction that was open then still is')
  }, SOON)
  return events.latest(workspaceId)
}
