import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fact, insertFacts } from '../../store/metrics/facts.ts'
import { type GraphSite, openGraph } from '../graph-site.ts'

let graph: GraphSite

beforeAll(async () => void (graph = await openGraph()))
afterAll(() => graph?.[Symbol.asyncDispose]())
beforeEach(() => graph.store.database.system.query('delete from business_hours'))

/** A week of October. */
const WEEK = 'from: "2025-10-06T00:00:00Z", to: "2025-10-13T00:00:00Z"'

describe('business hours', () => {
  const set = (input: string, role: 'ADMIN' | 'AGENT' = 'ADMIN'): Promise<unknown> =>
    graph.ask(
      `mutation { setBusinessHours(input: { ${input} }) {
        businessHours { timeZone intervals { day from to } holidays } userErrors { field code message }
      } }`,
      { role },
    )
  const OFFICE =
    'timeZone: "Europe/Berlin", intervals: [{ day: TUESDAY, from: "09:00", to: "24:00" }, { day: MONDAY, from: "09:00", to: "17:30" }]'
  const asked = `{ stats(metrics: [FIRST_RESPONSE, NEW], ${WEEK}, hours: BUSINESS) { total { sum count rows { nodes { value } } } } }`

  test('have to be set before numbers go by them', async () => {
    expect(await graph.ask(asked)).toMatchObject({
      errors: [{ message: expect.stringContaining('setBusinessHours'), extensions: { code: 'NOT_CONFIGURED' } }],
    })
    expect(await graph.ask('{ businessHours { timeZone } }')).toEqual({ data: { businessHours: null } })
  })

  test('once set, are what seconds are counted by', async () => {
    const businessHours = {
      timeZone: 'Europe/Berlin',
      intervals: [
        { day: 'MONDAY', from: '09:00', to: '17:30' },
        { day: 'TUESDAY', from: '09:00', to: '24:00' },
      ],
      holidays: ['2025-12-25', '2025-12-26'],
    }
    expect(await set(`${OFFICE}, holidays: ["2025-12-26", "2025-12-25", "2025-12-26"]`)).toEqual({
      data: { setBusinessHours: { businessHours, userErrors: [] } },
    })
    expect(await graph.ask('{ businessHours { timeZone intervals { day from to } holidays } }')).toEqual({
      data: { businessHours },
    })
    // Monday 17:00 in Berlin to Tuesday 9:01: half an hour and a minute.
    const [since, at] = [new Date('2025-10-06T15:00:00Z'), new Date('2025-10-07T07:01:00Z')]
    await insertFacts(graph.store.database, graph.workspaceId, [fact('FIRST_RESPONSE', { since, at })])
    expect(await graph.ask(asked)).toEqual({
      data: {
        stats: [
          { total: { sum: 1_860, count: 1, rows: { nodes: [{ value: 1_860 }] } } },
          { total: { sum: null, count: 0, rows: { nodes: [] } } },
        ],
      },
    })
    expect(await graph.ask('{ activity(first: 1) { nodes { action detail } } }')).toEqual({
      data: {
        activity: {
          nodes: [{ action: 'businessHours.set', detail: { timeZone: 'Europe/Berlin', intervals: 2, holidays: 2 } }],
        },
      },
    })
  })

  test.each([
    ['timeZone: "Nowhere", intervals: [{ day: MONDAY, from: "09:00", to: "17:00" }]', 'timeZone'],
    ['timeZone: "UTC", intervals: []', 'intervals'],
    ['timeZone: "UTC", intervals: [{ day: MONDAY, from: "17:00", to: "09:00" }]', 'intervals.0'],
    ['timeZone: "UTC", intervals: [{ day: MONDAY, from: "9:00", to: "17:00" }]', 'intervals.0'],
    ['timeZone: "UTC", intervals: [{ day: MONDAY, from: "09:00", to: "24:30" }]', 'intervals.0'],
    [
      'timeZone: "UTC", intervals: [{ day: MONDAY, from: "09:00", to: "13:00" }, { day: MONDAY, from: "12:30", to: "17:00" }]',
      'intervals.1',
    ],
    [`${OFFICE}, holidays: ["2025-02-30"]`, 'holidays'],
  ])('are not set to what is none: %s', async (input, field) => {
    expect(await set(input)).toMatchObject({
      data: { setBusinessHours: { businessHours: null, userErrors: [{ field, code: 'BAD_USER_INPUT' }] } },
    })
    expect(await graph.ask('{ businessHours { timeZone } }')).toEqual({ data: { businessHours: null } })
  })

  test('are set by an admin, and are of one workspace', async () => {
    expect(await set(OFFICE, 'AGENT')).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] })
    await set(OFFICE)
    expect(await graph.ask('{ businessHours { timeZone } }', { workspaceId: randomUUID() })).toEqual({
      data: { businessHours: null },
    })
  })
})
