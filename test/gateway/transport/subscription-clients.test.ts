import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { parse } from 'graphql'
import { expect, it } from 'vitest'
import { WebSocketServer, type WebSocket } from 'ws'
import { createSubscriptionClients } from '../../../gateway/transport/subscription-clients.ts'
import { deferred } from '../deferred.ts'
import { VIEWER } from '../graph.ts'

interface Message {
  readonly type: string
}

/** Serves subscriptions: acknowledges who connects, and hands everything else to `answer`. */
async function reach(
  answer: (socket: WebSocket, message: Message) => void,
  pingMs: number,
  { maxAnswerBytes = 1_000 } = {},
) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'graphql-transport-ws' })
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const message: Message = JSON.parse(data.toString('utf8'))
      if (message.type === 'connection_init') socket.send('{"type":"connection_ack"}')
      else answer(socket, message)
    })
  })
  const closed = once(server, 'connection').then(([socket]: WebSocket[]) => socket && once(socket, 'close'))
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `ws://127.0.0.1:${port}`
  const clients = createSubscriptionClients({ name: 'tickets', url, assertion: null, maxAnswerBytes, pingMs })
  const text = 'subscription { ticketChanged { id } }'
  const events = await clients.subscribe({
    operation: { text, document: parse(text), kind: 'subscription' },
    variables: undefined,
    viewer: VIEWER,
    requestId: 'r1',
    signal: new AbortController().signal,
  })
  if (!('next' in events)) throw new Error('expected events')
  const close = async () => {
    await clients.close()
    server.close()
  }
  return { events, closed, [Symbol.asyncDispose]: close }
}

const idOf = (message: object) => ('id' in message ? message.id : null)

it('a subscription breaks off when its subgraph no longer answers', async () => {
  await using silent = await reach(() => {}, 20)
  await expect(silent.events.next()).rejects.toMatchObject({
    code: 'SUBGRAPH_UNAVAILABLE',
    message: 'the subscription at subgraph "tickets" broke off',
  })
  await silent.closed
})

it('a subscription stays for as long as its subgraph answers, though nothing happens', async () => {
  let pings = 0
  let id: unknown
  await using patient = await reach((socket, message) => {
    if (message.type === 'subscribe') id = idOf(message)
    if (message.type !== 'ping') return
    socket.send('{"type":"pong"}')
    // By the second, the first would have been waited for in vain for long enough.
    if (++pings === 2) socket.send(JSON.stringify({ id, type: 'next', payload: { data: { n: 1 } } }))
  }, 2_000)
  expect(await patient.events.next()).toEqual({ done: false, value: { data: { n: 1 } } })
})

it('a subscription breaks off when its subgraph closes the socket as if all were done, and is not asked for again', async () => {
  let asked = 0
  await using leaving = await reach((socket, message) => {
    if (message.type !== 'subscribe') return
    asked++
    socket.close(1_000, 'Normal Closure')
  }, 20_000)
  await expect(leaving.events.next()).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
  expect(asked).toBe(1)
})

it('a message may be as large as it may be, and no larger', async () => {
  await using large = await reach((socket, message) => {
    if (message.type !== 'subscribe') return
    const send = (bytes: number) => {
      const bare = JSON.stringify({ id: idOf(message), type: 'next', payload: { data: '' } })
      socket.send(bare.replace('"data":""', `"data":"${'x'.repeat(bytes - bare.length)}"`))
    }
    send(1_000)
    send(1_001)
  }, 60_000)
  const { value } = await large.events.next()
  expect(value?.data).toMatch(/^x+$/)
  await expect(large.events.next()).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
})

it('a subscription that has to finish gives out what has come, and ends at the subgraph', async () => {
  const come = deferred<void>()
  await using many = await reach((socket, message) => {
    // What is asked after the events is answered when they have come.
    if (message.type === 'pong') come.resolve()
    if (message.type !== 'subscribe') return
    const id = idOf(message)
    for (const n of [1, 2, 3]) socket.send(JSON.stringify({ id, type: 'next', payload: { data: { n } } }))
    socket.send('{"type":"ping"}')
  }, 10_000)
  expect(await many.events.next()).toEqual({ done: false, value: { data: { n: 1 } } })
  await come.promise
  many.events.finish?.()
  await many.closed
  expect(await many.events.next()).toEqual({ done: false, value: { data: { n: 2 } } })
  expect(await many.events.next()).toEqual({ done: false, value: { data: { n: 3 } } })
  expect(await many.events.next()).toEqual({ done: true, value: undefined })
})

it('of a subscription that nobody reads 4 MiB wait, and not more: it then ends, and says so', async () => {
  const MEBIBYTE = 1024 * 1024
  const large = (id: unknown, bytes: number) => {
    const bare = JSON.stringify({ id, type: 'next', payload: { data: '' } })
    return bare.replace('"data":""', `"data":"${'x'.repeat(bytes - bare.length)}"`)
  }
  await using unread = await reach(
    (socket, message) => {
      if (message.type !== 'subscribe') return
      for (let count = 0; count < 6; count++) socket.send(large(idOf(message), MEBIBYTE))
    },
    60_000,
    { maxAnswerBytes: MEBIBYTE },
  )
  // It is ended at the subgraph without being read.
  await unread.closed
  for (let count = 0; count < 4; count++) expect(await unread.events.next()).toMatchObject({ done: false })
  await expect(unread.events.next()).rejects.toMatchObject({ code: 'FELL_BEHIND' })
})

it('one event that is larger than what may wait is given out', async () => {
  const come = deferred<void>()
  const SIZE = 5 * 1024 * 1024
  await using single = await reach(
    (socket, message) => {
      if (message.type === 'pong') come.resolve()
      if (message.type !== 'subscribe') return
      socket.send(JSON.stringify({ id: idOf(message), type: 'next', payload: { data: 'x'.repeat(SIZE) } }))
      socket.send('{"type":"ping"}')
    },
    60_000,
    { maxAnswerBytes: 2 * SIZE },
  )
  await come.promise
  expect((await single.events.next()).value?.data).toHaveLength(SIZE)
})
