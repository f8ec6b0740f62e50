import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeGraph, plain, type TestGraph } from '../../graph.ts'
import { serveSubgraphs, type HttpSubgraphs } from '../../http-subgraph.ts'
import { testCase } from '../case.ts'
import { peopleSubgraph } from './people.ts'
import { ticketsSubgraph } from './tickets.ts'
import { roots, schema } from './whole.ts'

const subgraphs = [peopleSubgraph, ticketsSubgraph]

testCase('people and their tickets, each kept by another subgraph', {
  subgraphs,
  schema,
  roots,
  samples: { id: ['1', '2', '3', 't1', 'nobody'], first: [0, 1, 5], unit: ['cm', 'm', 'mm'] },
  operations: {
    'requires with one argument what the client asks with another': '{ tickets { author { size volume } } }',
    'requires it below a field of the requiring subgraph, and of another':
      '{ ticket(id: "t2") { followers { volume m: size size(unit: "m") tickets { author { size volume friend { volume size } } } } } }',
    'requires it with several arguments, where the operation begins':
      '{ writers { girth size volume m: size(unit: "m") } me { girth size volume } }',
    'requires it with several arguments, further on':
      '{ tickets { author { girth volume tickets { author { volume size girth label } } } } }',
    'requires it of what the requiring subgraph reaches through another':
      '{ tickets { author { friend { size postage(express: true) volume } } } }',
    'requires it in fragments beside one another':
      '{ tickets { author { ... { volume } ... { size } ... on Person { volume postage(express: true) label } } } }',
  },
})

describe.each(['in process', 'over HTTP'])('people and their tickets, %s', (way) => {
  let served: HttpSubgraphs | undefined
  let graph: TestGraph

  beforeAll(async () => {
    served = way === 'over HTTP' ? await serveSubgraphs(subgraphs) : undefined
    graph = await makeGraph(subgraphs, { transports: served?.transports ?? {} })
  })
  afterAll(() => served?.[Symbol.asyncDispose]())

  const ask = async (text: string, variables?: Record<string, unknown>) => {
    graph.sent.length = 0
    return plain(await graph.ask(text, variables ? { variables } : {}))
  }

  it('joins an entity of one subgraph with fields of another', async () => {
    expect(await ask('{ me { name tickets { subject author { name } } } }')).toEqual({
      data: {
        me: {
          name: 'Ann',
          tickets: [
            { subject: 'Broken', author: { name: 'Ann' } },
            { subject: 'Late', author: { name: 'Ann' } },
          ],
        },
      },
    })
  })

  it('keeps the keys in the order of the query', async () => {
    const answer = await ask('{ me { ticketCount id tickets { id } name } tickets { id } version }')
    expect(JSON.stringify(answer)).toBe(
      JSON.stringify({
        data: {
          me: { ticketCount: 2, id: '1', tickets: [{ id: 't1' }, { id: 't2' }], name: 'Ann' },
          tickets: [{ id: 't1' }, { id: 't2' }, { id: 't3' }],
          version: '1',
        },
      }),
    )
  })

  it('asks for each entity once, wherever it stands, and answers each place for itself', async () => {
    const answer = await ask('{ tickets { followers { name friend { ticketCount } friends(first: 1) { name } } } }')
    const ann = { name: 'Ann', friend: { ticketCount: 1 }, friends: [{ name: 'Bob' }] }
    const bob = { name: 'Bob', friend: { ticketCount: 2 }, friends: [{ name: 'Ann' }] }
    const cy = { name: null, friend: null, friends: [{ name: 'Ann' }] }
    expect(answer).toEqual({
      data: { tickets: [{ followers: [bob] }, { followers: [ann, bob, cy, ann] }, { followers: [] }] },
    })
    const [, people, tickets] = graph.sent
    expect(people?.variables).toEqual({
      representations: ['2', '1', '3'].map((id) => ({ __typename: 'Person', id })),
    })
    expect(tickets?.variables).toEqual({ representations: ['1', '2'].map((id) => ({ __typename: 'Person', id })) })
  })

  it('keeps places apart that one answer went to, though later steps add different things to each', async () => {
    const query = `{
      tickets { author { friends(first: 1) { a: tickets(first: 1) { id } } } }
      ticket(id: "t3") { author { friends(first: 1) { a: tickets(first: 2, reverse: true) { subject } } } }
    }`
    const bobs = { author: { friends: [{ a: [{ id: 't3' }] }] } }
    expect(await ask(query)).toEqual({
      data: {
        tickets: [bobs, bobs, { author: { friends: [{ a: [{ id: 't1' }] }] } }],
        ticket: { author: { friends: [{ a: [{ subject: 'Late' }, { subject: 'Broken' }] }] } },
      },
    })
  })

  it('sends nothing when there is no entity to ask for', async () => {
    expect(await ask('{ ticket(id: "none") { author { name } } }')).toEqual({ data: { ticket: null } })
    expect(graph.sent.map(({ subgraph }) => subgraph)).toEqual(['tickets'])
  })

  it('takes an alias named like a key for an alias', async () => {
    expect(await ask('{ me { id: name name: id tickets { id: subject } } }')).toEqual({
      data: { me: { id: 'Ann', name: '1', tickets: [{ id: 'Broken' }, { id: 'Late' }] } },
    })
  })

  it('answers one field under several aliases with several arguments', async () => {
    const query = `query ($n: Int!) {
      me { one: tickets(first: 1) { id } all: tickets(first: $n, reverse: true) { id } ...More }
    }
    fragment More on Person { all: tickets(first: $n, reverse: true) { subject } }`
    expect(await ask(query, { n: 5 })).toEqual({
      data: {
        me: {
          one: [{ id: 't1' }],
          all: [
            { id: 't2', subject: 'Late' },
            { id: 't1', subject: 'Broken' },
          ],
        },
      },
    })
  })

  it('fetches what a field requires and hides it', async () => {
    expect(await ask('{ people { postage fast: postage(express: true) } }')).toEqual({
      data: {
        people: [
          { postage: 10, fast: 20 },
          { postage: 20, fast: 40 },
          { postage: null, fast: null },
        ],
      },
    })
  })

  it('fetches what a field requires with its arguments beside the same field of the client', async () => {
    expect(await ask('{ me { size volume inches: size(unit: "in") } }')).toEqual({
      data: { me: { size: 1, volume: 1_000_000, inches: 1 } },
    })
  })

  it('fetches objects that a field requires, and passes null where there is none', async () => {
    expect(await ask('{ people { label address { street { number } } } }')).toEqual({
      data: {
        people: [
          { label: 'Road 10/10', address: { street: { number: 10 } } },
          { label: 'Road 20/20', address: { street: { number: 20 } } },
          { label: null, address: null },
        ],
      },
    })
  })

  it('skips and includes by variables and by constants', async () => {
    const query = `query ($yes: Boolean!, $no: Boolean!) {
      me @include(if: $yes) {
        name @skip(if: $yes)
        id @include(if: $no)
        id @skip(if: $no)
        ticketCount @include(if: $no)
        ... @include(if: $yes) { ... @skip(if: $no) { tickets(first: 1) { id } } }
        ... on Person @skip(if: true) { mood }
      }
      people @include(if: false) { id }
      tickets @skip(if: $yes) { author { name } }
    }`
    expect(await ask(query, { yes: true, no: false })).toEqual({ data: { me: { id: '1', tickets: [{ id: 't1' }] } } })
    expect(await ask(query, { yes: false, no: false })).toEqual({
      data: { tickets: [{ author: { name: 'Ann' } }, { author: { name: 'Ann' } }, { author: { name: 'Bob' } }] },
    })
  })

  it('answers an operation of which constants leave nothing', async () => {
    expect(await ask('{ me @skip(if: true) { id } }')).toEqual({ data: {} })
    expect(graph.sent).toEqual([])
    expect(await ask('{ me { name @skip(if: true) } ticket(id: "no") { id @include(if: false) } }')).toEqual({
      data: { me: {}, ticket: null },
    })
  })

  it('hides enum values that clients may not know', async () => {
    expect(await ask('{ people { mood } }')).toEqual({
      data: { people: [{ mood: 'GOOD' }, { mood: 'BAD' }, { mood: null }] },
    })
  })

  it('breaks at the nearest nullable place where a hidden value may not be null, and says so once', async () => {
    expect(await ask('{ person(id: "3") { id firmMood } me { firmMood } }')).toEqual({
      data: { person: null, me: { firmMood: 'GOOD' } },
      errors: [
        {
          message: 'Cannot return null for non-nullable field Person.firmMood.',
          path: ['person', 'firmMood'],
          extensions: { code: 'SUBGRAPH_ANSWER_INVALID' },
        },
      ],
    })
  })

  it('carries a null up to the nearest nullable place, with the error of the subgraph where it happened', async () => {
    expect(await ask('{ person(id: "3") { id firmNumber } }')).toEqual({
      data: { person: null },
      errors: [
        {
          message: 'Cannot return null for non-nullable field Person.firmNumber.',
          path: ['person', 'firmNumber'],
          extensions: { serviceName: 'tickets' },
        },
      ],
    })
  })

  it('carries a null through lists up to the root', async () => {
    expect(await ask('{ people { firmNumber } }')).toEqual({
      data: null,
      errors: [
        {
          message: 'Cannot return null for non-nullable field Person.firmNumber.',
          path: ['people', 2, 'firmNumber'],
          extensions: { serviceName: 'tickets' },
        },
      ],
    })
  })

  it('answers introspection beside data, through fragments and aliases, in the order of the query', async () => {
    const query = `query ($name: String!) {
      root: __typename
      type: __type(name: $name) { name ...Fields }
      me { __typename kind: __typename name }
      ...Root
    }
    fragment Root on Query { __schema { queryType { name } } version }
    fragment Fields on __Type { enumValues { name } }`
    const answer = await ask(query, { name: 'Mood' })
    expect(JSON.stringify(answer)).toBe(
      JSON.stringify({
        data: {
          root: 'Query',
          type: { name: 'Mood', enumValues: [{ name: 'GOOD' }, { name: 'BAD' }] },
          me: { __typename: 'Person', kind: 'Person', name: 'Ann' },
          __schema: { queryType: { name: 'Query' } },
          version: '1',
        },
      }),
    )
  })

  it('asks no subgraph for what the schema answers', async () => {
    expect(await ask('{ __typename __schema { queryType { name } } }')).toEqual({
      data: { __typename: 'Query', __schema: { queryType: { name: 'Query' } } },
    })
    expect(graph.sent).toEqual([])
  })

  it('refuses variables that do not fit, before asking anybody', async () => {
    const answer = await ask('query ($n: Int!) { me { tickets(first: $n) { id } } }', { n: 'many' })
    expect(answer).toEqual({
      errors: [
        {
          message: 'Variable "$n" got invalid value "many"; Int cannot represent non-integer value: "many"',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    })
    expect(graph.sent).toEqual([])
  })

  it('sends defaults of variables and leaves out what has neither value nor default', async () => {
    await ask('query ($n: Int = 1, $r: Boolean) { me { tickets(first: $n, reverse: $r) { id } } }')
    expect(graph.sent[1]?.variables).toEqual({ n: 1, representations: [{ __typename: 'Person', id: '1' }] })
  })

  it('says which operation it lacks', async () => {
    const document = 'query A { version } query B { me { id } }'
    expect(await graph.ask(document, { operationName: 'A' }).then(plain)).toEqual({ data: { version: '1' } })
    expect(await graph.ask(document, { operationName: 'B' }).then(plain)).toEqual({ data: { me: { id: '1' } } })
    const unsaid = await graph.ask(document)
    expect(unsaid.errors?.map(({ extensions }) => extensions['code'])).toEqual(['OPERATION_RESOLUTION_FAILURE'])
  })
})
