import { describe, expect, it } from 'vitest'
import { createGatewayMetrics } from '../../../gateway/observe/metrics.ts'
import { createMetrics } from '../../../observe/metrics.ts'
import { readMetric } from '../../observe/read-metrics.ts'
import { serve } from '../served.ts'
import { serveSubgraph } from '../http-subgraph.ts'
import { connectRaw, type RawClient } from './raw-client.ts'
import { createRooms } from './rooms.ts'
import { setScene, type Scene } from './scene.ts'

const LARGE = 'x'.repeat(64 * 1024)
/** More than any system buffers for a connection, in events of the size above. */
const PLENTY = 1_000
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

/** Says large things, each once `reader` has the one before, until the other subscriber is gone. */
async function sayUntilAlone(scene: Scene, reader: RawClient): Promise<number> {
  for (let said = 0; said < PLENTY; said++) {
    if (scene.served.role.hub.counts().listeners === 1) return said
    scene.rooms.say('a', LARGE)
    await reader.received('1', said + 1)
  }
  throw new Error('expected the slow reader to be given up')
}

describe('a reader that stops reading', () => {
  it('holds nobody, is given up and told, and goes on from its last cursor without a gap', async () => {
    const metrics = createMetrics()
    const counted = { metrics: createGatewayMetrics(metrics) }
    await using scene = await setScene({ limits: { maxWaitingChars: 500_000 }, ...counted })
    const [fast, slow] = [await scene.client(), await scene.client()]
    for (const client of [fast, slow]) {
      client.follow('1', { room: 'a' })
      await client.settled()
    }
    slow.socket.pause()
    const said = await sayUntilAlone(scene, fast)
    expect(fast.placesOf('1')).toEqual(upTo(said))
    slow.socket.resume()
    expect(await slow.closed).toBe(
      '4290 Events came faster than they were read; subscribe again from the last cursor you saw',
    )
    const ended = 'switchboard_slow_readers_ended_total'
    expect(readMetric(await metrics.metrics(), ended, { transport: 'websocket' })).toBe(1)
    const seen = slow.placesOf('1')
    expect(seen.length).toBeLessThan(said)
    expect(seen).toEqual(upTo(seen.length))
    const again = await scene.client()
    again.follow('1', { room: 'a', after: seen.length - 1 })
    await again.received('1', said - seen.length)
    expect([...seen, ...again.placesOf('1')]).toEqual(upTo(said))
  })

  it('takes its other operations along, and no other socket', async () => {
    await using scene = await setScene({ limits: { maxWaitingChars: 500_000 } })
    const [fast, slow] = [await scene.client(), await scene.client()]
    fast.follow('1', { room: 'a' })
    fast.follow('other', { room: 'b' })
    slow.follow('1', { room: 'a' })
    slow.follow('other', { room: 'c' })
    await fast.settled()
    await slow.settled()
    slow.socket.pause()
    for (let said = 0; scene.rooms.listeners > 2; said++) {
      if (said === PLENTY) throw new Error('expected the slow reader to be given up')
      scene.rooms.say('a', LARGE)
      await fast.received('1', said + 1)
    }
    scene.rooms.say('b', 'still there')
    await fast.received('other', 1)
    expect(fast.placesOf('other')).toEqual([0])
  })

  it('misses nothing when it reads on before too much waits', async () => {
    await using scene = await setScene({ limits: { maxWaitingChars: PLENTY * 70_000 } })
    const [fast, slow] = [await scene.client(), await scene.client()]
    for (const client of [fast, slow]) {
      client.follow('1', { room: 'a' })
      await client.settled()
    }
    slow.socket.pause()
    for (const index of upTo(300)) {
      scene.rooms.say('a', LARGE)
      await fast.received('1', index + 1)
    }
    expect(slow.placesOf('1').length).toBeLessThan(300)
    slow.socket.resume()
    await slow.received('1', 300)
    expect(slow.placesOf('1')).toEqual(upTo(300))
    slow.leave('1')
    await slow.settled()
    expect(scene.served.role.hub.counts()).toEqual({ groups: 1, listeners: 1 })
  })
})

describe('a long replay', () => {
  it('is no faster than its only reader, who is not taken for a slow one', async () => {
    await using scene = await setScene({ limits: { maxWaitingChars: 200_000 } })
    for (const _each of upTo(300)) scene.rooms.say('a', LARGE)
    const client = await scene.client()
    client.socket.on('message', () => {
      client.socket.pause()
      setImmediate(() => client.socket.resume())
    })
    client.follow('1', { room: 'a', after: -1 })
    await client.received('1', 300)
    expect(client.placesOf('1')).toEqual(upTo(300))
  })

  it('is not executed ahead of a reader who takes nothing', async () => {
    await using scene = await setScene()
    for (const _each of upTo(PLENTY)) scene.rooms.say('a', LARGE)
    const [stuck, other] = [await scene.client(), await scene.client()]
    stuck.socket.pause()
    stuck.follow('1', { room: 'a', after: -1 })
    await scene.rooms.listening(1)
    // What the system buffers for the stuck one is filled long before this one, who reads, has it all.
    other.follow('1', { room: 'a', after: 0 })
    await other.received('1', PLENTY - 1)
    expect(scene.rooms.executions).toBeLessThan(2 * PLENTY - 1)
    stuck.socket.resume()
    await stuck.received('1', PLENTY)
    expect(stuck.placesOf('1')).toEqual(upTo(PLENTY))
  })
})

describe('a group whose events are completed slowly', () => {
  it('holds a bounded number, delivers those, and then says that it fell behind', async () => {
    const rooms = createRooms()
    await using talk = await serveSubgraph(rooms.talk)
    await using served = await serve([rooms.talk, rooms.people], { transports: { talk: talk.transport } })
    using client = await connectRaw(served.socketUrl)
    client.follow('1', { room: 'a' })
    await rooms.listening(1)
    const letGo = rooms.hold()
    for (const _each of upTo(1_100)) rooms.say('a', 'text')
    // The gateway ends it at the subgraph as soon as more would wait than may.
    await rooms.listening(0)
    letGo()
    const frames = await client.received('1', 1_002)
    expect(client.placesOf('1')).toEqual(upTo(1_001))
    expect(JSON.parse(frames.at(-1) ?? '')).toEqual({
      id: '1',
      type: 'error',
      payload: [
        {
          message: 'subgraph "talk" sends events faster than they can be completed',
          extensions: { code: 'FELL_BEHIND', serviceName: 'talk' },
        },
      ],
    })
    client.follow('1', { room: 'a', after: 1_000 })
    await client.received('1', 1_002 + 99)
    expect(client.placesOf('1')).toEqual(upTo(1_100))
  })
})
