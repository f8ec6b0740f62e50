import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { CompanyRow, ContactRow, ConversationRow, TagRow, TicketRow } from '../../../store/kinds.ts'
import type { Page } from '../../../store/read.ts'
import type { SubgraphContext } from '../../context.ts'
import { Company } from '../company.ts'
import { connections } from '../connections.ts'
import { Contact } from '../contact.ts'
import { ConversationFilter, TicketFilter } from '../filters.ts'
import { PageArgs } from '../page.ts'
import { Tag } from '../tag.ts'
import { conversationsOf, ticketsOf } from './lists.ts'
import { many } from './references.ts'

@Resolver(() => Contact)
export class ContactResolver {
  @FieldResolver(() => [Company])
  companies(@Root() row: ContactRow, @Ctx() context: SubgraphContext): Promise<readonly CompanyRow[]> {
    return many(context, 'company', row.companyIds)
  }

  @FieldResolver(() => [Tag])
  tags(@Root() row: ContactRow, @Ctx() context: SubgraphContext): Promise<readonly TagRow[]> {
    return many(context, 'tag', row.tagIds)
  }

  @FieldResolver(() => connections.conversation.Connection, { description: 'Newest change first.' })
  conversations(
    @Root() row: ContactRow,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ConversationFilter, { nullable: true }) filter: ConversationFilter | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<ConversationRow>> {
    return conversationsOf(context, page, filter, { contactId: row.id })
  }

  @FieldResolver(() => connections.ticket.Connection, { description: 'Newest change first.' })
  tickets(
    @Root() row: ContactRow,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => TicketFilter, { nullable: true }) filter: TicketFilter | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<TicketRow>> {
    return ticketsOf(context, page, filter, { contactId: row.id })
  }
}
