import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { AgentRow, TeamRow } from '../../../store/kinds.ts'
import type { SubgraphContext } from '../../context.ts'
import { Agent } from '../agent.ts'
import { Team } from '../team.ts'
import { many } from './references.ts'

@Resolver(() => Agent)
export class AgentResolver {
  @FieldResolver(() => [Team])
  teams(@Root() row: AgentRow, @Ctx() context: SubgraphContext): Promise<readonly TeamRow[]> {
    return many(context, 'team', row.teamIds)
  }
}

@Resolver(() => Team)
export class TeamResolver {
  @FieldResolver(() => [Agent])
  agents(@Root() row: TeamRow, @Ctx() context: SubgraphContext): Promise<readonly AgentRow[]> {
    return many(context, 'agent', row.agentIds)
  }
}
