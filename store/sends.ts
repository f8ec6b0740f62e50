import type { Database } from './database.ts'
import { IdempotencyKeyReusedError, IntegrationNotFoundError } from './errors.ts'
import type { Json } from './kinds.ts'

/** `UNKNOWN`: it went out and no answer came. Look at the provider before trying again. */
export type SendState = 'SENDING' | 'SENT' | 'FAILED' | 'UNKNOWN'

/** Something to do at a provider. */
export interface SendDraft {
  readonly workspaceId: string
  readonly integrationId: string
  /** The caller's, unique in the workspace; null does it however often it is asked. */
  readonly idempotencyKey: string | null
  readonly action: string
  readonly input: Json
  readonly memberId: string | null
}

/** `NEW` is this caller's to do; anything else was asked before, and stands like this. */
export type Send =
  | { readonly id: string; readonly state: 'NEW' }
  | { readonly id: string; readonly state: SendState; readonly result: Json | null; readonly error: string | null }

/** How it went. */
export interface Settlement {
  readonly state: Exclude<SendState, 'SENDING'>
  readonly result: Json | null
  readonly error: string | null
}

/** What was sent to providers: each wish once. */
export interface Sends {
  /**
   * Claims a wish. Of any number of callers with one idempotency key, one gets `NEW`.
   *
   * @throws IdempotencyKeyReusedError the key came with something else to do before
   * @throws IntegrationNotFoundError the workspace has no such integration
   */
  once(draft: SendDraft): Promise<Send>
  /** Says how it went. One that is settled stays so. */
  settle(id: string, settlement: Settlement): Promise<void>
  /** Says that nothing was done, for a reason that passes: the key is free for another try. */
  release(id: string, error: string): Promise<void>
  /** Makes those that were begun before a date and never settled `UNKNOWN`: their process ended. Answers how many. */
  settleStale(begunBefore: Date): Promise<number>
  /** Deletes those that were settled before a date: their idempotency keys are forgotten. Answers how many. */
  prune(settledBefore: Date): Promise<number>
}

interface Row {
  readonly id: string
  readonly state: SendState
  readonly result: Json | null
  readonly error: string | null
  readonly same: boolean
}

/** The sends of a database. */
export function openSends(database: Database): Sends {
  return {
    once: (draft) =>
      database.transaction(draft.workspaceId, async (tx) => {
        const { workspaceId, integrationId, idempotencyKey, action, memberId } = draft
        const input = JSON.stringify(draft.input)
        const [fresh] = await tx.query<{ id: string }>(
          `insert into send (workspace_id, integration_id, idempotency_key, action, input, member_id)
           select $1::uuid, i.id, $3, $4, $5::jsonb, $6::uuid from integration i where i.id = $2
           on conflict (workspace_id, idempotency_key) do nothing returning id`,
          [workspaceId, integrationId, idempotencyKey, action, input, memberId],
        )
        if (fresh !== undefined) return { id: fresh.id, state: 'NEW' }
        const [row] = await tx.query<Row>(
          `select id, state, result, error, (integration_id, action, input) = ($2::uuid, $3::text, $4::jsonb) as same
           from send where idempotency_key = $1`,
          [idempotencyKey, integrationId, action, input],
        )
        if (row === undefined) throw new IntegrationNotFoundError(integrationId)
        if (!row.same)
          throw new IdempotencyKeyReusedError('this idempotency key was used for something else; take a new one')
        const { id, state, result, error } = row
        return { id, state, result, error }
      }),
    async settle(id, { state, result, error }) {
      await database.system.query(
        `update send set state = $2, result = $3::jsonb, error = $4, settled_at = clock_timestamp()
         where id = $1 and state in ('SENDING', 'UNKNOWN')`,
        [id, state, JSON.stringify(result), error],
      )
    },
    async release(id, error) {
      await database.system.query(
        `update send set state = 'FAILED', idempotency_key = null, error = $2, settled_at = clock_timestamp()
         where id = $1 and state = 'SENDING'`,
        [id, error],
      )
    },
    async settleStale(begunBefore) {
      const rows = await database.system.query(
        `update send set state = 'UNKNOWN', error = 'the process that sent it ended before the answer', settled_at = clock_timestamp()
         where state = 'SENDING' and created_at < $1 returning id`,
        [begunBefore],
      )
      return rows.length
    },
    async prune(settledBefore) {
      const [row] = await database.system.query<{ pruned: number }>(
        `with pruned as (delete from send where settled_at < $1 and state <> 'SENDING' returning 1)
         select count(*)::int as pruned from pruned`,
        [settledBefore],
      )
      return row?.pruned ?? 0
    },
  }
}
