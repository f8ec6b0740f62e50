import type { Applied, AuditStep } from '../change.ts'
import type { Queryable } from '../database.ts'
import { rowId } from '../id.ts'
import { storableCount, toUnchangedJson } from '../storable.ts'

/** Whose step it is, and what came of it. */
interface Step {
  readonly workspaceId: string
  readonly integrationId: string
  readonly changed: Applied['changed']
}

/**
 * Writes down what a step of an audit met and healed, in the transaction that stores the changes: killed anywhere, the
 * pass goes on behind the last step, and nothing that it healed is counted twice or forgotten.
 */
export async function saveAuditStep(
  tx: Queryable,
  { stream, kind, pass, seen, page }: AuditStep,
  { workspaceId, integrationId, changed }: Step,
): Promise<void> {
  const met = new Set(seen.map(({ remoteId }) => remoteId))
  const healed = new Set(changed.filter((each) => each.kind === kind && met.has(each.remoteId)).map(({ id }) => id))
  const [running] = await tx.query(
    `update audit set healing = healing + $4,
       cursor = case when $5::boolean then $6::jsonb else cursor end, phase = case when $7 then 'CONFIRM' else phase end,
       told = coalesce($8, told), nameless = nameless + $9
     where integration_id = $1 and stream = $2 and pass = $3 and state = 'RUNNING' returning 1`,
    [
      integrationId,
      stream,
      pass,
      healed.size,
      page !== null,
      page && toUnchangedJson(page.cursor),
      page?.done ?? false,
      storableCount(page?.told ?? null),
      page?.nameless ?? 0,
    ],
  )
  if (running === undefined || seen.length === 0) return
  // A record that had no need of anything is known by its row alone: a pass may meet millions.
  const rows = new Map(seen.map(({ remoteId, reason }) => [rowId(integrationId, kind, remoteId), { remoteId, reason }]))
  await tx.query(
    `insert into audit_seen (integration_id, stream, row_id, workspace_id, remote_id, reason)
     select $1, $2, s.row_id, $3, s.remote_id, s.reason
     from unnest($4::uuid[], $5::text[], $6::text[]) as s (row_id, remote_id, reason)
     on conflict (integration_id, stream, row_id) do update
       set remote_id = excluded.remote_id, reason = excluded.reason`,
    [
      integrationId,
      stream,
      workspaceId,
      [...rows.keys()],
      [...rows.values()].map(({ remoteId, reason }) => (reason === null ? null : remoteId)),
      [...rows.values()].map(({ reason }) => reason),
    ],
  )
}
