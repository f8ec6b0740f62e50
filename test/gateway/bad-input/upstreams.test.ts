import { describe, expect, it } from 'vitest'
import { deferred } from '../deferred.ts'
import { setScene } from './scene.ts'
import { serveUpstream, type Upstream } from './upstream.ts'

const event = (name: string) => ({ data: { oddity: { name } } })
const next = (payload: unknown) => ({ id: '1', type: 'next', payload })
const COMPLETE = { id: '1', type: 'complete' }
const broken = (code: string) => ({
  id: '1',
  type: 'error',
  payload: [expect.objectContaining({ extensions: expect.objectContaining({ code }) })],
})

describe.each(['sockets', 'streams'] as const)('a subscription at a subgraph over %s', (way) => {
  /** Follows what a subgraph says, beside healthy queries and an operation of the same socket that goes on. */
  const follow = async (say: (upstream: Upstream) => void, count: number) => {
    await using server = await serveUpstream(way, say)
    await using scene = await setScene({ transport: server.transport })
    const client = await scene.client()
    const listens = scene.feed.changed()
    client.subscribe('steady', 'subscription { tick }')
    await listens
    const frames = await scene.beside(() => {
      client.subscribe('1', 'subscription { oddity { name } }')
      return client.received('1', count)
    })
    scene.feed.publish('still here')
    const steady = await client.received('steady', 1)
    expect(steady.map((frame) => JSON.parse(frame))).toEqual([
      { id: 'steady', type: 'next', payload: { data: { tick: 'still here' } } },
    ])
    return frames.map((frame): unknown => JSON.parse(frame))
  }

  it('gives out what comes until it completes', async () => {
    const say = (upstream: Upstream) => {
      upstream.next(event('a'))
      upstream.next(event('b'))
      upstream.complete()
    }
    expect(await follow(say, 3)).toEqual([next(event('a')), next(event('b')), COMPLETE])
  })

  it.each([
    ['nonsense', { nonsense: true }],
    ['errors that are none', { errors: 'many' }],
    ['an error without a message', { errors: [{}] }],
  ])('ends with a code at an event of %s, after what came before', async (_what, payload) => {
    const left = deferred<void>()
    const say = (upstream: Upstream) => {
      void upstream.left.then(() => left.resolve())
      upstream.next(event('a'))
      upstream.next(payload)
      upstream.next(event('b'))
    }
    expect(await follow(say, 2)).toEqual([next(event('a')), broken('SUBGRAPH_ANSWER_INVALID')])
    await left.promise
  })

  it('ends with a code at bytes of another protocol', async () => {
    const left = deferred<void>()
    const say = (upstream: Upstream) => {
      void upstream.left.then(() => left.resolve())
      upstream.next(event('a'))
      upstream.noise()
    }
    const code = way === 'sockets' ? 'SUBGRAPH_UNAVAILABLE' : 'SUBGRAPH_ANSWER_INVALID'
    expect(await follow(say, 2)).toEqual([next(event('a')), broken(code)])
    await left.promise
  })

  it('ends with a code when it is cut', async () => {
    const say = (upstream: Upstream) => {
      upstream.next(event('a'))
      upstream.cut()
    }
    expect((await follow(say, 2)).at(-1)).toEqual(broken('SUBGRAPH_UNAVAILABLE'))
  })

  it('keeps what is wrong with an event to that event', async () => {
    const say = (upstream: Upstream) => {
      upstream.next({ data: { oddity: 'x' } })
      upstream.next({ data: null })
      upstream.next({ data: { oddity: null }, errors: [{ message: 'select * from secrets', path: ['oddity'] }] })
      upstream.next(event('b'))
      upstream.complete()
    }
    const failed = (code: string) => ({
      id: '1',
      type: 'next',
      payload: {
        data: { oddity: null },
        errors: [expect.objectContaining({ path: ['oddity'], extensions: expect.objectContaining({ code }) })],
      },
    })
    expect(await follow(say, 5)).toEqual([
      failed('SUBGRAPH_ANSWER_INVALID'),
      failed('SUBGRAPH_ANSWER_INVALID'),
      failed('INTERNAL_SERVER_ERROR'),
      next(event('b')),
      COMPLETE,
    ])
  })

  it('that floods loses nothing silently: it is held, or ends with a code after what could be completed', async () => {
    const FLOOD = 20_000
    const left = deferred<void>()
    const say = (upstream: Upstream) => {
      void upstream.left.then(() => left.resolve())
      for (let n = 0; n < FLOOD; n++) upstream.next(event(String(n)))
      upstream.complete()
    }
    await using server = await serveUpstream(way, say)
    await using scene = await setScene({ transport: server.transport })
    const client = await scene.client()
    const last = await scene.beside(async () => {
      client.subscribe('1', 'subscription { oddity { name } }')
      for (let count = 1; ; count++) {
        const frames = await client.received('1', count)
        const frame = JSON.parse(frames[count - 1] ?? '')
        if (frame.type !== 'next') return frame
      }
    })
    const names = client
      .framesOf('1')
      .slice(0, -1)
      .map((frame): unknown => JSON.parse(frame).payload.data.oddity.name)
    expect(names).toEqual(names.map((_name, index) => String(index)))
    expect([names.length === FLOOD, last]).toEqual(
      way === 'sockets' && names.length < FLOOD ? [false, broken('FELL_BEHIND')] : [true, COMPLETE],
    )
    await left.promise
  })

  it('that never begins is left when the client leaves', async () => {
    const begun = deferred<void>()
    const left = deferred<void>()
    const say = (upstream: Upstream) => {
      void upstream.left.then(() => left.resolve())
      begun.resolve()
    }
    await using server = await serveUpstream(way, say)
    await using scene = await setScene({ transport: server.transport })
    const client = await scene.client()
    await scene.beside(async () => {
      client.subscribe('1', 'subscription { oddity { name } }')
      await begun.promise
      client.leave('1')
      await left.promise
    })
    expect(scene.served.role.hub.counts()).toMatchObject({ groups: 0, listeners: 0 })
  })
})
