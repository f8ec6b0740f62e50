import type { IncomingMessage } from 'node:http'

/** The body of a request is larger than is accepted. */
export class BodyTooLargeError extends Error {
  readonly code = 'BODY_TOO_LARGE'
  constructor(maxBytes: number) {
    super(`expected a body of at most ${maxBytes} bytes`)
    this.name = 'BodyTooLargeError'
  }
}

/**
 * Reads a request's body as the bytes that came over the wire.
 *
 * @throws BodyTooLargeError as soon as it is known, be it by the announced length or by what arrived
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw new BodyTooLargeError(maxBytes)
  const chunks: Buffer[] = []
  let size = 0
  // Leaving the loop must not destroy the request: the answer still has to go out on its socket.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) throw new BodyTooLargeError(maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}
