import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { setScene, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await setScene({ limits: { maxOperationsPerSocket: 10 } })
})
afterAll(() => scene[Symbol.asyncDispose]())

/** Opens a socket that nobody has introduced yet. */
async function open(protocols: string | string[] = 'graphql-transport-ws') {
  const socket = new WebSocket(scene.served.socketUrl, protocols)
  const closed = once(socket, 'close').then(([code]): number => code)
  socket.on('error', () => {})
  await once(socket, 'open')
  return { socket, closed, [Symbol.dispose]: () => socket.terminate() }
}

const INIT = JSON.stringify({ type: 'connection_init', payload: { authorization: 'Bearer good' } })
const subscribe = (id: string, query = '{ steady(n: 1) }', more = {}) =>
  JSON.stringify({ id, type: 'subscribe', payload: { query, ...more } })

describe('a socket', () => {
  it.each<[string, string | Uint8Array, number]>([
    ['text that is no JSON', 'hello', 4400],
    ['nothing', '', 4400],
    ['null', 'null', 4400],
    ['a list', '[]', 4400],
    ['an object without a type', '{}', 4400],
    ['an unknown type', '{"type":"start","id":"1"}', 4400],
    ['a type that is no text', '{"type":{"x":1}}', 4400],
    ['a prototype for a type', '{"type":"__proto__"}', 4400],
    ['a null byte', '\u0000', 4400],
    ['a null byte in a message', '{"type":\u0000"ping"}', 4400],
    ['an operation without an id', '{"type":"subscribe","payload":{"query":"{ steady(n: 1) }"}}', 4400],
    ['an operation with an empty id', subscribe(''), 4400],
    [
      'an operation with a number for its id',
      '{"id":1,"type":"subscribe","payload":{"query":"{ steady(n: 1) }"}}',
      4400,
    ],
    ['an operation without a payload', '{"id":"1","type":"subscribe"}', 4400],
    ['an operation without a text', '{"id":"1","type":"subscribe","payload":{"query":7}}', 4400],
    ['variables that are text', subscribe('1', '{ steady(n: 1) }', { variables: '{}' }), 4400],
    ['a name that is a number', subscribe('1', '{ steady(n: 1) }', { operationName: 7 }), 4400],
    ['extensions that are a number', subscribe('1', '{ steady(n: 1) }', { extensions: 7 }), 4400],
    ['what only servers say', '{"id":"1","type":"next","payload":{}}', 4400],
    ['lists inside lists', `${'['.repeat(100_000)}`, 4400],
    ['a second introduction', INIT, 4429],
    ['20 MB', 'x'.repeat(20_000_000), 1009],
    ['20 MB of bytes', new Uint8Array(20_000_000), 1009],
    ['bytes that are no UTF-8', Uint8Array.of(0xff, 0xfe), 4400],
  ])('is closed for %s, and nobody else notices', async (_what, message, code) => {
    scene.asked()
    const closedWith = await scene.beside(async () => {
      using client = await open()
      client.socket.send(INIT)
      await once(client.socket, 'message')
      client.socket.send(message)
      return await client.closed
    })
    expect(closedWith).toBe(code)
    expect(scene.asked()).toBe(0)
  })

  it.each<[string, string, number]>([
    ['an operation', subscribe('1'), 4401],
    ['noise', 'hello', 4400],
    ['an introduction that is text', '{"type":"connection_init","payload":"Bearer good"}', 4400],
    ['an introduction without a token', '{"type":"connection_init"}', 4401],
    [
      'an introduction with a token that is a list',
      '{"type":"connection_init","payload":{"authorization":["Bearer good"]}}',
      4401,
    ],
    [
      'an introduction by a prototype',
      '{"type":"connection_init","payload":{"__proto__":{"authorization":"Bearer good"}}}',
      4401,
    ],
  ])('that nobody has introduced is closed for %s', async (_what, message, code) => {
    const closedWith = await scene.beside(async () => {
      using client = await open()
      client.socket.send(message)
      return await client.closed
    })
    expect(closedWith).toBe(code)
  })

  it('is closed when it does not introduce itself', async () => {
    using client = await open()
    expect(await client.closed).toBe(4408)
  })

  it('may be pinged and left without having been introduced', async () => {
    using client = await open()
    client.socket.send('{"type":"ping"}')
    const [pong] = await once(client.socket, 'message')
    expect(String(pong)).toBe('{"type":"pong"}')
    client.socket.send('{"id":"1","type":"complete"}')
    client.socket.close()
    expect(await client.closed).toBe(1005)
  })

  it('is closed for an id that is in use, and its operations end', async () => {
    const listens = scene.feed.changed()
    using client = await open()
    client.socket.send(INIT)
    await once(client.socket, 'message')
    client.socket.send(subscribe('1', 'subscription { tick }'))
    await listens
    const left = scene.feed.changed()
    client.socket.send(subscribe('1'))
    expect(await client.closed).toBe(4409)
    await left
    expect(scene.feed.listeners).toBe(0)
  })

  it('holds as many operations as it may of thousands, and refuses the others one by one', async () => {
    const client = await scene.client()
    const ids = Array.from({ length: 3_000 }, (_, n) => `op-${n}`)
    const held = ids.slice(0, 10)
    const refused = await scene.beside(async () => {
      for (const id of ids) client.subscribe(id, `subscription { tick(text: "${id}") }`)
      return Promise.all(ids.slice(10).map(async (id) => (await client.received(id, 1))[0]))
    })
    expect(refused.every((frame) => frame?.includes('"code":"RATE_LIMITED"'))).toBe(true)
    for (const id of held) client.leave(id)
    await client.settled()
    client.subscribe('again', '{ steady(n: 7) }')
    const [answer] = await client.received('again', 1)
    expect(answer).toBe('{"id":"again","type":"next","payload":{"data":{"steady":"steady 7"}}}')
  })

  it('may take and leave thousands of operations', async () => {
    const client = await scene.client()
    await scene.beside(async () => {
      for (let n = 0; n < 3_000; n++) {
        client.subscribe(`op-${n}`, 'subscription { tick }')
        client.leave(`op-${n}`)
      }
      await client.settled()
    })
    await expect.poll(() => scene.served.role.hub.counts()).toMatchObject({ groups: 0, listeners: 0 })
  })

  it.each(['graphql-ws', 'soap', '__proto__'])('does not speak %s', async (protocol) => {
    const message = await scene.beside(async () => {
      const socket = new WebSocket(scene.served.socketUrl, protocol)
      const [error] = await once(socket, 'error')
      return String(error)
    })
    expect(message).toContain('subprotocol')
  })

  it('may be cut at any byte of a message', async () => {
    await scene.beside(async () => {
      for (let n = 0; n < 50; n++) {
        using client = await open()
        client.socket.send(INIT.slice(0, n), { fin: false })
        client.socket.terminate()
        await client.closed
      }
    })
    expect(scene.served.role.hub.counts()).toMatchObject({ groups: 0, listeners: 0 })
  })
})
