import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { SubgraphError } from '../../gateway/errors.ts'
import type { GraphSource } from '../../gateway/graph.ts'
import { createHttpTransport } from '../../gateway/transport/http.ts'
import type { SubgraphEvents, Transport } from '../../gateway/transport/transport.ts'
import { deferred } from './deferred.ts'
import { connectRaw, type RawClient } from './fan-out/raw-client.ts'
import { createRooms, type Rooms } from './fan-out/rooms.ts'
import { setScene, type Scene } from './fan-out/scene.ts'
import { compose, inProcess } from './graph.ts'
import { createTestClock } from './host/test-clock.ts'
import { serveSubgraph } from './http-subgraph.ts'
import { serve, type Served } from './served.ts'

const SEQ = (room: string): string => `subscription { said(room: "${room}") { seq } }`
const upTo = (count: number): number[] => Array.from({ length: count }, (_, place) => place)

/** What is served when the rooms are reached another way. */
function talkAt(served: Served, talk: Transport): GraphSource {
  const { supergraphSdl, transports } = served.role.graph.get()
  return { supergraphSdl, transports: { ...transports, talk } }
}

/** A way to the rooms that opens no subscription before it may. */
function openLater(scene: Scene) {
  const mayOpen = deferred<void>()
  const asked = deferred<void>()
  const talk = inProcess(scene.rooms.talk)
  const subscribe: Transport['subscribe'] = async (request) => {
    asked.resolve()
    await mayOpen.promise
    return talk.subscribe(request)
  }
  return { transport: { ...talk, subscribe }, asked: asked.promise, open: () => mayOpen.resolve() }
}

/** Takes sockets, and tells of what comes over them; says nothing. */
async function listenToSockets(onMessage: () => void): Promise<AsyncDisposable & { readonly url: string }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'graphql-transport-ws' })
  server.on('connection', (socket) => socket.on('message', onMessage))
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('expected the server to have a port')
  const close = async () => {
    for (const socket of server.clients) socket.terminate()
    server.close()
  }
  return { url: `http://127.0.0.1:${address.port}/graphql`, [Symbol.asyncDispose]: close }
}

/**
 * Says three things in room "a" while the first is being completed, and waits until the others have come, too: whoever
 * follows them plainly over the same socket to the subgraph has heard them, and of another room after them.
 */
async function pileUp(rooms: Rooms, client: RawClient): Promise<() => void> {
  client.follow('1', { room: 'a' })
  client.subscribe('2', SEQ('a'))
  client.subscribe('3', SEQ('b'))
  await rooms.listening(3)
  const release = rooms.hold()
  for (let count = 0; count < 3; count++) rooms.say('a', 'before')
  await client.received('2', 3)
  rooms.say('b', 'after them')
  await client.received('3', 1)
  return release
}

describe('events that have come when the supergraph is replaced', () => {
  it('are given out before the error of a subscription that no longer fits', async () => {
    const rooms = createRooms()
    const { talk, people } = rooms
    await using site = await serveSubgraph(talk)
    await using served = await serve([talk, people], { transports: { talk: site.transport } })
    using client = await connectRaw(served.socketUrl)
    const release = await pileUp(rooms, client)
    const nameless = { ...people, typeDefs: 'type Query { people: Int } type Person @key(fields: "id") { id: ID! }' }
    const { transports } = served.role.graph.get()
    await served.role.reload({ supergraphSdl: compose([talk, nameless]), transports })
    await rooms.listening(2)
    rooms.say('a', 'too late')
    await client.received('2', 4)
    release()
    const frames = await client.received('1', 4)
    expect(client.placesOf('1')).toEqual([0, 1, 2])
    expect(frames.at(-1)).toContain('SUBSCRIPTION_NO_LONGER_VALID')
    await expect.poll(() => served.role.graph.retiring).toBe(0)
    expect(served.role.hub.counts()).toEqual({ groups: 2, listeners: 2 })
  })

  it('are given out, however long that takes, before those of a new source, and of one that follows that', async () => {
    const clock = createTestClock()
    const rooms = createRooms()
    const { talk, people } = rooms
    await using first = await serveSubgraph(talk)
    await using second = await serveSubgraph(talk)
    await using third = await serveSubgraph(talk)
    await using served = await serve([talk, people], { clock, transports: { talk: first.transport } })
    using client = await connectRaw(served.socketUrl)
    const release = await pileUp(rooms, client)
    await served.role.reload(talkAt(served, second.transport))
    await rooms.listening(6)
    await clock.advance(2_000)
    await rooms.listening(3)
    rooms.say('a', 'at the second')
    await client.received('2', 4)
    await served.role.reload(talkAt(served, third.transport))
    await client.settled()
    release()
    await client.received('1', 4)
    await rooms.listening(6)
    await clock.advance(2_000)
    await rooms.listening(3)
    rooms.say('a', 'at the third')
    await client.received('1', 5)
    expect(client.placesOf('1')).toEqual(upTo(5))
    await expect.poll(() => served.role.graph.retiring).toBe(0)
  })
})

describe('a source that is to be left', () => {
  it('is heard for as long as the subgraph of the new one has not accepted the connection', async () => {
    const clock = createTestClock()
    await using scene = await setScene({ clock })
    const client = await scene.client()
    client.follow('1', { room: 'a' })
    await scene.rooms.listening(1)
    const asked = deferred<void>()
    await using silent = await listenToSockets(() => asked.resolve())
    const talk = createHttpTransport({ name: 'talk', url: silent.url, assertion: null })
    await scene.served.role.reload(talkAt(scene.served, talk))
    await asked.promise
    await clock.advance(2_000)
    expect(scene.rooms.listeners).toBe(1)
    scene.rooms.say('a', 'meanwhile')
    await client.received('1', 1)
    expect(client.placesOf('1')).toEqual([0])
  })
})

describe('a subscription that is being opened', () => {
  it('is opened where the subgraph has moved to when it is refused where that was', async () => {
    const rooms = createRooms()
    const { talk, people } = rooms
    const [asked, mayRefuse] = [deferred<void>(), deferred<void>()]
    const subscribe: Transport['subscribe'] = async () => {
      asked.resolve()
      await mayRefuse.promise
      throw new SubgraphError('SUBGRAPH_UNAVAILABLE', 'subgraph "talk" cannot be reached')
    }
    await using served = await serve([talk, people], { transports: { talk: { ...inProcess(talk), subscribe } } })
    using client = await connectRaw(served.socketUrl)
    client.follow('1', { room: 'a' })
    await asked.promise
    await served.role.reload(talkAt(served, inProcess(talk)))
    mayRefuse.resolve()
    await rooms.listening(1)
    rooms.say('a', 'at the new')
    await client.received('1', 1)
    expect(client.placesOf('1')).toEqual([0])
    await expect.poll(() => served.role.graph.retiring).toBe(0)
  })
})

describe('a subscription whose source ends while another is opened', () => {
  it('goes on with that, and with the one after it when the supergraph is replaced once more', async () => {
    await using scene = await setScene()
    const client = await scene.client()
    client.follow('1', { room: 'a' })
    await scene.rooms.listening(1)
    const later = openLater(scene)
    await scene.served.role.reload(talkAt(scene.served, later.transport))
    await later.asked
    scene.rooms.close('a')
    await scene.rooms.listening(0)
    await client.settled()
    await scene.served.role.reload(talkAt(scene.served, inProcess(scene.rooms.talk)))
    await scene.rooms.listening(1)
    later.open()
    scene.rooms.say('a', 'after')
    await client.received('1', 1)
    expect(client.placesOf('1')).toEqual([0])
    await expect.poll(() => scene.served.role.graph.retiring).toBe(0)
  })

  it('misses nothing where it goes on after the last cursor that was given out', async () => {
    await using scene = await setScene()
    const client = await scene.client()
    client.subscribe('1', 'subscription ($from: Int) { said(room: "a", after: $from) { at: cursor seq } }')
    await scene.rooms.listening(1)
    for (let count = 0; count < 3; count++) scene.rooms.say('a', 'before')
    await client.received('1', 3)
    const later = openLater(scene)
    await scene.served.role.reload(talkAt(scene.served, later.transport))
    await later.asked
    scene.rooms.close('a')
    await scene.rooms.listening(0)
    scene.rooms.say('a', 'to nobody')
    later.open()
    await scene.rooms.listening(1)
    scene.rooms.say('a', 'after')
    await client.received('1', 4)
    expect(client.placesOf('1').slice(0, 4)).toEqual(upTo(4))
    await client.received('1', 5)
    expect(client.placesOf('1')).toEqual(upTo(5))
  })

  it('ends with the reason why the new one cannot be had, and not as if that were all', async () => {
    await using scene = await setScene()
    const client = await scene.client()
    client.follow('1', { room: 'a' })
    await scene.rooms.listening(1)
    const [asked, mayRefuse] = [deferred<void>(), deferred<void>()]
    const subscribe: Transport['subscribe'] = async () => {
      asked.resolve()
      await mayRefuse.promise
      throw new SubgraphError('SUBGRAPH_UNAVAILABLE', 'subgraph "talk" cannot be reached')
    }
    await scene.served.role.reload(talkAt(scene.served, { ...inProcess(scene.rooms.talk), subscribe }))
    await asked.promise
    scene.rooms.close('a')
    await scene.rooms.listening(0)
    await client.settled()
    mayRefuse.resolve()
    const [end] = await client.received('1', 1)
    const extensions = { code: 'SUBGRAPH_UNAVAILABLE' }
    expect(JSON.parse(end ?? '')).toMatchObject({ type: 'error', payload: [{ extensions }] })
  })

  it('ends with the error of the new one when that breaks, too', async () => {
    const clock = createTestClock()
    await using scene = await setScene({ clock })
    const client = await scene.client()
    client.follow('1', { room: 'a' })
    await scene.rooms.listening(1)
    const release = scene.rooms.hold()
    scene.rooms.say('a', 'in hand')
    await expect.poll(() => scene.rooms.completions).toBe(1)
    const broken = Promise.withResolvers<never>()
    broken.promise.catch(() => {})
    const subscribe = async (): Promise<SubgraphEvents> => ({ next: () => broken.promise })
    const opened = scene.rooms.opened
    await scene.served.role.reload(talkAt(scene.served, { ...inProcess(scene.rooms.talk), subscribe }))
    await client.settled()
    await clock.advance(2_000)
    await scene.rooms.listening(0)
    expect(scene.rooms.opened).toBe(opened)
    broken.reject(new Error('gone'))
    await client.settled()
    release()
    const [event, end] = await client.received('1', 2)
    expect(event).toContain('"seq":0')
    expect(JSON.parse(end ?? '')).toMatchObject({ type: 'error' })
  })
})
