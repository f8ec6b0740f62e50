import { WebSocket } from 'ws'
import { nowMs } from './now.ts'

/** What one subscriber asks. */
export interface Asked {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** What the bench tells a process of subscribers. */
export type AudienceOrder =
  /** More subscribers, each on a socket of its own, in this order. */
  | { readonly kind: 'gather'; readonly url: string; readonly token: string; readonly asked: readonly Asked[] }
  /** Answers when so many events that hold a text have come since the last answer, to all of them together. */
  | { readonly kind: 'await'; readonly events: number; readonly holding: string }

/** What came since the last answer, of what was awaited. */
export interface AudienceDone {
  /** Which subscriber heard, and when. */
  readonly heard: readonly (readonly [subscriber: number, atMs: number])[]
}

/** So many sockets are opened at a time. */
const AT_ONCE = 100

let gathered = 0
let heard: { readonly subscriber: number; readonly atMs: number; readonly text: string }[] = []
let look: () => void = () => undefined

process.on('message', (order: AudienceOrder) => void answer(order))
process.on('disconnect', () => process.exit())

async function answer(order: AudienceOrder): Promise<void> {
  const done: AudienceDone = { heard: order.kind === 'gather' ? [] : await awaitEvents(order) }
  if (order.kind === 'gather') await gather(order)
  process.send?.(done)
}

async function awaitEvents({
  events,
  holding,
}: Extract<AudienceOrder, { kind: 'await' }>): Promise<AudienceDone['heard']> {
  const found = (): typeof heard => heard.filter(({ text }) => text.includes(holding))
  await new Promise<void>((resolve) => {
    look = () => (heard.length >= events && found().length >= events ? resolve() : undefined)
    look()
  })
  const awaited = found()
  heard = []
  return awaited.map(({ subscriber, atMs }) => [subscriber, atMs])
}

async function gather({ url, token, asked }: Extract<AudienceOrder, { kind: 'gather' }>): Promise<void> {
  for (let from = 0; from < asked.length; from += AT_ONCE) {
    const some = asked.slice(from, from + AT_ONCE)
    await Promise.all(some.map((each) => enter(url, token, each, gathered++)))
  }
}

interface Message {
  readonly type: string
  readonly payload?: { readonly errors?: unknown }
}

/** Connects and subscribes; resolves when that was taken. */
async function enter(url: string, token: string, { query, variables }: Asked, subscriber: number): Promise<void> {
  const taken = Promise.withResolvers<void>()
  const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false })
  const send = (message: object): void => socket.send(JSON.stringify(message))
  socket.on('open', () => send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }))
  socket.on('message', (data: Buffer) => {
    const atMs = nowMs()
    const text = data.toString()
    const message = JSON.parse(text) as Message
    if (message.type === 'connection_ack') {
      send({ id: 's', type: 'subscribe', payload: { query, variables } })
      send({ type: 'ping' })
    } else if (message.type === 'pong') taken.resolve()
    else if (message.type === 'next' && message.payload?.errors === undefined) {
      heard.push({ subscriber, atMs, text })
      look()
    } else if (message.type !== 'ping') throw new Error(`expected an event, but got ${text}`)
  })
  await taken.promise
}
