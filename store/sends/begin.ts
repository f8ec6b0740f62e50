import type { Database, Queryable } from '../database.ts'
import { IdempotencyKeyReusedError, IntegrationNotFoundError } from '../errors.ts'
import type { Json } from '../kinds.ts'
import { toStorableJson } from '../storable.ts'
import { type Claim, fromNow, LEASE_MS, type Send, SEND_COLUMNS, tellSend } from './send.ts'

/** What is kept of a wish so that it can be done, or looked for, without whoever had it. */
export interface Kept {
  readonly work: Json
  /** Those of one line go one after the other, in the order in which they were asked for. */
  readonly line: string
  /** For so long it is tried by whoever does sends; null when its caller does it now, and nobody later. */
  readonly tryForMs: number | null
}

/** Something to do at a provider. */
export interface SendDraft {
  readonly workspaceId: string
  readonly integrationId: string
  /** The caller's, unique in the workspace; null does it however often it is asked. */
  readonly idempotencyKey: string | null
  readonly action: string
  readonly input: Json
  readonly memberId: string | null
  /** Null for what can only be done by its caller. */
  readonly kept: Kept | null
}

/** A wish on record; `claim` is this caller's to do it, null when it was asked before, or waits for whoever does sends. */
export interface Begun {
  readonly send: Send
  readonly claim: Claim | null
}

/**
 * Puts a wish on record. Of any number of callers with one idempotency key, one gets the claim.
 *
 * @throws IdempotencyKeyReusedError the key came with something else to do before
 * @throws IntegrationNotFoundError the workspace has no such integration, or disconnected it
 */
export function beginSend(database: Database, draft: SendDraft): Promise<Begun> {
  return database.transaction(draft.workspaceId, async (tx) => {
    const fresh = await insert(tx, draft)
    if (fresh !== undefined) {
      const { token, ...send } = fresh
      await tellSend(tx, send, 'created')
      return { send, claim: token === null ? null : { id: send.id, token } }
    }
    const { integrationId, idempotencyKey, action, input } = draft
    const [row] = await tx.query<Send & { readonly same: boolean }>(
      `select ${SEND_COLUMNS}, (integration_id, action, input) = ($2::uuid, $3::text, $4::jsonb) as same
       from send s where idempotency_key = $1`,
      [idempotencyKey, integrationId, action, toStorableJson(input)],
    )
    if (row === undefined) throw new IntegrationNotFoundError(integrationId)
    const { same, ...send } = row
    if (!same) throw new IdempotencyKeyReusedError('this idempotency key was used for something else; take a new one')
    return { send, claim: null }
  })
}

async function insert(
  tx: Queryable,
  draft: SendDraft,
): Promise<(Send & { readonly token: string | null }) | undefined> {
  const { workspaceId, integrationId, idempotencyKey, action, input, memberId, kept } = draft
  const [row] = await tx.query<Send & { readonly token: string | null }>(
    `insert into send as s (workspace_id, integration_id, idempotency_key, action, input, member_id, work, line,
       state, attempts, claim, began_at, leased_until, deadline_at, next_at)
     select $1::uuid, i.id, $3, $4, $5::jsonb, $6::uuid, $7::jsonb, $8,
       case when q.waits then 'QUEUED' else 'SENDING' end, case when q.waits then 0 else 1 end,
       case when not q.waits then gen_random_uuid() end, case when not q.waits then clock_timestamp() end,
       case when not q.waits then ${fromNow('$10')} end, case when q.waits then ${fromNow('$9')} end,
       case when q.waits then clock_timestamp() end
     from integration i cross join (select $9::float8 is not null as waits) q
     where i.id = $2 and i.status <> 'DISCONNECTED' for share of i
     on conflict (workspace_id, idempotency_key) do nothing returning ${SEND_COLUMNS}, s.claim as token`,
    [
      workspaceId,
      integrationId,
      idempotencyKey,
      action,
      toStorableJson(input),
      memberId,
      kept === null ? null : toStorableJson(kept.work),
      kept?.line ?? null,
      kept?.tryForMs ?? null,
      LEASE_MS,
    ],
  )
  return row
}
