import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { AgentRow, ContactRow, ConversationRow, MessageRow, TicketRow } from '../../../store/kinds.ts'
import type { SubgraphContext } from '../../context.ts'
import { Agent } from '../agent.ts'
import { Contact } from '../contact.ts'
import { Conversation } from '../conversation.ts'
import { Message } from '../message.ts'
import { Ticket } from '../ticket.ts'
import { one } from './references.ts'

@Resolver(() => Message)
export class MessageResolver {
  @FieldResolver(() => Conversation, { nullable: true })
  conversation(@Root() row: MessageRow, @Ctx() context: SubgraphContext): Promise<ConversationRow | null> {
    return one(context, 'conversation', row.conversationId)
  }

  @FieldResolver(() => Ticket, { nullable: true })
  ticket(@Root() row: MessageRow, @Ctx() context: SubgraphContext): Promise<TicketRow | null> {
    return one(context, 'ticket', row.ticketId)
  }

  @FieldResolver(() => Contact, { nullable: true, description: 'Who wrote, when it was a customer.' })
  contact(@Root() row: MessageRow, @Ctx() context: SubgraphContext): Promise<ContactRow | null> {
    return one(context, 'contact', row.contactId)
  }

  @FieldResolver(() => Agent, {
    nullable: true,
    description: 'Who wrote, when it was somebody of the team or their bot.',
  })
  agent(@Root() row: MessageRow, @Ctx() context: SubgraphContext): Promise<AgentRow | null> {
    return one(context, 'agent', row.agentId)
  }
}
