import type { TwinClock } from '../../clock.ts'
import { Deliveries } from '../../deliveries.ts'
import type { AnsweredAttempt, Delivery } from '../../deliveries.ts'
import { isRecord } from '../../exchange.ts'
import { hmacBase64 } from '../../hmac.ts'
import { iso } from '../../iso.ts'
import { plainText } from '../../plain-value.ts'
import type { Webhook } from '../records.ts'
import type { News, World } from '../world.ts'
import type { Invocations } from './invocations.ts'
import { eventsOf } from './payload.ts'
import { notificationsOf } from './trigger.ts'

/** Calls that cannot be made are retried so often, by what they were answered. Source: the provider's notes. */
const mostRetries = { conflict: 3, unavailable: 3, timeout: 5 } as const
const longestRetryAfterSeconds = 60
/** How long a retry waits when nobody says. The number is ours. */
const retryWaitMs = 5_000

/** How this provider delivers: 409 up to three times, 429 and 503 when they say when, timeouts up to five times, nothing else again. */
export function webhookDeliveries(clock: TwinClock): Deliveries {
  return new Deliveries({
    concurrency: 8,
    timeoutMs: 10_000,
    retryWaitsMs: [],
    throttleMs: 0,
    now: () => clock.now(),
    retryWaitMs({ attempt, status, retryAfterSeconds }: AnsweredAttempt): number | null {
      if (status === null) return attempt <= mostRetries.timeout ? retryWaitMs : null
      if (status === 409) return attempt <= mostRetries.conflict ? retryWaitMs : null
      if (status !== 429 && status !== 503) return null
      const isSoon = retryAfterSeconds !== null && retryAfterSeconds < longestRetryAfterSeconds
      return isSoon && attempt <= mostRetries.unavailable ? retryAfterSeconds * 1_000 : null
    },
  })
}

/**
 * The calls that what happened sets off, ready to be sent.
 *
 * It takes chance from the account, so that it must also be done when nobody is told: without invocations, it has none.
 */
export function deliveriesOf(world: World, news: News, invocations: Invocations | null): Delivery[] {
  const events = eventsOf(world, news)
  const active = [...world.webhooks.values()].filter(({ status }) => status === 'active')
  const subscribed = events.flatMap((event) =>
    active
      .filter(({ subscriptions }) => subscriptions.includes(event.type))
      .map((webhook) => delivery(world, invocations, { webhook, body: JSON.stringify(event), type: event.type })),
  )
  const triggered = notificationsOf(world, news).map(({ webhook, body }) =>
    delivery(world, invocations, { webhook, body, type: 'conditional_ticket_events' }),
  )
  return [...subscribed, ...triggered].filter((one) => one !== null)
}

/** One call, with its number among the invocations; null when the circuit of the webhook is broken, and the call lost. */
function delivery(
  world: World,
  invocations: Invocations | null,
  { webhook, body, type }: { readonly webhook: Webhook; readonly body: string; readonly type: string },
): Delivery | null {
  const invocationId = world.random.hex(26).toUpperCase()
  if (invocations?.begin(webhook.id, { id: invocationId, eventType: type }) !== true) return null
  const hasBody = webhook.http_method !== 'GET' && webhook.http_method !== 'DELETE'
  const sent = hasBody ? body : ''
  return {
    topic: type,
    to: { url: webhook.endpoint, method: webhook.http_method },
    compose() {
      const at = iso(world.clock.now())
      return {
        body: sent,
        headers: { ...headersOf(world, webhook, invocationId), ...signed(webhook.secret, at, sent) },
      }
    },
    answered: (attempt) => invocations.answered(webhook.id, invocationId, attempt),
  }
}

/** What proves who sends: the timestamp and the raw body, signed together without anything between. */
export function signed(secret: string, at: string, body: string): Record<string, string> {
  return {
    'X-Zendesk-Webhook-Signature-Timestamp': at,
    'X-Zendesk-Webhook-Signature': hmacBase64(secret, at + body),
  }
}

/** All other headers of a call. */
export function headersOf(
  world: World,
  webhook: Pick<Webhook, 'id' | 'authentication' | 'custom_headers'>,
  invocationId: string,
) {
  const headers: Record<string, string> = {
    'Content-Type': 'application/json; charset=utf-8',
    'User-Agent': 'Zendesk Webhook',
    'X-Zendesk-Account-Id': String(world.account.id),
    'X-Zendesk-Webhook-Id': webhook.id,
    'X-Zendesk-Webhook-Invocation-Id': invocationId,
    ...webhook.custom_headers,
  }
  const { authentication } = webhook
  const data = authentication?.['data']
  if (!isRecord(data)) return headers
  if (authentication?.['type'] === 'bearer_token') headers['Authorization'] = `Bearer ${plainText(data['token'])}`
  if (authentication?.['type'] === 'basic_auth') {
    const pair = `${plainText(data['username'])}:${plainText(data['password'])}`
    headers['Authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`
  }
  if (authentication?.['type'] === 'api_key') headers[plainText(data['name'])] = plainText(data['value'])
  return headers
}
