import { WebSocket } from 'ws'

/** What the bench tells a process of subscribers. */
export type CrowdOrder =
  | {
      readonly kind: 'gather'
      readonly url: string
      readonly token: string
      readonly after: string
      /** How many were said before that. */
      readonly said: number
      readonly size: number
    }
  /** Answers when each subscriber has heard so many events in all, those before it came included. */
  | { readonly kind: 'await'; readonly said: number }

/** Its answer. */
export interface CrowdDone {
  /** How many milliseconds after it was said each subscriber heard each event, since the last answer. */
  readonly lags: readonly number[]
  /** Events that came twice, or out of order, since it began. */
  readonly wrong: number
}

const SAID = `subscription ($after: String) { messageAdded(after: $after) { cursor message { text } } }`
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 4_000
/** So many sockets are opened at a time, as long as they are not all cut off together. */
const AT_ONCE = 100

/** One who follows, and comes back after the last event it heard, as the client of `client/` does. */
interface Subscriber {
  after: string
  /** The number of the last message that it heard. */
  last: number
  failures: number
}

const subscribers: Subscriber[] = []
let given: Extract<CrowdOrder, { kind: 'gather' }> | null = null
let lags: number[] = []
let heard = 0
let missed = 0
let wrong = 0
let look: () => void = () => undefined

process.on('message', (order: CrowdOrder) => void answer(order))

async function answer(order: CrowdOrder): Promise<void> {
  const done = await obey(order)
  process.send?.(done)
}

async function obey(order: CrowdOrder): Promise<CrowdDone> {
  if (order.kind === 'gather') {
    given = order
    for (let index = subscribers.length; index < order.size; index += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, order.size - index) }, (): Subscriber => {
        return { after: order.after, last: order.said - 1, failures: 0 }
      })
      subscribers.push(...some)
      missed += order.said * some.length
      await Promise.all(some.map(enter))
    }
  } else {
    await new Promise<void>((resolve) => {
      look = () => (missed + heard >= order.said * subscribers.length ? resolve() : undefined)
      look()
    })
  }
  const done = { lags, wrong }
  lags = []
  return done
}

/** Connects and subscribes; resolves when that was taken. Whenever the socket closes, it comes back. */
async function enter(subscriber: Subscriber): Promise<void> {
  if (given === null) return
  const socket = new WebSocket(given.url, 'graphql-transport-ws', { perMessageDeflate: false })
  socket.on('error', () => undefined)
  const taken = Promise.withResolvers<void>()
  socket.on('close', () => {
    taken.resolve()
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** subscriber.failures++) * (0.5 + Math.random() / 2)
    setTimeout(() => void enter(subscriber), waitMs)
  })
  const payload = { authorization: `Bearer ${given.token}` }
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })))
  socket.on('message', (data: Buffer) => {
    const message: Message = JSON.parse(String(data))
    if (message.type === 'connection_ack') {
      const subscribe = { query: SAID, variables: { after: subscriber.after } }
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: subscribe }))
      // Answered after the subscription was made.
      socket.send('{"type":"ping"}')
    } else if (message.type === 'pong') taken.resolve()
    else if (message.type === 'next') hear(subscriber, message)
    else if (message.type === 'error' || message.type === 'complete') socket.close()
  })
  await taken.promise
}

interface Message {
  readonly type: string
  readonly payload?: { readonly data?: { readonly messageAdded: { cursor: string; message: { text: string } } } }
}

function hear(subscriber: Subscriber, { payload }: Message): void {
  const event = payload?.data?.messageAdded
  if (event === undefined) throw new Error(`expected an event, but got ${JSON.stringify(payload)}`)
  const [number = 0, saidAt = 0] = event.message.text.split(' ').map(Number)
  if (number !== subscriber.last + 1) wrong += 1
  subscriber.last = number
  subscriber.after = event.cursor
  subscriber.failures = 0
  lags.push(Date.now() - saidAt)
  heard += 1
  look()
}
