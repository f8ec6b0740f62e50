import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openDatabaseClock } from '../../store/database-clock.ts'
import { openTestDatabase, type TestDatabase } from '../setup/database.ts'
import { SOON } from '../setup/soon.ts'

const SIX_MINUTES_MS = 6 * 60_000

let db: TestDatabase
beforeAll(async () => {
  db = await openTestDatabase()
})
afterAll(() => db?.[Symbol.asyncDispose]())

/** Long before and after whatever a busy machine takes. */
const near = (at: Date): boolean => Math.abs(at.getTime() - Date.now()) < SIX_MINUTES_MS / 4

test.each([SIX_MINUTES_MS, -SIX_MINUTES_MS])(
  'a machine whose clock is off by %i ms goes by the database',
  async (offMs) => {
    const log: string[] = []
    const options = {
      system: db.database.system,
      machine: () => Date.now() + offMs,
      log: (line: string) => log.push(line),
    }
    using clock = await openDatabaseClock(options)
    expect(near(clock.now())).toBe(true)
    expect(log).toEqual([expect.stringMatching(/^clock: this machine's is 3[56]\d s (ahead of|behind) the database's/)])
  },
)

test('a machine whose clock is right goes by its own', async () => {
  let last = 0
  const log: string[] = []
  const machine = (): number => (last = Date.now())
  using clock = await openDatabaseClock({ system: db.database.system, machine, log: (line) => log.push(line) })
  expect(clock.now().getTime()).toBe(last)
  expect(log).toEqual([])
})

test('a clock that is set wrong, and right again, is noticed', async () => {
  let offMs = 0
  const log: string[] = []
  const options = { system: db.database.system, machine: () => Date.now() + offMs, everyMs: 20 }
  using clock = await openDatabaseClock({ ...options, log: (line) => log.push(line) })
  for (const wrongMs of [SIX_MINUTES_MS, 0, -SIX_MINUTES_MS]) {
    offMs = wrongMs
    await vi.waitFor(() => expect(near(clock.now())).toBe(true), SOON)
  }
  expect(log).toHaveLength(2)
})

test('while the database is away, what was known of it counts', async () => {
  let isAway = false
  let asked = 0
  const system = {
    query: <Row>(sql: string): Promise<Row[]> => {
      asked += 1
      return isAway ? Promise.reject(new Error('away')) : db.database.system.query<Row>(sql)
    },
  }
  const options = { system, machine: () => Date.now() + SIX_MINUTES_MS, everyMs: 20, log: () => undefined }
  using clock = await openDatabaseClock(options)
  isAway = true
  const before = asked
  await vi.waitFor(() => expect(asked).toBeGreaterThan(before + 2), SOON)
  expect(near(clock.now())).toBe(true)
})
