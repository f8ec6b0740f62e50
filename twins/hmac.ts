import { createHmac } from 'node:crypto'

/** Hexadecimal HMAC of the exact bytes that are sent. */
export function hmacHex(algorithm: 'sha1' | 'sha256', secret: string, body: string): string {
  return createHmac(algorithm, secret).update(body, 'utf8').digest('hex')
}

/** The same of SHA-256, in base64. */
export function hmacBase64(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text, 'utf8').digest('base64')
}
