import { once } from 'node:events'
import { request as startRequest, type ClientRequest, type IncomingMessage } from 'node:http'

/** A stream of Server-Sent Events without a client library. */
export interface RawStream {
  readonly request: ClientRequest
  readonly response: IncomingMessage
  /** Resolves with all text when it holds this many events, or the stream has ended. */
  received(events: number): Promise<string>
  /** Resolves with all text at the end; rejects when the stream is cut. */
  readonly ended: Promise<string>
}

/** Posts an operation to `/graphql/stream` of an origin. */
export async function openRawStream(
  origin: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<RawStream> {
  const request = startRequest(`${origin}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
  })
  request.on('error', () => {})
  request.end(JSON.stringify(body))
  const [response]: IncomingMessage[] = await once(request, 'response')
  if (response === undefined) throw new Error('expected a response')
  let text = ''
  let check = () => {}
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    check()
  })
  const ended = new Promise<string>((resolve, reject) => {
    response.once('end', () => resolve(text))
    response.once('error', reject)
  })
  ended.catch(() => {})
  const received = (events: number) =>
    new Promise<string>((resolve) => {
      check = () => {
        if (text.split('event: next').length > events || response.readableEnded) resolve(text)
      }
      response.once('end', check)
      check()
    })
  return { request, response, received, ended }
}
