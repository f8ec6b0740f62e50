import { expect, test } from 'vitest'
import { nextTry, TRIES } from '../../../ingest/outgoing/schedule.ts'

test('tries ten times over 75 hours, a tenth more or less', () => {
  const start = new Date('2026-01-01T00:00:00Z')
  let now = start
  let tries = 1
  for (let next = nextTry(tries, now); next !== null; next = nextTry(tries, now)) {
    expect(next.getTime()).toBeGreaterThan(now.getTime())
    now = next
    tries += 1
  }
  expect(tries).toBe(TRIES)
  expect(tries).toBe(10)
  const hours = (now.getTime() - start.getTime()) / 3_600_000
  expect(hours).toBeGreaterThan(75 * 0.9)
  expect(hours).toBeLessThan(76 * 1.1)
})

test('waits for the time that an endpoint names, a day at most, and never less than it would', () => {
  const now = new Date('2026-01-01T00:00:00Z')
  const within = (ms: number): Date => new Date(now.getTime() + ms)
  expect(nextTry(1, now, within(600_000))).toEqual(within(600_000))
  expect(nextTry(1, now, within(90 * 86_400_000))).toEqual(within(86_400_000))
  expect(nextTry(2, now, within(1_000))?.getTime()).toBeGreaterThan(within(60_000).getTime())
})
