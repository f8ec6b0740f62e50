import { once } from 'node:events'
import { createClient, type Client } from 'graphql-ws'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { VIEWER } from '../graph.ts'
import { serve, type Served, type ServeOptions } from '../served.ts'
import { createSmall } from './small.ts'
import { createTestClock } from './test-clock.ts'

const opened: (() => unknown)[] = []
let served: Served | undefined

afterEach(async () => {
  for (const close of opened.splice(0)) await close()
  await served?.[Symbol.asyncDispose]()
  served = undefined
})

async function start(options: ServeOptions = {}) {
  const small = createSmall()
  served = await serve([small.subgraph], options)
  return { ...small, served }
}

function connect(
  { socketUrl }: Served,
  connectionParams: Record<string, unknown> = { authorization: 'Bearer good' },
): Client {
  const client = createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams, retryAttempts: 0 })
  opened.push(() => client.dispose())
  return client
}

/** A socket without a client library, for what such a library would never send. */
async function connectRaw({ socketUrl }: Served, protocols: string | string[] = 'graphql-transport-ws') {
  const socket = new WebSocket(socketUrl, protocols)
  opened.push(() => socket.terminate())
  const received: unknown[] = []
  const waiting: (() => void)[] = []
  socket.on('message', (data: Buffer) => {
    received.push(JSON.parse(data.toString('utf8')))
    waiting.shift()?.()
  })
  const closed = once(socket, 'close').then(([code, reason]) => `${code} ${String(reason)}`)
  await once(socket, 'open')
  let read = 0
  const next = async () => {
    if (received.length <= read) await new Promise<void>((resolve) => waiting.push(resolve))
    return received[read++]
  }
  return { socket, closed, next, send: (message: unknown) => socket.send(JSON.stringify(message)) }
}

async function enter(served: Served) {
  const raw = await connectRaw(served)
  raw.send({ type: 'connection_init', payload: { authorization: 'Bearer good' } })
  expect(await raw.next()).toEqual({ type: 'connection_ack' })
  return raw
}

const subscribe = (id: string, query: string, more = {}) => ({ id, type: 'subscribe', payload: { query, ...more } })

async function all(events: AsyncIterable<unknown>): Promise<unknown[]> {
  const list: unknown[] = []
  for await (const event of events) list.push(event)
  return list
}

describe('GraphQL over a socket', () => {
  it('answers queries and mutations', async () => {
    const { served } = await start()
    const client = connect(served)
    expect(await all(client.iterate({ query: '{ who hello }' }))).toEqual([
      { data: { who: 'm1 as OWNER', hello: 'Hello you' } },
    ])
    expect(await all(client.iterate({ query: 'mutation { greet(name: "Ann") }' }))).toEqual([
      { data: { greet: 'Hi Ann' } },
    ])
  })

  it('delivers events until their source ends', async () => {
    const { served, feed } = await start()
    const listening = feed.changed()
    const events = all(connect(served).iterate({ query: 'subscription { tick }' }))
    await listening
    feed.publish('one')
    feed.publish('two')
    feed.end()
    expect(await events).toEqual([{ data: { tick: 'one' } }, { data: { tick: 'two' } }])
  })

  it('ends the source when the client leaves, and when its socket breaks', async () => {
    const { served, feed } = await start()
    const raw = await enter(served)
    const listening = feed.changed()
    raw.send(subscribe('1', 'subscription { tick }'))
    await listening
    const left = feed.changed()
    raw.send({ id: '1', type: 'complete' })
    await left
    expect(feed.listeners).toBe(0)
    const again = feed.changed()
    raw.send(subscribe('2', 'subscription { tick }'))
    await again
    const broken = feed.changed()
    raw.socket.terminate()
    await broken
    expect(feed.listeners).toBe(0)
  })

  it.each([
    ['{ hello', 'GRAPHQL_PARSE_FAILED'],
    ['{ helo }', 'GRAPHQL_VALIDATION_FAILED'],
    ['query A { hello } query B { who }', 'OPERATION_RESOLUTION_FAILURE'],
    ['{ tree { next { next { next { id } } } } }', 'OPERATION_TOO_COMPLEX'],
  ])('says what is wrong with %s by an error message, and goes on', async (query, code) => {
    const { served, feed } = await start({ limits: { maxDepth: 3 } })
    const raw = await enter(served)
    const listening = feed.changed()
    raw.send(subscribe('live', 'subscription { tick }'))
    await listening
    raw.send(subscribe('bad', query))
    expect(await raw.next()).toMatchObject({ id: 'bad', type: 'error', payload: [{ extensions: { code } }] })
    feed.publish('still here')
    expect(await raw.next()).toEqual({ id: 'live', type: 'next', payload: { data: { tick: 'still here' } } })
    raw.send(subscribe('bad', '{ hello }'))
    expect(await raw.next()).toEqual({ id: 'bad', type: 'next', payload: { data: { hello: 'Hello you' } } })
  })

  it('masks what goes wrong inside, with an id that finds it in the log', async () => {
    const { served } = await start()
    const raw = await enter(served)
    raw.send(subscribe('1', '{ bug }'))
    const message = await raw.next()
    expect(message).toMatchObject({
      type: 'next',
      payload: { data: { bug: null }, errors: [{ message: 'Internal server error', path: ['bug'] }] },
    })
    const [error] = (message as { payload: { errors: { extensions: { requestId: string } }[] } }).payload.errors
    const [logged] = served.logged.filter((line) => line['requestId'] === error?.extensions.requestId && 'err' in line)
    expect(logged).toMatchObject({ err: { message: expect.stringContaining('hunter2') } })
  })

  it('takes variables and the name of the operation', async () => {
    const { served } = await start()
    const raw = await enter(served)
    const query = 'query A { who } query B ($n: String!) { hello(name: $n) }'
    raw.send(subscribe('1', query, { operationName: 'B', variables: { n: 'Ann' } }))
    expect(await raw.next()).toEqual({ id: '1', type: 'next', payload: { data: { hello: 'Hello Ann' } } })
    expect(await raw.next()).toEqual({ id: '1', type: 'complete' })
    raw.send(subscribe('2', query, { operationName: 'B', variables: {} }))
    expect(await raw.next()).toMatchObject({
      id: '2',
      payload: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    })
  })

  it('holds as many operations as it may, and refuses one more', async () => {
    const { served, feed } = await start({ limits: { maxOperationsPerSocket: 1 } })
    const raw = await enter(served)
    const listening = feed.changed()
    raw.send(subscribe('1', 'subscription { tick }'))
    await listening
    raw.send(subscribe('2', '{ hello }'))
    expect(await raw.next()).toMatchObject({
      id: '2',
      type: 'error',
      payload: [{ extensions: { code: 'RATE_LIMITED' } }],
    })
  })

  it('closes a socket whose message is too large, is none, or comes too early', async () => {
    const { served } = await start({ limits: { maxFrameBytes: 1_000 } })
    const large = await enter(served)
    large.send(subscribe('1', '{ hello }', { extensions: { pad: 'x'.repeat(2_000) } }))
    expect(await large.closed).toMatch(/^1009/)
    const odd = await enter(served)
    odd.socket.send('hello')
    expect(await odd.closed).toBe('4400 Invalid message received')
    const early = await connectRaw(served)
    early.send(subscribe('1', '{ hello }'))
    expect(await early.closed).toBe('4401 Unauthorized')
  })

  it('does not speak other protocols', async () => {
    const { served } = await start()
    const socket = new WebSocket(served.socketUrl, 'graphql-ws')
    const [error] = await once(socket, 'error')
    expect(String(error)).toContain('subprotocol')
  })
})

describe('access to a socket', () => {
  it.each([{}, { authorization: 'Bearer bad' }, { authorization: 7 }])('is refused with 4401: %j', async (payload) => {
    const { served } = await start({ introspection: 'public' })
    const raw = await connectRaw(served)
    raw.send({ type: 'connection_init', payload })
    expect(await raw.closed).toBe('4401 Unauthorized')
  })

  it('may come with the upgrade', async () => {
    const { served } = await start()
    const socket = new WebSocket(served.socketUrl, 'graphql-transport-ws', {
      headers: { authorization: 'Bearer good' },
    })
    opened.push(() => socket.terminate())
    await once(socket, 'open')
    socket.send('{"type":"connection_init"}')
    const [data] = await once(socket, 'message')
    expect(String(data)).toBe('{"type":"connection_ack"}')
  })

  it('can be tried again later when nobody can say whether a token is good', async () => {
    const { served } = await start({ access: { authenticate: () => Promise.reject(new Error('away')) } })
    const raw = await connectRaw(served)
    raw.send({ type: 'connection_init', payload: { authorization: 'Bearer good' } })
    expect(await raw.closed).toMatch(/^1013/)
  })

  it('ends when the token ends, at that moment', async () => {
    const clock = createTestClock()
    const { served, feed } = await start({ clock })
    const expiresAt = new Date(clock.now().getTime() + 10_000)
    served.tokens.set('Bearer good', { ...VIEWER, expiresAt })
    const raw = await enter(served)
    const listening = feed.changed()
    raw.send(subscribe('1', 'subscription { tick }'))
    await listening
    const left = feed.changed()
    await clock.advance(9_999)
    expect(raw.socket.readyState).toBe(WebSocket.OPEN)
    await clock.advance(1)
    expect(await raw.closed).toBe('4401 The token has ended')
    await left
    expect(feed.listeners).toBe(0)
  })

  it('ends when the token is revoked, within the time it is checked again', async () => {
    const clock = createTestClock()
    const { served } = await start({ clock, recheckMs: 5_000 })
    const raw = await enter(served)
    await clock.advance(5_000)
    expect(raw.socket.readyState).toBe(WebSocket.OPEN)
    served.tokens.delete('Bearer good')
    await clock.advance(5_000)
    expect(await raw.closed).toBe('4401 The token has ended')
  })

  it('is taken up anew when the role changes', async () => {
    const clock = createTestClock()
    const { served } = await start({ clock, recheckMs: 5_000 })
    const raw = await enter(served)
    served.tokens.set('Bearer good', { ...VIEWER, role: 'ANALYST' })
    await clock.advance(5_000)
    expect(await raw.closed).toMatch(/^4205/)
    expect(await all(connect(served).iterate({ query: '{ who }' }))).toEqual([{ data: { who: 'm1 as ANALYST' } }])
  })
})

describe('the end of the gateway', () => {
  it('lets queries finish and closes sockets with 1001', async () => {
    const { served, asked, release } = await start()
    const raw = await enter(served)
    raw.send(subscribe('1', '{ slow }'))
    await asked
    const closing = served.role.close()
    release()
    expect(await raw.next()).toEqual({ id: '1', type: 'next', payload: { data: { slow: 'at last' } } })
    expect(await raw.closed).toBe('1001 Going away')
    await closing
  })

  it('closes a socket that does not answer pings', async () => {
    const clock = createTestClock()
    const { served } = await start({ clock })
    const raw = await enter(served)
    raw.socket.pause()
    await clock.advance(12_000)
    await clock.advance(10_000)
    raw.socket.resume()
    expect(await raw.closed).toMatch(/^1006/)
  })
})
