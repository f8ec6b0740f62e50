import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BucketSize, cutRange, rangeBefore } from '../../../store/metrics/range.ts'
import { isTimeZone } from '../../../store/metrics/zone.ts'
import { clockAt } from './clock.ts'

const STEP_MS = 15 * 60_000
const DAY_MS = 86_400_000

/** What a clock shows, as far as it names the bucket; of an hour that it repeats, both times. */
function nameOf(zone: string, at: number, size: BucketSize): string {
  const { year, month, day, hour, offset } = clockAt(zone, at)
  switch (size) {
    case 'HOUR':
      return [year, month, day, hour, offset].join(' ')
    case 'DAY':
      return [year, month, day].join(' ')
    case 'WEEK':
      return String(Math.floor((Date.UTC(year, month - 1, day) / DAY_MS + 3) / 7))
    case 'MONTH':
      return [year, month].join(' ')
    case 'QUARTER':
      return [year, Math.floor((month - 1) / 3)].join(' ')
    case 'YEAR':
      return String(year)
  }
}

const iso = (ranges: readonly { readonly from: Date }[]): readonly string[] =>
  ranges.map(({ from }) => from.toISOString().slice(0, 16))
const cut = (from: string, to: string, size: BucketSize, zone: string) =>
  cutRange({ from: new Date(from), to: new Date(to) }, size, zone)

describe('a range is cut', () => {
  test('where the clock of the zone begins another hour, day, week, …', () => {
    const asked = fc.record({
      zone: fc.constantFrom(
        'UTC',
        'Europe/Berlin',
        'America/New_York',
        'Asia/Kolkata',
        'America/Havana',
        'Africa/Cairo',
      ),
      size: fc.constantFrom('HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'),
      start: fc.integer({ min: 0, max: 4 * 365 * 96 }),
      steps: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 6_000 })),
    })
    fc.assert(
      fc.property(asked, ({ zone, size, start, steps }) => {
        const from = Date.UTC(2022, 0) + start * STEP_MS
        const cuts: number[] = []
        let name = nameOf(zone, from, size)
        for (let at = from + STEP_MS; at < from + steps * STEP_MS; at += STEP_MS) {
          const next = nameOf(zone, at, size)
          if (next !== name) cuts.push(at)
          name = next
        }
        const buckets = cutRange({ from: new Date(from), to: new Date(from + steps * STEP_MS) }, size, zone)
        expect(buckets.map((bucket) => bucket.from.getTime())).toEqual([from, ...cuts])
        expect(buckets.map((bucket) => bucket.to.getTime())).toEqual([...cuts, from + steps * STEP_MS])
      }),
      { numRuns: 60 },
    )
  })

  test('into 23 hours on the day that the clock is set forward, and 25 when it is set back', () => {
    expect(cut('2025-03-29T23:00:00Z', '2025-03-30T22:00:00Z', 'HOUR', 'Europe/Berlin')).toHaveLength(23)
    expect(cut('2025-10-25T22:00:00Z', '2025-10-26T23:00:00Z', 'HOUR', 'Europe/Berlin')).toHaveLength(25)
    expect(iso(cut('2025-10-25T00:00:00Z', '2025-10-28T00:00:00Z', 'DAY', 'Europe/Berlin'))).toEqual([
      '2025-10-25T00:00',
      '2025-10-25T22:00',
      '2025-10-26T23:00',
      '2025-10-27T23:00',
    ])
  })

  test('where a zone sets its clock by half an hour, skips midnight, or skips a day', () => {
    expect(iso(cut('2025-04-05T14:00:00Z', '2025-04-05T17:00:00Z', 'HOUR', 'Australia/Lord_Howe'))).toEqual([
      '2025-04-05T14:00',
      '2025-04-05T15:30',
      '2025-04-05T16:30',
    ])
    expect(iso(cut('2024-04-25T12:00:00Z', '2024-04-27T12:00:00Z', 'DAY', 'Africa/Cairo'))).toEqual([
      '2024-04-25T12:00',
      '2024-04-25T22:00',
      '2024-04-26T21:00',
    ])
    expect(iso(cut('2011-12-29T12:00:00Z', '2011-12-31T12:00:00Z', 'DAY', 'Pacific/Apia'))).toEqual([
      '2011-12-29T12:00',
      '2011-12-30T10:00',
      '2011-12-31T10:00',
    ])
  })
})

describe('the range before', () => {
  const before = (from: string, to: string, zone: string): string =>
    rangeBefore({ from: new Date(from), to: new Date(to) }, zone).from.toISOString()

  test('is as long', () => {
    expect(before('2025-03-10T10:00:00Z', '2025-03-10T12:30:00Z', 'Europe/Berlin')).toBe('2025-03-10T07:30:00.000Z')
  })

  test('is of as many days where it is of whole days, whatever the clock was set to', () => {
    // October in Berlin has an hour more than thirty-one days of 24 hours; so many days before it is August 31.
    expect(before('2025-09-30T22:00:00Z', '2025-10-31T23:00:00Z', 'Europe/Berlin')).toBe('2025-08-30T22:00:00.000Z')
    expect(before('2025-10-26T23:00:00Z', '2025-10-27T23:00:00Z', 'Europe/Berlin')).toBe('2025-10-25T22:00:00.000Z')
    expect(before('2025-10-26T23:00:00Z', '2025-10-27T22:00:00Z', 'Europe/Berlin')).toBe('2025-10-26T00:00:00.000Z')
  })
})

test('a time zone is one that the world knows', () => {
  expect(['UTC', 'Europe/Berlin', 'europe/berlin', 'Asia/Kathmandu', 'EST5EDT'].every(isTimeZone)).toBe(true)
  expect(['', 'Mars/Olympus', 'Europe', "UTC'; drop table fact", '\0'].some(isTimeZone)).toBe(false)
})
