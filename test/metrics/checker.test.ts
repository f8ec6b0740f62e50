import { afterAll, beforeAll, expect, test } from 'vitest'
import { rowId } from '../../store/id.ts'
import { openTestStore, type TestStore } from '../setup/store.ts'
import { type Asked, type Checker, openChecker } from './checker.ts'
import { fillFreshdesk, OF_FRESHDESK } from './hand-freshdesk.ts'
import { fillIntercom, OF_INTERCOM } from './hand-intercom.ts'
import { type HandAccount, moment, openAccount } from './hand-world.ts'
import { fillZendesk, OF_ZENDESK } from './hand-zendesk.ts'

// The checker of the metrics is itself checked here, against a world whose numbers were reckoned by hand.

let site: TestStore
let checker: Checker
let intercom: HandAccount
let freshdesk: HandAccount

/** From ten to one in New York, of that Monday: 15:00 to 18:00 by UTC. It is winter there, five hours behind. */
const WEEK = { timeZone: 'America/New_York', hours: [{ day: 1, from: '10:00', to: '13:00' }], holidays: [] }

beforeAll(async () => {
  site = await openTestStore()
  checker = await openChecker(site.store.database.system)
  intercom = await openAccount(site, 'intercom')
  freshdesk = await openAccount(site, 'freshdesk')
  await fillIntercom(intercom)
  await fillFreshdesk(freshdesk)
  await fillZendesk(await openAccount(site, 'zendesk'))
  await checker.refresh(new Date(moment('18:00')), WEEK)
})
afterAll(() => site?.[Symbol.asyncDispose]())

const day = (metric: Asked['metric'], to = '24:00'): Asked => ({
  metric,
  from: new Date(moment('00:00')),
  to: to === '24:00' ? new Date('2026-03-03T00:00:00Z') : new Date(moment(to)),
})

test.each([
  ['intercom', OF_INTERCOM],
  ['freshdesk', OF_FRESHDESK],
  ['zendesk', OF_ZENDESK],
])('derives the facts of %s that a person would', async (provider, expected) => {
  const rows = await site.store.database.system.query<{ fact: string }>(
    `select concat_ws(' ', t.remote_id, f.type,
       regexp_replace(to_char(f.since at time zone 'UTC', 'HH24:MI:SS'), ':00$', ''),
       case when f.at = 'infinity' then '-' else regexp_replace(to_char(f.at at time zone 'UTC', 'HH24:MI:SS'), ':00$', '') end) as fact
     from checker.fact f join (select id, remote_id from conversation union all select id, remote_id from ticket) t
       on t.id = f.thread_id
     where f.provider = $1`,
    [provider],
  )
  expect(rows.map(({ fact }) => fact).toSorted()).toEqual(expected.toSorted())
})

test('counts what happened in a range, which holds its beginning and not its end', async () => {
  const counts = async (asked: (metric: Asked['metric']) => Asked) =>
    Promise.all(
      (['NEW', 'CLOSED', 'REOPENED', 'RESOLUTION', 'SATISFACTION', 'OPEN'] as const).map(
        async (metric) => (await checker.total(asked(metric))).count,
      ),
    )
  expect(await counts((metric) => day(metric))).toEqual([13, 19, 10, 10, 3, 3])
  expect(await counts((metric) => day(metric, '10:30'))).toEqual([12, 2, 0, 1, 0, 9])
  expect(await counts((metric) => day(metric, '11:20'))).toEqual([13, 11, 5, 4, 1, 5])
})

test('tells values by their average and what lies between neighbours', async () => {
  // 120, 180, 600, 900, 1800 and 2700 seconds.
  const told = { count: 6, average: 1050, minimum: 120, maximum: 2700, sum: 6300 }
  const first = await checker.total(day('FIRST_RESPONSE'))
  expect(first).toMatchObject({ ...told, p50: 750, p90: expect.closeTo(2250), p95: expect.closeTo(2475) })
  expect(await checker.total(day('NEXT_RESPONSE'))).toMatchObject({ count: 2, sum: 1800, p90: expect.closeTo(1620) })
  // 9000, 1800; 10800, 7200, 10800; 3000, 5400, 30, 5400, 3600.
  expect(await checker.total(day('RESOLUTION'))).toMatchObject({ count: 10, sum: 57_030, maximum: 10_800 })
  // Since ten, since when it began though it was opened again, and since ten.
  expect(await checker.total(day('BACKLOG', '16:00'))).toMatchObject({ count: 3, sum: 3 * 6 * 3600 })
  expect(await checker.total(day('SATISFACTION'))).toMatchObject({ count: 3, average: 10 / 3, p50: 4 })
})

test('counts business hours, and by group whoever answered, was rated, or has the thread now', async () => {
  const backlog = await checker.total({ ...day('BACKLOG', '15:20'), business: true })
  expect(backlog).toMatchObject({ count: 3, average: 1200 })
  const agent = ({ integrationId }: HandAccount, id: string) => rowId(integrationId, 'agent', id)
  const groups = async (metric: Asked['metric'], by: 'AGENT' | 'TAG' | 'TEAM' | 'CHANNEL') =>
    [...(await checker.groups(day(metric), by))].map(([key, { count }]) => [key, count] as const)
  const next = new Map(await groups('NEXT_RESPONSE', 'AGENT'))
  expect(next).toEqual(
    new Map([
      [agent(intercom, '11'), 1],
      [agent(intercom, '12'), 1],
    ]),
  )
  expect(new Map(await groups('SATISFACTION', 'AGENT')).get(agent(freshdesk, '51'))).toBe(1)
  const tags = new Map(await groups('NEW', 'TAG'))
  expect(tags.get(rowId(freshdesk.integrationId, 'tag', 'late'))).toBe(5)
  expect(tags.get(rowId(intercom.integrationId, 'tag', '31'))).toBe(1)
  expect(tags.get(rowId(intercom.integrationId, 'tag', '32'))).toBe(1)
  expect(tags.get(null)).toBe(7)
  expect(new Map(await groups('NEW', 'CHANNEL'))).toEqual(
    new Map([
      ['EMAIL', 6],
      ['CHAT', 1],
      ['OTHER', 1],
      ['WEB', 5],
    ]),
  )
})
