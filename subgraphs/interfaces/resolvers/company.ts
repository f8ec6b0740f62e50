import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { CompanyRow, ContactRow, ConversationRow, TagRow, TicketRow } from '../../../store/kinds.ts'
import type { Page } from '../../../store/read.ts'
import type { SubgraphContext } from '../../context.ts'
import { Company } from '../company.ts'
import { connections } from '../connections.ts'
import { ContactFilter, ConversationFilter, TicketFilter, within } from '../filters.ts'
import { PageArgs, toPageRequest } from '../page.ts'
import { Tag } from '../tag.ts'
import { conversationsOf, ticketsOf } from './lists.ts'
import { many } from './references.ts'

@Resolver(() => Company)
export class CompanyResolver {
  @FieldResolver(() => [Tag])
  tags(@Root() row: CompanyRow, @Ctx() context: SubgraphContext): Promise<readonly TagRow[]> {
    return many(context, 'tag', row.tagIds)
  }

  @FieldResolver(() => connections.contact.Connection, { description: 'Newest first.' })
  contacts(
    @Root() row: CompanyRow,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ContactFilter, { nullable: true }) filter: ContactFilter | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<ContactRow>> {
    return context.reader.list('contact', {
      ...toPageRequest(page),
      filter: within(filter, { companyId: row.id }),
      orderBy: { field: 'createdAt', direction: 'DESC' },
    })
  }

  @FieldResolver(() => connections.conversation.Connection, { description: 'Newest change first.' })
  conversations(
    @Root() row: CompanyRow,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ConversationFilter, { nullable: true }) filter: ConversationFilter | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<ConversationRow>> {
    return conversationsOf(context, page, filter, { companyId: row.id })
  }

  @FieldResolver(() => connections.ticket.Connection, { description: 'Newest change first.' })
  tickets(
    @Root() row: CompanyRow,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => TicketFilter, { nullable: true }) filter: TicketFilter | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<TicketRow>> {
    return ticketsOf(context, page, filter, { companyId: row.id })
  }
}
