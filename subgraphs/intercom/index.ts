import type { Actions } from '../../kit/actions.ts'
import type { Connector } from '../../kit/contract.ts'
import { companyActions } from './act-companies.ts'
import { contactActions } from './act-contacts.ts'
import { outboundActions } from './act-outbound.ts'
import { staffActions } from './act-staff.ts'
import { tagActions } from './act-tags.ts'
import { looks, threadActions } from './act-threads.ts'
import { ticketActions } from './act-tickets.ts'
import { api, auth, identify, revoke } from './api.ts'
import { remap } from './remap.ts'
import { streams } from './streams.ts'
import { webhook } from './webhook.ts'
import { PROVIDER } from './wire.ts'

const actions: Actions = {
  ...threadActions,
  ...tagActions,
  ...ticketActions,
  ...outboundActions,
  ...contactActions,
  ...companyActions,
  ...staffActions,
}

/** All that Switchboard knows of Intercom: REST 2.16, deliveries, and what can be done there. */
export const intercom: Connector = {
  provider: PROVIDER,
  title: 'Intercom',
  description: 'Conversations, tickets and people of an Intercom workspace.',
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
