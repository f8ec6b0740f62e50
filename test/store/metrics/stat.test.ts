import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Grouping, GROUPINGS } from '../../../store/metrics/ask.ts'
import type { Figures } from '../../../store/metrics/figures.ts'
import { AGES, METRICS, metricOf, type MetricName } from '../../../store/metrics/dictionary.ts'
import { BUCKETS, cutRange, type Range, rangeBefore } from '../../../store/metrics/range.ts'
import type { FactRow } from '../../../store/metrics/rows.ts'
import { Stat, type Value } from '../../../store/metrics/stat.ts'
import { workingTime } from '../../../store/metrics/working-time.ts'
import { openTestDatabase, type TestDatabase } from '../../setup/database.ts'
import { testServers } from '../../setup/servers.ts'
import { fact, insertFacts, type TestFact } from './facts.ts'
import { figuresOf, isCounted, keysOf, valueOf } from './model.ts'

const MINUTE_MS = 60_000
const START = Date.parse('2025-10-20T00:00:00Z')
/** Minutes of a few weeks, in which clocks are set back. Ends, beginnings and facts often fall together. */
const minute = fc.oneof(fc.integer({ min: 0, max: 30_000 }), {
  arbitrary: fc.integer({ min: 0, max: 21 }).map((day) => day * 1_440),
  weight: 3,
})
const time = minute.map((n) => new Date(START + n * MINUTE_MS))

const ids = (name: string): readonly string[] =>
  [1, 2, 3].map((n) => `00000000-0000-8000-8000-0000000${name}${String(n).padStart(3, '0')}`)
const oneOf = (name: string) => fc.option(fc.constantFrom(...ids(name)))
const ofThread = fc.record({
  integration_id: fc.constantFrom(...ids('aa')),
  provider: fc.constantFrom('zendesk', 'intercom'),
  thread_kind: fc.constantFrom('conversation' as const, 'ticket' as const),
  agent_id: oneOf('bb'),
  team_id: oneOf('cc'),
  channel: fc.option(fc.constantFrom('EMAIL', 'CHAT')),
  tag_ids: fc.subarray([...ids('dd')]),
  score: fc.constantFrom(1, 2, 3.5, 5),
})
const anyFact = fc
  .tuple(fc.constantFrom(...Object.values(METRICS).map((metric) => metric.fact)), ofThread, time, time, fc.boolean())
  .map(([type, thread, one, other, isOver]): TestFact => {
    const [since, at] = one < other ? [one, other] : [other, one]
    const opened_at = new Date(Math.min(since.getTime(), START + 5 * MINUTE_MS))
    return fact(type, { ...thread, since, opened_at, at: type === 'OPEN_SPAN' && !isOver ? null : at })
  })
const anyRange = fc
  .tuple(time, time)
  .filter(([from, to]) => from.getTime() !== to.getTime())
  .map(([one, other]): Range => (one < other ? { from: one, to: other } : { from: other, to: one }))
const metricNames = fc.constantFrom('NEW', ...(Object.keys(METRICS) as MetricName[]))

const close = (figures: Figures): unknown =>
  Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, value === null ? null : expect.closeTo(Number(value), 4)]),
  )

/** Every row of a number, page by page. */
async function rowsOf(value: Value): Promise<readonly FactRow[]> {
  const rows: FactRow[] = []
  for (let after: string | undefined; ;) {
    const page = await value.rows({ first: 7, ...(after !== undefined && { after }) })
    rows.push(...page.rows)
    expect(await page.totalCount()).toBe(value.figures.count)
    after = page.cursors.at(-1)
    if (!page.hasNextPage) return rows
  }
}

describe.each(testServers)('numbers on $name', (server) => {
  let db: TestDatabase
  beforeAll(async () => void (db = await openTestDatabase(server)))
  afterAll(() => db?.[Symbol.asyncDispose]())

  const open = (workspaceId: string, metric: MetricName, range: Range, rest: Partial<Stat['options']> = {}): Stat =>
    new Stat(db.database.workspace(workspaceId), {
      metric,
      range,
      before: rangeBefore(range, 'UTC'),
      buckets: [],
      groupBy: null,
      filter: {},
      working: null,
      ...rest,
    })

  /** The number is of exactly these facts, and so are its rows. */
  async function expectOf(value: Value, metric: MetricName, range: Range, facts: readonly TestFact[]): Promise<void> {
    expect(value.figures).toEqual(close(figuresOf(facts.map((each) => valueOf(metric, range, each)))))
    const rows = await rowsOf(value)
    expect(rows.map(({ threadId }) => threadId).toSorted()).toEqual(facts.map((each) => each.thread_id).toSorted())
    const told = rows.map((row) => row.value)
    expect(value.figures).toEqual(close({ ...figuresOf(told), count: rows.length }))
  }

  test('are those of the facts in the range, in each bucket and group, and so are their rows', async () => {
    const asked = fc.record({
      facts: fc.array(anyFact, { maxLength: 60 }),
      range: anyRange,
      metric: metricNames,
      by: fc.constantFrom(...GROUPINGS),
      size: fc.constantFrom(...BUCKETS.filter((each) => each !== 'HOUR')),
      zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'),
    })
    await fc.assert(
      fc.asyncProperty(asked, async ({ facts, range, metric, by, size, zone }) => {
        const workspaceId = randomUUID()
        await insertFacts(db.database, workspaceId, facts)
        const groupBy: Grouping = by === 'AGE' && metricOf(metric).counted === 'within' ? 'TEAM' : by
        const stat = open(workspaceId, metric, range, { groupBy, buckets: cutRange(range, size, zone) })
        const [total, buckets, groups] = await Promise.all([
          stat.total(),
          stat.buckets(),
          stat.groups(100, { cells: true }),
        ])
        const within = (part: Range, key?: string | null): readonly TestFact[] =>
          facts.filter(
            (each) => isCounted(metric, part, each) && (key === undefined || keysOf(groupBy, part, each).includes(key)),
          )
        await expectOf(total, metric, range, within(range))
        for (const bucket of buckets) await expectOf(bucket.value, metric, bucket, within(bucket))
        const keys = new Set(within(range).flatMap((each) => keysOf(groupBy, range, each)))
        const listed = groupBy === 'AGE' ? AGES.map(({ key }) => key) : [...keys]
        expect(new Set(groups.list.map(({ key }) => key))).toEqual(new Set(listed))
        expect(groups.total).toBe(listed.length)
        for (const group of groups.list) {
          await expectOf(group.value, metric, range, within(range, group.key))
          for (const cell of group.buckets) {
            const own = within(cell, group.key).map((each) => valueOf(metric, cell, each))
            expect(cell.value.figures).toEqual(close(figuresOf(own)))
          }
        }
        const sum = (values: readonly { readonly value: Value }[]): number =>
          values.reduce((count, { value }) => count + value.figures.count, 0)
        expect(metricOf(metric).counted === 'standing' || sum(buckets) === total.figures.count).toBe(true)
        expect(groupBy === 'TAG' || sum(groups.list) === total.figures.count).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  test('are of what lies in a range or span with its beginning and without its end', async () => {
    const workspaceId = randomUUID()
    const day = (n: number): Date => new Date(START + n * 1_440 * MINUTE_MS)
    const span = (from: number, to: number): TestFact =>
      fact('OPEN_SPAN', { since: day(from), opened_at: day(from), at: day(to) })
    const opened = [0, 1, 2, 3].map((n) => fact('OPENED', { at: day(n) }))
    await insertFacts(db.database, workspaceId, [...opened, span(0, 1), span(1, 3), span(2, 4), span(3, 5)])
    const range = { from: day(1), to: day(3) }
    const counts = async (metric: MetricName): Promise<readonly number[]> => {
      const stat = open(workspaceId, metric, range, { buckets: cutRange(range, 'DAY', 'UTC') })
      const values = [await stat.total(), await stat.previous(), ...(await stat.buckets()).map(({ value }) => value)]
      return values.map(({ figures }) => figures.count)
    }
    expect(await counts('NEW')).toEqual([2, 1, 1, 1])
    expect(await counts('OPEN')).toEqual([2, 1, 2, 2])
  })

  test('by business hours are the same at the end of the last bucket and of the range, and so are their rows', async () => {
    const weekdays = [1, 2, 3, 4, 5].map((day) => ({ day, from: 540, to: 1_020 }))
    const schedule = { timeZone: 'Europe/Berlin', intervals: weekdays, holidays: ['2025-11-03'] }
    const asked = fc.record({ facts: fc.array(anyFact, { maxLength: 60 }), range: anyRange })
    await fc.assert(
      fc.asyncProperty(asked, async ({ facts, range }) => {
        const workspaceId = randomUUID()
        await insertFacts(db.database, workspaceId, facts)
        const working = workingTime(schedule, new Date(START), range.to)
        const stat = open(workspaceId, 'BACKLOG', range, { working, buckets: cutRange(range, 'WEEK', 'UTC') })
        const total = await stat.total()
        expect((await stat.buckets()).at(-1)?.value.figures).toEqual(close(total.figures))
        const told = (await rowsOf(total)).map(({ value }) => value)
        expect(total.figures).toEqual(close(figuresOf(told)))
      }),
      { numRuns: 20 },
    )
  })

  test('of nothing are zero in every bucket, not failures', async () => {
    const range = { from: new Date(START), to: new Date(START + 3 * 86_400_000) }
    const stat = open(randomUUID(), 'FIRST_RESPONSE', range, {
      groupBy: 'TEAM',
      buckets: cutRange(range, 'DAY', 'UTC'),
    })
    expect((await stat.total()).figures).toMatchObject({ count: 0, p50: null, sum: null })
    expect((await stat.buckets()).map(({ value }) => value.figures.count)).toEqual([0, 0, 0])
    expect(await stat.groups(10, { cells: true })).toEqual({ list: [], total: 0 })
    expect((await (await stat.total()).rows({ first: 5 })).rows).toEqual([])
  })

  test('are of facts that pass the filter', async () => {
    const workspaceId = randomUUID()
    const [team = '', other = ''] = ids('cc')
    const [tag = '', ...tags] = ids('dd')
    const at = new Date(START + MINUTE_MS)
    const one = { at, team_id: team, agent_id: ids('bb')[0] ?? '', channel: 'EMAIL', tag_ids: [tag, ...tags] }
    await insertFacts(db.database, workspaceId, [
      fact('OPENED', one),
      fact('OPENED', { at, team_id: other, provider: 'intercom', thread_kind: 'conversation', tag_ids: [tag] }),
      fact('OPENED', { at }),
    ])
    const range = { from: new Date(START), to: new Date(START + 10 * MINUTE_MS) }
    const count = async (filter: Stat['options']['filter']): Promise<number> =>
      (await open(workspaceId, 'NEW', range, { filter }).total()).figures.count
    expect(await count({})).toBe(3)
    expect(await count({ teamIds: [team] })).toBe(1)
    expect(await count({ teamIds: [team, other] })).toBe(2)
    expect(await count({ teamIds: [] })).toBe(0)
    expect(await count({ agentIds: [one.agent_id], channels: ['EMAIL'] })).toBe(1)
    expect(await count({ providers: ['intercom'] })).toBe(1)
    expect(await count({ threads: ['ticket'] })).toBe(2)
    expect(await count({ tagIds: [tag] })).toBe(2)
    expect(await count({ tagIds: [tag], teamIds: [team] })).toBe(1)
    expect(await count({ tag: ['nothing\0'] })).toBe(0)
    expect(await count({ contactId: randomUUID() })).toBe(0)
    expect(await count({ companyId: randomUUID() })).toBe(0)
  })

  test('are of one workspace alone', async () => {
    const workspaceId = randomUUID()
    await insertFacts(db.database, workspaceId, [fact('OPENED', { at: new Date(START) })])
    const range = { from: new Date(START), to: new Date(START + MINUTE_MS) }
    expect((await open(workspaceId, 'NEW', range).total()).figures.count).toBe(1)
    expect((await open(randomUUID(), 'NEW', range).total()).figures.count).toBe(0)
  })

  test('a cursor of one number is refused by another', async () => {
    const workspaceId = randomUUID()
    const at = new Date(START)
    await insertFacts(db.database, workspaceId, [fact('OPENED', { at }), fact('OPENED', { at })])
    const range = { from: new Date(START), to: new Date(START + MINUTE_MS) }
    const total = await open(workspaceId, 'NEW', range).total()
    const [after = ''] = (await total.rows({ first: 1 })).cursors
    const closed = await open(workspaceId, 'CLOSED', range).total()
    await expect(closed.rows({ first: 1, after })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
  })
})
