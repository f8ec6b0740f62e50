import { type ClassType, Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type {
  AgentRow,
  CompanyRow,
  ContactRow,
  ConversationRow,
  MessageRow,
  RatingRow,
  TagRow,
  TeamRow,
  TicketRow,
} from '../../../store/kinds.ts'
import type { SubgraphContext } from '../../context.ts'
import { Agent } from '../agent.ts'
import { Company } from '../company.ts'
import { Contact } from '../contact.ts'
import { Conversation } from '../conversation.ts'
import { Message } from '../message.ts'
import { Tag } from '../tag.ts'
import { Team } from '../team.ts'
import { Ticket } from '../ticket.ts'
import { Rating } from '../values.ts'
import { many, one } from './references.ts'

type Row = ConversationRow | TicketRow

/** What conversations and tickets have in common: who takes part, and what was said. */
function threadResolver(type: () => ClassType): ClassType {
  @Resolver(type)
  class ThreadResolver {
    @FieldResolver(() => Contact, { nullable: true })
    contact(@Root() row: Row, @Ctx() context: SubgraphContext): Promise<ContactRow | null> {
      return one(context, 'contact', row.contactId)
    }

    @FieldResolver(() => [Contact], { description: 'Everybody who takes part on the customer’s side.' })
    contacts(@Root() row: Row, @Ctx() context: SubgraphContext): Promise<readonly ContactRow[]> {
      return many(context, 'contact', row.contactIds)
    }

    @FieldResolver(() => Agent, { nullable: true })
    assignee(@Root() row: Row, @Ctx() context: SubgraphContext): Promise<AgentRow | null> {
      return one(context, 'agent', row.assigneeId)
    }

    @FieldResolver(() => Team, { nullable: true })
    team(@Root() row: Row, @Ctx() context: SubgraphContext): Promise<TeamRow | null> {
      return one(context, 'team', row.teamId)
    }

    @FieldResolver(() => Company, { nullable: true })
    async company(@Root() row: Row, @Ctx() context: SubgraphContext): Promise<CompanyRow | null> {
      if (row.companyId !== null) return one(context, 'company', row.companyId)
      const contact = await one(context, 'contact', row.contactId)
      return one(context, 'company', contact?.companyIds[0] ?? null)
    }

    @FieldResolver(() => [Tag])
    tags(@Root() row: Row, @Ctx() context: SubgraphContext): Promise<readonly TagRow[]> {
      return many(context, 'tag', row.tagIds)
    }

    @FieldResolver(() => Message, { nullable: true, description: 'The newest reply, of either side.' })
    lastMessage(@Root() row: Row, @Ctx() context: SubgraphContext): Promise<MessageRow | null> {
      return context.reader.lastMessageOf({ kind: row.kind, id: row.id })
    }

    @FieldResolver(() => Rating, { nullable: true, description: 'The newest one.' })
    rating(@Root() row: Row, @Ctx() context: SubgraphContext): Promise<RatingRow | null> {
      return context.reader.ratingOf({ kind: row.kind, id: row.id })
    }
  }
  return ThreadResolver
}

/** The resolvers of threads, one for each interface. */
export const threadResolvers: readonly ClassType[] = [threadResolver(() => Conversation), threadResolver(() => Ticket)]
