import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TwinReply, TwinRequest } from './exchange.ts'

/** What a twin does with one request; null ends the socket without an answer. */
export type Answer = (request: TwinRequest) => Promise<SentReply | null>

/** The bytes to send; `text` wins over the reply's own body, for answers broken on purpose. */
export interface SentReply extends TwinReply {
  readonly text?: string
}

/** A listening server. */
export interface Listener {
  readonly url: string
  close(): Promise<void>
}

/** Requests larger than this are cut off. More than any provider takes, so that each can refuse in its own words. */
const maxBodyBytes = 50_000_000

/** Where whoever runs the process asks after it. No provider has such paths, so no token is asked for. */
const health = new Map([
  ['/health/live', 'live'],
  ['/health/ready', 'ready'],
])

/** Listens on a port, 0 for any free one. */
export async function listen(options: { port: number; host: string }, answer: Answer): Promise<Listener> {
  const server = createServer((incoming, outgoing) => {
    respond(incoming, outgoing, answer).catch(() => {
      // The caller went away while it was being answered; there is nobody left to tell.
      incoming.socket.destroy()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return {
    url: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  }
}

async function respond(incoming: IncomingMessage, outgoing: ServerResponse, answer: Answer): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://twin')
  const status = health.get(url.pathname)
  if (status !== undefined) {
    outgoing.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' })
    outgoing.end(`${JSON.stringify({ status })}\n`)
    return
  }
  const bytes = await read(incoming)
  const reply = await answer({
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: bytes.toString('utf8'),
    bytes,
  })
  if (!reply) {
    incoming.socket.destroy()
    return
  }
  const text = reply.text ?? reply.html ?? (reply.json === undefined ? '' : JSON.stringify(reply.json))
  const type = reply.html === undefined ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8'
  outgoing.writeHead(reply.status, { 'Content-Type': type, ...reply.headers })
  outgoing.end(incoming.method === 'HEAD' ? undefined : text)
}

async function read(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('the body must be read as bytes')
    size += chunk.length
    if (size > maxBodyBytes) throw new RangeError(`the body is larger than ${maxBodyBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
