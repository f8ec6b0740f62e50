import type { Database } from '../database.ts'
import type { Json } from '../kinds.ts'
import { storableKey, toStorableJson, withStorableId } from '../storable.ts'
import { asReached, type Said, takeTurn } from './receipts.ts'
import { type Claim, fromNow, type Send, SEND_COLUMNS, type SendState, tellSend } from './send.ts'

/** How it went. */
export interface Settlement {
  readonly state: Exclude<SendState, 'SENDING' | 'DELIVERED' | 'READ'>
  readonly result: Json | null
  readonly error: string | null
  /** When it is tried (`QUEUED`) or looked for (`UNKNOWN`) again; null, or left out, for not by itself. */
  readonly nextInMs?: number | null
  /** Its idempotency key may be used again, since nothing was done. */
  readonly freesKey?: boolean
  /** Of one that is `SENT`: where and when it was said; null, or left out, for what is not said, or not known. */
  readonly said?: Said | null
}

/**
 * Says how a send went that is in hand. One that is settled for good, or that somebody else took over, stays as it is:
 * then the answer is false.
 */
export function settleSend(database: Database, { id, token }: Claim, settlement: Settlement): Promise<boolean> {
  const { state, result, error, nextInMs = null, freesKey = false, said = null } = settlement
  return database.transaction(null, async (tx) => {
    const [send] = await tx.query<Send>(
      `update send s set state = $3, result = $4::jsonb, error = $5, leased_until = null, next_at = ${fromNow('$6')},
         idempotency_key = case when $7 then null else idempotency_key end,
         settled_at = case when $3 = 'QUEUED' then null when state = 'UNKNOWN' and $3 = 'UNKNOWN' then settled_at
           else clock_timestamp() end, said_in = $8::jsonb, said_at = $9
       where id = $1 and claim = $2 and state in ('SENDING', 'UNKNOWN') returning ${SEND_COLUMNS}`,
      [
        id,
        token,
        state,
        toStorableJson(storableResult(result)),
        error,
        nextInMs,
        freesKey,
        said && toStorableJson(withStorableId(said.thread)),
        said?.at ?? null,
      ],
    )
    if (send === undefined) return false
    if (state === 'SENT') await takeTurn(tx, send.integrationId)
    await tellSend(tx, state === 'SENT' ? await asReached(tx, send) : send, 'updated')
    return true
  })
}

/** A provider's id of what it made is no reason to forget that it made it. */
function storableResult(result: Json | null): Json | null {
  if (typeof result !== 'object' || result === null || !('remoteId' in result)) return result
  const { remoteId } = result
  return typeof remoteId === 'string' ? { ...result, remoteId: storableKey(remoteId) } : result
}

const ENDED = 'the process that sent it ended before the answer'
const OVERDUE = 'given up, since it could not be done for long'

/**
 * Makes those `UNKNOWN` whose process ended before it said how they went. Nobody was told anything of them, so what is kept
 * of a wish is done when it is not found at the provider, for as long after the wish as is given. Answers how many.
 */
export function settleStaleSends(database: Database, tryForMs: number): Promise<number> {
  return database.transaction(null, async (tx) => {
    const sends = await tx.query<Send>(
      `update send s set state = 'UNKNOWN', error = $1, settled_at = clock_timestamp(), leased_until = null,
         result = '{"code": "OUTCOME_UNKNOWN", "field": null}', next_at = case when work is not null then clock_timestamp() end,
         deadline_at = coalesce(deadline_at, created_at + make_interval(secs => $2::float8 / 1000))
       where id in (select id from send where state = 'SENDING' and leased_until < clock_timestamp() for update skip locked)
       returning ${SEND_COLUMNS}`,
      [ENDED, tryForMs],
    )
    for (const send of sends) await tellSend(tx, send, 'updated')
    return sends.length
  })
}

/** Makes those `FAILED` that still wait when their time is over, with the reason for which they waited. Answers how many. */
export function settleOverdueSends(database: Database): Promise<number> {
  return database.transaction(null, async (tx) => {
    const sends = await tx.query<Send>(
      `update send s set state = 'FAILED', settled_at = clock_timestamp(), next_at = null,
         error = $1::text || coalesce(': ' || error, ''),
         result = coalesce(result, '{"code": "PROVIDER_UNAVAILABLE", "field": null}')
       where id in (select id from send where state = 'QUEUED' and deadline_at < clock_timestamp() for update skip locked)
       returning ${SEND_COLUMNS}`,
      [OVERDUE],
    )
    for (const send of sends) await tellSend(tx, send, 'updated')
    return sends.length
  })
}
