import { describe, expect, it } from 'vitest'
import { VIEWER } from '../graph.ts'
import { connectRaw } from './raw-client.ts'
import { SAID } from './rooms.ts'
import { setScene } from './scene.ts'
import { serveUngrouped } from './ungrouped.ts'

const NAMED = 'Person 1'
const frame = (id: string, seq: number, text: string) =>
  JSON.stringify({ id, type: 'next', payload: { data: { said: { seq, text, author: { name: NAMED } } } } })

describe('subscribers who ask the same', () => {
  it('are served by one subscription, one execution and one completion of each event', async () => {
    await using scene = await setScene()
    const { rooms, served } = scene
    const clients = await Promise.all(Array.from({ length: 10 }, () => scene.client()))
    const ids = Array.from({ length: 20 }, (_, index) => `op${index}`)
    for (const client of clients) {
      for (const [index, id] of ids.entries()) client.follow(id, { room: index % 2 === 0 ? 'a' : 'b' })
      await client.settled()
    }
    expect(served.role.hub.counts()).toEqual({ groups: 2, listeners: 200 })
    expect([rooms.opened, rooms.listeners]).toEqual([2, 2])
    for (const text of ['one', 'two', 'three']) rooms.say('a', text)
    rooms.say('b', 'four')
    for (const client of clients) {
      for (const [index, id] of ids.entries()) {
        const expected =
          index % 2 === 0 ? ['one', 'two', 'three'].map((text, seq) => frame(id, seq, text)) : [frame(id, 0, 'four')]
        expect(await client.received(id, expected.length)).toEqual(expected)
      }
    }
    expect([rooms.executions, rooms.completions]).toEqual([4, 4])
  })

  it('may spell it differently', async () => {
    await using scene = await setScene()
    const client = await scene.client()
    client.subscribe('1', SAID, { variables: { room: 'a' } })
    client.subscribe('2', `# mine\n${SAID.replaceAll(' ', '  ')}`, { variables: { room: 'a', ignored: 7 } })
    client.subscribe('3', SAID.replace('$room: ID!', '$room: ID! = "a"'), {})
    client.subscribe('4', SAID.replace('$room: ID!', '$room: ID! = "a"'), { variables: { room: 'a' } })
    client.subscribe('5', SAID, { variables: { room: 7 } })
    client.subscribe('6', SAID, { variables: { room: '7' } })
    await client.settled()
    expect(scene.served.role.hub.counts()).toEqual({ groups: 3, listeners: 6 })
  })

  it.each([
    ['variables', 'Bearer good', SAID, { room: 'b' }],
    ['a null where nothing was given', 'Bearer good', SAID, { room: 'a', after: null }],
    ['a selection', 'Bearer good', SAID.replace('seq text', 'text seq'), { room: 'a' }],
    ['a name', 'Bearer good', SAID.replace('subscription', 'subscription Named'), { room: 'a' }],
    ['a token', 'Bearer other token', SAID, { room: 'a' }],
    ['an end of the token', 'Bearer shorter', SAID, { room: 'a' }],
    ['a role', 'Bearer other role', SAID, { room: 'a' }],
    ['scopes of the token', 'Bearer other scopes', SAID, { room: 'a' }],
    ['a member', 'Bearer other member', SAID, { room: 'a' }],
    ['a workspace', 'Bearer other workspace', SAID, { room: 'a' }],
  ])('do not share when they differ in %s', async (_what, authorization, query, variables) => {
    await using scene = await setScene()
    const { tokens } = scene.served
    tokens.set('Bearer other token', { ...VIEWER, tokenId: 't2' })
    tokens.set('Bearer shorter', { ...VIEWER, expiresAt: new Date(Date.now() + 3_600_000) })
    tokens.set('Bearer other role', { ...VIEWER, role: 'AGENT' })
    tokens.set('Bearer other scopes', { ...VIEWER, scopes: ['more'] })
    tokens.set('Bearer other member', { ...VIEWER, memberId: 'm2' })
    tokens.set('Bearer other workspace', { ...VIEWER, workspaceId: 'w2' })
    const one = await scene.client()
    one.subscribe('1', SAID, { variables: { room: 'a' } })
    await one.settled()
    const other = await scene.client(authorization)
    other.subscribe('1', query, { variables })
    await other.settled()
    expect(scene.served.role.hub.counts()).toEqual({ groups: 2, listeners: 2 })
    expect(scene.rooms.opened).toBe(2)
  })

  it('get the bytes that they would get alone', async () => {
    await using scene = await setScene()
    const { rooms, served } = scene
    await using ungrouped = await serveUngrouped(served.role.graph.get().executor)
    using alone = await connectRaw(ungrouped.socketUrl)
    const [one, two] = [await scene.client(), await scene.client()]
    const all = [one, two, alone]
    for (const client of all) {
      client.follow('"x"\n', { room: 'a' })
      client.subscribe('refused', 'subscription { refused { seq } }')
      client.subscribe('bad', SAID, { variables: {} })
      await client.settled()
    }
    await rooms.listening(2)
    rooms.say('a', 'plain')
    rooms.say('a', 'Ünï→ "quoted" \u2028 \ud83d\ude00', 'é')
    rooms.say('a', 'last')
    rooms.close('a')
    await alone.received('"x"\n', 4)
    await alone.received('bad', 2)
    for (const client of [one, two]) {
      expect(await client.received('"x"\n', 4)).toEqual(alone.framesOf('"x"\n'))
      expect(await client.received('bad', 2)).toEqual(alone.framesOf('bad'))
      // Masked errors differ in the id of the request, by which the log is found.
      expect((await client.received('refused', 2)).map(withoutRequestId)).toEqual(
        alone.framesOf('refused').map(withoutRequestId),
      )
    }
    expect(alone.framesOf('"x"\n').at(-1)).toBe('{"id":"\\"x\\"\\n","type":"complete"}')
  })

  it('get an error of an event with that event only, masked and reported once', async () => {
    await using scene = await setScene()
    const { rooms, served } = scene
    const [one, two] = [await scene.client(), await scene.client()]
    for (const client of [one, two]) {
      client.follow('1', { room: 'a' })
      await client.settled()
    }
    rooms.say('a', 'one')
    rooms.say('a', 'unreadable')
    rooms.say('a', 'three')
    for (const client of [one, two]) {
      const frames = await client.received('1', 3)
      expect([frames[0], frames[2]]).toEqual([frame('1', 0, 'one'), frame('1', 2, 'three')])
      expect(JSON.parse(frames[1] ?? '')).toMatchObject({
        payload: {
          data: { said: { seq: 1, text: null } },
          errors: [{ message: 'Internal server error', path: ['said', 'text'] }],
        },
      })
    }
    expect(one.framesOf('1')).toEqual(two.framesOf('1'))
    expect(served.logged.filter(({ msg }) => msg === 'operation failed')).toHaveLength(1)
  })

  it('get a burst in order', async () => {
    await using scene = await setScene()
    const { rooms } = scene
    const clients = [await scene.client(), await scene.client(), await scene.client()]
    for (const client of clients) {
      client.follow('1', { room: 'a' })
      await client.settled()
    }
    const letGo = rooms.hold()
    for (let index = 0; index < 1_000; index++) rooms.say('a', `text ${index}`)
    letGo()
    const inOrder = Array.from({ length: 1_000 }, (_, index) => index)
    for (const client of clients) {
      await client.received('1', 1_000)
      expect(client.placesOf('1')).toEqual(inOrder)
    }
    expect(rooms.executions).toBe(1_000)
  })

  it('hear only what comes after they joined', async () => {
    await using scene = await setScene()
    const { rooms } = scene
    const early = await scene.client()
    early.follow('1', { room: 'a' })
    await early.settled()
    rooms.say('a', 'one')
    await early.received('1', 1)
    const late = await scene.client()
    late.follow('1', { room: 'a' })
    await late.settled()
    rooms.say('a', 'two')
    await late.received('1', 1)
    await early.received('1', 2)
    expect([early.placesOf('1'), late.placesOf('1')]).toEqual([[0, 1], [1]])
    expect(rooms.opened).toBe(1)
  })
})

function withoutRequestId(text: string): string {
  return text.replace(/"requestId":"[^"]*"/, '"requestId":"…"')
}
