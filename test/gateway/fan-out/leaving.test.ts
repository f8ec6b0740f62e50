import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { createTestClock } from '../host/test-clock.ts'
import { VIEWER } from '../graph.ts'
import { SAID } from './rooms.ts'
import { setScene } from './scene.ts'

describe('a group', () => {
  it('lives on when one leaves, and ends its subscription at once with the last', async () => {
    await using scene = await setScene()
    const { rooms, served } = scene
    const [one, two] = [await scene.client(), await scene.client()]
    for (const client of [one, two]) {
      client.follow('1', { room: 'a' })
      await client.settled()
    }
    one.leave('1')
    await one.settled()
    expect(rooms.listeners).toBe(1)
    rooms.say('a', 'for two')
    await two.received('1', 1)
    two.leave('1')
    // No event comes any more: it is the leaving that ends it.
    await rooms.listening(0)
    expect(served.role.hub.counts()).toEqual({ groups: 0, listeners: 0 })
    await one.settled()
    expect([one.placesOf('1'), two.placesOf('1')]).toEqual([[], [0]])
  })

  it('ends with the socket of the last, also when that breaks', async () => {
    await using scene = await setScene()
    const client = await scene.client()
    client.follow('1', { room: 'a' })
    client.follow('2', { room: 'a' })
    await client.settled()
    expect(scene.served.role.hub.counts()).toEqual({ groups: 1, listeners: 2 })
    client.socket.terminate()
    await scene.rooms.listening(0)
    expect(scene.served.role.hub.counts()).toEqual({ groups: 0, listeners: 0 })
  })

  it('is made anew for who comes after its end, under the same id', async () => {
    await using scene = await setScene()
    const { rooms } = scene
    const client = await scene.client()
    for (const round of [1, 2, 3]) {
      client.follow('1', { room: 'a' })
      await client.settled()
      rooms.say('a', 'text')
      await client.received('1', round)
      client.leave('1')
      await rooms.listening(0)
    }
    expect([rooms.opened, rooms.executions]).toEqual([3, 3])
  })

  it('completes for everybody when its source ends', async () => {
    await using scene = await setScene()
    const clients = [await scene.client(), await scene.client()]
    for (const client of clients) {
      client.follow('1', { room: 'a' })
      await client.settled()
    }
    scene.rooms.close('a')
    for (const client of clients) expect(await client.received('1', 1)).toEqual(['{"id":"1","type":"complete"}'])
    expect(scene.served.role.hub.counts()).toEqual({ groups: 0, listeners: 0 })
  })

  it('drops an event that is being completed when the last leaves', async () => {
    await using scene = await setScene()
    const { rooms } = scene
    const client = await scene.client()
    client.follow('1', { room: 'a' })
    await client.settled()
    const letGo = rooms.hold()
    rooms.say('a', 'too late')
    client.leave('1')
    await rooms.listening(0)
    letGo()
    await client.settled()
    expect(client.framesOf('1')).toEqual([])
  })
})

describe('access', () => {
  it('that ends takes only its own subscriber out of the live graph', async () => {
    const clock = createTestClock()
    await using scene = await setScene({ clock, recheckMs: 5_000 })
    const { rooms, served } = scene
    served.tokens.set('Bearer other', { ...VIEWER, tokenId: 't2' })
    const [going, staying] = [await scene.client(), await scene.client('Bearer other')]
    for (const client of [going, staying]) {
      client.follow('1', { room: 'a' })
      await client.settled()
    }
    served.tokens.delete('Bearer good')
    await clock.advance(5_000)
    expect(await going.closed).toBe('4401 The token has ended')
    await rooms.listening(1)
    rooms.say('a', 'for who stays')
    await staying.received('1', 1)
    expect([going.placesOf('1'), staying.placesOf('1')]).toEqual([[], [0]])
  })

  it('is checked for each socket by itself, in one group', async () => {
    const clock = createTestClock()
    await using scene = await setScene({ clock, recheckMs: 5_000 })
    const { rooms, served } = scene
    const first = await scene.client()
    first.follow('1', { room: 'a' })
    await first.settled()
    await clock.advance(2_000)
    const second = await scene.client()
    second.follow('1', { room: 'a' })
    await second.settled()
    served.tokens.delete('Bearer good')
    await clock.advance(3_000)
    expect(await first.closed).toBe('4401 The token has ended')
    expect(served.role.hub.counts()).toEqual({ groups: 1, listeners: 1 })
    rooms.say('a', 'within its time')
    await second.received('1', 1)
    await clock.advance(2_000)
    expect(await second.closed).toBe('4401 The token has ended')
    await rooms.listening(0)
  })

  it.each([
    ['is revoked', null, '4401 The token has ended'],
    [
      'gets another role',
      { ...VIEWER, role: 'AGENT' as const },
      '4205 The access of the token has changed; connect again',
    ],
  ])('leaves its groups at once when the token %s, even if the client does not read', async (_what, then, closed) => {
    const clock = createTestClock()
    await using scene = await setScene({ clock, recheckMs: 5_000 })
    const client = await scene.client()
    client.follow('1', { room: 'a' })
    await client.settled()
    client.socket.pause()
    if (then === null) scene.served.tokens.delete('Bearer good')
    else scene.served.tokens.set('Bearer good', then)
    await clock.advance(5_000)
    expect(scene.served.role.hub.counts()).toEqual({ groups: 0, listeners: 0 })
    await scene.rooms.listening(0)
    client.socket.resume()
    expect(await client.closed).toBe(closed)
  })

  it('that was refused subscribes to nothing', async () => {
    await using scene = await setScene()
    const client = await scene.client()
    client.subscribe('1', SAID.replace('seq', 'nothing'), { variables: { room: 'a' } })
    client.subscribe('2', SAID, { variables: { room: { no: 1 } } })
    await client.received('2', 2)
    expect(scene.rooms.opened).toBe(0)
    expect(scene.served.role.hub.counts()).toEqual({ groups: 0, listeners: 0 })
  })
})

describe('the end of the gateway', () => {
  it('ends every group', async () => {
    await using scene = await setScene()
    const client = await scene.client()
    client.follow('1', { room: 'a' })
    await client.settled()
    const closing = once(client.socket, 'close')
    await scene.served.role.close()
    expect((await closing)[0]).toBe(1001)
    await scene.rooms.listening(0)
  })
})
