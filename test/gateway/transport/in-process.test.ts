import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { createInProcessTransport } from '../../../gateway/transport/in-process.ts'
import type { SubgraphAnswer, SubgraphOperation, Transport } from '../../../gateway/transport/transport.ts'
import { buildSchema, VIEWER, type TestSubgraph } from '../graph.ts'

/** Throws when it is read: what no schema forbids, and what compiled code reads without a resolver around it. */
const trap = {
  id: 't',
  get plain(): string {
    throw new Error('a getter that throws')
  },
}

/** A subgraph with all that compiled code would do otherwise than graphql-js. */
const odd: TestSubgraph = {
  name: 'odd',
  typeDefs: `
    type Query {
      how: String things(count: Int = 2): [Thing] one(thing: String): Thing later: [Later!]! list: [Int!] pet: Pet
      dressed(style: Style = PLAIN, where: Where): String town(where: Where, by: By = LAND): String day(at: Day = "1970-01-01"): String strange: Strange never: Int! box: Box
    }
    interface Thing { id: ID! }
    type Cat implements Thing { id: ID! purrs: Boolean how: String name(loud: Boolean = false): String }
    type Dog implements Thing { id: ID! barks: Boolean! }
    type Later { id: ID! plain: String method: String promise: String items: [String!] }
    union Pet = Cat | Dog
    enum Style { PLAIN FANCY }
    enum By { LAND SEA }
    input Where { town: String = "here" }
    scalar Day
    scalar Strange
    type Box { must: String! may: String nested: [Box!] }
  `,
  resolvers: {
    Query: {
      how: (_root: unknown, _args: unknown, _context: unknown, { path }) => (path.typename ? 'read' : 'compiled'),
      things: async (_root: unknown, { count }: { count: number }) =>
        [{ id: 'c', purrs: true }, Promise.resolve({ id: 'd', barks: true }), null].slice(0, count),
      one: (_root: unknown, { thing }: { thing?: string }) => (thing === 'text' ? 'no object' : trap),
      later: async () => [
        { id: 'a', plain: 'p', method: () => 'm', promise: Promise.resolve('l'), items: async () => ['x'] },
        new Promise((resolve) => setImmediate(resolve, { id: 'b', plain: null })),
      ],
      list: () => new Set([1, 2]),
      pet: async () => ({ id: 'c', purrs: false, name: ({ loud }: { loud: boolean }) => (loud ? 'TOM' : 'Tom') }),
      dressed: (_root: unknown, { style, where }: { style: unknown; where?: { town: string } }) =>
        `${String(style)} ${where?.town ?? 'nowhere'}`,
      town: (_root: unknown, { where, by }: { where?: { town?: string } | null; by: string }) =>
        `${where?.town} by ${by}`,
      day: (_root: unknown, { at }: { at: unknown }) => String(at instanceof Date),
      strange: () => 'x',
      never: async () => null,
      box: () => ({ must: 'm', nested: [{ must: 'n' }, { must: null, may: 'b' }, { must: null }] }),
    },
    Thing: {
      __resolveType: async (thing: object) => ('purrs' in thing ? 'Cat' : 'barks' in thing ? 'Dog' : undefined),
    },
    Pet: { __resolveType: () => 'Cat' },
    Style: { PLAIN: 'plain-style', FANCY: 'fancy-style' },
  },
}

function open(compileAfter: number | null): Transport {
  return createInProcessTransport({ schema: buildSchema(odd), contextFor: () => ({}), compileAfter })
}

function toOperation(text: string): SubgraphOperation {
  return { text, document: parse(text, { noLocation: true }), kind: 'query' }
}

async function ask(transport: Transport, operation: SubgraphOperation, variables?: Record<string, unknown>) {
  const { signal } = new AbortController()
  const answer = await transport.execute({ operation, variables, viewer: VIEWER, requestId: 'r', signal })
  return plain(answer)
}

function plain({ data, errors }: SubgraphAnswer): unknown {
  return JSON.parse(JSON.stringify({ data, errors: errors?.map(({ message, path }) => ({ message, path })) }))
}

describe('a query that is asked often', () => {
  it('is compiled, and not before', async () => {
    const transport = open(2)
    const operation = toOperation('{ how }')
    const answers = [await ask(transport, operation), await ask(transport, operation), await ask(transport, operation)]
    expect(answers).toEqual(['read', 'read', 'compiled'].map((how) => ({ data: { how } })))
  })

  it('is never compiled when that is off', async () => {
    const transport = open(null)
    const operation = toOperation('{ how }')
    for (let call = 0; call < 30; call++) expect(await ask(transport, operation)).toEqual({ data: { how: 'read' } })
  })

  it('is cold again after an answer with errors, so that few are asked twice', async () => {
    let asked = 0
    const count = () => {
      asked++
      throw new Error('no answer')
    }
    const counting = { name: 'counting', typeDefs: 'type Query { count: Int }', resolvers: { Query: { count } } }
    const transport = createInProcessTransport({
      schema: buildSchema(counting),
      contextFor: () => ({}),
      compileAfter: 2,
    })
    const operation = toOperation('{ count }')
    const totals: number[] = []
    for (let call = 0; call < 7; call++) {
      expect(await ask(transport, operation)).toEqual({
        data: { count: null },
        errors: [{ message: 'no answer', path: ['count'] }],
      })
      totals.push(asked)
    }
    expect(totals).toEqual([1, 2, 4, 5, 6, 8, 9])
  })

  it.each([
    '{ how things { __typename id ... on Cat { purrs } ... on Dog { barks } } }',
    '{ how things(count: 3) { id } again: things(count: 1) { ...T } } fragment T on Thing { id ... on Cat { how } }',
    '{ how pet { ... on Cat { id purrs name quiet: name(loud: true) } ... on Dog { barks } } }',
    '{ how list town }',
    '{ how later { id plain } }',
    'query ($where: Where) { how town(where: $where) other: town(where: { town: "there" }) }',
  ])('answers the same: %s', async (text) => {
    const operation = toOperation(text)
    const expected = JSON.stringify(await ask(open(null), operation)).replaceAll('"read"', '"compiled"')
    expect(expected).toContain('compiled')
    expect(await ask(open(0), operation)).toEqual(JSON.parse(expected))
  })

  it.each([
    '{ later { id plain method promise items } }',
    '{ one(thing: "text") { id } }',
    '{ one { id ... on Cat { purrs } } }',
    '{ things { id } never }',
    '{ box { must nested { must may nested { must } } } }',
    '{ day strange }',
    '{ how dressed(where: { town: "there" }) fancy: dressed(style: FANCY, where: {}) }',
    'query ($style: Style = FANCY) { how dressed(style: $style) }',
    'query ($where: Where) { how dressed(where: $where) }',
    'query ($town: String) { how town(where: { town: $town }) }',
    '{ how day }',
    '{ how @skip(if: true) list @include(if: true) }',
    'query ($n: Int) { things(count: $n) { id } }',
  ])('answers the same where compiled code cannot: %s', async (text) => {
    const operation = toOperation(text)
    expect(await ask(open(0), operation, { n: 1 })).toEqual(await ask(open(null), operation, { n: 1 }))
    expect(await ask(open(0), operation)).toEqual(await ask(open(null), operation))
  })
})
