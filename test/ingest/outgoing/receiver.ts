import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** One request as it came. */
export interface Taken {
  readonly path: string
  readonly id: string
  readonly body: string
  readonly headers: IncomingHttpHeaders
}

/** What stands in a body. */
export interface Payload {
  readonly type: string
  readonly timestamp: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Somebody's own system on a real socket. */
export interface Receiver extends AsyncDisposable {
  readonly url: string
  readonly taken: Taken[]
  /** How the next requests are answered; 204 unless it is set. */
  answer: (taken: Taken, response: ServerResponse) => void
}

export const status =
  (code: number, headers: Record<string, string> = {}): Receiver['answer'] =>
  (_taken, response) =>
    void response.writeHead(code, headers).end()

/** Starts a receiver; on a port of choice it is the one from before that came back. */
export async function startReceiver(port = 0): Promise<Receiver> {
  const taken: Taken[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { url: path = '', headers } = request
      const one = { path, id: String(headers['webhook-id']), body, headers }
      taken.push(one)
      receiver.answer(one, response)
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    answer: status(204),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return receiver
}

export const payloadOf = ({ body }: Taken): Payload => JSON.parse(body) as Payload

/** For so long a receiver takes a message, by the recommendation of the specification. */
const TOLERANCE_SECONDS = 300

/**
 * Checks a message as a receiver does, written from the text of the Standard Webhooks specification alone.
 *
 * @throws Error what is wrong with it
 */
export function verify({ headers, body }: Taken, secret: string, now: Date): Payload {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => {
    const value = headers[name]
    if (typeof value !== 'string') throw new Error(`no ${name}`)
    return value
  })
  if (!/^\d+$/.test(timestamp ?? '')) throw new Error(`the timestamp is ${timestamp}`)
  if (Math.abs(Number(timestamp) - now.getTime() / 1000) > TOLERANCE_SECONDS) throw new Error('too old, or too new')
  const [, encoded] = secret.split('whsec_')
  const hmac = createHmac('sha256', Buffer.from(encoded ?? '', 'base64'))
  const expected = hmac.update([id, timestamp, body].join('.')).digest('base64')
  const isSigned = signatures?.split(' ').some((each) => {
    const [version, signature] = each.split(',')
    return version === 'v1' && signature === expected
  })
  if (isSigned !== true) throw new Error('no signature is right')
  return JSON.parse(body) as Payload
}
