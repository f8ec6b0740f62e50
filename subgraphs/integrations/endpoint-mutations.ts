import { Arg, Ctx, Field, ID, Int, Mutation, ObjectType, Resolver } from 'type-graphql'
import { toNodeId } from '../../store/id.ts'
import { type Endpoint, MOST_ENDPOINTS } from '../../store/outgoing/endpoints.ts'
import type { Replayed } from '../../store/outgoing/replay.ts'
import type { SubgraphContext } from '../context.ts'
import { requireRole } from '../errors.ts'
import { UserError, userError } from '../interfaces/user-error.ts'
import {
  CreateWebhookEndpointInput,
  problemOf,
  ReplayWebhookEventsInput,
  UpdateWebhookEndpointInput,
  WebhookEndpointInput,
} from './endpoint-inputs.ts'
import { WebhookEndpoint } from './endpoint-types.ts'
import { findEndpoint } from './endpoints.ts'

@ObjectType({ simpleResolvers: true })
class WebhookEndpointPayload {
  @Field(() => WebhookEndpoint, { nullable: true })
  readonly webhookEndpoint!: Endpoint | null

  @Field(() => [UserError])
  readonly userErrors!: readonly UserError[]
}

@ObjectType({ simpleResolvers: true })
class WebhookEndpointSecretPayload {
  @Field(() => WebhookEndpoint, { nullable: true })
  readonly webhookEndpoint!: Endpoint | null

  @Field(() => [UserError])
  readonly userErrors!: readonly UserError[]

  @Field(() => String, { nullable: true, description: 'What proves messages, `whsec_…`. It is told this once.' })
  readonly secret!: string | null
}

@ObjectType({ simpleResolvers: true })
class DeleteWebhookEndpointPayload {
  @Field(() => ID, { nullable: true })
  readonly id!: string | null

  @Field(() => [UserError])
  readonly userErrors!: readonly UserError[]
}

@ObjectType({ simpleResolvers: true })
class SendTestEventPayload {
  @Field(() => WebhookEndpoint, { nullable: true })
  readonly webhookEndpoint!: Endpoint | null

  @Field(() => [UserError])
  readonly userErrors!: readonly UserError[]

  @Field(() => String, { nullable: true, description: 'The `webhook-id`, by which `attempts` tells how it went.' })
  readonly webhookId!: string | null
}

@ObjectType({ simpleResolvers: true })
class ReplayWebhookEventsPayload {
  @Field(() => WebhookEndpoint, { nullable: true })
  readonly webhookEndpoint!: Endpoint | null

  @Field(() => [UserError])
  readonly userErrors!: readonly UserError[]

  @Field(() => Int, { description: 'How many events are sent again.' })
  readonly count!: number
}

const untold = (...userErrors: readonly UserError[]) => ({ webhookEndpoint: null, userErrors })
const unknown = (field: string, id: string): UserError => userError('NOT_FOUND', field, `there is no endpoint ${id}`)
const disabled = (field: string): UserError =>
  userError('UNSUPPORTED', field, 'the endpoint is disabled; make it ACTIVE first')

function record(context: SubgraphContext, action: string, { id }: Endpoint): Promise<void> {
  const { workspaceId, memberId } = context.viewer
  const detail = { webhookEndpointId: toNodeId('webhookEndpoint', id) }
  return context.services.store.activity.record({ workspaceId, memberId, integrationId: null, action, detail })
}

/** Who else is told of what happens: systems of the users' own. */
@Resolver()
export class EndpointMutations {
  @Mutation(() => WebhookEndpointSecretPayload, {
    description: 'Makes an endpoint that is told of what happens from now on. Needs ADMIN.',
  })
  async createWebhookEndpoint(
    @Arg('input', () => CreateWebhookEndpointInput) input: CreateWebhookEndpointInput,
    @Ctx() context: SubgraphContext,
  ): Promise<WebhookEndpointSecretPayload> {
    requireRole(context, 'ADMIN')
    const { services, viewer } = context
    const wrong = problemOf(services, input)
    if (wrong !== null) return { secret: null, ...untold(wrong) }
    const made = await services.store.endpoints.create(viewer.workspaceId, input)
    if (made === null) {
      const message = `a workspace has ${MOST_ENDPOINTS} endpoints at most; delete one first`
      return { secret: null, ...untold(userError('UNSUPPORTED', null, message)) }
    }
    await record(context, 'webhookEndpoint.created', made.endpoint)
    return { webhookEndpoint: made.endpoint, secret: made.secret, userErrors: [] }
  }

  @Mutation(() => WebhookEndpointPayload, {
    description:
      'Changes what is given. Made ACTIVE again, it goes on behind the last event that it was told of. Needs ADMIN.',
  })
  async updateWebhookEndpoint(
    @Arg('input', () => UpdateWebhookEndpointInput) input: UpdateWebhookEndpointInput,
    @Ctx() context: SubgraphContext,
  ): Promise<WebhookEndpointPayload> {
    requireRole(context, 'ADMIN')
    const { services, viewer } = context
    const found = await findEndpoint(context, input.id)
    if (found === null) return untold(unknown('id', input.id))
    const wrong = problemOf(services, input)
    if (wrong !== null) return untold(wrong)
    const { id: _id, ...given } = input
    const webhookEndpoint = await services.store.endpoints.update(viewer.workspaceId, found.id, given)
    await record(context, 'webhookEndpoint.updated', found)
    return { webhookEndpoint, userErrors: [] }
  }

  @Mutation(() => DeleteWebhookEndpointPayload, {
    description: 'Forgets an endpoint, with what waits for it and how tries went. Needs ADMIN.',
  })
  async deleteWebhookEndpoint(
    @Arg('input', () => WebhookEndpointInput) { id }: WebhookEndpointInput,
    @Ctx() context: SubgraphContext,
  ): Promise<DeleteWebhookEndpointPayload> {
    requireRole(context, 'ADMIN')
    const { services, viewer } = context
    const found = await findEndpoint(context, id)
    if (found === null) return { id: null, userErrors: [unknown('id', id)] }
    await services.store.endpoints.remove(viewer.workspaceId, found.id)
    await record(context, 'webhookEndpoint.deleted', found)
    return { id, userErrors: [] }
  }

  @Mutation(() => WebhookEndpointSecretPayload, {
    description: 'Makes a new secret. For a day messages are signed by the one before, too. Needs ADMIN.',
  })
  async rotateWebhookEndpointSecret(
    @Arg('input', () => WebhookEndpointInput) { id }: WebhookEndpointInput,
    @Ctx() context: SubgraphContext,
  ): Promise<WebhookEndpointSecretPayload> {
    requireRole(context, 'ADMIN')
    const { services, viewer } = context
    const found = await findEndpoint(context, id)
    if (found === null) return { secret: null, ...untold(unknown('id', id)) }
    const secret = await services.store.endpoints.rotateSecret(viewer.workspaceId, found.id)
    await record(context, 'webhookEndpoint.secretRotated', found)
    return { webhookEndpoint: found, secret, userErrors: [] }
  }

  @Mutation(() => SendTestEventPayload, {
    description: 'Sends the endpoint an event `endpoint.test`, in which nothing happened. Needs ADMIN.',
  })
  async sendTestEvent(
    @Arg('input', () => WebhookEndpointInput) { id }: WebhookEndpointInput,
    @Ctx() context: SubgraphContext,
  ): Promise<SendTestEventPayload> {
    requireRole(context, 'ADMIN')
    const found = await findEndpoint(context, id)
    if (found === null) return { webhookId: null, ...untold(unknown('id', id)) }
    if (found.state !== 'ACTIVE') return { webhookId: null, ...untold(disabled('id')) }
    const webhookId = await context.services.store.endpoints.sendTest(found)
    await record(context, 'webhookEndpoint.tested', found)
    return { webhookEndpoint: found, webhookId, userErrors: [] }
  }

  @Mutation(() => ReplayWebhookEventsPayload, {
    description:
      'Sends the events of a stretch of time again, with the `webhook-id` that each had: 10,000 at most, as far back as events are held. Needs ADMIN.',
  })
  async replayWebhookEvents(
    @Arg('input', () => ReplayWebhookEventsInput) { endpointId, from, to }: ReplayWebhookEventsInput,
    @Ctx() context: SubgraphContext,
  ): Promise<ReplayWebhookEventsPayload> {
    requireRole(context, 'ADMIN')
    const found = await findEndpoint(context, endpointId)
    if (found === null) return { count: 0, ...untold(unknown('endpointId', endpointId)) }
    if (found.state !== 'ACTIVE') return { count: 0, ...untold(disabled('endpointId')) }
    if (from >= to) return { count: 0, ...untold(userError('BAD_USER_INPUT', 'to', 'expected a time after `from`')) }
    const replayed = await context.services.store.endpoints.replay(found, { from, to })
    if (replayed.state !== 'QUEUED') return { count: 0, ...untold(refusalOf(replayed)) }
    await record(context, 'webhookEndpoint.replayed', found)
    return { webhookEndpoint: found, count: replayed.count, userErrors: [] }
  }
}

function refusalOf(replayed: Exclude<Replayed, { state: 'QUEUED' }>): UserError {
  if (replayed.state === 'TOO_MANY') {
    const message = `there are more than ${replayed.most.toLocaleString('en')} events; take a shorter time`
    return userError('BAD_USER_INPUT', 'to', message)
  }
  const held = replayed.since === null ? 'no events are' : `only events since ${replayed.since.toISOString()} are`
  return userError('BAD_USER_INPUT', 'from', `${held} still held; read the others from the graph`)
}
