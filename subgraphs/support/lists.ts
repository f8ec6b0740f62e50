import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql'
import type { RowOf } from '../../store/kinds.ts'
import type { Page } from '../../store/read.ts'
import type { SubgraphContext } from '../context.ts'
import {
  AgentFilter,
  CompanyFilter,
  ContactFilter,
  ConversationFilter,
  TagFilter,
  TeamFilter,
  TicketFilter,
  toFilter,
} from '../interfaces/filters.ts'
import { type Order, orders, toOrderBy } from '../interfaces/orders.ts'
import { PageArgs, toPageRequest } from '../interfaces/page.ts'
import { stubs } from './stubs.ts'

function list<K extends keyof typeof orders>(
  context: SubgraphContext,
  kind: K,
  asked: { page: PageArgs; filter: object | null; order: Order | null },
): Promise<Page<RowOf<K>>> {
  return context.reader.list(kind, {
    ...toPageRequest(asked.page),
    filter: toFilter(asked.filter),
    ...toOrderBy(kind, asked.order),
  })
}

/** The unified lists: rows of all providers in one page. */
@Resolver()
export class ListResolver {
  @Query(() => stubs.contact.Connection, {
    description: 'Customers, of all tools. Newest first, unless told otherwise.',
  })
  contacts(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ContactFilter, { nullable: true }) filter: ContactFilter | null,
    @Arg('orderBy', () => orders.contact.Input, { nullable: true }) order: Order | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<RowOf<'contact'>>> {
    return list(context, 'contact', { page, filter, order })
  }

  @Query(() => stubs.company.Connection, {
    description: 'Organisations, of all tools. Newest first, unless told otherwise.',
  })
  companies(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => CompanyFilter, { nullable: true }) filter: CompanyFilter | null,
    @Arg('orderBy', () => orders.company.Input, { nullable: true }) order: Order | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<RowOf<'company'>>> {
    return list(context, 'company', { page, filter, order })
  }

  @Query(() => stubs.conversation.Connection, {
    description: 'Conversations, of all tools. Newest change first, unless told otherwise.',
  })
  conversations(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ConversationFilter, { nullable: true }) filter: ConversationFilter | null,
    @Arg('orderBy', () => orders.conversation.Input, { nullable: true }) order: Order | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<RowOf<'conversation'>>> {
    return list(context, 'conversation', { page, filter, order })
  }

  @Query(() => stubs.ticket.Connection, {
    description: 'Tickets, of all tools. Newest change first, unless told otherwise.',
  })
  tickets(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => TicketFilter, { nullable: true }) filter: TicketFilter | null,
    @Arg('orderBy', () => orders.ticket.Input, { nullable: true }) order: Order | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<RowOf<'ticket'>>> {
    return list(context, 'ticket', { page, filter, order })
  }

  @Query(() => stubs.team.Connection, { description: 'Teams, of all tools.' })
  teams(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => TeamFilter, { nullable: true }) filter: TeamFilter | null,
    @Arg('orderBy', () => orders.team.Input, { nullable: true }) order: Order | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<RowOf<'team'>>> {
    return list(context, 'team', { page, filter, order })
  }

  @Query(() => stubs.agent.Connection, { description: 'Everybody who answers, of all tools.' })
  agents(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => AgentFilter, { nullable: true }) filter: AgentFilter | null,
    @Arg('orderBy', () => orders.agent.Input, { nullable: true }) order: Order | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<RowOf<'agent'>>> {
    return list(context, 'agent', { page, filter, order })
  }

  @Query(() => stubs.tag.Connection, { description: 'Tags, of all tools.' })
  tags(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => TagFilter, { nullable: true }) filter: TagFilter | null,
    @Arg('orderBy', () => orders.tag.Input, { nullable: true }) order: Order | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<RowOf<'tag'>>> {
    return list(context, 'tag', { page, filter, order })
  }
}
