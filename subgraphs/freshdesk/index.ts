import type { Actions } from '../../kit/actions.ts'
import type { Connector } from '../../kit/contract.ts'
import { outboundActions } from './act-outbound.ts'
import { peopleActions } from './act-people.ts'
import { tagActions } from './act-tags.ts'
import { looks, threadActions } from './act-threads.ts'
import { ticketActions } from './act-tickets.ts'
import { api, auth, identify } from './api.ts'
import { remap } from './remap.ts'
import { streams } from './streams.ts'
import { webhook } from './webhook.ts'
import { PROVIDER } from './wire.ts'

const actions: Actions = { ...threadActions, ...tagActions, ...ticketActions, ...peopleActions, ...outboundActions }

/** All that Switchboard knows of Freshdesk: REST v2, calls of automation rules, and what can be done there. */
export const freshdesk: Connector = {
  provider: PROVIDER,
  title: 'Freshdesk',
  description: 'Tickets, people and companies of a Freshdesk account.',
  auth,
  api,
  streams,
  webhook,
  actions,
  looks,
  remap,
  identify,
  // A key is the agent's own; only they reset it.
  revoke: null,
}
