import { Arg, Args, Ctx, Field, FieldResolver, ID, ObjectType, Query, Resolver, Root } from 'type-graphql'
import { GraphQLDateTimeISO, GraphQLJSON } from 'graphql-scalars'
import type { Activity as StoredActivity } from '../../store/activity.ts'
import { toNodeId } from '../../store/id.ts'
import type { Json } from '../../store/kinds.ts'
import type { Page } from '../../store/read.ts'
import type { SubgraphContext } from '../context.ts'
import { badUserInput } from '../errors.ts'
import { rowIdOf } from '../interfaces/filters.ts'
import { Member, toMember } from '../interfaces/member.ts'
import { connectionOf, PageArgs, toPageRequest } from '../interfaces/page.ts'

@ObjectType({
  simpleResolvers: true,
  description: 'Something that was done: a mutation, an integration connected or ended.',
})
export class Activity {
  @Field(() => ID)
  readonly id!: string

  @Field(() => String, { description: '`integration.connected`, `<provider>.reply`, …' })
  readonly action!: string

  @Field(() => ID, { nullable: true })
  readonly integrationId!: string | null

  @Field(() => GraphQLJSON, {
    nullable: true,
    description: 'What it was about. Holds no secrets and no customer’s words.',
  })
  readonly detail!: Json

  @Field(() => GraphQLDateTimeISO)
  readonly at!: Date
}

/** Pages of activities. */
export const activityPages = connectionOf('Activity', () => Activity)

/** What was done, by whom. */
@Resolver(() => Activity)
export class ActivityResolver {
  @Query(() => activityPages.Connection, { description: 'What was done, newest first. Paged forwards only.' })
  activity(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('integrationId', () => ID, { nullable: true }) integrationId: string | null,
    @Ctx() { services, viewer }: SubgraphContext,
  ): Promise<Page<StoredActivity>> {
    const { first, after } = toPageRequest(page)
    if (first === undefined) throw badUserInput('last: activity is paged forwards only; use first')
    return services.store.activity.page(viewer.workspaceId, {
      first,
      after: after ?? null,
      integrationId: integrationId == null ? null : rowIdOf('integrationId', 'integration', integrationId),
    })
  }

  @FieldResolver(() => ID)
  id(@Root() row: StoredActivity): string {
    return toNodeId('activity', row.id)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who did it; null when no person did.' })
  async member(@Root() row: StoredActivity, @Ctx() { services }: SubgraphContext): Promise<Member | null> {
    const member = row.memberId && (await services.store.members.find(row.workspaceId, row.memberId))
    return member ? toMember(member) : null
  }

  @FieldResolver(() => ID, { nullable: true })
  integrationId(@Root() row: StoredActivity): string | null {
    return row.integrationId && toNodeId('integration', row.integrationId)
  }
}
