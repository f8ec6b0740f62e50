import type { Database } from '../database.ts'
import { fromNow, type Send, SEND_COLUMNS, tellSend } from './send.ts'

/** How a wish about a send that may not be there, or may not stand for it, went; null when there is no such send. */
export type SendTurn = { readonly send: Send; readonly changed: boolean } | null

async function turn(
  database: Database,
  { workspaceId, id }: Pick<Send, 'workspaceId' | 'id'>,
  { statement, values = [] }: { readonly statement: string; readonly values?: readonly unknown[] },
): Promise<SendTurn> {
  return database.transaction(workspaceId, async (tx) => {
    const [send] = await tx.query<Send>(statement, [id, ...values])
    if (send !== undefined) {
      await tellSend(tx, send, 'updated')
      return { send, changed: true }
    }
    const [stands] = await tx.query<Send>(`select ${SEND_COLUMNS} from send s where id = $1`, [id])
    return stands === undefined ? null : { send: stands, changed: false }
  })
}

/** Ends a send that waits: it is not done any more. */
export function cancelSend(database: Database, send: Pick<Send, 'workspaceId' | 'id'>): Promise<SendTurn> {
  return turn(database, send, {
    statement: `update send s set state = 'FAILED', settled_at = clock_timestamp(), next_at = null,
        error = 'it was cancelled before it was sent', result = '{"code": "CANCELLED", "field": null}'
      where id = $1 and state = 'QUEUED' returning ${SEND_COLUMNS}`,
  })
}

/** Has a send tried again that failed, for so long; only where what it needs was kept. */
export function retrySend(
  database: Database,
  send: Pick<Send, 'workspaceId' | 'id'>,
  tryForMs: number,
): Promise<SendTurn> {
  return turn(database, send, {
    statement: `update send s set state = 'QUEUED', settled_at = null, error = null, result = null, claim = null,
        next_at = clock_timestamp(), deadline_at = ${fromNow('$2')}, looks = 0
      where id = $1 and state = 'FAILED' and work is not null returning ${SEND_COLUMNS}`,
    values: [tryForMs],
  })
}
