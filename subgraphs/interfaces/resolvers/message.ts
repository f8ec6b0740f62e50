import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { AgentRow, ContactRow, ConversationRow, MessageRow, TicketRow } from '../../../store/kinds.ts'
import type { SubgraphContext } from '../../context.ts'
import { Agent } from '../agent.ts'
import { Contact } from '../contact.ts'
import { Conversation } from '../conversation.ts'
import { Message } from '../message.ts'
import { Ticket } from '../ticket.ts'
import { one } from './references.ts'

/** What whoever wrote is called: some providers say of them an id alone. */
async function nameOf({ agentId, contactId }: MessageRow, context: SubgraphContext): Promise<string | null> {
  const author = (await one(context, 'agent', agentId)) ?? (await one(context, 'contact', contactId))
  return author?.name ?? null
}

@Resolver(() => Message)
export class MessageResolver {
  @FieldResolver(() => String, { nullable: true })
  authorName(@Root() row: MessageRow, @Ctx() context: SubgraphContext): string | null | Promise<string | null> {
    return row.authorName ?? nameOf(row, context)
  }

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
