import { once } from 'node:events'
import { WebSocket } from 'ws'
import { SAID } from './rooms.ts'

/** A client without a library, which sees the bytes of every frame. */
export interface RawClient extends Disposable {
  readonly socket: WebSocket
  /** What came for an operation, frame by frame, as text. */
  framesOf(id: string): readonly string[]
  /** Resolves when this many frames came for an operation in all; rejects when it ends before, with its last frame. */
  received(id: string, count: number): Promise<readonly string[]>
  /** The events that came for an operation: their places in the room's log. */
  placesOf(id: string): readonly number[]
  subscribe(id: string, query: string, more?: Record<string, unknown>): void
  /** Subscribes to a room. */
  follow(id: string, variables: { readonly room: string; readonly after?: number }, query?: string): void
  leave(id: string): void
  /** Resolves when the server has dealt with all that was sent before. */
  settled(): Promise<void>
  /** Code and reason of the end. */
  readonly closed: Promise<string>
}

/** Somebody who waits for frames of an operation. */
interface Waiting {
  readonly id: string
  readonly count: number
  readonly resolve: (frames: readonly string[]) => void
  readonly reject: (error: Error) => void
}

/** Gives somebody what came, now that no more comes or that it is enough. */
function settle({ id, count, resolve, reject }: Waiting, list: readonly string[]): void {
  if (list.length >= count) return resolve(list)
  reject(new Error(`operation "${id}": expected ${count} frames, but it ended after ${list.length}: ${list.at(-1)}`))
}

/** Connects and presents a token, and whatever else goes into `connection_init`. */
export async function connectRaw(
  url: string,
  authorization = 'Bearer good',
  more: Readonly<Record<string, unknown>> = {},
): Promise<RawClient> {
  const socket = new WebSocket(url, 'graphql-transport-ws')
  const frames = new Map<string, string[]>()
  const pongs: (() => void)[] = []
  const ended = new Set<string>()
  let waiting: Waiting[] = []
  const framesOf = (id: string): string[] => {
    let list = frames.get(id)
    if (list === undefined) frames.set(id, (list = []))
    return list
  }
  const take = (text: string) => {
    const { id = '', type } = readHead(text)
    if (type === 'pong') pongs.shift()?.()
    const list = framesOf(id)
    list.push(text)
    if (type === 'complete' || type === 'error') ended.add(id)
    const isMet = (each: Waiting) => each.id === id && (ended.has(id) || list.length >= each.count)
    for (const each of waiting) if (isMet(each)) settle(each, list)
    waiting = waiting.filter((each) => !isMet(each))
  }
  socket.on('message', (data: Buffer) => take(data.toString('utf8')))
  socket.on('error', () => {})
  const closed = once(socket, 'close').then(([code, reason]) => `${code} ${String(reason)}`)
  await once(socket, 'open')
  const send = (message: unknown) => socket.send(JSON.stringify(message))
  const received = (id: string, count: number) =>
    new Promise<readonly string[]>((resolve, reject) => {
      const list = framesOf(id)
      const each = { id, count, resolve, reject }
      if (ended.has(id) || list.length >= count) settle(each, list)
      else waiting.push(each)
    })
  send({ type: 'connection_init', payload: { ...more, authorization } })
  await received('', 1)
  const subscribe: RawClient['subscribe'] = (id, query, more = {}) => {
    ended.delete(id)
    send({ id, type: 'subscribe', payload: { query, ...more } })
  }
  return {
    socket,
    framesOf,
    received,
    placesOf: (id) => framesOf(id).flatMap(readPlace),
    subscribe,
    follow: (id, variables, query = SAID) => subscribe(id, query, { variables }),
    leave: (id) => send({ id, type: 'complete' }),
    settled: () => {
      send({ type: 'ping' })
      return new Promise((resolve) => pongs.push(resolve))
    },
    closed,
    [Symbol.dispose]: () => socket.terminate(),
  }
}

function readHead(text: string): { readonly id?: string; readonly type: string } {
  return JSON.parse(text)
}

function readPlace(text: string): number[] {
  const message: { type: string; payload?: { data?: { said?: { seq: number } | null } | null } } = JSON.parse(text)
  const place = message.payload?.data?.said?.seq
  return place === undefined ? [] : [place]
}
