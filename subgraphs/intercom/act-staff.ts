import type { Actions } from '../../kit/actions.ts'
import { toAgent } from './mapping-people.ts'
import { receive, wireAdmin } from './wire.ts'

/** Sets an admin away, or back. What they have stays theirs. Source: Intercom REST 2.16, `PUT /admins/{id}/away`. */
const setAvailability: Actions['setAvailability'] = async (client, { remoteId, available }) => {
  const answer = await client.request({
    method: 'PUT',
    path: `/admins/${encodeURIComponent(remoteId)}/away`,
    body: { away_mode_enabled: !available, away_mode_reassign: false },
  })
  const change = toAgent(receive(wireAdmin, answer.body, 'admins'))
  return { changes: [change], subject: { kind: 'agent', remoteId } }
}

/** What can be done about those who answer. */
export const staffActions: Required<Pick<Actions, 'setAvailability'>> = { setAvailability }
