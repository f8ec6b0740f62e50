import type { Queryable } from '../database.ts'
import { type Send, SEND_COLUMNS } from './send.ts'

/** The sends that messages of a workspace were made by, by the id of the message's row; of several the newest. */
export async function readSendsOf(
  workspace: Queryable,
  messageIds: readonly string[],
): Promise<ReadonlyMap<string, Send>> {
  const rows = await workspace.query<{ readonly messageId: string } & Send>(
    `select distinct on (m.id) m.id as "messageId", ${SEND_COLUMNS}
     from message m join send s on s.integration_id = m.integration_id and s.result ->> 'remoteId' = m.remote_id
       and s.result ->> 'kind' = 'message' and s.state in ('SENT', 'DELIVERED', 'READ')
     where m.id = any ($1::uuid[]) order by m.id, s.number desc`,
    [messageIds],
  )
  return new Map(rows.map(({ messageId, ...send }) => [messageId, send]))
}
