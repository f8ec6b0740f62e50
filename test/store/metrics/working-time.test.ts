import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Schedule } from '../../../store/metrics/business-hours.ts'
import { Stat } from '../../../store/metrics/stat.ts'
import { workingTimeOf } from '../../../store/metrics/working-time-of.ts'
import { openTestDatabase, type TestDatabase } from '../../setup/database.ts'
import { testServers } from '../../setup/servers.ts'
import { clockAt } from './clock.ts'
import { fact, insertFacts } from './facts.ts'

const MINUTE_MS = 60_000

/** The business minutes between two instants, looked at one by one. */
function minutesBetween({ timeZone, intervals, holidays }: Schedule, from: Date, to: Date): number {
  let minutes = 0
  for (let at = from.getTime(); at < to.getTime(); at += MINUTE_MS) {
    const { year, month, day, hour, minute, weekday } = clockAt(timeZone, at)
    const date = [year, String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-')
    const now = hour * 60 + minute
    if (holidays.includes(date)) continue
    if (intervals.some((each) => each.day === weekday && each.from <= now && now < each.to)) minutes += 1
  }
  return minutes
}

/** Weekends on which clocks are set, and others. */
const starts = ['2025-03-28', '2025-10-24', '2025-11-01', '2025-03-08', '2025-04-04', '2024-04-25', '2025-06-20']
const interval = fc
  .tuple(
    fc.integer({ min: 0, max: 6 }),
    fc.uniqueArray(fc.integer({ min: 0, max: 48 }), { minLength: 4, maxLength: 4 }),
  )
  .map(([day, times]) => {
    const [a = 0, b = 0, c = 0, d = 0] = times.toSorted((one, other) => one - other).map((half) => half * 30)
    return [
      { day, from: a, to: b },
      { day, from: c, to: d },
    ]
  })
const schedules = fc.record({
  timeZone: fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Africa/Cairo',
    'America/Havana',
  ),
  intervals: fc
    .uniqueArray(interval, { minLength: 3, maxLength: 7, selector: ([one]) => one?.day })
    .map((days) => days.flat().toSorted((one, other) => one.day - other.day || one.from - other.from)),
  holidays: fc.subarray(['2025-03-29', '2025-10-26', '2025-11-03', '2025-06-21', '2024-04-26']),
})

describe.each(testServers)('business hours on $name', (server) => {
  let db: TestDatabase
  beforeAll(async () => void (db = await openTestDatabase(server)))
  afterAll(() => db?.[Symbol.asyncDispose]())

  /** What the database says of a wait. */
  async function secondsOf(schedule: Schedule, since: Date, at: Date): Promise<number | null> {
    const workspaceId = randomUUID()
    const queryable = db.database.workspace(workspaceId)
    await insertFacts(db.database, workspaceId, [fact('FIRST_RESPONSE', { since, at })])
    const range = { from: at, to: new Date(at.getTime() + 1) }
    const metric = 'FIRST_RESPONSE'
    const working = await workingTimeOf(queryable, metric, { schedule, range })
    const stat = new Stat(queryable, { metric, range, before: range, buckets: [], groupBy: null, filter: {}, working })
    return (await stat.total()).figures.sum
  }

  test('are the minutes at which the clock shows a time of business', async () => {
    const asked = fc.record({
      schedule: schedules,
      start: fc.constantFrom(...starts),
      first: fc.integer({ min: 0, max: 4 * 1_440 }),
      length: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 4 * 1_440 })),
    })
    await fc.assert(
      fc.asyncProperty(asked, async ({ schedule, start, first, length }) => {
        const since = new Date(Date.parse(`${start}T00:00:00Z`) + first * MINUTE_MS)
        const at = new Date(since.getTime() + length * MINUTE_MS)
        expect(await secondsOf(schedule, since, at)).toBeCloseTo(60 * minutesBetween(schedule, since, at), 3)
      }),
      { numRuns: 40 },
    )
  })

  test('count seconds, and an hour twice that the clock repeats', async () => {
    const always = [0, 1, 2, 3, 4, 5, 6].map((day) => ({ day, from: 9 * 60, to: 17 * 60 }))
    const office = { timeZone: 'Europe/Berlin', intervals: always, holidays: ['2025-12-25'] }
    const seconds = (since: string, at: string, schedule: Schedule = office): Promise<number | null> =>
      secondsOf(schedule, new Date(since), new Date(at))
    expect(await seconds('2025-12-24T15:59:50Z', '2025-12-26T08:00:05Z')).toBeCloseTo(15, 3)
    expect(await seconds('2025-12-24T20:00:00Z', '2025-12-24T21:00:00Z')).toBe(0)
    const night = { ...office, intervals: [{ day: 0, from: 60, to: 240 }] }
    expect(await seconds('2025-10-25T12:00:00Z', '2025-10-26T12:00:00Z', night)).toBe(4 * 3_600)
    expect(await seconds('2025-03-29T12:00:00Z', '2025-03-30T12:00:00Z', night)).toBe(2 * 3_600)
  })
})
