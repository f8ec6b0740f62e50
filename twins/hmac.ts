import { createHmac } from 'node:crypto'

/** Hexadecimal HMAC of the exact bytes that are sent. */
export function hmacHex(algorithm: 'sha1' | 'sha256', secret: string, body: string): string {
  return createHmac(algorithm, secret).update(body, 'utf8').digest('hex')
}
