import type { ClassType } from 'type-graphql'
import { RecordResolver } from './record.ts'
import { CompanyResolver } from './resolvers/company.ts'
import { ContactResolver } from './resolvers/contact.ts'
import { customFieldsResolvers } from './resolvers/custom-fields.ts'
import { MessageResolver } from './resolvers/message.ts'
import { AgentResolver, TeamResolver } from './resolvers/staff.ts'
import { threadResolvers } from './resolvers/thread.ts'
import { TicketResolver } from './resolvers/ticket.ts'

/** The resolvers that every provider's subgraph shares: what a type gets by implementing an interface. */
export const interfaceResolvers: readonly ClassType[] = [
  RecordResolver,
  AgentResolver,
  CompanyResolver,
  ContactResolver,
  MessageResolver,
  TeamResolver,
  TicketResolver,
  ...customFieldsResolvers,
  ...threadResolvers,
]
