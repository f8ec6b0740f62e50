import { Arg, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql'
import { ALL_DELIVERIES, type DeliverySelection, type ListedDelivery } from '../../store/delivery-lists.ts'
import { fromNodeId } from '../../store/id.ts'
import type { SubgraphContext } from '../context.ts'
import { requireRole } from '../errors.ts'
import { UserError, userError } from '../interfaces/user-error.ts'
import { Delivery, DeliveryFilter, toSelection } from './deliveries.ts'
import { findIntegration, unknown } from './named-integration.ts'

/** So many are replayed at once; who has more asks again. */
const MOST = 1_000

@InputType()
class ReplayDeliveryInput {
  @Field(() => ID)
  readonly id!: string
}

@InputType()
class ReplayDeliveriesInput {
  @Field(() => ID, { nullable: true, description: 'Only of this account.' })
  readonly integrationId?: string | null

  @Field(() => DeliveryFilter, { description: 'Which; an empty one means all.' })
  readonly filter!: DeliveryFilter
}

@ObjectType({ simpleResolvers: true })
class ReplayDeliveryPayload {
  @Field(() => Delivery, { nullable: true, description: 'As it now stands.' })
  readonly delivery!: ListedDelivery | null

  @Field(() => [UserError])
  readonly userErrors!: readonly UserError[]
}

@ObjectType({ simpleResolvers: true })
class ReplayDeliveriesPayload {
  @Field(() => Int, { description: 'How many are worked once more. Those that are PENDING anyway are not among them.' })
  readonly replayed!: number

  @Field(() => Boolean, {
    description: `Whether there are more: at most ${MOST} are replayed at once, the oldest first. Narrow the filter by \`receivedAfter\` to go on.`,
  })
  readonly hasMore!: boolean

  @Field(() => [UserError])
  readonly userErrors!: readonly UserError[]
}

/** Working webhooks once more. */
@Resolver()
export class ReplayMutations {
  @Mutation(() => ReplayDeliveryPayload, {
    description:
      'Works a delivery once more. Nothing happens twice by it; one that is PENDING is left as it is. Needs ADMIN.',
  })
  async replayDelivery(
    @Arg('input', () => ReplayDeliveryInput) input: ReplayDeliveryInput,
    @Ctx() context: SubgraphContext,
  ): Promise<ReplayDeliveryPayload> {
    requireRole(context, 'ADMIN')
    const named = fromNodeId(input.id)
    const found = named?.kind === 'delivery' ? await find(context, named.uuid) : null
    if (found === null) {
      return { delivery: null, userErrors: [userError('NOT_FOUND', 'id', `there is no delivery ${input.id}`)] }
    }
    await replay(context, { ...ALL_DELIVERIES, id: found.id }, found.integrationId)
    return { delivery: await find(context, found.id), userErrors: [] }
  }

  @Mutation(() => ReplayDeliveriesPayload, {
    description: 'Works deliveries once more, oldest first. Nothing happens twice by it. Needs ADMIN.',
  })
  async replayDeliveries(
    @Arg('input', () => ReplayDeliveriesInput) { integrationId, filter }: ReplayDeliveriesInput,
    @Ctx() context: SubgraphContext,
  ): Promise<ReplayDeliveriesPayload> {
    requireRole(context, 'ADMIN')
    const integration = integrationId == null ? null : await findIntegration(context, integrationId)
    if (integrationId != null && integration === null) {
      return { replayed: 0, hasMore: false, userErrors: [{ ...unknown(integrationId), field: 'integrationId' }] }
    }
    const selection = toSelection(integrationId, filter)
    return { ...(await replay(context, selection, integration?.id ?? null)), userErrors: [] }
  }
}

async function find({ services, viewer }: SubgraphContext, id: string): Promise<ListedDelivery | null> {
  const request = { first: 1, after: null }
  const { rows } = await services.store.deliveries.page(viewer.workspaceId, { ...ALL_DELIVERIES, id }, request)
  return rows[0] ?? null
}

async function replay(
  { services, viewer }: SubgraphContext,
  selection: DeliverySelection,
  integrationId: string | null,
): Promise<{ readonly replayed: number; readonly hasMore: boolean }> {
  const { store } = services
  const { workspaceId, memberId } = viewer
  const done = await store.deliveries.replay(workspaceId, { selection, most: MOST }, (tx, deliveries) =>
    services.requestDeliveries(tx, deliveries),
  )
  const detail = { replayed: done.replayed }
  await store.activity.record({
    workspaceId,
    memberId,
    integrationId,
    action: 'integration.deliveriesReplayed',
    detail,
  })
  return done
}
