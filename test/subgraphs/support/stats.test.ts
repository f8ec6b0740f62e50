import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { rowId, toNodeId } from '../../../store/id.ts'
import type { Kind } from '../../../store/kinds.ts'
import { METRICS } from '../../../store/metrics/dictionary.ts'
import { fact, insertFacts, type TestFact } from '../../store/metrics/facts.ts'
import { upsert } from '../../store/records.ts'
import { type GraphSite, openGraph } from '../graph-site.ts'

let graph: GraphSite

beforeAll(async () => {
  graph = await openGraph()
  await graph.say(1, [
    upsert('team', 'billing', { name: 'Billing' }),
    upsert('agent', 'ann', { name: 'Ann' }),
    upsert('tag', 'vip', { name: 'VIP' }),
    upsert('ticket', 't', { subject: 'Refund' }),
    upsert('message', 'm', { ticketRemoteId: 't', text: 'Done' }),
  ])
})
afterAll(() => graph?.[Symbol.asyncDispose]())
beforeEach(() => graph.store.database.system.query('delete from fact'))

const rowOf = (kind: Kind, remoteId: string): string => rowId(graph.integrationId, kind, remoteId)
const idOf = (kind: Kind, remoteId: string): string => toNodeId(kind, rowOf(kind, remoteId))
const put = (...facts: readonly TestFact[]): Promise<void> =>
  insertFacts(graph.store.database, graph.workspaceId, facts)
const ours = (type: TestFact['type'], at: string, rest: Partial<TestFact> = {}): TestFact =>
  fact(type, { integration_id: graph.integrationId, provider: 'intercom', at: new Date(at), ...rest })

/** A week of October. */
const WEEK = 'from: "2025-10-06T00:00:00Z", to: "2025-10-13T00:00:00Z"'
const code = (expected: string): object => ({ errors: [{ extensions: { code: expected } }] })

describe('a number', () => {
  test('is told with its growth, in buckets and groups', async () => {
    const team = rowOf('team', 'billing')
    await put(
      ours('OPENED', '2025-10-01T12:00:00Z'),
      ours('OPENED', '2025-10-06T00:00:00Z', { team_id: team }),
      ours('OPENED', '2025-10-07T12:00:00Z', { team_id: team }),
      ours('OPENED', '2025-10-07T13:00:00Z'),
      ours('OPENED', '2025-10-13T00:00:00Z'),
    )
    const number = 'value { value count }'
    const answer = await graph.ask(`{ stats(metrics: [NEW], ${WEEK}, bucket: DAY, groupBy: TEAM) {
      metric definition { title unit fact } from to total { value count p50 } previous { value } growth groupCount
      buckets { from ${number} }
      groups { key label node { id } ${number} buckets { value { count } } }
    } }`)
    const counts = [1, 2, 0, 0, 0, 0, 0]
    expect(answer).toEqual({
      data: {
        stats: [
          {
            metric: 'NEW',
            definition: { title: 'New', unit: 'COUNT', fact: 'OPENED' },
            from: '2025-10-06T00:00:00.000Z',
            to: '2025-10-13T00:00:00.000Z',
            total: { value: 3, count: 3, p50: null },
            previous: { value: 1 },
            growth: 2,
            groupCount: 2,
            buckets: counts.map((count, n) => ({
              from: new Date(Date.UTC(2025, 9, 6 + n)).toISOString(),
              value: { value: count, count },
            })),
            groups: [
              {
                key: idOf('team', 'billing'),
                label: 'Billing',
                node: { id: idOf('team', 'billing') },
                value: { value: 2, count: 2 },
                buckets: [1, 1, 0, 0, 0, 0, 0].map((count) => ({ value: { count } })),
              },
              {
                key: null,
                label: 'None',
                node: null,
                value: { value: 1, count: 1 },
                buckets: [0, 1, 0, 0, 0, 0, 0].map((count) => ({ value: { count } })),
              },
            ],
          },
        ],
      },
    })
  })

  test('has rows that say what was counted, of which thread, by whom', async () => {
    const since = new Date('2025-10-06T10:00:00Z')
    const answered = {
      since,
      thread_id: rowOf('ticket', 't'),
      record_id: rowOf('message', 'm'),
      agent_id: rowOf('agent', 'ann'),
      team_id: rowOf('team', 'billing'),
    }
    await put(
      ours('FIRST_RESPONSE', '2025-10-06T10:01:00Z', answered),
      ours('FIRST_RESPONSE', '2025-10-06T10:03:00Z', { since, thread_kind: 'conversation' }),
    )
    const rows = `totalCount pageInfo { hasNextPage } nodes { at since value ticket { id subject } conversation { id }
      message { text } agent { name } team { name } contact { id } }`
    expect(
      await graph.ask(`{ stats(metrics: [FIRST_RESPONSE], ${WEEK}) {
        total { value average p90 minimum maximum sum rows(first: 5) { ${rows} } }
        growth
      } }`),
    ).toEqual({
      data: {
        stats: [
          {
            growth: null,
            total: {
              value: 120,
              average: 120,
              p90: 168,
              minimum: 60,
              maximum: 180,
              sum: 240,
              rows: {
                totalCount: 2,
                pageInfo: { hasNextPage: false },
                nodes: [
                  {
                    at: '2025-10-06T10:03:00.000Z',
                    since: since.toISOString(),
                    value: 180,
                    ticket: null,
                    conversation: null,
                    message: null,
                    agent: null,
                    team: null,
                    contact: null,
                  },
                  {
                    at: '2025-10-06T10:01:00.000Z',
                    since: since.toISOString(),
                    value: 60,
                    ticket: { id: idOf('ticket', 't'), subject: 'Refund' },
                    conversation: null,
                    message: { text: 'Done' },
                    agent: { name: 'Ann' },
                    team: { name: 'Billing' },
                    contact: null,
                  },
                ],
              },
            },
          },
        ],
      },
    })
  })

  test('is told apart by whatever there is, by names that the filter takes', async () => {
    const { id } = { id: graph.integration }
    await put(
      ours('OPENED', '2025-10-06T10:00:00Z', { agent_id: rowOf('agent', 'ann'), tag_ids: [rowOf('tag', 'vip')] }),
    )
    const groups: Readonly<Record<string, { key: string; label: string; filter: string }>> = {
      AGENT: { key: idOf('agent', 'ann'), label: 'Ann', filter: 'agentIds' },
      TAG: { key: idOf('tag', 'vip'), label: 'VIP', filter: 'tagIds' },
      INTEGRATION: { key: id, label: 'invented', filter: 'integrationIds' },
      PROVIDER: { key: 'INTERCOM', label: 'Intercom', filter: 'providers' },
      THREAD: { key: 'TICKET', label: 'Tickets', filter: 'threads' },
    }
    for (const [by, { key, label, filter }] of Object.entries(groups)) {
      const given = /^[A-Z]+$/.test(key) ? key : JSON.stringify(key)
      const answer = await graph.ask(`{
        stats(metrics: [NEW], ${WEEK}, groupBy: ${by}, filter: { ${filter}: [${given}] }) { groups { key label } }
      }`)
      expect(answer).toEqual({ data: { stats: [{ groups: [{ key, label }] }] } })
    }
    const named = await graph.ask(`{
      one: stats(metrics: [NEW], ${WEEK}, filter: { tag: ["vip"] }) { total { count } }
      none: stats(metrics: [NEW], ${WEEK}, filter: { tag: ["other"] }) { total { count } }
    }`)
    expect(named).toEqual({ data: { one: [{ total: { count: 1 } }], none: [{ total: { count: 0 } }] } })
  })

  test('of what stands open counts at the end of each bucket, and ages have all their brackets', async () => {
    const span = (since: string, at: string | null): TestFact =>
      ours('OPEN_SPAN', at ?? since, {
        since: new Date(since),
        opened_at: new Date(since),
        at: at === null ? null : new Date(at),
      })
    await put(
      span('2025-10-01T00:00:00Z', null),
      span('2025-10-07T00:00:00Z', '2025-10-09T00:00:00Z'),
      span('2025-10-12T12:00:00Z', null),
    )
    const answer = await graph.ask(`{ stats(metrics: [OPEN, BACKLOG], ${WEEK}, bucket: DAY, groupBy: AGE) {
      total { value count } buckets { value { count } } groups { key label value { count } }
    } }`)
    const buckets = [2, 2, 1, 1, 1, 1, 2].map((count) => ({ value: { count } }))
    const groups = [1, 0, 0, 1, 0].map((count) => ({ value: { count } }))
    expect(answer).toMatchObject({
      data: {
        stats: [
          { total: { value: 2, count: 2 }, buckets, groups },
          { total: { value: (12 * 86_400 + 43_200) / 2, count: 2 }, buckets, groups },
        ],
      },
    })
  })

  test('of a range that is not over ends now, and lists no bucket that has not begun', async () => {
    await put(ours('OPENED', '2025-10-06T10:00:00Z'))
    const end = new Date(Date.now() + 3 * 365 * 86_400_000).toISOString()
    const answer = await graph.ask(
      `{ stats(metrics: [NEW], from: "2025-01-01T00:00:00Z", to: "${end}", bucket: YEAR) { total { count } buckets { value { count } } } }`,
    )
    const years = new Date().getUTCFullYear() - 2025
    const buckets = [1, ...Array.from({ length: years }, () => 0)].map((count) => ({ value: { count } }))
    expect(answer).toEqual({ data: { stats: [{ total: { count: 1 }, buckets }] } })
  })

  test('is of the viewer’s workspace alone', async () => {
    await put(ours('OPENED', '2025-10-06T10:00:00Z'))
    const query = `{ stats(metrics: [NEW], ${WEEK}, groupBy: TEAM) { total { count rows { totalCount } } groups { key } } }`
    const as = { role: 'ANALYST', workspaceId: randomUUID() } as const
    expect(await graph.ask(query, as)).toEqual({
      data: { stats: [{ total: { count: 0, rows: { totalCount: 0 } }, groups: [] }] },
    })
  })

  test('is explained by the dictionary', async () => {
    const answer = await graph.ask('{ metrics { metric title words unit fact counted headline } }')
    expect(answer).toEqual({
      data: {
        metrics: Object.entries(METRICS).map(([metric, { title, words, unit, fact: counts, counted, headline }]) => ({
          metric,
          title,
          words,
          unit,
          fact: counts,
          counted: counted.toUpperCase(),
          headline: headline.toUpperCase(),
        })),
      },
    })
  })
})

describe('what cannot be counted is refused, in words', () => {
  test.each([
    [
      'timeZone: "Mars/Olympus"',
      'timeZone: expected the name of a time zone such as "Europe/Berlin", but got "Mars/Olympus"',
    ],
    [
      'bucket: HOUR, from: "2025-01-01T00:00:00Z", to: "2026-02-21T16:00:00Z"',
      'bucket: expected at most 1000 buckets, but HOUR makes 10000',
    ],
    ['from: "2025-10-06T00:00:00Z", to: "2025-10-06T00:00:00Z"', 'to: expected a time after from'],
    ['from: "2025-10-06T00:00:00Z", to: "2025-10-05T00:00:00Z"', 'to: expected a time after from'],
    ['from: "2010-10-06T00:00:00Z", to: "2025-10-05T00:00:00Z"', 'from: expected a range of at most 10 years'],
    ['from: "1969-12-31T00:00:00Z", to: "1970-10-05T00:00:00Z"', 'from: expected a time from 1970 on'],
    ['groupBy: AGE', 'groupBy: AGE is for OPEN and BACKLOG, not for NEW'],
    ['filter: { teamIds: ["nobody"] }', 'teamIds: expected the id of a team, but got "nobody"'],
    ['filter: { contactId: null }', 'contactId: expected the id of a contact, but got null'],
  ])('%s', async (given, message) => {
    const range = given.includes('from:') ? '' : WEEK
    const answer = await graph.ask(`{ stats(metrics: [NEW], ${given}, ${range}) { total { count } } }`)
    expect(answer).toMatchObject({
      errors: [{ message: expect.stringContaining(message), extensions: { code: 'BAD_USER_INPUT' } }],
    })
  })

  test('a metric twice, no such group or page: of the part that is at fault, the rest stays', async () => {
    expect(await graph.ask(`{ stats(metrics: [NEW, NEW], ${WEEK}) { metric } }`)).toMatchObject(code('BAD_USER_INPUT'))
    const hours = 'from: "2025-10-01T00:00:00Z", to: "2025-11-01T00:00:00Z", bucket: HOUR, groupBy: TEAM'
    const answer = await graph.ask(`{
      none: stats(metrics: [NEW], ${WEEK}, groupBy: TEAM) { groups(first: 0) { key } }
      many: stats(metrics: [NEW], ${hours}) { groups { buckets { from } } }
      back: stats(metrics: [NEW], ${WEEK}) { total { rows(last: 1) { totalCount } } }
      good: stats(metrics: [NEW], ${hours}) { groups { key } }
    }`)
    expect(answer).toMatchObject({ data: { none: [null], many: [null], back: [null], good: [{ groups: [] }] } })
    expect(answer).toMatchObject({
      errors: expect.arrayContaining([
        expect.objectContaining({ message: 'first: expected at most 53 groups of 744 buckets, but got 100' }),
      ]),
    })
  })
})

describe('statsChanged', () => {
  test('tells the numbers at once, and again when they are others', async () => {
    const asked = `subscription { statsChanged(metrics: [NEW], ${WEEK}, bucket: DAY) {
      at stats { metric total { count rows { totalCount } } buckets { value { count } } }
    } }`
    const of = (monday: number, sunday: number): object => ({
      value: {
        data: {
          statsChanged: {
            at: expect.anything(),
            stats: [
              {
                metric: 'NEW',
                total: { count: monday + sunday, rows: { totalCount: monday + sunday } },
                buckets: [monday, 0, 0, 0, 0, 0, sunday].map((count) => ({ value: { count } })),
              },
            ],
          },
        },
      },
    })
    const feed = await graph.follow(asked)
    expect(await feed.next()).toMatchObject(of(0, 0))
    await put(ours('OPENED', '2025-10-06T10:00:00Z'))
    await graph.say(2, [upsert('ticket', 'one')])
    expect(await feed.next()).toMatchObject(of(1, 0))
    // Who comes later is told at once what is known by then.
    const late = await graph.follow(asked)
    expect(await late.next()).toMatchObject(of(1, 0))
    // An event that changes no number is not told; the next one is.
    await graph.say(3, [upsert('ticket', 'two')])
    await put(ours('OPENED', '2025-10-12T10:00:00Z'))
    await graph.say(4, [upsert('ticket', 'three')])
    expect(await feed.next()).toMatchObject(of(1, 1))
    expect(await late.next()).toMatchObject(of(1, 1))
    await Promise.all([feed.return?.(), late.return?.()])
    expect(await feed.next()).toMatchObject({ done: true })
  })

  test('refuses what stats refuse', async () => {
    const asked = (args: string): Promise<unknown> =>
      graph.follow(`subscription { statsChanged(metrics: [NEW], ${WEEK}, ${args}) { stats { metric } } }`)
    await expect(asked('timeZone: "Nowhere"')).rejects.toThrow('BAD_USER_INPUT')
    await expect(asked('hours: BUSINESS')).rejects.toThrow('NOT_CONFIGURED')
  })
})
