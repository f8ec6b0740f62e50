import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { GOOD } from '../served.ts'
import type { Scene } from './scene.ts'

/** What a server said, as far as it went. */
export interface RawAnswer {
  readonly status: number
  readonly head: string
  readonly body: string
}

/** A connection without a client library, for what none would send. */
export interface RawConnection extends Disposable {
  readonly socket: Socket
  write(part: string | Uint8Array): void
  /** Resolves with all that came when the server has closed. */
  readonly ended: Promise<RawAnswer>
}

/** Connects to a gateway. */
export async function connectHttp({ served }: Scene): Promise<RawConnection> {
  const { hostname, port } = new URL(served.url)
  const socket = connect(Number(port), hostname)
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => void chunks.push(chunk))
  // A server may hang up on what is still being sent.
  socket.on('error', () => {})
  const ended = new Promise<RawAnswer>((resolve) => {
    socket.once('close', () => resolve(toAnswer(Buffer.concat(chunks).toString('utf8'))))
  })
  await once(socket, 'connect')
  return {
    socket,
    write: (part) => void (socket.writable && socket.write(part)),
    ended,
    [Symbol.dispose]: () => socket.destroy(),
  }
}

/** The head of a POST with a good token; the connection closes after its answer. */
export function postHead(path: string, headers: Readonly<Record<string, string | number>> = {}): string {
  const all = {
    host: 'gateway',
    connection: 'close',
    accept: path.endsWith('/stream') ? 'text/event-stream' : 'application/json',
    'content-type': 'application/json',
    ...GOOD,
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}

/** Posts bytes as a body and reads the answer. */
export async function postBytes(
  scene: Scene,
  path: string,
  body: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  using connection = await connectHttp(scene)
  connection.write(postHead(path, { 'content-length': body.length, ...headers }))
  connection.write(body)
  return await connection.ended
}

/** The codes of the errors of an answer, be it JSON or the first event of a stream. */
export function codesOf({ body }: RawAnswer): readonly string[] {
  const json = /\{.*\}/.exec(body)?.[0] ?? '{}'
  const { errors = [] }: { errors?: { extensions: { code: string } }[] } = JSON.parse(json)
  return errors.map(({ extensions }) => extensions.code)
}

function toAnswer(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  return { status: Number(head.split(' ')[1] ?? 0), head, body: rest.join('\r\n\r\n') }
}
