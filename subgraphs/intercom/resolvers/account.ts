import { Arg, Args, Ctx, Field, FieldResolver, ID, ObjectType, Query, Resolver, Root } from 'type-graphql'
import { fromNodeId } from '../../../store/id.ts'
import type { RowOf } from '../../../store/kinds.ts'
import type { Page } from '../../../store/read.ts'
import type { SubgraphContext } from '../../context.ts'
import {
  AgentFilter,
  CompanyFilter,
  ContactFilter,
  ConversationFilter,
  TagFilter,
  TeamFilter,
  TicketFilter,
  within,
} from '../../interfaces/filters.ts'
import { type Order, orders, toOrderBy } from '../../interfaces/orders.ts'
import { connectionOf, PageArgs, toPageRequest } from '../../interfaces/page.ts'
import { IntercomStats, intercomStats } from '../stats.ts'
import { PROVIDER } from '../wire.ts'
import {
  IntercomAgent,
  IntercomCompany,
  IntercomContact,
  IntercomConversation,
  IntercomTag,
  IntercomTeam,
  IntercomTicket,
} from '../types.ts'

/** Intercom's own lists. */
export const pages = {
  agent: connectionOf('IntercomAgent', () => IntercomAgent),
  company: connectionOf('IntercomCompany', () => IntercomCompany),
  contact: connectionOf('IntercomContact', () => IntercomContact),
  conversation: connectionOf('IntercomConversation', () => IntercomConversation),
  tag: connectionOf('IntercomTag', () => IntercomTag),
  team: connectionOf('IntercomTeam', () => IntercomTeam),
  ticket: connectionOf('IntercomTicket', () => IntercomTicket),
} as const

@ObjectType('IntercomAccount', {
  description: 'What stands at Intercom: of one account, or of all that are connected.',
})
export class IntercomAccount {
  @Field(() => ID, { nullable: true, description: 'Null when several accounts are looked at together.' })
  readonly integrationId!: string | null
}

/** Which account is looked at, by row id; null for all. */
interface Scope {
  readonly integrationId: string | null
  readonly rowId: string | null
}

function list<K extends keyof typeof orders>(
  context: SubgraphContext,
  kind: K,
  scope: Scope,
  asked: { page: PageArgs; filter: object | null; order: Order | null },
): Promise<Page<RowOf<K>>> {
  const own = { providers: [PROVIDER], ...(scope.rowId !== null && { integrationIds: [scope.rowId] }) }
  return context.reader.list(kind, {
    ...toPageRequest(asked.page),
    filter: within(asked.filter, own),
    ...toOrderBy(kind, asked.order),
  })
}

@Resolver(() => IntercomAccount)
export class IntercomAccountResolver {
  @Query(() => IntercomAccount, {
    nullable: true,
    description: 'Intercom’s own lists and numbers; null when there is no such integration of it.',
  })
  async intercom(
    @Arg('integrationId', () => ID, { nullable: true }) integrationId: string | null | undefined,
    @Ctx() { services, viewer }: SubgraphContext,
  ): Promise<Scope | null> {
    if (integrationId == null) return { integrationId: null, rowId: null }
    const named = fromNodeId(integrationId)
    if (named?.kind !== 'integration') return null
    const integration = await services.store.integrations.find(viewer.workspaceId, named.uuid)
    return integration?.provider === PROVIDER ? { integrationId, rowId: integration.id } : null
  }

  @FieldResolver(() => pages.contact.Connection)
  contacts(
    @Root() scope: Scope,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ContactFilter, { nullable: true }) filter: ContactFilter | null,
    @Arg('orderBy', () => orders.contact.Input, { nullable: true }) order: Order | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<RowOf<'contact'>>> {
    return list(context, 'contact', scope, { page, filter, order })
  }

  @FieldResolver(() => pages.company.Connection)
  companies(
    @Root() scope: Scope,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => CompanyFilter, { nullable: true }) filter: CompanyFilter | null,
    @Arg('orderBy', () => orders.company.Input, { nullable: true }) order: Order | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<RowOf<'company'>>> {
    return list(context, 'company', scope, { page, filter, order })
  }

  @FieldResolver(() => pages.conversation.Connection)
  conversations(
    @Root() scope: Scope,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ConversationFilter, { nullable: true }) filter: ConversationFilter | null,
    @Arg('orderBy', () => orders.conversation.Input, { nullable: true }) order: Order | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<RowOf<'conversation'>>> {
    return list(context, 'conversation', scope, { page, filter, order })
  }

  @FieldResolver(() => pages.ticket.Connection)
  tickets(
    @Root() scope: Scope,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => TicketFilter, { nullable: true }) filter: TicketFilter | null,
    @Arg('orderBy', () => orders.ticket.Input, { nullable: true }) order: Order | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<RowOf<'ticket'>>> {
    return list(context, 'ticket', scope, { page, filter, order })
  }

  @FieldResolver(() => pages.team.Connection)
  teams(
    @Root() scope: Scope,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => TeamFilter, { nullable: true }) filter: TeamFilter | null,
    @Arg('orderBy', () => orders.team.Input, { nullable: true }) order: Order | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<RowOf<'team'>>> {
    return list(context, 'team', scope, { page, filter, order })
  }

  @FieldResolver(() => pages.agent.Connection)
  admins(
    @Root() scope: Scope,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => AgentFilter, { nullable: true }) filter: AgentFilter | null,
    @Arg('orderBy', () => orders.agent.Input, { nullable: true }) order: Order | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<RowOf<'agent'>>> {
    return list(context, 'agent', scope, { page, filter, order })
  }

  @FieldResolver(() => pages.tag.Connection)
  tags(
    @Root() scope: Scope,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => TagFilter, { nullable: true }) filter: TagFilter | null,
    @Arg('orderBy', () => orders.tag.Input, { nullable: true }) order: Order | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<RowOf<'tag'>>> {
    return list(context, 'tag', scope, { page, filter, order })
  }

  @FieldResolver(() => IntercomStats, { nullable: true })
  stats(@Root() scope: Scope, @Ctx() context: SubgraphContext): Promise<IntercomStats> {
    return intercomStats(context.services.store.database.workspace(context.viewer.workspaceId), scope.rowId)
  }
}
