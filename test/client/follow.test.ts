import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { connect } from '../../client/connect.ts'
import type { Gap } from '../../client/event.ts'
import { follow, type FollowOptions, type Following } from '../../client/follow.ts'
import type { Verdict } from '../../client/verdict.ts'
import { SOON } from '../setup/soon.ts'
import { CONVERSATIONS, type RunningGateway, startGateway } from './running.ts'

const SAID = `subscription ($after: String) {
  messageAdded(after: $after) {
    cursor
    gap { from to reread }
    message { remoteId text }
    conversation { remoteId }
  }
}`

interface Said {
  readonly messageAdded: {
    readonly message: { readonly remoteId: string }
    readonly conversation: { readonly remoteId: string }
  }
}

let running: RunningGateway

beforeAll(async () => {
  running = await startGateway()
})
afterAll(() => running?.[Symbol.asyncDispose]())

interface Page extends Disposable {
  readonly following: Following
  /** What was handed over, by number. */
  readonly heard: number[]
  readonly gaps: Gap[]
  readonly waits: Verdict[]
  /** The socket that was opened last. */
  readonly socket: () => WebSocket
}

/** A page that follows what is said. */
async function open(more: Partial<FollowOptions<Said>> & { readonly token?: string } = {}): Promise<Page> {
  const { token = await running.issue(), ...options } = more
  const sockets: WebSocket[] = []
  class KeptSocket extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args)
      sockets.push(this)
    }
  }
  // Who does not read hears no answer to a ping either, and here that is not to end it.
  const client = connect({ url: running.socketUrl, token: () => token, webSocketImpl: KeptSocket, pingMs: 300_000 })
  const heard: number[] = []
  const gaps: Gap[] = []
  const waits: Verdict[] = []
  const following = follow<Said>(client, {
    query: SAID,
    onEvent: ({ messageAdded: { message, conversation } }) => {
      const number = Number(message.remoteId.slice(1))
      if (conversation.remoteId !== `c${number % CONVERSATIONS}`)
        throw new Error(`${number} is not of this conversation`)
      heard.push(number)
    },
    onGap: (gap) => gaps.push(gap),
    onWait: (why) => waits.push(why),
    backoff: { firstMs: 20, longestMs: 200 },
    ...options,
  })
  return {
    following,
    heard,
    gaps,
    waits,
    socket() {
      const last = sockets.at(-1)
      if (last === undefined) throw new Error('no socket was opened')
      return last
    },
    [Symbol.dispose]() {
      following.stop()
      void client.dispose()
    },
  }
}

const begun = ({ following }: Page): Promise<void> =>
  vi.waitFor(() => {
    if (following.cursor === null) throw new Error('it is not known yet where it begins')
  }, SOON)

/** Ends when the page has heard all that was said since, each once and in order. */
async function heardAll(page: Page, since: number): Promise<void> {
  const { said } = running
  const expected = Array.from({ length: said - since }, (_, index) => since + index)
  const all = vi.waitFor(() => {
    if (page.heard.length < expected.length) throw new Error(`heard ${page.heard.length} of ${expected.length}`)
  }, SOON)
  const end = page.following.ended.then((how) => {
    if (page.heard.length < expected.length) throw new Error(`ended too early: ${inspect(how)}`)
  })
  await Promise.race([all, end])
  expect(page.heard).toEqual(expected)
}

describe('whoever follows', () => {
  it('hears everything once and in order while the gateway is killed again and again', async () => {
    const since = running.said
    using one = await open()
    await begun(one)
    for (let kills = 0; kills < 3; kills++) {
      // It says on while the gateway dies, is dead, and starts.
      const talking = running.say(60)
      await running.kill()
      await running.start()
      await talking
    }
    await running.say(5)
    await heardAll(one, since)
    expect(one.waits.length).toBeGreaterThanOrEqual(3)
    expect(one.gaps).toEqual([])
  })

  it('begins where it was asked, before the gateway can be reached', async () => {
    const since = running.said
    await running.kill()
    using early = await open()
    await vi.waitFor(() => expect(early.waits.length).toBeGreaterThan(1), SOON)
    await running.start()
    await begun(early)
    await running.say(3)
    await heardAll(early, since)
  })

  it('hears everything once and in order while the supergraph is replaced', async () => {
    const since = running.said
    using page = await open()
    await begun(page)
    for (let moves = 0; moves < 3; moves++) {
      await running.say(20)
      await Promise.all([running.moveSubgraphs(), running.say(40)])
    }
    await heardAll(page, since)
    expect(page.gaps).toEqual([])
  })

  it('is told of a gap in its place, and goes on behind it', async () => {
    using page = await open()
    await begun(page)
    const { cursor } = page.following
    await running.say(10)
    await vi.waitFor(async () => {
      await running.store.events.prune({ olderThan: new Date(0), most: 3 })
      const events = await running.store.database.system.query('select 1 from event')
      if (events.length > 3) throw new Error(`${events.length} events are still there`)
    }, SOON)
    const since = running.said - 3
    using late = await open({ after: cursor ?? '' })
    await heardAll(late, since)
    expect(late.gaps).toMatchObject([{ from: cursor, reread: ['conversations', 'tickets'] }])
  })

  it('ends with the reason when its token ends', async () => {
    const since = running.said
    using page = await open({ token: await running.issue(new Date(Date.now() + 3_000)) })
    await begun(page)
    await running.say(1)
    await heardAll(page, since)
    expect(await page.following.ended).toEqual({ kind: 'refused', code: 4401, message: 'The token has ended' })
    await running.say(1)
    expect(page.heard).toHaveLength(1)
    // With another token it goes on from there.
    using again = await open({ after: page.following.cursor ?? '' })
    await heardAll(again, since + 1)
  })

  it('ends with the reason when the operation is refused', async () => {
    using page = await open({ query: 'subscription ($after: String) { nothing(after: $after) { cursor gap } }' })
    expect(await page.following.ended).toMatchObject({ kind: 'refused', code: 'GRAPHQL_VALIDATION_FAILED' })
  })

  it('ends with what its handler threw', async () => {
    const error = new Error('a bug of the page')
    using page = await open({
      onEvent: () => {
        throw error
      },
    })
    await begun(page)
    await running.say(1)
    expect(await page.following.ended).toEqual({ kind: 'failed', error })
  })

  it('refuses at once what cannot go on, and ends when an event does not say where it stands', async () => {
    await expect(open({ query: 'subscription { messageAdded { cursor } }' })).rejects.toThrow(
      'declare `$after: String`',
    )
    using page = await open({ query: 'subscription ($after: String) { messageAdded(after: $after) { cursor } }' })
    await begun(page)
    await running.say(1)
    const { ended } = page.following
    expect(await ended).toMatchObject({ kind: 'failed', error: { message: expect.stringContaining('select `gap') } })
  })
})

describe('whoever stops reading', () => {
  // The systems at both ends of a connection buffer some MB of it; this is more than those and what waits at the gateway.
  const LARGE = 'x'.repeat(500_000)
  const PLENTY = 40

  it('is given up with 4290, comes back by itself and hears everything once, while others hear it at once', async () => {
    const token = await running.issue()
    const since = running.said
    using fast = await open({ token })
    using slow = await open({ token })
    await Promise.all([begun(fast), begun(slow)])
    await running.say(1)
    await Promise.all([heardAll(fast, since), heardAll(slow, since)])
    slow.socket().pause()
    await running.say(PLENTY, LARGE)
    await heardAll(fast, since)
    expect(slow.heard.length).toBeLessThan(PLENTY)
    slow.socket().resume()
    await heardAll(slow, since)
    expect(slow.waits).toMatchObject([{ code: 4290, isPassing: true }])
    expect([...slow.gaps, ...fast.gaps, ...fast.waits]).toEqual([])
  })

  it('is waited for when nobody else hears the same, and hears everything once on the same socket', async () => {
    const since = running.said
    using alone = await open()
    await begun(alone)
    alone.socket().pause()
    using other = await open()
    await begun(other)
    await running.say(PLENTY, LARGE)
    await heardAll(other, since)
    expect(alone.heard.length).toBeLessThan(PLENTY)
    alone.socket().resume()
    await heardAll(alone, since)
    expect([...alone.waits, ...other.waits, ...alone.gaps, ...other.gaps]).toEqual([])
  })
})
