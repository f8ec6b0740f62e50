import { Arg, Args, Ctx, Field, FieldResolver, ID, ObjectType, Resolver, Root, Subscription } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import type { Told } from '../../store/change.ts'
import type { Integration as StoredIntegration } from '../../store/integrations.ts'
import type { SubgraphContext } from '../context.ts'
import { aboutRow, follow } from '../follow.ts'
import { ChangeType, FollowArgs } from '../interfaces/events.ts'
import { Gap, GAP_FIELD, ID_FIELD, toChangeType, toGap, toRecordId } from '../interfaces/told.ts'
import { Integration } from './types.ts'

@ObjectType({
  simpleResolvers: true,
  description: 'An integration was connected, got on with a sync, stopped working, or ended.',
})
class IntegrationEvent {
  @Field(() => String, { description: 'The place in the log: give it as `after` to go on from here.' })
  readonly cursor!: string

  @Field(() => GraphQLDateTimeISO, { description: 'When Switchboard stored it.' })
  readonly at!: Date
}

@Resolver(() => IntegrationEvent)
export class IntegrationEventResolver {
  @FieldResolver(() => Gap, { nullable: true, description: GAP_FIELD })
  gap(@Root() told: Told): Gap | null {
    return toGap(told, ['integrations'])
  }

  @FieldResolver(() => ChangeType)
  type(@Root() told: Told): string {
    return toChangeType(told)
  }

  @FieldResolver(() => ID, { nullable: true, description: ID_FIELD })
  id(@Root() told: Told): string | null {
    return toRecordId(told, 'integration')
  }

  @FieldResolver(() => Integration, { nullable: true, description: 'As it stands now.' })
  async integration(
    @Root() told: Told,
    @Ctx() { services, viewer }: SubgraphContext,
  ): Promise<StoredIntegration | null> {
    return told.kind === 'gap' ? null : services.store.integrations.find(viewer.workspaceId, told.rowId)
  }

  @Subscription(() => IntegrationEvent, {
    subscribe: ({ args, context }: { args: FollowArgs & { readonly id?: string | null }; context: SubgraphContext }) =>
      follow(context, {
        ...args,
        kind: 'integration',
        about: aboutRow('id', 'integration', args.id, 'rowId'),
      }),
    description: 'The health of an integration, and how its sync gets on.',
  })
  integrationUpdated(
    @Root() told: Told,
    @Args(() => FollowArgs) _args: FollowArgs,
    @Arg('id', () => ID, { nullable: true, description: 'Only this integration.' }) _id: string | null,
  ): Told {
    return told
  }
}
