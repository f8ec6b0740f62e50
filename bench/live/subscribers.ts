import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { SAID } from '../../test/gateway/fan-out/rooms.ts'
import type { Done, Order } from './messages.ts'

/** The subscribers of one path, which count what they get and look at little of it. */
interface Crowd {
  readonly size: number
  received: number
  readonly digest: ReturnType<typeof createHash>
  /** Called when everything that is awaited has come. */
  arrived: () => void
  awaited: number
  readonly sockets: readonly WebSocket[]
}

const crowds = new Map<string, Crowd>()

process.on('message', (order: Order) => void answer(order))

/** Does what is asked and says so. What goes wrong ends the process, which the bench notices. */
async function answer(order: Order): Promise<void> {
  const done = await obey(order)
  process.send?.(done)
}

async function obey(order: Order): Promise<Done> {
  if (order.kind === 'subscribe') {
    crowds.set(order.path, await gather(order))
    return { digest: '' }
  }
  if (order.kind === 'end') {
    for (const { sockets } of crowds.values()) for (const socket of sockets) socket.terminate()
    crowds.clear()
    return { digest: '' }
  }
  const crowd = crowds.get(order.path)
  if (crowd === undefined) throw new Error(`nobody subscribed over ${order.path}`)
  await new Promise<void>((resolve) => {
    crowd.arrived = resolve
    crowd.awaited += order.events * crowd.size
    if (crowd.received === crowd.awaited) resolve()
  })
  return { digest: crowd.digest.copy().digest('hex') }
}

async function gather({ url, sockets: count, operationsEach }: Extract<Order, { kind: 'subscribe' }>): Promise<Crowd> {
  const sockets = await Promise.all(Array.from({ length: count }, () => enter(url)))
  const crowd: Crowd = {
    size: count * operationsEach,
    received: 0,
    digest: createHash('sha256'),
    arrived: () => {},
    awaited: 0,
    sockets,
  }
  for (const [index, socket] of sockets.entries()) {
    for (let id = 0; id < operationsEach; id++) {
      const payload = { query: SAID, variables: { room: 'a' } }
      socket.send(JSON.stringify({ id: `operation-${id}`, type: 'subscribe', payload }))
    }
    // Answered after the subscriptions are made.
    socket.send('{"type":"ping"}')
    await once(socket, 'message')
    socket.on('message', (data: Buffer) => {
      if (index === 0) crowd.digest.update(data)
      crowd.received++
      if (crowd.received === crowd.awaited) crowd.arrived()
    })
  }
  return crowd
}

async function enter(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false })
  await once(socket, 'open')
  socket.send('{"type":"connection_init","payload":{"authorization":"Bearer good"}}')
  await once(socket, 'message')
  return socket
}
