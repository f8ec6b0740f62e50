import type { Queryable } from './database.ts'
import { rowId } from './id.ts'
import { eraseIdentities } from './identity/erase.ts'
import { type Kind, KINDS } from './kinds.ts'

/**
 * The provider's versions of stored records, by remote id; a record that is deleted or not stored is not in it. Of one
 * that is held in part only, no version is held: null.
 */
export async function readVersions(
  queryable: Queryable,
  integrationId: string,
  kind: Kind,
  remoteIds: readonly string[],
): Promise<ReadonlyMap<string, Date | null>> {
  const rows = await queryable.query<{ remoteId: string; version: Date | null }>(
    `select remote_id as "remoteId", case when not partial then remote_version end as version from "${kind}"
     where id = any ($1::uuid[]) and deleted_at is null`,
    [remoteIds.map((remoteId) => rowId(integrationId, kind, remoteId))],
  )
  return new Map(rows.map(({ remoteId, version }) => [remoteId, version]))
}

/** The remote ids of every stored record of a kind that is not deleted. */
export async function readStored(queryable: Queryable, integrationId: string, kind: Kind): Promise<readonly string[]> {
  const rows = await queryable.query<{ remoteId: string }>(
    `select remote_id as "remoteId" from "${kind}" where integration_id = $1 and deleted_at is null`,
    [integrationId],
  )
  return rows.map((row) => row.remoteId)
}

/** What is made of an integration's records. */
const DERIVED = ['status_change', 'fact', 'fact_due']

/**
 * Forgets everything mirrored of an integration: rows, what was made of them, checkpoints, and what its contacts told of who
 * is one person. For the transaction that erases it.
 */
export async function eraseMirror(tx: Queryable, integrationId: string): Promise<void> {
  const contacts = await tx.query<{ id: string }>(`select id from contact where integration_id = $1`, [integrationId])
  for (const table of [...KINDS, ...DERIVED, 'checkpoint']) {
    await tx.query(`delete from "${table}" where integration_id = $1`, [integrationId])
  }
  await eraseIdentities(
    tx,
    integrationId,
    contacts.map(({ id }) => id),
  )
}
