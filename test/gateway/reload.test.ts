import { describe, expect, it } from 'vitest'
import type { GraphSource } from '../../gateway/graph.ts'
import type { Transport } from '../../gateway/transport/transport.ts'
import { deferred } from './deferred.ts'
import { createHttpTransport } from '../../gateway/transport/http.ts'
import { connectRaw } from './fan-out/raw-client.ts'
import { openRawStream } from './fan-out/raw-stream.ts'
import { createRooms } from './fan-out/rooms.ts'
import { setScene, type Scene } from './fan-out/scene.ts'
import { compose, inProcess, type TestSubgraph } from './graph.ts'
import { createTestClock } from './host/test-clock.ts'
import { serveSubgraph } from './http-subgraph.ts'
import { GOOD, serve } from './served.ts'

/** The people of another version: each name is another, and there may be more to ask or less. */
function people(fields: string): TestSubgraph {
  return {
    name: 'people',
    typeDefs: `type Query { people: Int } type Person @key(fields: "id") { id: ID! ${fields} }`,
    resolvers: {
      Person: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `New ${id}`, age: 7 }) },
    },
  }
}

const OLDER = people('name: String age: Int')
const NAMELESS = people('age: Int')

/** What is served when one subgraph gives way to another, and the others stay as they are. */
function replace(scene: Scene, subgraph: TestSubgraph, transport: Transport = inProcess(subgraph)): GraphSource {
  const { rooms, served } = scene
  const subgraphs = [rooms.talk, rooms.people].map((each) => (each.name === subgraph.name ? subgraph : each))
  const { transports } = served.role.graph.get()
  return { supergraphSdl: compose(subgraphs), transports: { ...transports, [subgraph.name]: transport } }
}

/** Counts the closings of a transport. */
function countClosings(transport: Transport): Transport & { readonly closings: number } {
  let closings = 0
  return {
    ...transport,
    close: async () => {
      closings++
      await transport.close()
    },
    get closings() {
      return closings
    },
  }
}

const named = (frames: readonly string[]): unknown[] =>
  frames.map((frame) => JSON.parse(frame).payload?.data?.said?.author?.name)

describe('a query, when the supergraph is replaced', () => {
  it('finishes on the one it began on, whose connections close only then; later ones run on the new', async () => {
    const answer = deferred<void>()
    const asked = deferred<void>()
    const slow = inProcess({
      ...OLDER,
      resolvers: {
        Query: {
          people: async () => {
            asked.resolve()
            await answer.promise
            return 1
          },
        },
      },
    })
    const before = countClosings(slow)
    await using scene = await setScene({ transports: { people: before } })
    const first = scene.served.ask('{ people }')
    await asked.promise
    await scene.served.role.reload(
      replace(scene, OLDER, inProcess({ ...OLDER, resolvers: { Query: { people: () => 2 } } })),
    )
    expect(await scene.served.ask('{ people }')).toEqual({ data: { people: 2 } })
    expect(scene.served.role.graph.retiring).toBe(1)
    expect(before.closings).toBe(0)
    answer.resolve()
    expect(await first).toEqual({ data: { people: 1 } })
    await expect.poll(() => before.closings).toBe(1)
    expect(scene.served.role.graph.retiring).toBe(0)
  })

  it('sees the new schema at once', async () => {
    await using scene = await setScene()
    const introspect = () => scene.served.ask('{ __type(name: "Person") { fields { name } } }')
    expect(await introspect()).toEqual({ data: { __type: { fields: [{ name: 'id' }, { name: 'name' }] } } })
    await scene.served.role.reload(replace(scene, NAMELESS))
    expect(await introspect()).toEqual({ data: { __type: { fields: [{ name: 'id' }, { name: 'age' }] } } })
  })

  it('is answered as before when the new one cannot be served', async () => {
    await using scene = await setScene()
    const { transports } = scene.served.role.graph.get()
    const stray = { supergraphSdl: compose([scene.rooms.talk, { ...OLDER, name: 'stray' }]), transports }
    await expect(scene.served.role.reload(stray)).rejects.toThrow('no transport leads to the subgraphs: stray')
    expect(await scene.served.ask('{ nothing }')).toEqual({ data: { nothing: null } })
  })
})

describe('a subscription, when the supergraph is replaced', () => {
  it('keeps its source where that is the same, and completes later events by the new plan', async () => {
    await using scene = await setScene()
    const client = await scene.client()
    client.follow('1', { room: 'a' })
    await scene.rooms.listening(1)
    scene.rooms.say('a', 'before')
    await client.received('1', 1)
    await scene.served.role.reload(replace(scene, OLDER))
    scene.rooms.say('a', 'after')
    expect(named(await client.received('1', 2))).toEqual(['Person 1', 'New 1'])
    expect(scene.rooms.opened).toBe(1)
    expect(scene.served.role.graph.retiring).toBe(0)
  })

  it('is joined by who comes later, with the same text', async () => {
    await using scene = await setScene()
    const client = await scene.client()
    client.follow('1', { room: 'a' })
    await scene.rooms.listening(1)
    await scene.served.role.reload(replace(scene, OLDER))
    client.follow('2', { room: 'a' })
    await client.settled()
    expect(scene.served.role.hub.counts()).toEqual({ groups: 1, listeners: 2 })
  })

  it('finishes the event in hand as it was begun', async () => {
    await using scene = await setScene()
    const client = await scene.client()
    client.follow('1', { room: 'a' })
    await scene.rooms.listening(1)
    const release = scene.rooms.hold()
    scene.rooms.say('a', 'before')
    await expect.poll(() => scene.rooms.completions).toBe(1)
    await scene.served.role.reload(replace(scene, OLDER))
    scene.rooms.say('a', 'after')
    release()
    expect(named(await client.received('1', 2))).toEqual(['Person 1', 'New 1'])
  })

  it('ends with an error that says so where it no longer fits, and the socket and its others stay', async () => {
    await using scene = await setScene()
    const client = await scene.client()
    client.follow('1', { room: 'a' })
    client.subscribe('2', 'subscription { said(room: "a") { seq } }')
    const stream = await openRawStream(
      new URL(scene.served.url).origin,
      { query: 'subscription { said(room: "a") { author { name } } }' },
      GOOD,
    )
    await scene.rooms.listening(3)
    const release = scene.rooms.hold()
    scene.rooms.say('a', 'in hand')
    await expect.poll(() => scene.rooms.completions).toBe(2)
    await scene.served.role.reload(replace(scene, NAMELESS))
    release()
    const [event, end] = (await client.received('1', 2)).map((frame) => JSON.parse(frame))
    expect(event).toMatchObject({ type: 'next', payload: { data: { said: { seq: 0, author: { name: 'Person 1' } } } } })
    expect(end).toEqual({
      id: '1',
      type: 'error',
      payload: [
        {
          message:
            'The schema has changed, and this subscription no longer fits it. Cannot query field "name" on type "Person".',
          extensions: { code: 'SUBSCRIPTION_NO_LONGER_VALID' },
        },
      ],
    })
    const text = await stream.ended
    expect(text.split('event: next').length - 1).toBe(2)
    expect(text).toMatch(/SUBSCRIPTION_NO_LONGER_VALID[^\n]*\n\nevent: complete/)
    scene.rooms.say('a', 'after')
    await client.received('2', 2)
    expect(client.placesOf('2')).toEqual([0, 1])
    expect(scene.served.role.hub.counts()).toEqual({ groups: 1, listeners: 1 })
  })

  it('changes over to a new source without losing or doubling what both bring', async () => {
    await using scene = await setScene()
    const client = await scene.client()
    client.follow('1', { room: 'a' })
    await scene.rooms.listening(1)
    for (let count = 0; count < 3; count++) scene.rooms.say('a', 'before')
    await scene.served.role.reload(replace(scene, scene.rooms.talk))
    // The old one is still heard.
    await expect.poll(() => [scene.rooms.opened, scene.rooms.listeners]).toEqual([2, 2])
    for (let count = 0; count < 5; count++) scene.rooms.say('a', 'both')
    await client.received('1', 8)
    await scene.rooms.listening(1)
    for (let count = 0; count < 3; count++) scene.rooms.say('a', 'after')
    await client.received('1', 11)
    expect(client.placesOf('1')).toEqual(Array.from({ length: 11 }, (_, place) => place))
    expect(scene.served.role.graph.retiring).toBe(0)
  })

  it('changes over after two seconds when nothing comes', async () => {
    const clock = createTestClock()
    await using scene = await setScene({ clock })
    const client = await scene.client()
    client.follow('1', { room: 'a' })
    await scene.rooms.listening(1)
    await scene.served.role.reload(replace(scene, scene.rooms.talk))
    // The old one is still heard.
    await expect.poll(() => [scene.rooms.opened, scene.rooms.listeners]).toEqual([2, 2])
    await client.settled()
    expect(scene.served.role.graph.retiring).toBe(1)
    await clock.advance(2_000)
    await scene.rooms.listening(1)
    scene.rooms.say('a', 'after')
    await client.received('1', 1)
    expect(client.placesOf('1')).toEqual([0])
    expect(scene.served.role.graph.retiring).toBe(0)
  })

  it('stays with its source when the new one refuses, and says so in the log', async () => {
    await using scene = await setScene()
    const client = await scene.client()
    client.follow('1', { room: 'a' })
    await scene.rooms.listening(1)
    const deaf: Transport = {
      ...inProcess(scene.rooms.talk),
      subscribe: async () => ({ errors: [{ message: 'not now' }] }),
    }
    await scene.served.role.reload(replace(scene, scene.rooms.talk, deaf))
    await expect.poll(() => JSON.stringify(scene.served.logged)).toContain('not now')
    scene.rooms.say('a', 'after')
    await client.received('1', 1)
    expect(client.placesOf('1')).toEqual([0])
  })

  it('leaves nothing open after many reloads', async () => {
    await using scene = await setScene()
    const client = await scene.client()
    client.follow('1', { room: 'a' })
    await scene.rooms.listening(1)
    const used: { readonly closings: number }[] = []
    for (let round = 0; round < 30; round++) {
      const transport = countClosings(inProcess(OLDER))
      used.push(transport)
      await scene.served.role.reload(replace(scene, OLDER, transport))
      scene.rooms.say('a', 'text')
      await client.received('1', round + 1)
    }
    await expect.poll(() => used.map(({ closings }) => closings)).toEqual([...Array<number>(29).fill(1), 0])
    expect(scene.served.role.graph.retiring).toBe(0)
    expect(scene.rooms.opened).toBe(1)
  })
})

describe('a subscription at a subgraph that moves', () => {
  it('goes on at the new address once that has accepted it, and stays at the old one when that is dead', async () => {
    const rooms = createRooms()
    const { talk, people } = rooms
    await using first = await serveSubgraph(talk)
    await using second = await serveSubgraph(talk)
    await using served = await serve([talk, people], { transports: { talk: first.transport } })
    using client = await connectRaw(served.socketUrl)
    client.follow('1', { room: 'a' })
    await rooms.listening(1)
    const { transports, supergraphSdl } = served.role.graph.get()
    const dead = createHttpTransport({ name: 'talk', url: 'http://127.0.0.1:1/graphql', assertion: null })
    await served.role.reload({ supergraphSdl, transports: { ...transports, talk: dead } })
    await expect.poll(() => JSON.stringify(served.logged)).toContain('SUBGRAPH_UNAVAILABLE')
    rooms.say('a', 'still at the old')
    await client.received('1', 1)
    await served.role.reload({ supergraphSdl, transports: { ...transports, talk: second.transport } })
    // The old one is still heard.
    await expect.poll(() => [rooms.opened, rooms.listeners]).toEqual([2, 2])
    for (let count = 0; count < 3; count++) rooms.say('a', 'both')
    await rooms.listening(1)
    first.cutSubscriptions()
    rooms.say('a', 'at the new')
    await client.received('1', 5)
    expect(client.placesOf('1')).toEqual([0, 1, 2, 3, 4])
  })
})
