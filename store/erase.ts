import { eraseBulkRows } from './bulk/ends.ts'
import type { Queryable } from './database.ts'
import { eraseMirror } from './versions.ts'

/** What is kept for one integration beside its mirror. */
const BESIDE = [
  'word',
  'sync_run',
  'quarantine',
  'send',
  'receipt',
  'credential',
  'webhook',
  'delivery',
  'remap_position',
  'audit',
  'audit_count',
] as const

/** Deletes everything that was read or sent through an integration: not the integration itself, nor the activity. */
export async function eraseIntegration(tx: Queryable, integrationId: string): Promise<void> {
  await eraseMirror(tx, integrationId)
  await eraseBulkRows(tx, integrationId)
  for (const table of BESIDE) await tx.query(`delete from ${table} where integration_id = $1`, [integrationId])
  // What came to the address of all accounts names one, which another workspace may have connected as well: then it is theirs too.
  await tx.query(
    `delete from delivery d using integration i
     where i.id = $1 and d.integration_id is null and d.provider = i.provider and d.account_id = i.account_id and not exists (
       select from integration o where o.id <> i.id and o.provider = i.provider and o.account_id = i.account_id
         and o.status <> 'DISCONNECTED')`,
    [integrationId],
  )
}
