import { Field, ObjectType, registerEnumType } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { within } from '../../kit/deadline.ts'
import type { Connector } from '../../kit/contract.ts'
import { ProviderError } from '../../kit/errors.ts'
import type { Integration } from '../../store/integrations.ts'
import type { WebhookState as StoredState } from '../../store/webhooks.ts'
import type { Services, SubgraphContext } from '../context.ts'
import { hasRole } from '../errors.ts'

export const WebhookState = {
  PENDING: 'PENDING',
  SUBSCRIBED: 'SUBSCRIBED',
  BY_HAND: 'BY_HAND',
  FAILED: 'FAILED',
  ENDED: 'ENDED',
} as const satisfies Record<StoredState, StoredState>
registerEnumType(WebhookState, {
  name: 'WebhookState',
  description:
    'Whether a provider pushes to an integration’s own address. Without, its lists are still read again and again.',
  valuesConfig: {
    PENDING: { description: 'It is being asked to; `reason` says why that takes longer.' },
    SUBSCRIBED: { description: 'It was asked to.' },
    BY_HAND: { description: 'A person sets that up there, with `url` and the secret of `revealWebhookSecret`.' },
    FAILED: { description: 'It refused, as `reason` says: `subscribeIntegration` tries again.' },
    ENDED: { description: 'The integration is disconnected.' },
  },
})

@ObjectType('IntegrationWebhook', {
  simpleResolvers: true,
  description: 'How a provider pushes to an integration’s own address.',
})
export class IntegrationWebhook {
  @Field(() => String, { nullable: true, description: 'The address; who has it should be few. Null below ADMIN.' })
  readonly url!: string | null

  @Field(() => WebhookState)
  readonly state!: StoredState

  @Field(() => String, { nullable: true, description: 'Why it is FAILED, or still PENDING.' })
  readonly reason!: string | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When the provider was last asked, and agreed.' })
  readonly subscribedAt!: Date | null

  @Field(() => GraphQLDateTimeISO, {
    nullable: true,
    description: 'When the newest delivery came in; null when there was none in the last 30 days.',
  })
  readonly lastDeliveryAt!: Date | null
}

/** Whether a provider pushes to each integration by itself. */
export const pushesToIntegrations = ({ webhook }: Connector): boolean => webhook?.addressee === 'integration'

/** How the webhook of an integration begins that is connected. */
export const webhookStart = ({ webhook }: Connector): 'PENDING' | 'BY_HAND' =>
  webhook?.subscription ? 'PENDING' : 'BY_HAND'

/** The webhook of an integration as a member may see it; null where its provider pushes to our app, or not at all. */
export async function webhookOf(
  { services, viewer }: SubgraphContext,
  { id, provider }: Integration,
): Promise<IntegrationWebhook | null> {
  const [webhook, lastDeliveryAt] = await Promise.all([
    services.store.webhooks.find(id),
    services.store.deliveries.latest(id),
  ])
  if (webhook === null) return null
  const { token, state, reason, subscribedAt } = webhook
  const url = hasRole(viewer, 'ADMIN') ? services.webhookUrl(provider, token) : null
  return { url, state, reason, subscribedAt, lastDeliveryAt }
}

/** How long a person who leaves waits for a provider that is to push no more. */
const UNSUBSCRIBE_MS = 10_000

/**
 * Ends an integration's webhook: nothing is taken in at its address from here on, and the provider is asked to push no
 * more, where it was asked to.
 *
 * @returns what it answered if that was no yes; null when there is nothing to tell
 */
export async function endWebhook(services: Services, { id, provider }: Integration): Promise<string | null> {
  const { store, connectors } = services
  const webhook = await store.webhooks.find(id)
  if (webhook === null) return null
  await store.webhooks.end(id)
  const subscription = connectors.get(provider)?.webhook?.subscription
  const { made } = webhook
  if (!subscription || made === null) return null
  try {
    const client = await services.openClient(id, 'person')
    await within(client, UNSUBSCRIBE_MS, (bounded) => subscription.unsubscribe(bounded, made))
    return null
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    return error.message
  }
}
