import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { SharedSecret, SignatureScheme } from '../../kit/contract.ts'
import { SignatureError } from '../../kit/errors.ts'
import { type GivenDelivery, verifyDelivery } from '../../kit/verify.ts'

const NOW = new Date('2026-01-01T00:01:30Z')
const BODY = Buffer.from('{"object":"page","entry":[{"id":"1","text":"Zoë"}]}')
const SECRET = 'app_secret_77'

const plain: SignatureScheme = {
  kind: 'signature',
  header: 'X-Hub-Signature',
  algorithm: 'sha1',
  encoding: 'hex',
  prefix: 'sha1=',
  timestamp: null,
}
const timed: SignatureScheme = {
  kind: 'signature',
  header: 'X-Acme-Signature',
  algorithm: 'sha256',
  encoding: 'base64',
  prefix: '',
  timestamp: { header: 'X-Acme-Timestamp', toleranceMs: 60_000 },
}

const signature = `sha1=${createHmac('sha1', SECRET).update(BODY).digest('hex')}`

const delivery = (changed: Partial<GivenDelivery> = {}): GivenDelivery => ({
  provider: 'acme',
  proof: plain,
  headers: { 'x-hub-signature': signature },
  body: BODY,
  secrets: [SECRET],
  now: NOW,
  ...changed,
})

function timedDelivery(sentAt: string, changed: Partial<GivenDelivery> = {}): GivenDelivery {
  const signed = createHmac('sha256', SECRET).update(sentAt).update(BODY).digest('base64')
  const headers = { 'x-acme-signature': signed, 'x-acme-timestamp': sentAt }
  return delivery({ proof: timed, headers, ...changed })
}

const refusal = (given: GivenDelivery): string => {
  try {
    verifyDelivery(given)
  } catch (error) {
    expect(error).toBeInstanceOf(SignatureError)
    return String(error)
  }
  return 'accepted'
}

describe('verifyDelivery', () => {
  it('accepts the vector of RFC 2202 (HMAC-SHA1, test case 2)', () => {
    const headers = { 'x-hub-signature': 'sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79' }
    const body = Buffer.from('what do ya want for nothing?')
    expect(refusal(delivery({ headers, body, secrets: ['Jefe'] }))).toBe('accepted')
  })

  it('accepts the vector of RFC 4231 (HMAC-SHA256, test case 2)', () => {
    const proof: SignatureScheme = { ...plain, algorithm: 'sha256', prefix: 'sha256=' }
    const headers = { 'x-hub-signature': 'sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843' }
    const body = Buffer.from('what do ya want for nothing?')
    expect(refusal(delivery({ proof, headers, body, secrets: ['Jefe'] }))).toBe('accepted')
  })

  it('accepts any of the current secrets', () => {
    expect(refusal(delivery({ secrets: ['the next one', SECRET] }))).toBe('accepted')
  })

  it('refuses a delivery signed with a revoked secret', () => {
    expect(refusal(delivery({ secrets: ['the next one'] }))).toContain('signature does not match')
  })

  it('refuses everything when no secret is configured, even what an empty one signed', () => {
    const headers = { 'x-hub-signature': `sha1=${createHmac('sha1', '').update(BODY).digest('hex')}` }
    expect(refusal(delivery({ secrets: [] }))).toContain('no signing secret is configured')
    expect(refusal(delivery({ headers, secrets: [''] }))).toContain('no signing secret is configured')
  })

  it('refuses a body with any one byte flipped', () => {
    for (let place = 0; place < BODY.length; place += 1) {
      const body = Buffer.from(BODY)
      body.writeUInt8(body.readUInt8(place) ^ 1, place)
      expect(refusal(delivery({ body }))).toContain('is the body still the raw bytes')
    }
  })

  it.each([
    ['missing', undefined, 'no "X-Hub-Signature" header'],
    ['given twice', [signature, signature], 'no "X-Hub-Signature" header'],
    ['without its prefix', signature.slice(5), 'expected "X-Hub-Signature" to be "sha1="'],
    ['not hexadecimal', 'sha1=zz', 'expected "X-Hub-Signature" to be "sha1="'],
    ['empty', 'sha1=', 'expected "X-Hub-Signature" to be "sha1="'],
    ['cut short', signature.slice(0, -2), 'signature does not match'],
    ['followed by more', `${signature}00`, 'signature does not match'],
  ])('refuses a signature that is %s', (_, value, message) => {
    expect(refusal(delivery({ headers: { 'x-hub-signature': value } }))).toContain(message)
  })

  it('never repeats the signature, a secret or the body', () => {
    const said = refusal(delivery({ secrets: ['other'] }))
    for (const hidden of [signature.slice(5), 'other', 'entry']) expect(said).not.toContain(hidden)
  })

  it.each(['2026-01-01T00:01:00Z', '1767225660', '1767225749'])('accepts what was signed near to now: %s', (sentAt) => {
    expect(refusal(timedDelivery(sentAt))).toBe('accepted')
  })

  it.each(['2026-01-01T00:00:29Z', '1767225600', '1767225751'])(
    'refuses what was signed too far from now: %s',
    (sentAt) => {
      expect(refusal(timedDelivery(sentAt))).toContain('sent more than 60 s away')
    },
  )

  it('refuses a time that was not the signed one, is none, or is missing', () => {
    const moved = timedDelivery('1767225660')
    const headers = { ...moved.headers, 'x-acme-timestamp': '1767225661' }
    expect(refusal({ ...moved, headers })).toContain('signature does not match')
    expect(refusal(timedDelivery('yesterday'))).toContain('expected "X-Acme-Timestamp" to be a time')
    expect(refusal({ ...moved, headers: { 'x-acme-signature': 'AAAA' } })).toContain('no "X-Acme-Timestamp" header')
  })

  describe('where a secret is shown', () => {
    const shown: SharedSecret = { kind: 'shared-secret', header: 'X-Acme-Secret' }
    const showing = (value: string | readonly string[] | undefined, secrets: readonly string[] = [SECRET]): string =>
      refusal(delivery({ proof: shown, headers: { 'x-acme-secret': value }, secrets }))

    it('accepts any of the current ones, whatever the body is', () => {
      expect(showing(SECRET)).toBe('accepted')
      expect(showing(SECRET, ['the next one', SECRET])).toBe('accepted')
      const headers = { 'x-acme-secret': SECRET }
      expect(refusal(delivery({ proof: shown, headers, body: Buffer.alloc(0) }))).toBe('accepted')
    })

    it.each([
      ['missing', undefined, 'no "X-Acme-Secret" header'],
      ['given twice', [SECRET, SECRET], 'no "X-Acme-Secret" header'],
      ['empty', '', 'does not hold the secret'],
      ['another', 'another', 'does not hold the secret'],
      ['cut short', SECRET.slice(0, -1), 'does not hold the secret'],
      ['followed by more', `${SECRET} `, 'does not hold the secret'],
      ['in capitals', SECRET.toUpperCase(), 'does not hold the secret'],
      ['both current ones', `${SECRET}, ${SECRET}`, 'does not hold the secret'],
    ])('refuses one that is %s, and repeats neither', (_, value, message) => {
      const said = showing(value)
      expect(said).toContain(message)
      expect(said).not.toContain(SECRET)
      expect(said).not.toContain('another')
    })

    it('refuses everything when none is configured, the empty one too', () => {
      expect(showing('', [])).toContain('no signing secret is configured')
      expect(showing('', [''])).toContain('no signing secret is configured')
    })

    it('takes no signature in its place', () => {
      const headers = { 'x-hub-signature': signature, 'x-acme-secret': signature }
      expect(refusal(delivery({ proof: shown, headers }))).toContain('does not hold the secret')
    })
  })
})
