import { afterAll, beforeAll, expect, test } from 'vitest'
import { rowId, toNodeId } from '../../../store/id.ts'
import { at, upsert } from '../../store/records.ts'
import { type GraphSite, openGraph } from '../graph-site.ts'

let graph: GraphSite
beforeAll(async () => {
  graph = await openGraph()
  await graph.say(1, [
    upsert('message', '1', { text: 'Where is my <b>refund</b>? I asked for refunds twice.', createdAt: at(1) }),
    upsert('ticket', '2', { number: '42', subject: 'Refund', status: 'PENDING', createdAt: at(2) }),
    upsert('conversation', '3', { subject: 'refund please', status: 'SNOOZED', createdAt: at(3) }),
  ])
  await graph.store.words.learnAgain()
  while (await graph.store.words.learn());
})
afterAll(() => graph[Symbol.asyncDispose]())

const find = (args: string): Promise<unknown> =>
  graph.ask(`{ search(${args}) { totalCount nodes { type rank snippet snippetParts { text matched } } } }`)

test('shows what matched in stretches of plain text', async () => {
  const answer = await find('query: "refund", types: [MESSAGE]')
  expect(answer).toMatchObject({
    data: {
      search: {
        totalCount: 1,
        nodes: [
          {
            type: 'MESSAGE',
            snippet: 'Where is my <b>refund</b>? I asked for refunds twice.',
            snippetParts: [
              { text: 'Where is my <b>', matched: false },
              { text: 'refund', matched: true },
              { text: '</b>? I asked for ', matched: false },
              { text: 'refunds', matched: true },
              { text: ' twice.', matched: false },
            ],
          },
        ],
      },
    },
  })
})

const typesOf = async (args: string): Promise<unknown> => {
  const answer = await graph.ask(`{ search(${args}) { nodes { type } } }`)
  return answer
}
const nodes = (...types: string[]): unknown => ({ data: { search: { nodes: types.map((type) => ({ type })) } } })

test('finds what was meant, the whole subject first', async () => {
  expect(await typesOf('query: "refund"')).toEqual(nodes('TICKET', 'CONVERSATION', 'MESSAGE'))
  expect(await typesOf('query: "refnud", types: [CONVERSATION]')).toEqual(nodes('CONVERSATION'))
})

test('finds one person for all their contacts, by any address', async () => {
  const ada = { emailVerified: true, email: 'ada@example.com' }
  await graph.say(4, [
    upsert('contact', '4', { ...ada, name: 'Ada Byron', createdAt: at(1) }),
    upsert('contact', '5', { ...ada, name: 'A. Byron', createdAt: at(2) }),
  ])
  const answer = await graph.ask(
    `{ search(query: "ADA@example.com", types: [CUSTOMER]) {
      nodes { type rank node { id ... on Customer { name contacts { totalCount } } } } } }`,
  )
  const id = expect.stringMatching(/^customer_/)
  expect(answer).toEqual({
    data: {
      search: {
        nodes: [{ type: 'CUSTOMER', rank: 1, node: { id, name: 'Ada Byron', contacts: { totalCount: 2 } } }],
      },
    },
  })
  expect(await typesOf('query: "byron", types: [CUSTOMER]')).toEqual(nodes('CUSTOMER'))
})

test('is narrowed by a filter, to threads where only those have what is asked for', async () => {
  const agent = toNodeId('agent', rowId(graph.integrationId, 'agent', 'a'))
  expect(await typesOf('query: "refund", filter: { status: [SNOOZED, PENDING] }')).toEqual(
    nodes('TICKET', 'CONVERSATION'),
  )
  expect(await typesOf(`query: "refund", filter: { assigneeId: "${agent}" }`)).toEqual(nodes())
  expect(await typesOf('query: "refund", filter: { assigneeId: null, tag: null }')).toEqual(
    nodes('TICKET', 'CONVERSATION'),
  )
  expect(
    await typesOf(
      `query: "refund", filter: { integrationIds: ["${graph.integration}"], createdAfter: "${at(3).toISOString()}" }`,
    ),
  ).toEqual(nodes('CONVERSATION'))
})

test('refuses what cannot be served by naming it, and finds nothing for what holds no words', async () => {
  const refused: readonly (readonly [string, string])[] = [
    ['query: ""', 'query'],
    ['query: "   "', 'query'],
    [`query: "${'a b '.repeat(2_560)}"`, 'query: expected at most 1000 letters'],
    ['query: "a", last: 3', 'last'],
    ['query: "a", first: 101', 'first'],
    ['query: "a", after: "x"', 'cursor'],
    ['query: "a", filter: { integrationIds: ["x"] }', 'integrationIds'],
    ['query: "a", filter: { assigneeId: "ticket_x" }', 'assigneeId'],
  ]
  for (const [args, word] of refused) {
    expect([args.slice(0, 40), await find(args)]).toEqual([
      args.slice(0, 40),
      expect.objectContaining({
        errors: [
          expect.objectContaining({
            message: expect.stringContaining(word),
            extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }),
          }),
        ],
      }),
    ])
  }
  for (const query of ['!!! ???', '* % _', '🎉🎉', '‮‭', "'); drop table message; --"]) {
    expect(await typesOf(`query: ${JSON.stringify(query)}`)).toEqual(nodes())
  }
})
