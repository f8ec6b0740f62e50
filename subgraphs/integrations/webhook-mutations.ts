import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { Integration as StoredIntegration } from '../../store/integrations.ts'
import type { SubgraphContext } from '../context.ts'
import { requireRole } from '../errors.ts'
import { UserError, userError } from '../interfaces/user-error.ts'
import {
  connectorOf,
  disconnected,
  findIntegration,
  IntegrationInput,
  IntegrationPayload,
  record,
  refused,
  unknown,
} from './named-integration.ts'
import { Integration } from './types.ts'
import { pushesToIntegrations, webhookStart } from './webhook.ts'

@InputType()
class SubscribeIntegrationInput {
  @Field(() => ID)
  readonly id!: string

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Also make a new secret. The one before still proves deliveries for a day.',
  })
  readonly newSecret!: boolean
}

@ObjectType({ simpleResolvers: true })
class WebhookSecretPayload {
  @Field(() => String, { nullable: true, description: 'The address.' })
  readonly url!: string | null

  @Field(() => String, { nullable: true, description: 'What proves deliveries. It is told this once.' })
  readonly secret!: string | null

  @Field(() => String, {
    nullable: true,
    description: 'The header that it has to stand in; null where deliveries are signed with it.',
  })
  readonly header!: string | null

  @Field(() => Integration, { nullable: true })
  readonly integration!: StoredIntegration | null

  @Field(() => [UserError])
  readonly userErrors!: readonly UserError[]
}

/** The integration, ready to be pushed to by itself; or why it is not. */
async function findPushed(
  context: SubgraphContext,
  id: string,
): Promise<{ readonly integration: StoredIntegration; readonly wrong: null } | { readonly wrong: UserError }> {
  const integration = await findIntegration(context, id)
  if (!integration) return { wrong: unknown(id) }
  if (integration.status !== 'ACTIVE') return { wrong: disconnected(integration) }
  const connector = connectorOf(context, integration.provider)
  if (pushesToIntegrations(connector)) return { integration, wrong: null }
  return {
    wrong: userError('UNSUPPORTED', 'id', `${connector.title} pushes to one address of all accounts, or not at all`),
  }
}

/** How providers push to integrations' own addresses. */
@Resolver()
export class WebhookMutations {
  @Mutation(() => IntegrationPayload, {
    description:
      'Asks the provider once more to push to the integration’s own address; `webhook` tells what came of it. Needs ADMIN.',
  })
  async subscribeIntegration(
    @Arg('input', () => SubscribeIntegrationInput) input: SubscribeIntegrationInput,
    @Ctx() context: SubgraphContext,
  ): Promise<IntegrationPayload> {
    requireRole(context, 'ADMIN')
    const found = await findPushed(context, input.id)
    if (found.wrong) return refused(found.wrong)
    const { integration } = found
    const { webhooks } = context.services.store
    // It may have been connected before its provider could push.
    if ((await webhooks.find(integration.id)) === null) {
      await webhooks.ensure(integration.id, webhookStart(connectorOf(context, integration.provider)))
    }
    const asks = input.newSecret ? await webhooks.renew(integration.id) : await webhooks.ask(integration.id)
    if (asks) await context.services.requestSubscription(integration.id)
    await record(context, input.newSecret ? 'integration.secretRenewed' : 'integration.subscribing', integration)
    return { integration, userErrors: [] }
  }

  @Mutation(() => WebhookSecretPayload, {
    description:
      'Tells what a person needs who sets up the provider’s webhook by hand: the secret once, then never again, so that a new one is to be made first. Needs ADMIN.',
  })
  async revealWebhookSecret(
    @Arg('input', () => IntegrationInput) input: IntegrationInput,
    @Ctx() context: SubgraphContext,
  ): Promise<WebhookSecretPayload> {
    requireRole(context, 'ADMIN')
    const found = await findPushed(context, input.id)
    if (found.wrong) return untold(found.wrong)
    const { integration } = found
    const { services } = context
    const webhook = await services.store.webhooks.find(integration.id)
    if (webhook?.state !== 'BY_HAND' && webhook?.state !== 'FAILED') {
      return untold(
        userError('UNSUPPORTED', 'id', 'the provider is asked to push by itself: nothing is set up by hand'),
      )
    }
    // On record before it is told: whoever knows it is known.
    await record(context, 'integration.secretRevealed', integration)
    const secret = await services.store.webhooks.tellSecret(integration.id)
    if (secret === null) {
      const message = 'the secret was told before; make a new one with subscribeIntegration(input: { newSecret: true })'
      return untold(userError('UNSUPPORTED', 'id', message))
    }
    const proof = services.connectors.get(integration.provider)?.webhook?.proof
    const header = proof?.kind === 'shared-secret' ? proof.header : null
    const url = services.webhookUrl(integration.provider, webhook.token)
    return { url, secret, header, integration, userErrors: [] }
  }
}

const untold = (error: UserError): WebhookSecretPayload => ({
  url: null,
  secret: null,
  header: null,
  ...refused(error),
})
