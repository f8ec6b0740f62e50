import {
  Arg,
  type ClassType,
  Ctx,
  Field,
  FieldResolver,
  Float,
  ID,
  InputType,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import type { Queryable } from '../../store/database.ts'
import * as counting from '../../store/stats.ts'
import type { SubgraphContext } from '../context.ts'
import { badUserInput } from '../errors.ts'
import { ConversationStatus, TicketStatus } from '../interfaces/enums.ts'
import { rowIdOf } from '../interfaces/filters.ts'
import { Provider } from '../interfaces/provider.ts'

@InputType({ description: 'Which records the numbers are about: those that began in the window.' })
class StatsFilter {
  @Field(() => [Provider], { nullable: true, description: 'Only of these providers.' })
  readonly providers?: readonly string[] | null

  @Field(() => [ID], { nullable: true, description: 'Only of these accounts.' })
  readonly integrationIds?: readonly string[] | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'From this time on.' })
  readonly createdAfter?: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'Before this time.' })
  readonly createdBefore?: Date | null
}

@ObjectType({ simpleResolvers: true })
class ConversationStatusCount {
  @Field(() => ConversationStatus)
  readonly status!: string

  @Field(() => Int)
  readonly count!: number
}

@ObjectType({ simpleResolvers: true, description: 'How the conversations that began in the window stand now.' })
class ConversationStats {
  @Field(() => Int, { description: 'Began in the window.' })
  readonly created!: number

  @Field(() => Int, { description: 'Of these, OPEN now.' })
  readonly open!: number

  @Field(() => Int, { description: 'Of these, CLOSED now.' })
  readonly closed!: number

  @Field(() => [ConversationStatusCount], { description: 'Only what occurs, most frequent first.' })
  readonly byStatus!: readonly ConversationStatusCount[]
}

@ObjectType({ simpleResolvers: true })
class TicketStatusCount {
  @Field(() => TicketStatus)
  readonly status!: string

  @Field(() => Int)
  readonly count!: number
}

@ObjectType({ simpleResolvers: true, description: 'How the tickets that began in the window stand now.' })
class TicketStats {
  @Field(() => Int, { description: 'Began in the window.' })
  readonly created!: number

  @Field(() => Int, { description: 'Of these, neither SOLVED nor CLOSED now.' })
  readonly open!: number

  @Field(() => Int, { description: 'Of these, SOLVED or CLOSED now.' })
  readonly closed!: number

  @Field(() => [TicketStatusCount], { description: 'Only what occurs, most frequent first.' })
  readonly byStatus!: readonly TicketStatusCount[]
}

@ObjectType({
  simpleResolvers: true,
  description:
    'From the customer’s first reply in a thread to a person’s first reply after it: notes are no replies and bots no persons. Null where nobody was answered.',
})
class FirstResponseStats {
  @Field(() => Int, { description: 'Threads in which a customer wrote and a person answered.' })
  readonly count!: number

  @Field(() => Float, { nullable: true })
  readonly averageSeconds!: number | null

  @Field(() => Float, { nullable: true })
  readonly medianSeconds!: number | null

  @Field(() => Float, { nullable: true, description: 'Nine of ten waited no longer.' })
  readonly p90Seconds!: number | null
}

@ObjectType({ simpleResolvers: true })
class ScoreCount {
  @Field(() => Int, { description: '1 (worst) to 5 (best).' })
  readonly score!: number

  @Field(() => Int)
  readonly count!: number
}

@ObjectType({ simpleResolvers: true, description: 'What ratings given in the window say.' })
class SatisfactionStats {
  @Field(() => Int)
  readonly count!: number

  @Field(() => Float, { nullable: true, description: 'Mean score, 1 to 5; null without ratings.' })
  readonly average!: number | null

  @Field(() => [ScoreCount], { description: 'Always five, from 1 to 5.' })
  readonly distribution!: readonly ScoreCount[]
}

@ObjectType({ description: 'Numbers over all tools. Each is counted only when asked for.' })
class Stats {}

function toScope(filter: StatsFilter | null): counting.StatsFilter {
  const { providers, integrationIds, createdAfter, createdBefore } = filter ?? {}
  if (createdAfter != null && createdBefore != null && createdBefore <= createdAfter) {
    throw badUserInput('createdBefore: expected a time after createdAfter')
  }
  return {
    ...(providers != null && { providers }),
    ...(integrationIds != null && {
      integrationIds: integrationIds.map((id) => rowIdOf('integrationIds', 'integration', id)),
    }),
    ...(createdAfter != null && { createdAfter }),
    ...(createdBefore != null && { createdBefore }),
  }
}

const rowsOf = ({ services, viewer }: SubgraphContext): Queryable =>
  services.store.database.workspace(viewer.workspaceId)

@Resolver(() => Stats)
class StatsResolver {
  @Query(() => Stats, { description: 'Numbers over all tools. A provider’s own numbers are under its name.' })
  stats(@Arg('filter', () => StatsFilter, { nullable: true }) filter: StatsFilter | null): counting.StatsFilter {
    return toScope(filter)
  }

  @FieldResolver(() => ConversationStats)
  conversations(@Root() scope: counting.StatsFilter, @Ctx() context: SubgraphContext): Promise<ConversationStats> {
    return counting.conversationStats(rowsOf(context), scope)
  }

  @FieldResolver(() => TicketStats)
  tickets(@Root() scope: counting.StatsFilter, @Ctx() context: SubgraphContext): Promise<TicketStats> {
    return counting.ticketStats(rowsOf(context), scope)
  }

  @FieldResolver(() => FirstResponseStats, { description: 'Over conversations that began in the window.' })
  firstResponse(@Root() scope: counting.StatsFilter, @Ctx() context: SubgraphContext): Promise<FirstResponseStats> {
    return counting.firstResponse(rowsOf(context), 'conversation', scope)
  }

  @FieldResolver(() => FirstResponseStats, { description: 'Over tickets that began in the window.' })
  ticketFirstResponse(
    @Root() scope: counting.StatsFilter,
    @Ctx() context: SubgraphContext,
  ): Promise<FirstResponseStats> {
    return counting.firstResponse(rowsOf(context), 'ticket', scope)
  }

  @FieldResolver(() => SatisfactionStats)
  satisfaction(@Root() scope: counting.StatsFilter, @Ctx() context: SubgraphContext): Promise<SatisfactionStats> {
    return counting.satisfaction(rowsOf(context), scope)
  }
}

/** The resolvers of the unified numbers. */
export const statsResolvers: readonly ClassType[] = [StatsResolver]
