import { describe, expect, it } from 'vitest'
import { openBudget } from '../../kit/budget.ts'
import type { Lane, Quota } from '../../kit/account-client.ts'
import type { EndpointLimit } from '../../kit/contract.ts'
import { RateLimitedError } from '../../kit/errors.ts'
import { createSteppedClock, settle, START } from './clocks.ts'

const never = new AbortController().signal
const after = (ms: number): Date => new Date(START.getTime() + ms)
const far = after(3_600_000)

/** Leave to make a call, ended with what its answer says of the account and of `exports`. */
interface Turn {
  end(told: Quota | null, exports?: Quota | null): void
  refuse(until: Date, told: Quota | null, exports?: Quota | null): void
}

const headersOf = (told: Quota | null, exports: Quota | null): Headers =>
  new Headers(Object.entries({ told, exports }).map(([name, quota]) => [name, JSON.stringify(quota)]))

const quotaIn = (headers: Headers, name: string): Quota | null => {
  const quota: { limit: number; remaining: number | null; resetAt: string | null } | null = JSON.parse(
    headers.get(name) ?? 'null',
  )
  return quota && { ...quota, resetAt: quota.resetAt === null ? null : new Date(quota.resetAt) }
}

const empty: Quota = { limit: 50, remaining: 0, resetAt: after(5_000) }
const some: Quota = { limit: 50, remaining: 40, resetAt: after(5_000) }

const exportLimit = (limit: number): EndpointLimit => ({
  name: 'exports',
  limit,
  windowMs: 10_000,
  covers: ({ path }) => path.startsWith('/exports'),
  quota: (headers) => quotaIn(headers, 'exports'),
})

function setUp(limit: number, limits: readonly EndpointLimit[] = []) {
  const clock = createSteppedClock()
  const opened = openBudget({
    provider: 'acme',
    api: {
      defaultQuota: { limit, windowMs: 10_000 },
      limits,
      quota: (headers) => quotaIn(headers, 'told'),
      costOf: ({ query }) => Number(query?.['cost'] ?? 1),
    },
    clock,
  })
  const budget = {
    async take(lane: Lane, until: { deadline: Date; signal: AbortSignal }, path = '/things', cost = 1): Promise<Turn> {
      const turn = await opened.take({ method: 'GET', path, query: { cost } }, lane, until)
      const endWith = (refusedUntil: Date | null, told: Quota | null, exports: Quota | null): void => {
        const headers = headersOf(told, exports)
        turn.end({ answer: { status: 200, headers, body: null, receivedAt: clock.now() }, refusedUntil })
      }
      return {
        end: (told, exports = null) => endWith(null, told, exports),
        refuse: (until, told, exports = null) => endWith(until, told, exports),
      }
    },
  }
  const granted: string[] = []
  const ask = (lane: Lane, name: string, path = '/things', cost = 1): Promise<Turn | null> =>
    budget.take(lane, { deadline: far, signal: never }, path, cost).then(
      (turn) => {
        granted.push(name)
        return turn
      },
      () => null,
    )
  return { clock, budget, granted, ask }
}

type Budget = ReturnType<typeof setUp>['budget']

const spend = async (budget: Budget, calls: number): Promise<void> => {
  for (let call = 0; call < calls; call += 1) (await budget.take('person', { deadline: far, signal: never })).end(null)
}

describe('openBudget', () => {
  it('lets as many calls go as the limit says, and the rest when the window ends', async () => {
    const { clock, granted, ask } = setUp(2)
    for (const name of ['first', 'second', 'third']) void ask('person', name).then((turn) => turn?.end(null))
    await settle()
    expect(granted).toEqual(['first', 'second'])
    await clock.advance(9_999)
    expect(granted).toEqual(['first', 'second'])
    await clock.advance(1)
    expect(granted).toEqual(['first', 'second', 'third'])
  })

  it('counts calls still in flight against the next window', async () => {
    const { clock, granted, ask } = setUp(2)
    const first = ask('person', 'first')
    for (const name of ['second', 'third', 'fourth']) void ask('person', name)
    await settle()
    ;(await first)?.end(null)
    await clock.advance(10_000)
    expect(granted).toEqual(['first', 'second', 'third'])
  })

  it('serves persons before live work before bulk work before a backfill, and each lane in order', async () => {
    const { clock, budget, granted, ask } = setUp(20)
    await spend(budget, 20)
    for (const name of ['b1', 'b2']) void ask('backfill', name)
    for (const name of ['m1', 'm2']) void ask('bulk', name)
    for (const name of ['l1', 'l2']) void ask('live', name)
    for (const name of ['p1', 'p2']) void ask('person', name)
    await settle()
    expect(granted).toEqual([])
    await clock.advance(10_000)
    expect(granted).toEqual(['p1', 'p2', 'l1', 'l2', 'm1', 'm2', 'b1', 'b2'])
  })

  it('keeps a fifth of a window from bulk work and from a backfill at its beginning, for people', async () => {
    for (const lane of ['bulk', 'backfill'] as const) {
      const { granted, ask } = setUp(10)
      for (let n = 0; n < 10; n += 1) void ask(lane, lane)
      await settle()
      expect(granted).toHaveLength(8)
      void ask('person', 'p1')
      await settle()
      expect(granted.at(-1)).toBe('p1')
    }
  })

  it('believes an answer that leaves less than was thought, until the time it names', async () => {
    const { clock, budget, granted, ask } = setUp(100)
    const turn = await budget.take('person', { deadline: far, signal: never })
    turn.end({ limit: 100, remaining: 1, resetAt: after(4_000) })
    void ask('person', 'p1')
    void ask('person', 'p2')
    await settle()
    expect(granted).toEqual(['p1'])
    await clock.advance(4_000)
    expect(granted).toEqual(['p1', 'p2'])
  })

  it('learns a higher limit', async () => {
    const { budget, granted, ask } = setUp(1)
    const turn = await budget.take('person', { deadline: far, signal: never })
    turn.end({ limit: 100, remaining: 99, resetAt: after(9_000) })
    void ask('person', 'p1')
    void ask('person', 'p2')
    await settle()
    expect(granted).toEqual(['p1', 'p2'])
  })

  it('waits no longer than a window when the provider’s clock is an hour ahead', async () => {
    const { clock, budget, granted, ask } = setUp(5)
    const turn = await budget.take('person', { deadline: far, signal: never })
    turn.end({ limit: 5, remaining: 0, resetAt: after(3_600_000) })
    void ask('person', 'p1')
    await clock.advance(9_999)
    expect(granted).toEqual([])
    await clock.advance(1)
    expect(granted).toEqual(['p1'])
  })

  it('believes that nothing is left of a window that began at the provider without our knowing', async () => {
    const { clock, budget, granted, ask } = setUp(5)
    const turn = await budget.take('person', { deadline: far, signal: never })
    await clock.advance(3_000)
    turn.end({ limit: 5, remaining: 0, resetAt: after(12_000) })
    void ask('person', 'p1')
    await clock.advance(8_999)
    expect(granted).toEqual([])
    await clock.advance(1)
    expect(granted).toEqual(['p1'])
  })

  it('takes calls in flight not to be counted yet in what an answer tells', async () => {
    const { budget, granted, ask } = setUp(5)
    const turn = await budget.take('person', { deadline: far, signal: never })
    void ask('person', 'in flight')
    await settle()
    turn.end({ limit: 5, remaining: 1, resetAt: after(9_000) })
    void ask('person', 'p1')
    await settle()
    expect(granted).toEqual(['in flight'])
  })

  it('goes by its own count when the provider’s clock is an hour behind', async () => {
    const { budget, granted, ask } = setUp(3)
    const turn = await budget.take('person', { deadline: far, signal: never })
    turn.end({ limit: 3, remaining: 2, resetAt: after(-3_600_000) })
    for (const name of ['p1', 'p2', 'p3']) void ask('person', name)
    await settle()
    expect(granted).toEqual(['p1', 'p2'])
  })

  it('lets nobody call while paused, and refuses nobody who can wait for the end of the pause', async () => {
    const { clock, budget, granted, ask } = setUp(100)
    const refused = await budget.take('live', { deadline: far, signal: never })
    refused.refuse(after(3_000), null)
    const short = budget.take('live', { deadline: after(3_000), signal: never }).then(() => granted.push('short'))
    void ask('person', 'p1')
    await clock.advance(2_999)
    expect(granted).toEqual([])
    await clock.advance(1)
    await short
    expect(granted).toEqual(['p1', 'short'])
  })

  it('refuses at once whoever cannot wait for the window to end, saying when it does', async () => {
    const { budget } = setUp(1)
    await spend(budget, 1)
    const refused = await budget
      .take('person', { deadline: after(9_999), signal: never })
      .catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(RateLimitedError)
    expect(refused).toMatchObject({
      retryAt: after(10_000),
      message: expect.stringContaining('2026-01-01T00:00:10.000Z'),
    })
  })

  it('refuses whoever waits when a pause makes the wait too long', async () => {
    const { budget } = setUp(1)
    const turn = await budget.take('person', { deadline: far, signal: never })
    const waiting = budget.take('person', { deadline: after(10_000), signal: never }).catch((error: unknown) => error)
    turn.refuse(after(60_000), null)
    expect(await waiting).toMatchObject({ code: 'RATE_LIMITED', retryAt: after(60_000) })
  })

  it('gives the place of an aborted caller to the next', async () => {
    const { clock, budget, granted, ask } = setUp(1)
    await spend(budget, 1)
    const first = new AbortController()
    const aborted = budget.take('person', { deadline: far, signal: first.signal }).catch((error: unknown) => error)
    void ask('person', 'second')
    first.abort(new Error('changed my mind'))
    expect(await aborted).toMatchObject({ message: 'changed my mind' })
    await clock.advance(10_000)
    expect(granted).toEqual(['second'])
  })

  it('lets a call that needs none of a narrower limit by, and one that needs it wait', async () => {
    const { clock, granted, ask } = setUp(100, [exportLimit(1)])
    for (const name of ['e1', 'e2']) void ask('person', name, '/exports').then((turn) => turn?.end(null))
    void ask('backfill', 'b1').then((turn) => turn?.end(null))
    await settle()
    expect(granted).toEqual(['e1', 'b1'])
    await clock.advance(10_000)
    expect(granted).toEqual(['e1', 'b1', 'e2'])
  })

  it('keeps what is left for a call that costs more than that, though cheaper ones came after it', async () => {
    const { clock, granted, ask } = setUp(10)
    void ask('live', 'eight', '/things', 8).then((turn) => turn?.end(null))
    void ask('live', 'three', '/things', 3).then((turn) => turn?.end(null))
    void ask('live', 'one')
    await settle()
    expect(granted).toEqual(['eight'])
    await clock.advance(10_000)
    expect(granted).toEqual(['eight', 'three', 'one'])
  })

  it('lets a call that costs more than the whole limit go when nothing else does', async () => {
    const { granted, ask } = setUp(2)
    void ask('backfill', 'three', '/things', 3)
    await settle()
    expect(granted).toEqual(['three'])
  })

  it('learns a narrower limit by its own headers', async () => {
    const { clock, budget, granted, ask } = setUp(100, [exportLimit(50)])
    const turn = await budget.take('live', { deadline: far, signal: never }, '/exports')
    turn.end(null, { limit: 50, remaining: 1, resetAt: after(4_000) })
    for (const name of ['e1', 'e2']) void ask('live', name, '/exports')
    void ask('live', 'other')
    await settle()
    expect(granted).toEqual(['e1', 'other'])
    await clock.advance(4_000)
    expect(granted).toEqual(['e1', 'other', 'e2'])
  })

  it('learns a limit of which an answer does not say what is left, and counts by itself', async () => {
    const { clock, granted, ask, budget } = setUp(100)
    const turn = await budget.take('live', { deadline: far, signal: never })
    turn.end({ limit: 2, remaining: null, resetAt: null })
    for (const name of ['l1', 'l2']) void ask('live', name)
    await settle()
    expect(granted).toEqual(['l1'])
    await clock.advance(10_000)
    expect(granted).toEqual(['l1', 'l2'])
  })

  it('sees that another window has begun by more being left than before the call', async () => {
    const { clock, budget, granted, ask } = setUp(3)
    const first = await budget.take('live', { deadline: far, signal: never })
    first.end({ limit: 3, remaining: 1, resetAt: null })
    await clock.advance(6_000)
    const second = await budget.take('live', { deadline: far, signal: never })
    second.end({ limit: 3, remaining: 2, resetAt: null })
    for (const name of ['l1', 'l2', 'l3']) void ask('live', name).then((turn) => turn?.end(null))
    await settle()
    expect(granted).toEqual(['l1', 'l2'])
    await clock.advance(9_999)
    expect(granted).toEqual(['l1', 'l2'])
    await clock.advance(1)
    expect(granted).toEqual(['l1', 'l2', 'l3'])
  })

  it.each<[string, Quota | null, Quota | null, readonly string[]]>([
    ['the limit that says of itself that nothing is left', null, empty, ['other']],
    ['the narrower limit when the account’s has something left', some, null, ['other']],
    ['the account when nothing tells them apart', null, null, []],
    ['the account when it says so itself', empty, some, []],
    ['both when both say so', empty, empty, []],
    ['the account when the narrower limit has something left', null, some, []],
  ])('pauses, after a refusal, %s', async (_, account, exports, granted) => {
    const ground = setUp(100, [exportLimit(50)])
    const turn = await ground.budget.take('live', { deadline: far, signal: never }, '/exports')
    turn.refuse(after(5_000), account, exports)
    void ground.ask('live', 'export', '/exports')
    void ground.ask('live', 'other')
    await settle()
    expect(ground.granted).toEqual(granted)
    await ground.clock.advance(5_000)
    expect(ground.granted.toSorted()).toEqual(['export', 'other'])
  })
})
