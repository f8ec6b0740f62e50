import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { AgentRow, ConversationRow, TeamRow, TicketRow } from '../../../store/kinds.ts'
import type { Page } from '../../../store/read.ts'
import type { SubgraphContext } from '../../context.ts'
import { Agent } from '../agent.ts'
import { connections } from '../connections.ts'
import { ConversationFilter, TicketFilter } from '../filters.ts'
import { PageArgs } from '../page.ts'
import { Team } from '../team.ts'
import { conversationsOf, ticketsOf } from './lists.ts'
import { many } from './references.ts'

@Resolver(() => Agent)
export class AgentResolver {
  @FieldResolver(() => [Team])
  teams(@Root() row: AgentRow, @Ctx() context: SubgraphContext): Promise<readonly TeamRow[]> {
    return many(context, 'team', row.teamIds)
  }

  @FieldResolver(() => connections.conversation.Connection, { description: 'Given to the agent; newest change first.' })
  conversations(
    @Root() row: AgentRow,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ConversationFilter, { nullable: true }) filter: ConversationFilter | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<ConversationRow>> {
    return conversationsOf(context, page, filter, { assigneeId: row.id })
  }

  @FieldResolver(() => connections.ticket.Connection, { description: 'Given to the agent; newest change first.' })
  tickets(
    @Root() row: AgentRow,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => TicketFilter, { nullable: true }) filter: TicketFilter | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<TicketRow>> {
    return ticketsOf(context, page, filter, { assigneeId: row.id })
  }
}

@Resolver(() => Team)
export class TeamResolver {
  @FieldResolver(() => [Agent])
  agents(@Root() row: TeamRow, @Ctx() context: SubgraphContext): Promise<readonly AgentRow[]> {
    return many(context, 'agent', row.agentIds)
  }

  @FieldResolver(() => connections.conversation.Connection, { description: 'Given to the team; newest change first.' })
  conversations(
    @Root() row: TeamRow,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ConversationFilter, { nullable: true }) filter: ConversationFilter | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<ConversationRow>> {
    return conversationsOf(context, page, filter, { teamId: row.id })
  }

  @FieldResolver(() => connections.ticket.Connection, { description: 'Given to the team; newest change first.' })
  tickets(
    @Root() row: TeamRow,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => TicketFilter, { nullable: true }) filter: TicketFilter | null,
    @Ctx() context: SubgraphContext,
  ): Promise<Page<TicketRow>> {
    return ticketsOf(context, page, filter, { teamId: row.id })
  }
}
