import {
  Arg,
  Args,
  ArgsType,
  type ClassType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  ObjectType,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import type { StoreEvent, Told } from '../../store/change.ts'
import type { CustomerRow } from '../../store/identity/customer-row.ts'
import type { SubgraphContext } from '../context.ts'
import { follow } from '../follow.ts'
import { ChangeType } from '../interfaces/events.ts'
import { rowIdOf } from '../interfaces/filters.ts'
import { Gap, GAP_FIELD, ID_FIELD, toChangeType, toGap, toRecordId } from '../interfaces/told.ts'
import { Customer } from './customer-types.ts'

/** As of the other subscriptions, but for providers: a customer is of none. */
@ArgsType()
class FollowCustomersArgs {
  @Field(() => String, {
    nullable: true,
    description: 'The `cursor` of the last event that was seen: what came since then is sent first.',
  })
  readonly after!: string | null | undefined

  @Field(() => Boolean, { defaultValue: false, description: 'Also history that is being read for the first time.' })
  readonly includeBackfill!: boolean
}

@ObjectType('CustomerEvent', { simpleResolvers: true })
class CustomerEvent {
  @Field(() => String, { description: 'The place in the log: give it as `after` to go on from here.' })
  readonly cursor!: string

  @Field(() => ChangeType)
  readonly type!: string

  @Field(() => GraphQLDateTimeISO, { description: 'When Switchboard stored it.' })
  readonly at!: Date
}

type Asked = { readonly args: FollowCustomersArgs & { readonly id?: string | null }; readonly context: SubgraphContext }

function customerUpdated({ args, context }: Asked): Promise<AsyncIterableIterator<Told>> {
  const { id, ...rest } = args
  const wanted = id == null ? null : rowIdOf('id', 'customer', id)
  const holds = async ({ rowId }: StoreEvent): Promise<boolean> => {
    if (wanted === null || rowId === wanted) return true
    // A customer that was linked to another goes on under the other's id.
    return (await context.reader.identities.customerOf(wanted))?.id === rowId
  }
  return follow(context, { ...rest, kind: 'customer', providers: null, holds })
}

@Resolver(() => CustomerEvent)
class CustomerEventResolver {
  @FieldResolver(() => Gap, { nullable: true, description: GAP_FIELD })
  gap(@Root() told: Told): Gap | null {
    return toGap(told, ['customers'])
  }

  @FieldResolver(() => ChangeType)
  type(@Root() told: Told): string {
    return toChangeType(told)
  }

  @FieldResolver(() => ID, { nullable: true, description: ID_FIELD })
  id(@Root() told: Told): string | null {
    return toRecordId(told, 'customer')
  }

  @FieldResolver(() => Customer, {
    nullable: true,
    description: 'As it stands now; one that became part of another is that other, and one that is gone null.',
  })
  async customer(@Root() told: Told, @Ctx() { reader }: SubgraphContext): Promise<CustomerRow | null> {
    return told.kind === 'gap' ? null : reader.identities.customerOf(told.rowId)
  }

  @Subscription(() => CustomerEvent, {
    subscribe: customerUpdated,
    description: 'A customer came, changed, became part of another, or went.',
  })
  customerUpdated(
    @Root() told: Told,
    @Args(() => FollowCustomersArgs) _args: FollowCustomersArgs,
    @Arg('id', () => ID, { nullable: true, description: 'Only this customer, and whom it becomes part of.' })
    _id: string | null,
  ): Told {
    return told
  }
}

/** The resolvers of what followers are told of customers. */
export const customerEventResolvers: readonly ClassType[] = [CustomerEventResolver]
