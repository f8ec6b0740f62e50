import { createHmac } from 'node:crypto'

/** What is signed: the bytes, under which id, and when they are sent. */
export interface Signed {
  readonly id: string
  readonly body: string
  readonly at: Date
  /** `whsec_…`; the message is signed by each. */
  readonly secrets: readonly string[]
}

const PREFIX = 'whsec_'

/**
 * The headers that prove a message: HMAC-SHA256 over `id.timestamp.body`, keyed by what stands in base64 behind `whsec_`,
 * one `v1,` signature for each secret with spaces between. Source: standardwebhooks.com, "Signature scheme", read
 * 2026-11-29.
 */
export function signatureHeaders({ id, body, at, secrets }: Signed): Readonly<Record<string, string>> {
  const timestamp = Math.floor(at.getTime() / 1000)
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signatures.join(' ') }
}
