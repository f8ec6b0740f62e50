import { expect, it } from 'vitest'
import type { Connector, Webhook } from '../../kit/contract.ts'
import { SignatureError } from '../../kit/errors.ts'
import { verifyDelivery } from '../../kit/verify.ts'
import type { Delivered, Deliveries } from './delivered.ts'

/** What shows that a delivery is the provider's, and what does not. */
export function describeProof({ provider }: Connector, { proof }: Webhook, current: () => Deliveries): void {
  const verify = (delivery: Delivered, secrets: readonly string[], changed: Partial<Delivered> = {}): string => {
    const { headers, bytes: body, receivedAt: now } = { ...delivery, ...changed }
    try {
      verifyDelivery({ provider, proof, headers, body, secrets, now })
      return 'proven'
    } catch (error) {
      expect(error).toBeInstanceOf(SignatureError)
      return 'refused'
    }
  }

  it('are proven by the secret, and by no other or by none', () => {
    const { posted, secret } = current()
    for (const delivery of posted) {
      expect(verify(delivery, [secret])).toBe('proven')
      expect(verify(delivery, ['rotated-away', secret])).toBe('proven')
      expect(verify(delivery, [`${secret}x`])).toBe('refused')
      expect(verify(delivery, [])).toBe('refused')
    }
  })

  it('are refused without the proof, or with another', () => {
    const { posted, secret } = current()
    const name = proof.header.toLowerCase()
    for (const delivery of posted) {
      const { [name]: shown, ...others } = delivery.headers
      expect(shown).toBeDefined()
      expect(verify(delivery, [secret], { headers: others })).toBe('refused')
      expect(verify(delivery, [secret], { headers: { ...others, [name]: `${String(shown)}x` } })).toBe('refused')
      expect(verify(delivery, [secret], { headers: { ...others, [name]: '' } })).toBe('refused')
    }
  })

  it.skipIf(proof.kind === 'shared-secret')('are refused with a byte flipped', () => {
    const { posted, secret } = current()
    for (const delivery of posted) {
      const bytes = Buffer.from(delivery.bytes)
      bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1)
      expect(verify(delivery, [secret], { bytes })).toBe('refused')
    }
  })

  const timestamp = proof.kind === 'signature' ? proof.timestamp : null
  it.skipIf(timestamp === null)('are refused when they come again later than their time allows', () => {
    const { posted, secret } = current()
    for (const delivery of posted) {
      const late = new Date(delivery.receivedAt.getTime() + (timestamp?.toleranceMs ?? 0) + 2_000)
      expect(verify(delivery, [secret], { receivedAt: late })).toBe('refused')
    }
  })
}
