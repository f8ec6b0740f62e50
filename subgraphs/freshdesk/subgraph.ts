import type { SubgraphParts } from '../schema.ts'
import { rowReference } from '../schema.ts'
import { interfaceResolvers } from '../interfaces/parts.ts'
import { account, FreshdeskAccountResolver, timeEntryPage } from './resolvers/account.ts'
import { FreshdeskMutations, payloadResolvers } from './resolvers/mutations.ts'
import {
  FreshdeskAgentResolver,
  FreshdeskCompanyResolver,
  FreshdeskContactResolver,
  FreshdeskMessageResolver,
  FreshdeskTeamResolver,
} from './resolvers/records.ts'
import { FreshdeskSearchResolver } from './resolvers/search.ts'
import { FreshdeskTicketResolver, FreshdeskTimeEntryResolver } from './resolvers/ticket.ts'
import {
  FreshdeskAgent,
  FreshdeskCompany,
  FreshdeskContact,
  FreshdeskConversation,
  FreshdeskMessage,
  FreshdeskTag,
  FreshdeskTeam,
  FreshdeskTicket,
} from './types.ts'

/** What the `freshdesk` subgraph is made of. */
export const freshdeskSubgraph: SubgraphParts = {
  name: 'freshdesk',
  resolvers: [
    FreshdeskAccountResolver,
    ...account.resolvers,
    ...interfaceResolvers,
    timeEntryPage.resolver,
    FreshdeskAgentResolver,
    FreshdeskCompanyResolver,
    FreshdeskContactResolver,
    FreshdeskMessageResolver,
    FreshdeskTeamResolver,
    FreshdeskTicketResolver,
    FreshdeskTimeEntryResolver,
    FreshdeskSearchResolver,
    FreshdeskMutations,
    ...payloadResolvers,
  ],
  types: [
    FreshdeskAgent,
    FreshdeskCompany,
    FreshdeskContact,
    FreshdeskConversation,
    FreshdeskMessage,
    FreshdeskTag,
    FreshdeskTeam,
    FreshdeskTicket,
  ],
  references: {
    FreshdeskAgent: rowReference('agent'),
    FreshdeskCompany: rowReference('company'),
    FreshdeskContact: rowReference('contact'),
    FreshdeskConversation: rowReference('conversation'),
    FreshdeskMessage: rowReference('message'),
    FreshdeskTag: rowReference('tag'),
    FreshdeskTeam: rowReference('team'),
    FreshdeskTicket: rowReference('ticket'),
  },
}
