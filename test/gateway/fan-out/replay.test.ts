import { describe, expect, it } from 'vitest'
import { setScene } from './scene.ts'
import { SAID } from './rooms.ts'

describe('a subscription that goes on from a cursor', () => {
  it('is sent the past first, and is not joined by who comes later', async () => {
    await using scene = await setScene()
    const { rooms, served } = scene
    for (const text of ['zero', 'one', 'two']) rooms.say('a', text)
    const early = await scene.client()
    early.follow('1', { room: 'a', after: 0 })
    await early.received('1', 2)
    const late = await scene.client()
    late.follow('1', { room: 'a', after: 0 })
    await late.received('1', 2)
    expect(served.role.hub.counts()).toEqual({ groups: 2, listeners: 2 })
    rooms.say('a', 'three')
    for (const client of [early, late]) {
      await client.received('1', 3)
      expect(client.placesOf('1')).toEqual([1, 2, 3])
    }
  })

  it('is shared by those who come before its first event, and all of them get the whole replay', async () => {
    await using scene = await setScene()
    const { rooms } = scene
    const letGo = rooms.hold()
    for (const text of ['zero', 'one', 'two']) rooms.say('a', text)
    const clients = [await scene.client(), await scene.client(), await scene.client()]
    for (const client of clients) {
      // Its first event is being completed while the others come.
      client.follow('1', { room: 'a', after: -1 })
      await client.settled()
    }
    expect(rooms.opened).toBe(1)
    letGo()
    for (const client of clients) {
      await client.received('1', 3)
      expect(client.placesOf('1')).toEqual([0, 1, 2])
    }
    expect(rooms.opened).toBe(1)
  })

  it('leaves the group of those who come later alone when it ends', async () => {
    await using scene = await setScene()
    const { rooms } = scene
    rooms.say('a', 'zero')
    const early = await scene.client()
    early.follow('1', { room: 'a', after: -1 })
    await early.received('1', 1)
    const letGo = rooms.hold()
    const [late, later] = [await scene.client(), await scene.client()]
    late.follow('1', { room: 'a', after: -1 })
    await late.settled()
    early.leave('1')
    await rooms.listening(1)
    later.follow('1', { room: 'a', after: -1 })
    await later.settled()
    letGo()
    for (const client of [late, later]) {
      await client.received('1', 1)
      expect(client.placesOf('1')).toEqual([0])
    }
    expect(rooms.opened).toBe(2)
  })

  it.each([
    ['a variable', SAID, { room: 'a', after: -1 }],
    ['its own text', SAID.replace('after: $after', 'after: -1').replace(', $after: Int', ''), { room: 'a' }],
    ['a default', SAID.replace('$after: Int', '$after: Int = -1'), { room: 'a' }],
    [
      'a fragment',
      'subscription ($room: ID!) { ...F } fragment F on Subscription { ... { said(room: $room, after: -1) { seq } } }',
      { room: 'a' },
    ],
  ])('is known by its cursor in %s', async (_where, query, variables) => {
    await using scene = await setScene()
    const { rooms } = scene
    rooms.say('a', 'zero')
    const client = await scene.client()
    for (const id of ['early', 'late']) {
      client.subscribe(id, query, { variables })
      await client.received(id, 1)
      expect(client.placesOf(id)).toEqual([0])
    }
    expect(rooms.opened).toBe(2)
  })

  it('shares like any other when its cursor is null', async () => {
    await using scene = await setScene()
    const { rooms } = scene
    const client = await scene.client()
    for (const [index, id] of ['early', 'late'].entries()) {
      client.subscribe(id, SAID, { variables: { room: 'a', after: null } })
      await client.settled()
      rooms.say('a', 'text')
      await client.received(id, 1)
      expect(client.placesOf(id)).toEqual([index])
    }
    expect(rooms.opened).toBe(1)
  })
})
