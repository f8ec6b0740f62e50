import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Client } from '../e2e/client.ts'
import { type Checker, GROUPINGS, METRICS, openChecker } from './checker.ts'
import { type Desks, openDesks } from './desks.ts'
import { disagreements } from './disagreements.ts'
import { comparable, expectNumbers, expectRows } from './expected-numbers.ts'
import type { Week } from './hours.ts'
import { openServedStore, type ServedStore } from './served-graph.ts'
import type { Expected, Story, Tell } from './story.ts'
import { deletedAndBack, mergedInto, seenNowAndThen } from './story-freshdesk.ts'
import { deletedAfterwards, grownOut, reopenedTwice, writtenTo } from './story-intercom.ts'
import { closedByItself, mergedAndDeleted, overTheNight } from './story-zendesk.ts'
import { askNumbers, askRows, type Question, setWeek } from './told-numbers.ts'

const STORIES: readonly Tell[] = [
  reopenedTwice,
  writtenTo,
  grownOut,
  deletedAfterwards,
  seenNowAndThen,
  mergedInto,
  deletedAndBack,
  overTheNight,
  mergedAndDeleted,
  closedByItself,
]

let site: ServedStore
let client: Client
let checker: Checker
let desks: Desks
const stories = new Map<string, Story>()

/** With an hour that New York's clock repeats on the first of November, and a holiday. */
const WEEK: Week = {
  timeZone: 'America/New_York',
  hours: [
    ...[1, 2, 3, 4, 5].map((day) => ({ day, from: '09:00', to: '17:30' })),
    { day: 7, from: '01:15', to: '02:45' },
  ],
  holidays: ['2026-10-26'],
}

beforeAll(async () => {
  site = await openServedStore()
  checker = await openChecker(site.store.database.system)
  desks = await openDesks(site.store, site.workspaceId, '2026-10-20T08:00:00Z')
  await desks.sync()
  for (const tell of STORIES) stories.set(tell.name, await tell(desks))
  await desks.sync()
  // Further than the last bucket that is asked for.
  await checker.refresh(new Date('2026-11-03T00:00:00Z'), WEEK)
  client = await site.serve()
  await setWeek(client, WEEK)
})
afterAll(async () => {
  await desks?.[Symbol.asyncDispose]()
  await site?.[Symbol.asyncDispose]()
})

const lineOf = ([thread, type, since, at]: Expected): string =>
  `${thread} ${type} ${since?.toISOString() ?? '-'} ${at?.toISOString() ?? '-'}`

/** The facts of the threads of a story, by whoever derived them. */
async function factsOf(table: 'fact' | 'checker.fact', { provider, expected, gone }: Story): Promise<string[]> {
  const threads = [...expected.map(([thread]) => thread), ...gone]
  const rows = await site.store.database.system.query<{
    remoteId: string
    type: string
    since: Date | null
    at: Date | null
  }>(
    `select t.remote_id as "remoteId", f.type, f.since, nullif(f.at, 'infinity') as at
     from ${table} f join (select id, remote_id from conversation union all select id, remote_id from ticket) t
       on t.id = f.thread_id
     where f.integration_id = $1 and t.remote_id = any ($2)`,
    [desks[provider].integration.id, threads],
  )
  return rows.map(({ remoteId, type, since, at }) => lineOf([remoteId, type, since, at])).toSorted()
}

test.each(STORIES.map((tell) => tell.name))('%s leaves the facts that it must', async (name) => {
  const story = stories.get(name)
  if (story === undefined) throw new Error(`${name} was not told`)
  const expected = story.expected.map(lineOf).toSorted()
  expect(await factsOf('checker.fact', story)).toEqual(expected)
  expect(await factsOf('fact', story)).toEqual(expected)
})

test('the facts of everything that is there are those that the checker derives', async () => {
  expect(await disagreements(site.store.database.system)).toEqual([])
})

const question = (from: string, to: string, more: Partial<Question>): Question => ({
  metrics: METRICS,
  from: new Date(from),
  to: new Date(to),
  timeZone: 'UTC',
  hours: 'CALENDAR',
  ...more,
})
const HISTORY = ['2026-01-01T00:00:00Z', '2026-11-01T00:00:00Z'] as const

test.each<[string, Question]>([
  ['all there is, by month and agent', question(...HISTORY, { bucket: 'MONTH', groupBy: 'AGENT' })],
  [
    'by quarter and team, in business hours',
    question(...HISTORY, { bucket: 'QUARTER', groupBy: 'TEAM', hours: 'BUSINESS' }),
  ],
  ['by year and channel', question(...HISTORY, { bucket: 'YEAR', groupBy: 'CHANNEL' })],
  ['by tag, in business hours', question(...HISTORY, { groupBy: 'TAG', hours: 'BUSINESS' })],
  [
    'the week in which Berlin’s clock goes back, by day and provider',
    question('2026-10-19T22:00:00Z', '2026-10-26T23:00:00Z', {
      timeZone: 'Europe/Berlin',
      bucket: 'DAY',
      groupBy: 'PROVIDER',
      hours: 'BUSINESS',
    }),
  ],
  [
    'by week and account, from the middle of one to the middle of another',
    question('2026-09-30T10:20:30Z', '2026-10-28T01:02:03Z', {
      timeZone: 'Europe/Berlin',
      bucket: 'WEEK',
      groupBy: 'INTEGRATION',
    }),
  ],
  [
    'the day on which New York’s clock goes back, by hour and thread',
    question('2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z', {
      timeZone: 'America/New_York',
      bucket: 'HOUR',
      groupBy: 'THREAD',
      hours: 'BUSINESS',
    }),
  ],
  [
    'the day on which Lord Howe’s clock goes on, by day',
    question('2026-10-02T13:30:00Z', '2026-10-05T13:00:00Z', { timeZone: 'Australia/Lord_Howe', bucket: 'DAY' }),
  ],
])('stats tells what the checker reckons: %s', async (_name, asked) => {
  const told = comparable(await askNumbers(client, asked))
  expect(told).toEqual(comparable(await expectNumbers(checker, asked)))
})

test.each([
  ['OPEN', 'CALENDAR'],
  ['BACKLOG', 'CALENDAR'],
  ['BACKLOG', 'BUSINESS'],
] as const)('%s by age, in %s hours, is what the checker reckons, bracket by bracket', async (metric, hours) => {
  const aged = new Set<string>()
  for (const to of ['2026-09-20T00:00:00Z', '2026-10-05T12:00:00Z', HISTORY[1]]) {
    const asked = question(HISTORY[0], to, { metrics: [metric], hours, groupBy: 'AGE' })
    const [told] = await askNumbers(client, asked)
    const [expected] = await expectNumbers(checker, asked)
    expect(told?.groups.map(({ key, value }) => comparable({ key, value }))).toEqual(
      expected?.groups.map(({ key, value }) => comparable({ key, value })),
    )
    expect(told?.groups.reduce((sum, { value }) => sum + value.count, 0)).toBe(told?.total.count)
    for (const { key, value } of told?.groups ?? []) if (value.count > 0) aged.add(key ?? '')
  }
  expect(aged.size).toBeGreaterThan(2)
})

test('a range that is not over ends now', async () => {
  const now = new Date()
  const metrics = ['NEW', 'CLOSED', 'OPEN'] as const
  const [from] = HISTORY
  const later = new Date(now.getTime() + 86_400_000).toISOString()
  const told = await askNumbers(client, question(from, later, { metrics }))
  const expected = await expectNumbers(checker, question(from, now.toISOString(), { metrics }))
  expect(told.map(({ total }) => total)).toEqual(expected.map(({ total }) => total))
})

test.each(METRICS)('the rows of %s are what it counts, no more and no fewer, by either hours', async (metric) => {
  for (const hours of ['CALENDAR', 'BUSINESS'] as const) {
    const asked = question(...HISTORY, { metrics: [metric], hours })
    const { rows, totalCount } = await askRows(client, asked)
    expect(comparable(rows)).toEqual(comparable(await expectRows(checker, asked)))
    const [told] = await askNumbers(client, asked)
    expect(totalCount).toBe(told?.total.count)
    expect(rows).toHaveLength(totalCount)
    expect(rows.reduce((sum, { value }) => sum + (value ?? 0), 0)).toBeCloseTo(told?.total.sum ?? 0)
  }
})

const FILTERS = {
  AGENT: 'agentIds',
  TEAM: 'teamIds',
  CHANNEL: 'channels',
  TAG: 'tagIds',
  PROVIDER: 'providers',
  INTEGRATION: 'integrationIds',
  THREAD: 'threads',
} as const
const WORDS = new Set(['CHANNEL', 'PROVIDER', 'THREAD'])

test.each(GROUPINGS)('a group of %s has the rows that its key as a filter leaves', async (groupBy) => {
  const asked = question(...HISTORY, { groupBy })
  for (const { metric, total, groups } of await askNumbers(client, asked)) {
    // What has two tags is of two groups.
    const inGroups = groups.reduce((sum, group) => sum + group.value.count, 0)
    expect(inGroups).toBe(groupBy === 'TAG' ? inGroups : total.count)
    const { key, value } = groups.find((group) => group.key !== null) ?? { key: null, value: null }
    if (key === null || value === null) continue
    const filter = `{ ${FILTERS[groupBy]}: [${WORDS.has(groupBy) ? key : JSON.stringify(key)}] }`
    const { rows, totalCount } = await askRows(client, question(...HISTORY, { metrics: [metric], filter }))
    expect([rows.length, totalCount]).toEqual([value.count, value.count])
    expect(rows.reduce((sum, row) => sum + (row.value ?? 0), 0)).toBeCloseTo(value.sum ?? 0)
  }
})

test('what is deleted by itself counts no more', async () => {
  const { system } = site.store.database
  const records = await system.query<{
    id: string
    remoteId: string
    kind: 'message' | 'rating'
    integrationId: string
  }>(
    `select distinct on (f.type) f.record_id as id, coalesce(m.remote_id, r.remote_id) as "remoteId",
       case when m.id is null then 'rating' else 'message' end as kind, f.integration_id as "integrationId"
     from fact f left join message m on m.id = f.record_id left join rating r on r.id = f.record_id
     where f.type in ('FIRST_RESPONSE', 'NEXT_RESPONSE', 'RATED') order by f.type, f.at desc`,
  )
  expect(records).toHaveLength(3)
  for (const { kind, remoteId, integrationId } of records) {
    const gone = { op: 'delete', kind, remoteId, mergedIntoRemoteId: null } as const
    await site.store.apply({
      integrationId,
      changes: [gone],
      observedAt: desks.now(),
      learnedBy: 'SYNC',
      origin: 'sync',
    })
  }
  await checker.refresh(desks.now(), null)
  const left = await system.query('select 1 from fact where record_id = any ($1)', [records.map(({ id }) => id)])
  expect(left).toEqual([])
  expect(await disagreements(system)).toEqual([])
})
