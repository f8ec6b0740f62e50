import { describe, expect, it, vi } from 'vitest'
import { SOON } from '../../setup/soon.ts'
import type { RawClient } from './raw-client.ts'
import { setScene, type Scene } from './scene.ts'

const WITH_CURSOR =
  'subscription ($room: ID!, $after: Int) { said(room: $room, after: $after) { cursor seq author { name } } }'

const groupsOf = ({ served }: Scene): number => served.role.hub.counts().groups

async function goOn(scene: Scene, after: number | null): Promise<RawClient> {
  const client = await scene.client()
  client.follow('1', { room: 'a', ...(after !== null && { after }) }, WITH_CURSOR)
  await client.settled()
  return client
}

describe('subscriptions that went on from different cursors', () => {
  it('become one when they have heard the same event, and each hears everything once and in order', async () => {
    await using scene = await setScene()
    const { rooms } = scene
    for (const text of ['zero', 'one', 'two', 'three']) rooms.say('a', text)
    const clients: RawClient[] = []
    for (const after of [-1, 0, 1, 2]) {
      const client = await goOn(scene, after)
      clients.push(client)
      await client.received('1', 3 - after)
    }
    await vi.waitFor(() => expect(groupsOf(scene)).toBe(1), SOON)
    expect(scene.served.role.hub.counts().listeners).toBe(4)
    await rooms.listening(1)
    rooms.say('a', 'four')
    for (const [index, client] of clients.entries()) {
      await client.received('1', 5 - index)
      expect(client.placesOf('1')).toEqual([0, 1, 2, 3, 4].slice(index))
    }
    const before = rooms.completions
    rooms.say('a', 'five')
    for (const [index, client] of clients.entries()) await client.received('1', 6 - index)
    expect(rooms.completions).toBe(before + 1)
  })

  it('are joined at once by who comes back after the last event', async () => {
    await using scene = await setScene()
    const { rooms } = scene
    rooms.say('a', 'zero')
    const first = await goOn(scene, -1)
    await first.received('1', 1)
    const second = await goOn(scene, 0)
    expect(rooms.opened).toBe(1)
    rooms.say('a', 'one')
    await second.received('1', 1)
    expect(second.placesOf('1')).toEqual([1])
    first.leave('1')
    second.leave('1')
    await rooms.listening(0)
  })

  it('are joined by who comes back after one of the last events, which cost nothing again', async () => {
    await using scene = await setScene()
    const { rooms } = scene
    const first = await goOn(scene, -1)
    for (const text of ['zero', 'one', 'two']) rooms.say('a', text)
    await first.received('1', 3)
    const { completions } = rooms
    const back = [await goOn(scene, -1), await goOn(scene, 0), await goOn(scene, 1)]
    for (const [index, client] of back.entries()) {
      await client.received('1', 3 - index)
      expect(client.placesOf('1')).toEqual([0, 1, 2].slice(index))
    }
    expect([rooms.opened, rooms.completions]).toEqual([1, completions])
    rooms.say('a', 'three')
    for (const [index, client] of back.entries()) {
      await client.received('1', 4 - index)
      expect(client.placesOf('1').at(-1)).toBe(3)
    }
    // What is not among them is read again.
    for (let said = 0; said < 60; said++) {
      rooms.say('a', `again ${said}`)
      await first.received('1', 5 + said)
    }
    const late = await goOn(scene, 0)
    await late.received('1', 63)
    expect(rooms.opened).toBe(2)
    for (const client of [first, ...back, late]) client.leave('1')
    await rooms.listening(0)
  })

  it('take along those who heard from now on, who can still be joined', async () => {
    await using scene = await setScene()
    const { rooms } = scene
    const live = await goOn(scene, null)
    rooms.say('a', 'zero')
    await live.received('1', 1)
    const resumed = await goOn(scene, -1)
    await resumed.received('1', 1)
    await rooms.listening(1)
    const late = await goOn(scene, null)
    expect([groupsOf(scene), rooms.opened]).toEqual([1, 2])
    rooms.say('a', 'one')
    for (const client of [live, resumed]) {
      await client.received('1', 2)
      expect(client.placesOf('1')).toEqual([0, 1])
    }
    await late.received('1', 1)
    expect(late.placesOf('1')).toEqual([1])
    // Leaving finds them wherever they went.
    for (const client of [live, resumed, late]) client.leave('1')
    await rooms.listening(0)
  })
})
