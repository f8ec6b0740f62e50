import type { Queryable } from '../database.ts'
import { writeEvents } from '../event-table.ts'
import { takeBack } from './decisions.ts'
import { settle, toCustomerEvent } from './settle.ts'

/** Contacts that are forgotten at a time. */
const CHUNK = 1_000

/**
 * Forgets contacts that an integration no longer has: their keys, and what was decided and done of them. Whoever they
 * were one person with stays, as without them.
 */
export async function eraseIdentities(
  tx: Queryable,
  integrationId: string,
  contactIds: readonly string[],
): Promise<void> {
  const [owner] = await tx.query<{ workspaceId: string; provider: string }>(
    `select workspace_id as "workspaceId", provider from integration where id = $1`,
    [integrationId],
  )
  if (owner === undefined) return
  for (let from = 0; from < contactIds.length; from += CHUNK) {
    const chunk = contactIds.slice(from, from + CHUNK)
    const changes = [...(await settle(tx, owner.workspaceId, chunk))]
    const named = await tx.query<{ id: string }>(
      `select id from identity_decision where contact_id = any ($1::uuid[]) or other_id = any ($1::uuid[])`,
      [chunk],
    )
    // Links by way of those who are gone were lost with them; what they had kept from holding holds again.
    changes.push(...(await settle(tx, owner.workspaceId, await takeBack(tx, owner.workspaceId, named))))
    await tx.query(`delete from identity_act where contact_id = any ($1::uuid[]) or other_id = any ($1::uuid[])`, [
      chunk,
    ])
    const told = { integrationId, provider: owner.provider, origin: 'mutation' as const }
    await writeEvents(
      tx,
      owner.workspaceId,
      changes.map((change) => toCustomerEvent(change, told)),
    )
  }
}
