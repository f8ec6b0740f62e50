import { randomUUID } from 'node:crypto'
import type { TwinClock } from '../clock.ts'
import { Deliveries } from '../deliveries.ts'
import { hmacHex } from '../hmac.ts'

/** Where events go, and which. */
export interface Subscription {
  /** Null sends nothing. */
  readonly url: string | null
  /** Null sends all topics. */
  readonly topics: readonly string[] | null
}

/** What a workspace's events carry and are signed with. */
export interface WebhookIdentity {
  readonly appId: string
  readonly clientSecret: string
}

const userAgent = 'intercom-parrot-service-client/1.0'
const probeTimeoutMs = 5_000

/** Announces changes: composes, signs and delivers events for one workspace. */
export class Webhooks {
  readonly deliveries: Deliveries
  readonly #identity: WebhookIdentity
  readonly #clock: TwinClock
  #topics: ReadonlySet<string> | null = null
  #enabled = true

  constructor(identity: WebhookIdentity, clock: TwinClock) {
    this.#identity = identity
    this.#clock = clock
    // Answered within 5 s, retried once after a minute, throttled for a minute by a 429. Source: the provider's notes.
    this.deliveries = new Deliveries({
      concurrency: 8,
      timeoutMs: 5_000,
      retryWaitsMs: [60_000],
      throttleMs: 60_000,
      now: () => this.#clock.now(),
    })
  }

  /** Where events go now. */
  get subscription(): Subscription {
    return { url: this.deliveries.target, topics: this.#topics && [...this.#topics] }
  }

  /** Sets where events go. */
  aim(subscription: Subscription): void {
    this.deliveries.setTarget(subscription.url)
    this.#topics = subscription.topics && new Set(subscription.topics)
  }

  /** Probes where events go and sends it a ping. Answers with the status of the probe, null if nobody was there. */
  async greet(): Promise<number | null> {
    const { target } = this.deliveries
    if (target === null) return null
    const status = await probe(target)
    this.#ping()
    return status
  }

  /** Events stop when the last installation is gone, and come back with a new one. */
  enable(installed: boolean): void {
    this.#enabled = installed
  }

  /** Sends one event, if anybody asked for its topic. */
  announce(topic: string, item: Record<string, unknown>): void {
    if (this.deliveries.target === null || !this.#enabled || (this.#topics && !this.#topics.has(topic))) return
    const now = this.#clock.seconds()
    // Not of the seed: an id that came once must not come again, also not after a start with the same seed.
    const id = `notif_${randomUUID()}`
    // The item as it is now: later changes must not show in an event that waits.
    const snapshot: unknown = JSON.parse(JSON.stringify(item))
    this.deliveries.send({
      topic,
      compose: (attempt) =>
        this.#signed({
          type: 'notification_event',
          app_id: this.#identity.appId,
          data: { type: 'notification_event_data', item: snapshot },
          links: {},
          id,
          topic,
          delivery_status: attempt === 1 ? 'pending' : 'retry',
          delivery_attempts: attempt,
          delivered_at: 0,
          first_sent_at: now,
          created_at: now,
          self: null,
        }),
    })
  }

  #ping(): void {
    const createdAt = this.#clock.seconds()
    this.deliveries.send({
      topic: 'ping',
      compose: (attempt) =>
        this.#signed({
          type: 'notification_event',
          topic: 'ping',
          id: null,
          app_id: this.#identity.appId,
          data: { item: { type: 'ping', message: 'ping' } },
          created_at: createdAt,
          delivery_attempts: attempt,
        }),
    })
  }

  #signed(envelope: Record<string, unknown>): { body: string; headers: Record<string, string> } {
    const body = JSON.stringify(envelope)
    return {
      body,
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'User-Agent': userAgent,
        'X-Hub-Signature': signature(this.#identity.clientSecret, body),
      },
    }
  }
}

/** The `X-Hub-Signature` of a body. */
export function signature(clientSecret: string, body: string): string {
  return `sha1=${hmacHex('sha1', clientSecret, body)}`
}

async function probe(url: string): Promise<number | null> {
  try {
    const headers = { 'User-Agent': userAgent }
    const response = await fetch(url, { method: 'HEAD', headers, signal: AbortSignal.timeout(probeTimeoutMs) })
    return response.status
  } catch {
    // Nobody there yet: the subscription is kept, as the real one keeps it.
    return null
  }
}
