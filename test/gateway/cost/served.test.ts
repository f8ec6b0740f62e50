import { afterEach, describe, expect, it } from 'vitest'
import { createClient } from 'graphql-sse'
import { createFeed } from '../queries/live/data.ts'
import { VIEWER, type TestSubgraph } from '../graph.ts'
import { createTestClock } from '../host/test-clock.ts'
import { GOOD, serve, type Served, type ServeOptions } from '../served.ts'

const feed = createFeed()
let released = Promise.withResolvers<void>()
const asked = { resolve: () => {} }

const desk: TestSubgraph = {
  name: 'desk',
  typeDefs: `
    type Query { tickets(first: Int): [Ticket!]! found(filter: Filter): Ticket any: [Any!]! broken: [Ticket!]! slow: Ticket }
    type Mutation { close: Ticket }
    type Subscription { closed: Ticket! }
    input Filter { text: String }
    union Any = Ticket | Tag
    type Ticket { id: ID! tags: [Tag!]! first(filter: Filter): Tag }
    type Tag { name: String }
  `,
  resolvers: {
    Query: {
      tickets: (_root: unknown, { first }: { first?: number }) =>
        Array.from({ length: Math.min(first ?? 4, 4) }, ticket),
      found: () => ticket(),
      any: () => [
        { __typename: 'Ticket', ...ticket() },
        { __typename: 'Tag', name: 'a' },
      ],
      broken: () => [ticket(), null],
      slow: async () => {
        asked.resolve()
        await released.promise
        return ticket()
      },
    },
    Mutation: { close: () => ticket() },
    Subscription: { closed: { subscribe: () => feed.subscribe(), resolve: () => ticket() } },
  },
}

function ticket() {
  return { id: '1', tags: [{ name: 'a' }, { name: 'b' }], first: { name: 'a' } }
}

let served: Served | undefined

afterEach(async () => {
  released.resolve()
  await served?.[Symbol.asyncDispose]()
  served = undefined
})

async function start(options: ServeOptions = {}): Promise<Served> {
  released = Promise.withResolvers<void>()
  return (served = await serve([desk], options))
}

const REPORTED = { extensions: { cost: true } }

async function costOf(gateway: Served, query: string, more: Record<string, unknown> = {}): Promise<unknown> {
  const answer = await gateway.ask(query, { ...REPORTED, ...more })
  return (answer as { extensions?: { cost: unknown } }).extensions?.cost
}

describe('the cost of an operation', () => {
  it.each([
    ['{ tickets(first: 100) { id } }', 100, 4],
    ['{ tickets(first: 2) { tags { name } } }', 2 * 26, 2 * 3],
    ['{ any { ... on Ticket { id tags { name } } ... on Tag { name } } }', 25 * 26, 2 + 2],
    ['mutation { close { id } }', 11, 11],
    ['{ found(filter: { text: "a" }) { first(filter: {}) { name } } }', 1 + 1 + 1 + 1, 1 + 1 + 1 + 1],
    ['{ __schema { queryType { name } } }', 0, 0],
    ['{ a: found { id } b: found { id } }', 2, 2],
  ])('is counted before it runs and from its answer: %s', async (query, requested, actual) => {
    expect(await costOf(await start(), query)).toEqual({ requested, actual, remaining: null })
  })

  it('is nothing for what was not answered', async () => {
    const answer = await (await start()).ask('{ broken { id } }', REPORTED)
    expect(answer).toMatchObject({ data: null, extensions: { cost: { requested: 25, actual: 0 } } })
  })

  it('is told to who asks for it alone', async () => {
    const gateway = await start()
    for (const extensions of [undefined, {}, { cost: false }, { cost: 'yes' }]) {
      expect(await gateway.ask('{ tickets { id } }', { extensions })).not.toHaveProperty('extensions')
    }
    const search = new URLSearchParams({ query: '{ tickets { id } }', extensions: '{"cost":true}' })
    const got = await fetch(`${gateway.url}?${search.toString()}`, { headers: GOOD })
    expect(await got.json()).toMatchObject({ extensions: { cost: { requested: 25, actual: 4 } } })
    const client = createClient({ url: `${gateway.url}/stream`, headers: GOOD, retryAttempts: 0 })
    for await (const answer of client.iterate({ query: '{ tickets { id } }', ...REPORTED })) {
      expect(answer).toMatchObject({ extensions: { cost: { requested: 25, actual: 4 } } })
    }
  })

  it('is bounded by a limit, which refuses what could cost one more', async () => {
    const query = 'query ($n: Int) { tickets(first: $n) { id } }'
    const gateway = await start({ limits: { maxCost: 99 } })
    expect((await gateway.post({ query, variables: { n: 99 } })).status).toBe(200)
    const refused = await gateway.post({ query, variables: { n: 100 } })
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'OPERATION_TOO_COMPLEX' } }] })
    const odd = await gateway.post(`{"query":${JSON.stringify(query)},"variables":{"n":1e999}}`)
    expect(odd.status).toBe(400)
  })
})

describe('the budget of a viewer', () => {
  const query = '{ tickets(first: 60) { id } }'

  it('is told, with what was given back', async () => {
    const gateway = await start({ clock: createTestClock(), budget: { capacity: 100, restoredPerSecond: 1 } })
    expect(await costOf(gateway, query)).toEqual({ requested: 60, actual: 4, remaining: 96 })
    expect(await costOf(gateway, query)).toEqual({ requested: 60, actual: 4, remaining: 92 })
  })

  it('refuses what is over it while others are under way, and says when to come back', async () => {
    const clock = createTestClock()
    const gateway = await start({ clock, budget: { capacity: 100, restoredPerSecond: 10 } })
    const under = Promise.withResolvers<void>()
    asked.resolve = under.resolve
    const waiting = gateway.ask('{ slow { id } tickets(first: 60) { id } }')
    await under.promise
    expect((await gateway.post({ query: '{ tickets(first: 39) { id } }' })).status).toBe(200)
    const refused = await gateway.post({ query: '{ tickets(first: 100) { id } }' })
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('7')
    expect(await refused.json()).toEqual({
      errors: [
        {
          message: 'Your operations have cost more than they may for now: ask again in 7 s, or for less.',
          extensions: { code: 'RATE_LIMITED', retryAfterMs: 6_500, requested: 100 },
        },
      ],
    })
    released.resolve()
    await waiting
    await clock.advance(900)
    expect((await gateway.post({ query: '{ tickets(first: 100) { id } }' })).status).toBe(200)
  })

  it('is asked for nothing by who reads the schema, or is refused for another reason', async () => {
    const clock = createTestClock()
    const gateway = await start({ clock, budget: { capacity: 100, restoredPerSecond: 10 } })
    expect(await costOf(gateway, '{ __typename }')).toEqual({ requested: 0, actual: 0, remaining: 100 })
    await gateway.post({ query: '{ nope }' })
    await fetch(`${gateway.url}?query=${encodeURIComponent('mutation { close { id } }')}`, { headers: GOOD })
    await gateway.post({ query: 'query ($n: Int) { tickets(first: $n) { id } }', variables: { n: 'x' } })
    expect(await costOf(gateway, '{ __typename }')).toMatchObject({ remaining: 100 })
  })

  it('gives nothing back for what its client hung up on', async () => {
    const gateway = await start({ clock: createTestClock(), budget: { capacity: 200, restoredPerSecond: 1 } })
    const begin = async () => {
      const under = Promise.withResolvers<void>()
      asked.resolve = under.resolve
      const leaving = new AbortController()
      const body = JSON.stringify({ query: '{ slow { id } tickets(first: 60) { id } }' })
      const headers = { ...GOOD, 'content-type': 'application/json' }
      const asking = fetch(gateway.url, { method: 'POST', headers, body, signal: leaving.signal })
      await under.promise
      leaving.abort()
      await expect(asking).rejects.toThrow('aborted')
      await gateway.role.graph.get().executor.idle()
    }
    await begin()
    expect(await costOf(gateway, '{ __typename }')).toMatchObject({ remaining: 200 - 61 })
    await begin()
    expect(await costOf(gateway, '{ __typename }')).toMatchObject({ remaining: 200 - 2 * 61 })
  })

  it('gives nothing back for what ran out of time', async () => {
    const gateway = await start({
      clock: createTestClock(),
      deadlineMs: 1,
      budget: { capacity: 100, restoredPerSecond: 1 },
    })
    expect(await costOf(gateway, '{ slow { id } tickets(first: 60) { id } }')).toEqual({
      requested: 61,
      actual: 61,
      remaining: 39,
    })
  })

  it('is each viewer’s own', async () => {
    const clock = createTestClock()
    const gateway = await start({ clock, budget: { capacity: 10, restoredPerSecond: 1 } })
    gateway.tokens.set('Bearer other', { ...VIEWER, memberId: 'm2', tokenId: 't2' })
    const body = { query: 'mutation { close { id } }' }
    expect((await gateway.post(body)).status).toBe(200)
    expect((await gateway.post(body)).status).toBe(429)
    expect((await gateway.post(body, { authorization: 'Bearer other' })).status).toBe(200)
  })

  it('is spent by events, of which none is refused', async () => {
    const clock = createTestClock()
    const gateway = await start({ clock, budget: { capacity: 5, restoredPerSecond: 1 } })
    const client = createClient({ url: `${gateway.url}/stream`, headers: GOOD, retryAttempts: 0 })
    const listening = feed.changed()
    const events = client.iterate({ query: 'subscription { closed { id tags { name } } }', variables: {} })
    const first = events.next()
    await listening
    for (let n = 0; n < 3; n++) {
      feed.publish(n)
      expect((await (n === 0 ? first : events.next())).value).toMatchObject({ data: { closed: { id: '1' } } })
    }
    expect(await costOf(gateway, '{ __typename }')).toMatchObject({ remaining: 5 - 3 * 3 })
    const second = client.iterate({ query: 'subscription { closed { id } }' })
    const refused = await second.next()
    expect(refused.value).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterMs: 5_000 } }] })
    await events.return?.()
  })
})
