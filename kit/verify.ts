import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import type { DeliveryHeaders, Proof, SharedSecret, SignatureScheme } from './contract.ts'
import { SignatureError } from './errors.ts'

/** A delivery as it came in, and the secrets that are current for whom it is for. */
export interface GivenDelivery {
  readonly provider: string
  readonly proof: Proof
  /** As node:http gives them. */
  readonly headers: DeliveryHeaders
  /** The bytes that came over the wire, before anything parsed them. */
  readonly body: Uint8Array
  /** All that are current, while one takes over from another. None means refused. */
  readonly secrets: readonly string[]
  readonly now: Date
}

/**
 * Proves that a delivery was signed with, or holds, one of the current secrets; throws unless it does.
 *
 * This is the one place where deliveries are proven: over raw bytes, in constant time, against every secret, within the
 * scheme's time window.
 *
 * @throws SignatureError no secret configured, no or wrong proof, or sent too long ago
 */
export function verifyDelivery(delivery: GivenDelivery): void {
  const { provider, proof, secrets } = delivery
  const usable = secrets.filter((secret) => secret !== '')
  if (usable.length === 0) throw new SignatureError(provider, 'no signing secret is configured, so nothing is accepted')
  if (proof.kind === 'shared-secret') verifyShared(delivery, proof, usable)
  else verifySignature(delivery, proof, usable)
}

function verifySignature(delivery: GivenDelivery, scheme: SignatureScheme, secrets: readonly string[]): void {
  const given = signatureOf(delivery, scheme)
  const before = signedBefore(delivery, scheme)
  const matching = secrets.filter((secret) => {
    const expected = createHmac(scheme.algorithm, secret).update(before).update(delivery.body).digest()
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
  if (matching.length === 0) {
    throw new SignatureError(
      delivery.provider,
      'signature does not match; is the body still the raw bytes, and the secret current?',
    )
  }
}

/** Compared by their hashes, which are of one length whatever was given. */
function verifyShared({ provider, headers }: GivenDelivery, proof: SharedSecret, secrets: readonly string[]): void {
  const value = header(headers, proof.header)
  if (value === null) throw new SignatureError(provider, `no "${proof.header}" header; the delivery shows no secret`)
  const given = hash('sha256', value, 'buffer')
  const matching = secrets.filter((secret) => timingSafeEqual(given, hash('sha256', secret, 'buffer')))
  if (matching.length === 0) {
    throw new SignatureError(provider, `"${proof.header}" does not hold the secret; was it set anew?`)
  }
}

const HEX = /^(?:[0-9a-f]{2})+$/i
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

function signatureOf({ provider, headers }: GivenDelivery, scheme: SignatureScheme): Buffer {
  const value = header(headers, scheme.header)
  if (value === null) throw new SignatureError(provider, `no "${scheme.header}" header; the delivery is not signed`)
  const encoded = value.slice(scheme.prefix.length)
  const shape = scheme.encoding === 'hex' ? HEX : BASE64
  if (!value.startsWith(scheme.prefix) || !shape.test(encoded)) {
    throw new SignatureError(
      provider,
      `expected "${scheme.header}" to be "${scheme.prefix}" and a ${scheme.encoding} ${scheme.algorithm} signature`,
    )
  }
  return Buffer.from(encoded, scheme.encoding)
}

/** What stands before the body in what is signed: the time, once it is known to be near. */
function signedBefore({ provider, headers, now }: GivenDelivery, scheme: SignatureScheme): string {
  if (scheme.timestamp === null) return ''
  const { header: name, toleranceMs } = scheme.timestamp
  const value = header(headers, name)
  if (value === null) throw new SignatureError(provider, `no "${name}" header; the time is part of the signature`)
  const sentAt = /^\d{1,10}$/.test(value)
    ? Number(value) * 1000
    : /^\d{4}-/.test(value)
      ? Date.parse(value)
      : Number.NaN
  if (Number.isNaN(sentAt)) {
    throw new SignatureError(provider, `expected "${name}" to be a time in Unix seconds or ISO 8601`)
  }
  if (Math.abs(now.getTime() - sentAt) > toleranceMs) {
    throw new SignatureError(
      provider,
      `sent more than ${toleranceMs / 1000} s away from our time; replayed, or a clock is wrong`,
    )
  }
  return value
}

function header(headers: DeliveryHeaders, name: string): string | null {
  const value = headers[name.toLowerCase()]
  return typeof value === 'string' ? value : null
}
