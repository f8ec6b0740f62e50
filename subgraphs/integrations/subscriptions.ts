import { Arg, Args, Ctx, Field, FieldResolver, ID, ObjectType, Resolver, Root, Subscription } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import type { StoreEvent } from '../../store/change.ts'
import { toNodeId } from '../../store/id.ts'
import type { Integration as StoredIntegration } from '../../store/integrations.ts'
import type { SubgraphContext } from '../context.ts'
import { follow, onlyRow } from '../follow.ts'
import { ChangeType, FollowArgs } from '../interfaces/events.ts'
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
  @FieldResolver(() => ChangeType)
  type(@Root() event: StoreEvent): string {
    return event.op
  }

  @FieldResolver(() => ID)
  id(@Root() event: StoreEvent): string {
    return toNodeId('integration', event.rowId)
  }

  @FieldResolver(() => Integration, { nullable: true, description: 'As it stands now.' })
  integration(
    @Root() event: StoreEvent,
    @Ctx() { services, viewer }: SubgraphContext,
  ): Promise<StoredIntegration | null> {
    return services.store.integrations.find(viewer.workspaceId, event.rowId)
  }

  @Subscription(() => IntegrationEvent, {
    subscribe: ({ args, context }: { args: FollowArgs & { readonly id?: string | null }; context: SubgraphContext }) =>
      follow(context, {
        ...args,
        kind: 'integration',
        only: onlyRow('id', 'integration', args.id, (event) => event.rowId),
      }),
    description: 'The health of an integration, and how its sync gets on.',
  })
  integrationUpdated(
    @Root() event: StoreEvent,
    @Args(() => FollowArgs) _args: FollowArgs,
    @Arg('id', () => ID, { nullable: true, description: 'Only this integration.' }) _id: string | null,
  ): StoreEvent {
    return event
  }
}
