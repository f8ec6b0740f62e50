import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestStore, type TestStore } from '../setup/store.ts'
import { openChecker } from './checker.ts'
import { FILL_HOURS } from './hours.ts'

let site: TestStore
beforeAll(async () => {
  site = await openTestStore()
  await openChecker(site.store.database.system)
})
afterAll(() => site?.[Symbol.asyncDispose]())

/** How many seconds of a Sunday's hours lie between two moments. */
async function reckon(timeZone: string, hours: readonly string[], range: readonly string[], holidays: string[] = []) {
  const { system } = site.store.database
  const [from, to] = hours
  await system.query('truncate checker.minute')
  await system.query(FILL_HOURS, [...range, JSON.stringify([{ day: 7, from, to }]), timeZone, holidays])
  const rows = await system.query<{ seconds: number }>('select checker.seconds($1, $2, true) as seconds', range)
  return rows[0]?.seconds
}

test.each([
  // At two the clock shows three.
  ['Europe/Berlin', ['01:30', '04:00'], '2026-03-28T22:00:00Z', '2026-03-29T06:00:00Z', 5400],
  ['Europe/Berlin', ['02:00', '03:00'], '2026-03-28T22:00:00Z', '2026-03-29T06:00:00Z', 0],
  // At three it shows two again.
  ['Europe/Berlin', ['02:00', '03:00'], '2026-10-24T22:00:00Z', '2026-10-25T06:00:00Z', 7200],
  ['Europe/Berlin', ['00:00', '24:00'], '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z', 25 * 3600],
  ['America/New_York', ['01:15', '02:15'], '2026-11-01T04:30:00Z', '2026-11-01T08:00:00Z', 6300],
  ['America/New_York', ['01:15', '01:45'], '2026-11-01T05:30:15Z', '2026-11-01T06:30:05Z', 885 + 905],
  ['America/New_York', ['01:00', '04:00'], '2026-03-08T05:00:00Z', '2026-03-08T12:00:00Z', 7200],
  // By half an hour: at two it shows half past, and in April half past one again.
  ['Australia/Lord_Howe', ['01:00', '03:00'], '2026-10-03T13:00:00Z', '2026-10-03T18:00:00Z', 5400],
  ['Australia/Lord_Howe', ['01:00', '02:00'], '2026-04-04T13:00:00Z', '2026-04-04T18:00:00Z', 5400],
])('in %s, a Sunday’s %j have from %s to %s so many seconds', async (timeZone, hours, from, to, expected) => {
  expect(await reckon(timeZone, hours, [from, to])).toBe(expected)
})

test('a holiday has none, by the date that it is there', async () => {
  const range = ['2026-10-24T13:00:00Z', '2026-10-25T13:00:00Z']
  expect(await reckon('Australia/Lord_Howe', ['00:30', '01:30'], range, ['2026-10-24'])).toBe(3600)
  expect(await reckon('Australia/Lord_Howe', ['00:30', '01:30'], range, ['2026-10-25'])).toBe(0)
})
