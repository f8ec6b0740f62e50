import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { ConversationRow, TicketRow } from '../../../store/kinds.ts'
import type { SubgraphContext } from '../../context.ts'
import { Conversation } from '../conversation.ts'
import { Ticket } from '../ticket.ts'
import { one } from './references.ts'

@Resolver(() => Ticket)
export class TicketResolver {
  @FieldResolver(() => Conversation, { nullable: true, description: 'The conversation that it grew out of.' })
  conversation(@Root() row: TicketRow, @Ctx() context: SubgraphContext): Promise<ConversationRow | null> {
    return one(context, 'conversation', row.conversationId)
  }
}
