import type { Database } from '../database.ts'
import { writeEvents } from '../event-table.ts'
import { settle, toCustomerEvent } from './settle.ts'

/** Contacts that one transaction brings up. */
const BATCH = 500

interface Lacking {
  readonly id: string
  readonly workspaceId: string
  readonly integrationId: string
  readonly provider: string
}

/**
 * Gives customers to contacts that a version without customers stored: batch by batch, beside all else that goes on.
 *
 * Safe to stop anywhere, and to run by several processes at once: it looks for those that lack one.
 *
 * @param signal aborting ends it after the batch in hand
 * @returns how many there were
 */
export async function rederiveIdentity(database: Database, signal: AbortSignal): Promise<number> {
  let done = 0
  let after = '00000000-0000-0000-0000-000000000000'
  while (!signal.aborted) {
    const lacking = await database.system.query<Lacking>(
      `select t.id, t.workspace_id as "workspaceId", t.integration_id as "integrationId", t.provider from contact t
       where t.id > $1 and t.deleted_at is null and not exists (select from identity i where i.contact_id = t.id)
       order by t.id limit $2`,
      [after, BATCH],
    )
    const last = lacking.at(-1)
    if (last === undefined) break
    for (const [workspaceId, own] of Map.groupBy(lacking, (each) => each.workspaceId)) {
      await settleAll(database, workspaceId, own)
    }
    done += lacking.length
    after = last.id
  }
  return done
}

function settleAll(database: Database, workspaceId: string, contacts: readonly Lacking[]): Promise<void> {
  return database.transaction(workspaceId, async (tx) => {
    const changes = await settle(
      tx,
      workspaceId,
      contacts.map(({ id }) => id),
    )
    const [first] = contacts
    if (first === undefined) return
    await writeEvents(
      tx,
      workspaceId,
      changes.map((change) => toCustomerEvent(change, { ...first, origin: 'backfill' })),
    )
  })
}
