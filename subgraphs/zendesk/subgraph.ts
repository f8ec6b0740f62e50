import type { SubgraphParts } from '../schema.ts'
import { rowReference } from '../schema.ts'
import { interfaceResolvers } from '../interfaces/parts.ts'
import { account, ZendeskAccountResolver } from './resolvers/account.ts'
import { ticketPayload, ZendeskMutations } from './resolvers/mutations.ts'
import {
  ZendeskAgentResolver,
  ZendeskCompanyResolver,
  ZendeskContactResolver,
  ZendeskTeamResolver,
} from './resolvers/records.ts'
import { ZendeskTicketResolver } from './resolvers/ticket.ts'
import {
  ZendeskAgent,
  ZendeskCompany,
  ZendeskContact,
  ZendeskConversation,
  ZendeskMessage,
  ZendeskTag,
  ZendeskTeam,
  ZendeskTicket,
} from './types.ts'

/** What the `zendesk` subgraph is made of. */
export const zendeskSubgraph: SubgraphParts = {
  name: 'zendesk',
  resolvers: [
    ZendeskAccountResolver,
    ZendeskMutations,
    ticketPayload.resolver,
    ...account.resolvers,
    ...interfaceResolvers,
    ZendeskAgentResolver,
    ZendeskCompanyResolver,
    ZendeskContactResolver,
    ZendeskTeamResolver,
    ZendeskTicketResolver,
  ],
  types: [
    ZendeskAgent,
    ZendeskCompany,
    ZendeskContact,
    ZendeskConversation,
    ZendeskMessage,
    ZendeskTag,
    ZendeskTeam,
    ZendeskTicket,
  ],
  references: {
    ZendeskAgent: rowReference('agent'),
    ZendeskCompany: rowReference('company'),
    ZendeskContact: rowReference('contact'),
    ZendeskConversation: rowReference('conversation'),
    ZendeskMessage: rowReference('message'),
    ZendeskTag: rowReference('tag'),
    ZendeskTeam: rowReference('team'),
    ZendeskTicket: rowReference('ticket'),
  },
}
