import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { ConversationRow, TicketRow } from '../../../store/kinds.ts'
import type { Page } from '../../../store/read.ts'
import type { SubgraphContext } from '../../context.ts'
import { connections } from '../connections.ts'
import { Conversation } from '../conversation.ts'
import { TicketFilter } from '../filters.ts'
import { PageArgs } from '../page.ts'
import { ticketsOf } from './lists.ts'

@Resolver(() => Conversation)
export class ConversationResolver {
  @FieldResolver(() => connections.ticket.Connection, {
    description: 'Tickets that grew out of it, newest change first.',
  })
  tickets(
    @Root() row: ConversationRow,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => TicketFilter, { nullable: true }) filter: TicketFilter | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<TicketRow>> {
    return ticketsOf(context, page, filter, { conversationId: row.id })
  }
}
