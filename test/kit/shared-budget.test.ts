import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Lane } from '../../kit/account-client.ts'
import { openSharedBudget } from '../../kit/shared-budget.ts'
import { createShelf, type TestShelf } from './shelf.ts'
import { createThrottling, type Tells, type Throttle, type Throttling } from './throttling.ts'

const WINDOW_MS = 60_000
const TOLD: readonly Tells[] = ['end', 'seconds', 'left']

interface Processes extends Throttling {
  readonly shelf: TestShelf
  readonly said: readonly string[]
  /** Ends a process in the middle of whatever it does: nothing of it is heard any more. */
  kill(process: number): void
}

/** Some processes with one budget, before a provider that throttles. */
function openProcesses(options: {
  readonly account: Throttle
  readonly exports?: Throttle
  readonly count: number
  readonly assumed?: number
  readonly latency?: () => number
  readonly shelfLatency?: () => number
}): Processes {
  const said: string[] = []
  const ends = Array.from({ length: options.count }, () => new AbortController())
  let shelf: TestShelf | null = null
  const throttling = createThrottling({
    latency: () => 50,
    ...options,
    budgets: (world) => {
      const own = createShelf(world.clock, options.shelfLatency ?? (() => 1))
      shelf = own
      const budgets = ends.map(({ signal }, index) =>
        openSharedBudget({
          ...world,
          integrationId: 'one',
          shelf: own,
          holder: `process ${index}`,
          log: (line) => said.push(line),
          signal,
        }),
      )
      own.rung = () => budgets.forEach((budget) => budget.heard())
      return budgets
    },
  })
  if (shelf === null) throw new Error('no budget was opened')
  return { ...throttling, shelf, said, kill: (process) => ends[process]?.abort(new Error('killed')) }
}

/** Calls without end, `atOnce` of them at any time in a process. */
function flood(throttling: Throttling, atOnce: number, lane: Lane, process: number, path = '/things'): void {
  const again = async (): Promise<void> => {
    for (;;) await throttling.call(lane, { process, path })
  }
  for (let place = 0; place < atOnce; place += 1) void again()
}

const total = (used: ReadonlyMap<number, number>, windows: readonly number[]): number =>
  windows.reduce((sum, window) => sum + (used.get(window) ?? 0), 0)

const throttle = (limits: { min: number; max: number }, tells: readonly Tells[]) =>
  fc.record({
    limit: fc.integer(limits),
    windowMs: fc.constant(WINDOW_MS),
    phaseMs: fc.integer({ min: 0, max: 59 }).map((seconds) => seconds * 1_000),
    tells: fc.constantFrom(...tells),
  })

const latencies = (max: number) =>
  fc.array(fc.integer({ min: 1, max }), { minLength: 1, maxLength: 7 }).map((all) => {
    let next = -1
    return (): number => all[(next += 1) % all.length] ?? 1
  })

describe('one budget of several processes', () => {
  it('lets no more calls go than the limit says, and uses most of it, wherever windows begin', async () => {
    await fc.assert(
      fc.asyncProperty(
        throttle({ min: 20, max: 120 }, [...TOLD, 'nothing']),
        latencies(300),
        latencies(20),
        fc.integer({ min: 2, max: 4 }),
        fc.array(fc.constantFrom<Lane>('person', 'live', 'bulk', 'backfill'), { minLength: 4, maxLength: 4 }),
        async (account, latency, shelfLatency, count, lanes) => {
          const processes = openProcesses({ account, count, latency, shelfLatency })
          const first = processes.call('live')
          await processes.clock.run(1_000)
          await first
          for (let process = 0; process < count; process += 1) flood(processes, 4, lanes[process] ?? 'live', process)
          await processes.clock.run(6 * WINDOW_MS)
          expect(processes.refused()).toBe(0)
          const part = total(processes.used, [1, 2, 3, 4]) / (4 * account.limit)
          expect(part).toBeGreaterThanOrEqual(account.tells === 'nothing' ? 0.7 : 0.8)
        },
      ),
      { numRuns: 10 },
    )
  })

  it('obeys a narrower limit together, though nothing is told of it', async () => {
    await fc.assert(
      fc.asyncProperty(
        throttle({ min: 60, max: 120 }, TOLD),
        throttle({ min: 10, max: 40 }, [...TOLD, 'nothing']),
        latencies(300),
        async (account, exports, latency) => {
          const processes = openProcesses({ account, exports, count: 3, latency })
          const first = processes.call('live')
          await processes.clock.run(1_000)
          await first
          flood(processes, 3, 'backfill', 0, '/exports')
          flood(processes, 3, 'live', 1, '/exports')
          flood(processes, 2, 'bulk', 2)
          await processes.clock.run(6 * WINDOW_MS)
          expect(processes.refused()).toBe(0)
          expect(total(processes.exported, [1, 2, 3, 4])).toBeGreaterThanOrEqual(0.7 * 4 * exports.limit)
        },
      ),
      { numRuns: 5 },
    )
  })

  it('lets persons of one process go before the live work of another, which came first', async () => {
    const account = { limit: 10, windowMs: WINDOW_MS, phaseMs: 0, tells: 'nothing' as const }
    const processes = openProcesses({ account, count: 2 })
    const order: Lane[] = []
    const call = (lane: Lane, process: number) => processes.call(lane, { process }).then(() => order.push(lane))
    const calls = Array.from({ length: 30 }, () => call('live', 0))
    await processes.clock.run(1_000)
    expect(order).toHaveLength(10)
    calls.push(...Array.from({ length: 5 }, () => call('person', 1)))
    await processes.clock.run(5 * WINDOW_MS)
    await Promise.all(calls)
    // One of the live calls has waited for longer than a window by then, and goes first for that.
    expect(order.slice(10, 16).filter((lane) => lane === 'person')).toHaveLength(5)
  })

  it('leaves every lane of every process a call in some windows, though persons call without end elsewhere', async () => {
    const account = { limit: 20, windowMs: WINDOW_MS, phaseMs: 0, tells: 'end' as const }
    const processes = openProcesses({ account, count: 3 })
    flood(processes, 30, 'person', 0)
    await processes.clock.run(1_000)
    const waits = [processes.call('backfill', { process: 1 }), processes.call('live', { process: 2 })]
    await processes.clock.run(6 * WINDOW_MS)
    expect(Math.max(...(await Promise.all(waits)))).toBeLessThanOrEqual(5 * WINDOW_MS)
  })

  it('gets back what a killed process held, and counts it as spent before', async () => {
    const account = { limit: 50, windowMs: WINDOW_MS, phaseMs: 0, tells: 'nothing' as const }
    const processes = openProcesses({ account, count: 2, latency: () => 20 })
    flood(processes, 3, 'live', 0)
    await processes.clock.run(500)
    processes.kill(0)
    flood(processes, 5, 'live', 1)
    await processes.clock.run(8 * WINDOW_MS)
    expect(processes.refused()).toBe(0)
    expect(total(processes.used, [3, 4, 5, 6])).toBeGreaterThanOrEqual(0.9 * 4 * account.limit)
  })

  it('has all processes pause at a refusal of one', async () => {
    const account = { limit: 60, windowMs: WINDOW_MS, phaseMs: 0, tells: 'nothing' as const }
    const processes = openProcesses({ account, count: 3, assumed: 1_000 })
    for (const process of [0, 1, 2]) flood(processes, 3, 'live', process)
    await processes.clock.run(WINDOW_MS - 1_000)
    // Only what was under way when the first refusal came.
    expect(processes.refused()).toBeLessThanOrEqual(9)
    expect(processes.refused()).toBeGreaterThan(0)
  })

  it('asks the shelf less often than the provider', async () => {
    const account = { limit: 1_000, windowMs: WINDOW_MS, phaseMs: 0, tells: 'end' as const }
    const processes = openProcesses({ account, count: 2 })
    let calls = 0
    const again = async (process: number): Promise<void> => {
      for (;;) {
        await processes.call('live', { process })
        calls += 1
      }
    }
    void again(0)
    void again(1)
    await processes.clock.run(20_000)
    expect(calls).toBeGreaterThan(300)
    expect(processes.shelf.asked).toBeLessThan(calls / 2)
  })

  it('goes on with a share while the shelf is out of reach, says so, and counts it afterwards', async () => {
    await fc.assert(
      fc.asyncProperty(
        throttle({ min: 20, max: 120 }, [...TOLD, 'nothing']),
        latencies(300),
        async (account, latency) => {
          const processes = openProcesses({ account, count: 2, latency })
          const first = processes.call('live')
          await processes.clock.run(1_000)
          await first
          for (const process of [0, 1]) flood(processes, 4, 'live', process)
          await processes.clock.run(1.5 * WINDOW_MS)
          processes.shelf.isUp = false
          await processes.clock.run(2.2 * WINDOW_MS)
          expect(processes.said.join('\n')).toContain('out of reach; going on with a share')
          expect(total(processes.used, [2])).toBeGreaterThan(0.3 * account.limit)
          processes.shelf.isUp = true
          await processes.clock.run(3 * WINDOW_MS)
          expect(processes.said.join('\n')).toContain('within reach again')
          expect(processes.refused()).toBe(0)
        },
      ),
      { numRuns: 10 },
    )
  })
})
