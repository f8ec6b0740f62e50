import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Lane } from '../../kit/account-client.ts'
import { createThrottling, type Tells, type Throttling } from './throttling.ts'

const WINDOW_MS = 60_000

const throttle = (limits: { min: number; max: number }, tells: readonly Tells[]) =>
  fc.record({
    limit: fc.integer(limits),
    windowMs: fc.constant(WINDOW_MS),
    phaseMs: fc.integer({ min: 0, max: 59 }).map((seconds) => seconds * 1_000),
    tells: fc.constantFrom(...tells),
  })

/** How long calls are on their way, one after the other, over and over. */
const latencies = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 7 }).map((all) => {
  let next = -1
  return (): number => {
    next += 1
    return all[next % all.length] ?? 1
  }
})

const atOnce = fc.integer({ min: 4, max: 12 })

const TOLD: readonly Tells[] = ['end', 'seconds', 'left']

/** Calls without end, `atOnce` of them at any time. */
function flood(throttling: Throttling, atOnce: number, one: { lane: Lane; path?: string; cost?: () => number }): void {
  const again = async (): Promise<void> => {
    for (;;) await throttling.call(one.lane, { ...(one.path && { path: one.path }), cost: one.cost?.() ?? 1 })
  }
  for (let place = 0; place < atOnce; place += 1) void again()
}

/** What was used of the windows that were whole, as a part of what was allowed. */
function usedPart(used: ReadonlyMap<number, number>, { limit, windows }: { limit: number; windows: number }): number {
  const whole = Array.from({ length: windows }, (_, index) => used.get(index + 1) ?? 0)
  return whole.reduce((sum, each) => sum + each, 0) / (limit * windows)
}

/** Asks once, so that the limit is told. */
async function greet(throttling: Throttling): Promise<void> {
  const first = throttling.call('backfill')
  await throttling.clock.run(1_000)
  await first
}

describe('a backfill before a provider that throttles', () => {
  it('is never refused once the limit is told, and uses nine tenths of it, wherever windows begin', async () => {
    await fc.assert(
      fc.asyncProperty(throttle({ min: 20, max: 120 }, TOLD), latencies, atOnce, async (account, latency, places) => {
        const throttling = createThrottling({ account, latency, assumed: 7 })
        await greet(throttling)
        flood(throttling, places, { lane: 'backfill' })
        await throttling.clock.run(8 * WINDOW_MS)
        expect(throttling.refused()).toBe(0)
        expect(usedPart(throttling.used, { limit: account.limit, windows: 6 })).toBeGreaterThanOrEqual(0.9)
      }),
      { numRuns: 25 },
    )
  })

  it('obeys a narrower limit beside the account’s, though nothing is told of it, and uses nine tenths of it', async () => {
    await fc.assert(
      fc.asyncProperty(
        throttle({ min: 60, max: 120 }, TOLD),
        throttle({ min: 10, max: 40 }, [...TOLD, 'nothing']),
        latencies,
        atOnce,
        async (account, exports, latency, places) => {
          const throttling = createThrottling({ account, exports, latency })
          await greet(throttling)
          flood(throttling, places, { lane: 'backfill', path: '/exports' })
          await throttling.clock.run(8 * WINDOW_MS)
          expect(throttling.refused()).toBe(0)
          expect(usedPart(throttling.exported, { limit: exports.limit, windows: 6 })).toBeGreaterThanOrEqual(0.9)
        },
      ),
      { numRuns: 15 },
    )
  })

  it('counts what each call costs, with and without a narrower limit, and lets none wait for the other', async () => {
    await fc.assert(
      fc.asyncProperty(
        throttle({ min: 60, max: 120 }, TOLD),
        throttle({ min: 10, max: 40 }, [...TOLD, 'nothing']),
        latencies,
        atOnce,
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 9 }),
        async (account, exports, latency, places, costs) => {
          const throttling = createThrottling({ account, exports, latency })
          await greet(throttling)
          let next = 0
          const cost = (): number => costs[(next += 1) % costs.length] ?? 1
          flood(throttling, places, { lane: 'backfill', path: '/exports', cost })
          flood(throttling, places, { lane: 'live', path: '/exports' })
          flood(throttling, places, { lane: 'backfill', cost })
          await throttling.clock.run(8 * WINDOW_MS)
          expect(throttling.refused()).toBe(0)
          expect(usedPart(throttling.used, { limit: account.limit, windows: 6 })).toBeGreaterThanOrEqual(0.9)
        },
      ),
      { numRuns: 15 },
    )
  })

  it('makes room for what others take of the account at the beginning of its windows, once it has seen them do so', async () => {
    await fc.assert(
      fc.asyncProperty(throttle({ min: 20, max: 120 }, TOLD), latencies, atOnce, async (account, latency, places) => {
        const throttling = createThrottling({ account, latency })
        await throttling.clock.run(account.phaseMs)
        await greet(throttling)
        flood(throttling, places, { lane: 'backfill' })
        await throttling.clock.run(WINDOW_MS - 1_000)
        const share = async (): Promise<number> => {
          throttling.takeElsewhere(Math.floor(account.limit / 2))
          await throttling.clock.run(WINDOW_MS)
          return throttling.refused()
        }
        // The first time it comes as a surprise to the calls that are under way.
        const surprised = await share()
        expect(surprised).toBeLessThanOrEqual(places)
        for (let window = 0; window < 5; window += 1) expect(await share()).toBe(surprised)
      }),
      { numRuns: 15 },
    )
  })
})

describe('a person beside a backfill', () => {
  it('who calls now and then never waits, whenever in a window', async () => {
    await fc.assert(
      fc.asyncProperty(
        throttle({ min: 20, max: 120 }, TOLD),
        latencies,
        atOnce,
        fc.array(fc.integer({ min: 0, max: WINDOW_MS }), { minLength: 1, maxLength: 5 }),
        async (account, latency, places, pauses) => {
          const throttling = createThrottling({ account, latency })
          await greet(throttling)
          flood(throttling, places, { lane: 'backfill' })
          for (const pause of pauses) {
            await throttling.clock.run(WINDOW_MS + pause)
            const called = throttling.call('person')
            await throttling.clock.run(1_000)
            expect(await called).toBe(0)
          }
        },
      ),
      { numRuns: 25 },
    )
  })

  it('who works the whole time is given room for it from the third window on', async () => {
    const account = { limit: 50, windowMs: WINDOW_MS, phaseMs: 0, tells: 'end' as const }
    const throttling = createThrottling({ account, latency: () => 50 })
    await greet(throttling)
    flood(throttling, 5, { lane: 'backfill' })
    await throttling.clock.run(WINDOW_MS)
    const waits: Promise<number>[] = []
    for (let calls = 0; calls < 80; calls += 1) {
      waits.push(throttling.call('person'))
      await throttling.clock.run(3_000)
    }
    await throttling.clock.run(WINDOW_MS)
    expect((await Promise.all(waits)).slice(40)).toEqual(Array.from({ length: 40 }, () => 0))
    expect(throttling.refused()).toBe(0)
  })

  it('and all who call without end leave the backfill one call in a window', async () => {
    const account = { limit: 20, windowMs: WINDOW_MS, phaseMs: 0, tells: 'end' as const }
    const throttling = createThrottling({ account, latency: () => 50 })
    await greet(throttling)
    flood(throttling, 30, { lane: 'person' })
    await throttling.clock.run(1_000)
    const waits = [throttling.call('backfill'), throttling.call('live')]
    await throttling.clock.run(5 * WINDOW_MS)
    const waited = await Promise.all(waits)
    expect(Math.max(...waited)).toBeLessThanOrEqual(4 * WINDOW_MS)
  })
})
