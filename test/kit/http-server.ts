import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** The body before anything read it as text. */
  readonly bytes: Buffer
}

/** How one request is answered. */
export type Reply = (response: ServerResponse) => void

/** Answers with a status, JSON (or raw text) and headers. */
export const reply =
  (status: number, body: unknown = {}, headers: Record<string, string> = {}): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }

/** Takes the request and drops the connection without a word. */
export const hangUp: Reply = (response) => {
  response.socket?.destroy()
}

/** Takes the request and never answers. */
export const silence: Reply = () => {}

/** A server on a real socket that plays the replies in order; the last one stays. */
export async function startHttpServer(...replies: readonly Reply[]) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    void buffer(request).then((bytes) => {
      const play = replies[Math.min(received.length, replies.length - 1)]
      const { method = '', url: path = '', headers } = request
      received.push({ method, path, headers, body: bytes.toString('utf8'), bytes })
      play?.(response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('expected a TCP address')
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${address.port}`, received, close, [Symbol.asyncDispose]: close }
}
