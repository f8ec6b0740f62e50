import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Budget, openBudget, type Turn } from '../../kit/budget.ts'
import type { Lane } from '../../kit/account-client.ts'
import { RateLimitedError } from '../../kit/errors.ts'
import { createSteppedClock, settle, START } from './clocks.ts'

const never = new AbortController().signal
const after = (ms: number): Date => new Date(START.getTime() + ms)
const far = after(3_600_000)

function setUp(limit: number) {
  const clock = createSteppedClock()
  const budget = openBudget({ provider: 'acme', limit, windowMs: 10_000, clock })
  const granted: string[] = []
  const ask = (lane: Lane, name: string, signal = never): Promise<Turn | null> =>
    budget.take(lane, { deadline: far, signal }).then(
      (turn) => {
        granted.push(name)
        return turn
      },
      () => null,
    )
  return { clock, budget, granted, ask }
}

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

  it('serves persons before live work before a backfill, and each lane in order', async () => {
    const { clock, budget, granted, ask } = setUp(10)
    await spend(budget, 10)
    for (const name of ['b1', 'b2']) void ask('backfill', name)
    for (const name of ['l1', 'l2']) void ask('live', name)
    for (const name of ['p1', 'p2']) void ask('person', name)
    await settle()
    expect(granted).toEqual([])
    await clock.advance(10_000)
    expect(granted).toEqual(['p1', 'p2', 'l1', 'l2', 'b1', 'b2'])
  })

  it('keeps a fifth of each window from a backfill', async () => {
    const { granted, ask } = setUp(10)
    for (let call = 1; call <= 10; call += 1) void ask('backfill', `b${call}`)
    void ask('person', 'p1')
    void ask('live', 'l1')
    await settle()
    expect(granted).toEqual(['b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7', 'b8', 'p1', 'l1'])
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
    budget.pause(after(3_000))
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
    await spend(budget, 1)
    const waiting = budget.take('person', { deadline: after(10_000), signal: never }).catch((error: unknown) => error)
    budget.pause(after(60_000))
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

  it('never begins more calls than the limit between two window ends, whoever asks and whenever they end', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('ask' as const), lane: fc.constantFrom<Lane>('person', 'live', 'backfill') }),
      fc.record({ do: fc.constant('end' as const) }),
      fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 4_000 }) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.array(step, { maxLength: 80 }), async (limit, steps) => {
        const clock = createSteppedClock()
        const budget = openBudget({ provider: 'acme', limit, windowMs: 10_000, clock })
        const open: Turn[] = []
        let windowEnd = 0
        let begun = 0
        const provider = { limit, used: 0 }
        for (const one of steps) {
          if (one.do === 'advance') await clock.advance(one.ms)
          if (one.do === 'end') open.shift()?.end(null)
          if (one.do === 'ask') {
            void budget.take(one.lane, { deadline: far, signal: never }).then((turn) => {
              const now = clock.now().getTime()
              if (now >= windowEnd) {
                windowEnd = now + 10_000
                begun = 0
              }
              begun += 1
              provider.used = Math.max(provider.used, begun)
              open.push(turn)
            })
          }
          await settle()
        }
        expect(provider.used).toBeLessThanOrEqual(limit)
      }),
      { numRuns: 200 },
    )
  })
})
