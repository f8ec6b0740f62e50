import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  ObjectType,
  Query,
  registerEnumType,
  Resolver,
  Root,
} from 'type-graphql'
import { GraphQLDateTimeISO, GraphQLJSON } from 'graphql-scalars'
import { ALL_DELIVERIES, type DeliverySelection, type ListedDelivery } from '../../store/delivery-lists.ts'
import { toNodeId } from '../../store/id.ts'
import type { Integration as StoredIntegration } from '../../store/integrations.ts'
import type { DeliveryStatus as StoredStatus } from '../../store/keep-deliveries.ts'
import type { Page } from '../../store/read.ts'
import type { SubgraphContext } from '../context.ts'
import { badUserInput, hasRole } from '../errors.ts'
import { rowIdOf } from '../interfaces/filters.ts'
import { connectionOf, PageArgs, toPageRequest } from '../interfaces/page.ts'
import { Provider } from '../interfaces/provider.ts'
import { Integration } from './types.ts'

export const DeliveryStatus = {
  PENDING: 'PENDING',
  DONE: 'DONE',
  DEAD: 'DEAD',
  UNKNOWN_ACCOUNT: 'UNKNOWN_ACCOUNT',
} as const satisfies Record<StoredStatus, StoredStatus>
registerEnumType(DeliveryStatus, {
  name: 'DeliveryStatus',
  description: 'What became of a webhook.',
  valuesConfig: {
    PENDING: { description: 'It is to be worked, for the first time or once more.' },
    DONE: { description: 'What it told is in the mirror.' },
    DEAD: { description: 'It was given up, as `reason` says.' },
    UNKNOWN_ACCOUNT: { description: 'It came before its account was connected; it is being worked now that it is.' },
  },
})

/** As much of a body as is shown. */
const MAX_BODY_BYTES = 262_144

@InputType('DeliveryFilter')
export class DeliveryFilter {
  @Field(() => [DeliveryStatus], { nullable: true })
  readonly status?: readonly StoredStatus[] | null

  @Field(() => [String], { nullable: true, description: 'Of these topics, by the provider’s own names.' })
  readonly topic?: readonly string[] | null

  @Field(() => [Provider], { nullable: true, description: 'Only of these providers.' })
  readonly providers?: readonly string[] | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'From this time on.' })
  readonly receivedAfter?: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'Before this time.' })
  readonly receivedBefore?: Date | null
}

/** What the store is to look for. @throws GraphQLError `BAD_USER_INPUT` */
export function toSelection(
  integrationId: string | null | undefined,
  filter: DeliveryFilter | null | undefined,
): DeliverySelection {
  return {
    ...ALL_DELIVERIES,
    integrationId: integrationId == null ? null : rowIdOf('integrationId', 'integration', integrationId),
    status: filter?.status ?? null,
    topics: filter?.topic ?? null,
    providers: filter?.providers ?? null,
    receivedAfter: filter?.receivedAfter ?? null,
    receivedBefore: filter?.receivedBefore ?? null,
  }
}

@ObjectType('Delivery', {
  simpleResolvers: true,
  description:
    'A webhook that proved to be the provider’s, as it was stored before it was acknowledged. Kept for 30 days.',
})
export class Delivery {
  @Field(() => ID)
  readonly id!: string

  @Field(() => Provider)
  readonly provider!: string

  @Field(() => String, {
    description: 'The provider’s id of it, the same when it is sent again; made up where it gives none.',
  })
  readonly deliveryId!: string

  @Field(() => String, { description: 'By the provider’s own name.' })
  readonly topic!: string

  @Field(() => DeliveryStatus)
  readonly status!: StoredStatus

  @Field(() => String, { nullable: true, description: 'What went wrong last.' })
  readonly reason!: string | null

  @Field(() => Int, { description: 'Tries that failed, since it came in or was last replayed.' })
  readonly attempts!: number

  @Field(() => GraphQLDateTimeISO)
  readonly receivedAt!: Date

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly finishedAt!: Date | null

  @Field(() => Int, { description: 'The size of its body.' })
  readonly bytes!: number
}

/** Pages of deliveries. */
export const deliveryPages = connectionOf('Delivery', () => Delivery)

/** What providers pushed. */
@Resolver(() => Delivery)
export class DeliveryResolver {
  @Query(() => deliveryPages.Connection, {
    description:
      'What providers pushed to connected accounts in the last 30 days, newest first, with what came before the account was connected. Paged forwards only.',
  })
  deliveries(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('integrationId', () => ID, { nullable: true }) integrationId: string | null,
    @Arg('filter', () => DeliveryFilter, { nullable: true }) filter: DeliveryFilter | null,
    @Ctx() { services, viewer }: SubgraphContext,
  ): Promise<Page<ListedDelivery>> {
    const { first, after } = toPageRequest(page)
    if (first === undefined) throw badUserInput('last: deliveries are paged forwards only; use first')
    const selection = toSelection(integrationId, filter)
    return services.store.deliveries.page(viewer.workspaceId, selection, { first, after: after ?? null })
  }

  @FieldResolver(() => ID)
  id(@Root() row: ListedDelivery): string {
    return toNodeId('delivery', row.id)
  }

  @FieldResolver(() => Integration, { nullable: true, description: 'The account that it is for.' })
  integration(
    @Root() row: ListedDelivery,
    @Ctx() { services, viewer }: SubgraphContext,
  ): Promise<StoredIntegration | null> {
    return services.store.integrations.find(viewer.workspaceId, row.integrationId)
  }

  @FieldResolver(() => GraphQLJSON, {
    nullable: true,
    description: 'Those of its headers that are kept: what it is, who sent it, and what proved it. Null below ADMIN.',
  })
  headers(@Root() row: ListedDelivery, @Ctx() { viewer }: SubgraphContext): Readonly<Record<string, string>> | null {
    return hasRole(viewer, 'ADMIN') ? row.headers : null
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: `The first ${MAX_BODY_BYTES / 1_024} KiB of its body, as text. Null below ADMIN.`,
  })
  async body(@Root() row: ListedDelivery, @Ctx() { services, viewer }: SubgraphContext): Promise<string | null> {
    if (!hasRole(viewer, 'ADMIN')) return null
    const body = await services.store.deliveries.body(viewer.workspaceId, row.id, MAX_BODY_BYTES)
    return body && body.toString('utf8')
  }
}
