import { afterAll, beforeAll, expect, test } from 'vitest'
import { at, upsert } from '../store/records.ts'
import { type GraphSite, openGraph } from './graph-site.ts'

let graph: GraphSite
beforeAll(async () => {
  graph = await openGraph()
  await graph.say(1, [
    upsert('tag', 'vip', { name: 'VIP' }),
    upsert('agent', 'zoe', { name: 'Zoe', available: true }),
    upsert('agent', 'amy', { name: 'Amy', available: false }),
    upsert('contact', 'ana', { name: 'Ana', tagRemoteIds: ['vip'] }),
    upsert('company', 'acme', { name: 'Acme', tagRemoteIds: ['vip'] }),
    upsert('ticket', 'calm', { priority: 'LOW', type: 'Question', updatedAt: at(9) }),
    upsert('ticket', 'late', {
      priority: 'URGENT',
      type: 'Task',
      escalated: true,
      dueAt: at(5),
      firstReplyDueAt: at(4),
      tagRemoteIds: ['vip'],
      updatedAt: at(1),
    }),
    upsert('ticket', 'done', { priority: 'HIGH', solvedAt: at(7), escalated: false, updatedAt: at(2) }),
    upsert('conversation', 'calm', { priority: 'NONE', updatedAt: at(9) }),
    upsert('conversation', 'hot', { priority: 'HIGH', tagRemoteIds: ['vip'], updatedAt: at(1) }),
  ])
})
afterAll(() => graph?.[Symbol.asyncDispose]())

/** The remote ids of a unified list, and of the same list of the provider's own root. */
async function listed(list: string, own: string, args: string): Promise<unknown> {
  const nodes = `(${args}) { totalCount nodes { remoteId } }`
  const answer = await graph.ask(`{ unified: ${list}${nodes} intercom { own: ${own}${nodes} } }`)
  expect(answer).toMatchObject({ data: { unified: expect.anything() } })
  const { data } = answer as {
    data: Record<'unified', { nodes: { remoteId: string }[] }> & { intercom: { own: unknown } }
  } // as asked for a line ago
  expect(data.intercom.own).toEqual(data.unified)
  return data.unified.nodes.map(({ remoteId }) => remoteId)
}

const time = (second: number): string => JSON.stringify(at(second))

test.each([
  ['orderBy: { field: PRIORITY }', ['late', 'done', 'calm']],
  ['orderBy: { field: PRIORITY, direction: ASC }', ['calm', 'done', 'late']],
  ['orderBy: { field: DUE_AT, direction: ASC }, first: 1', ['late']],
  ['filter: { tag: ["vip"] }', ['late']],
  ['filter: { type: ["Task", "Incident"] }', ['late']],
  ['filter: { escalated: true }', ['late']],
  ['filter: { escalated: false }', ['done']],
  ['filter: { escalated: null, tag: null, dueBefore: null }', ['calm', 'done', 'late']],
  [`filter: { dueAfter: ${time(5)}, dueBefore: ${time(6)} }`, ['late']],
  [`filter: { dueBefore: ${time(5)} }`, []],
  [`filter: { firstReplyDueAfter: ${time(4)}, firstReplyDueBefore: ${time(5)} }`, ['late']],
  [`filter: { solvedAfter: ${time(7)}, solvedBefore: ${time(8)} }`, ['done']],
])('tickets(%s)', async (args, expected) => {
  expect(await listed('tickets', 'tickets', args)).toEqual(expected)
})

test('conversations go by priority, and all that has tags by their names', async () => {
  expect(await listed('conversations', 'conversations', 'orderBy: { field: PRIORITY }')).toEqual(['hot', 'calm'])
  for (const [list, expected] of [
    ['conversations', 'hot'],
    ['contacts', 'ana'],
    ['companies', 'acme'],
  ] as const) {
    expect(await listed(list, list, 'filter: { tag: ["Vip"] }')).toEqual([expected])
  }
})

test('agents go by whether they are there', async () => {
  expect(await listed('agents', 'admins', 'filter: { available: true }')).toEqual(['zoe'])
})

test('words that no database can hold find nothing', async () => {
  for (const filter of ['tag: ["a\\u0000"]', 'type: ["\\u0000"]']) {
    expect(await listed('tickets', 'tickets', `filter: { ${filter} }`)).toEqual([])
  }
  expect(await listed('contacts', 'contacts', 'filter: { email: "\\u0000" }')).toEqual([])
})
