import type { SubgraphParts } from '../schema.ts'
import { rowReference } from '../schema.ts'
import { interfaceResolvers } from '../interfaces/parts.ts'
import { account, IntercomStatsResolver } from './resolvers/account.ts'
import {
  IntercomAgentResolver,
  IntercomCompanyResolver,
  IntercomContactResolver,
  IntercomConversationResolver,
  IntercomTeamResolver,
  IntercomTicketResolver,
} from './resolvers/records.ts'
import {
  IntercomAgent,
  IntercomCompany,
  IntercomContact,
  IntercomConversation,
  IntercomMessage,
  IntercomTag,
  IntercomTeam,
  IntercomTicket,
} from './types.ts'

/** What the `intercom` subgraph is made of. */
export const intercomSubgraph: SubgraphParts = {
  name: 'intercom',
  resolvers: [
    IntercomStatsResolver,
    ...account.resolvers,
    ...interfaceResolvers,
    IntercomAgentResolver,
    IntercomCompanyResolver,
    IntercomContactResolver,
    IntercomConversationResolver,
    IntercomTeamResolver,
    IntercomTicketResolver,
  ],
  types: [
    IntercomAgent,
    IntercomCompany,
    IntercomContact,
    IntercomConversation,
    IntercomMessage,
    IntercomTag,
    IntercomTeam,
    IntercomTicket,
  ],
  references: {
    IntercomAgent: rowReference('agent'),
    IntercomCompany: rowReference('company'),
    IntercomContact: rowReference('contact'),
    IntercomConversation: rowReference('conversation'),
    IntercomMessage: rowReference('message'),
    IntercomTag: rowReference('tag'),
    IntercomTeam: rowReference('team'),
    IntercomTicket: rowReference('ticket'),
  },
}
