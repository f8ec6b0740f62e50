import type { Database, Queryable } from '../database.ts'
import { storableKey, toStorableJson } from '../storable.ts'
import { toTimestamp } from '../timestamp.ts'
import { type Send, SEND_COLUMNS, type SendState, tellSend } from './send.ts'

/** How far a message got: to the customer's device, or before their eyes. */
export type Reached = Extract<SendState, 'DELIVERED' | 'READ'>

/** That what was said got so far, as a provider tells it: of single messages by remote id, or of all that was said in a thread up to a time of its own. */
export type Receipt = { readonly state: Reached } & (
  | { readonly messages: readonly string[] }
  | { readonly thread: SaidIn; readonly until: Date }
)

interface SaidIn {
  readonly kind: 'conversation' | 'ticket'
  readonly remoteId: string
}

/** Where and when something was said, as receipts of threads are held against it. */
export interface Said {
  readonly thread: SaidIn
  /** By the provider's clock. */
  readonly at: Date
}

/** Receipts of an account, and its sends becoming SENT, take turns: whichever comes second sees the first. To be taken before either is read. */
export async function takeTurn(tx: Queryable, integrationId: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('switchboard/receipts/' || $1::text, 0))`, [
    integrationId,
  ])
}

/** What customers are shown, and so can get: neither notes nor what is done without a word. */
const SHOWN = `s.action in ('reply', 'messageContact')`

/** How far each of some sends got; only those that got further than they stand. */
const FURTHER = `select distinct on (s.id) s.id, r.state from send s join receipt r on r.integration_id = s.integration_id and (
    (r.until is null and r.remote_id = s.result ->> 'remoteId' and r.kind = s.result ->> 'kind')
    or (r.remote_id = s.said_in ->> 'remoteId' and r.kind = s.said_in ->> 'kind' and s.said_at <= r.until))
  where ${SHOWN} and s.state in ('SENT', 'DELIVERED') and (s.state = 'SENT' or r.state = 'READ')`

/** READ comes after DELIVERED, in the alphabet as well. */
const FURTHEST = 'order by s.id, r.state desc'

const goOn = (which: string): string =>
  `update send s set state = f.state, settled_at = clock_timestamp()
   from (${FURTHER} and ${which} ${FURTHEST}) f where f.id = s.id returning ${SEND_COLUMNS}`

/** A send that has just become SENT, as far as it is told to have got by now. Its turn must be taken. */
export async function asReached(tx: Queryable, send: Send): Promise<Send> {
  const [reached] = await tx.query<Send>(goOn('s.id = $1'), [send.id])
  return reached ?? send
}

/** A receipt as it is stored. */
interface Row {
  readonly kind: SaidIn['kind'] | 'message'
  readonly remoteId: string
  readonly state: Reached
  /** As PostgreSQL reads it; null for a message's. */
  readonly until: string | null
}

/**
 * Keeps receipts, also for sends that are not SENT yet, and has those go on that they tell of. None goes back, whatever
 * comes in whatever order. Those of an integration that was ended are kept no longer.
 */
export async function keepReceipts(
  database: Database,
  integrationId: string,
  receipts: readonly Receipt[],
): Promise<void> {
  const rows = receipts.flatMap((receipt): readonly Row[] => {
    const { state } = receipt
    if ('thread' in receipt) {
      const { kind, remoteId } = receipt.thread
      return [{ kind, remoteId: storableKey(remoteId), state, until: toTimestamp(receipt.until) }]
    }
    return receipt.messages.map((id) => ({ kind: 'message', remoteId: storableKey(id), state, until: null }))
  })
  if (rows.length === 0) return
  await database.transaction(null, async (tx) => {
    await takeTurn(tx, integrationId)
    await tx.query(
      `insert into receipt as r (integration_id, workspace_id, kind, remote_id, state, until)
       select i.id, i.workspace_id, f.kind, f."remoteId", f.state, max(f.until) from integration i,
         jsonb_to_recordset($2::jsonb) as f (kind text, "remoteId" text, state text, until timestamptz)
       where i.id = $1 and i.status <> 'DISCONNECTED' group by i.id, f.kind, f."remoteId", f.state
       on conflict (integration_id, kind, remote_id, state)
         do update set until = greatest(r.until, excluded.until), told_at = clock_timestamp()`,
      [integrationId, toStorableJson(rows)],
    )
    const about = `s.integration_id = $1 and (s.said_in ->> 'remoteId' = any ($2::text[]) or s.result ->> 'remoteId' = any ($2::text[]))`
    const reached = await tx.query<Send>(goOn(about), [integrationId, rows.map(({ remoteId }) => remoteId)])
    for (const send of reached) await tellSend(tx, send, 'updated')
  })
}
