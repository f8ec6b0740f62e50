import type { Actions } from '../../kit/actions.ts'
import type { Connector } from '../../kit/contract.ts'
import { upsert } from '../store/records.ts'
import { fakeConnector } from './fake-connector.ts'

const updateTicket: Actions['updateTicket'] = async (client, { ticketRemoteId, patch }) => {
  await client.request({ method: 'PUT', path: `/tickets/${ticketRemoteId}`, body: JSON.parse(JSON.stringify(patch)) })
  const ticket = upsert('ticket', ticketRemoteId, { status: patch.status ?? 'OPEN', nativeStatus: 'theirs' })
  return { changes: [ticket], subject: { kind: 'ticket', remoteId: ticketRemoteId } }
}

/** The connector of the invented provider, which changes tickets and does nothing else. */
export const bulkConnector: Connector = { ...fakeConnector, streams: [], actions: { updateTicket } }
