import type { Actions } from '../../kit/actions.ts'
import type { Connector } from '../../kit/contract.ts'
import { endingActions } from './act-endings.ts'
import { peopleActions } from './act-people.ts'
import { tagActions } from './act-tags.ts'
import { looks, threadActions } from './act-threads.ts'
import { ticketActions } from './act-tickets.ts'
import { api, auth, identify, revoke } from './api.ts'
import { remap } from './remap.ts'
import { streams } from './streams.ts'
import { webhook } from './webhook.ts'
import { PROVIDER } from './wire.ts'

const actions: Actions = { ...threadActions, ...tagActions, ...ticketActions, ...endingActions, ...peopleActions }

/** All that Switchboard knows of Zendesk: the Support API, version 2, its webhooks, and what can be done there. */
export const zendesk: Connector = {
  provider: PROVIDER,
  title: 'Zendesk',
  description: 'Tickets, people and organizations of a Zendesk account.',
  auth,
  api,
  streams,
  webhook,
  actions,
  looks,
  remap,
  identify,
  revoke,
}
