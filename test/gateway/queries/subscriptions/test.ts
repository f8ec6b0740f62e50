import fc from 'fast-check'
import { buildSchema, parse, subscribe, validate } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeGraph, VIEWER, type TestGraph } from '../../graph.ts'
import { serveSubgraphs, type HttpSubgraphs } from '../../http-subgraph.ts'
import { toComparable, type Answer, type Comparable } from '../comparable.ts'
import { chooseBy, writeSubscription } from '../operations.ts'
import { billingSubgraph } from './billing.ts'
import { callsSubgraph } from './calls.ts'
import { streams } from './data.ts'
import { peopleSubgraph } from './people.ts'

const subgraphs = [callsSubgraph, peopleSubgraph, billingSubgraph]

/** What the subgraphs tell together. */
const whole = buildSchema(`
  type Query { calls: Int! party(id: ID!): Party currency: String! }
  type Subscription {
    callChanged(seconds: Int, ids: [ID!] = ["c1", "c2", "c4"]): Call
    callTold: Call!
    callsWaiting: [Call!]
    happened: Happening
    joined: Party
    waiting: Int
  }
  interface Party { id: ID! name: String }
  union Happening = Call | Note
  type Call {
    id: ID! seconds: Int! line: String! agent: Agent caller: Party parties: [Party] price: Int summary: String!
  }
  type Note { id: ID! text: String author: Agent! }
  type Agent implements Party { id: ID! name: String grade: Int manager: Agent }
  type Customer implements Party { id: ID! name: String company: String }
`)

const OPERATIONS: Readonly<Record<string, { readonly text: string; readonly variables?: Record<string, unknown> }>> = {
  'asks other subgraphs for each event': {
    text: 'subscription { callTold { id agent { name grade } caller { name ... on Customer { company } } } }',
  },
  'computes from what two others tell': { text: 'subscription { callTold { id price } }' },
  'computes from what an interface holds': { text: 'subscription { callChanged(ids: null) { summary price } }' },
  'breaks an event, and not the next': { text: 'subscription { callTold { line summary } }' },
  'nulls an event, and not the next': { text: 'subscription { callChanged(ids: null) { line summary } }' },
  'breaks the list of an event': { text: 'subscription { callsWaiting { price agent { name } line } }' },
  'follows entities of entities': {
    text: 'subscription { callsWaiting { agent { manager { name manager { grade } } } parties { id name } } }',
  },
  'tells which of a union happened': {
    text: `subscription { happened { __typename ... on Call { price } ... on Note { text author { name grade } } } }`,
  },
  'tells of an interface': {
    text: 'subscription { joined { __typename id name ... on Agent { grade manager { name } } ...C } } fragment C on Customer { company }',
  },
  'asks nobody else where nothing else is asked': { text: 'subscription { it: waiting }' },
  'passes variables to the source and to what follows': {
    text: `subscription ($s: Int!, $ids: [ID!], $yes: Boolean = true) {
      callChanged(seconds: $s, ids: $ids) { id seconds @skip(if: $yes) agent @include(if: $yes) { constructor: name } }
    }`,
    variables: { s: 61, ids: ['c1', 'c9'] },
  },
}

/** Subscriptions in each way. */
const RUNS = 100

const WAYS = [
  { way: 'in process', compileAfter: null, over: null },
  { way: 'compiled in process', compileAfter: 0, over: null },
  { way: 'over sockets', compileAfter: null, over: 'sockets' },
  { way: 'over streams of events', compileAfter: null, over: 'streams' },
] as const

describe.each(WAYS)('subscriptions across subgraphs, $way', ({ compileAfter, over }) => {
  let served: HttpSubgraphs | null
  let graph: TestGraph

  beforeAll(async () => {
    served = over && (await serveSubgraphs(subgraphs, over))
    graph = await makeGraph(subgraphs, { compileAfter, transports: served?.transports ?? {} })
  })
  afterAll(() => served?.[Symbol.asyncDispose]())

  const ask = async (text: string, variables: Readonly<Record<string, unknown>>) => {
    const document = parse(text)
    const problems = validate(graph.executor.schema, document)
    if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'))
    const { signal } = new AbortController()
    return collect(await graph.executor.subscribe({ document, variables, viewer: VIEWER, requestId: 'r1', signal }))
  }

  it.each(Object.entries(OPERATIONS))('%s', async (_shows, { text, variables = {} }) => {
    const expected = await askOracle(text, variables)
    expect(expected.length).toBeGreaterThan(2)
    expect(await ask(text, variables)).toEqual(expected)
  })

  it('tell any subscription what the oracle does, event by event', async () => {
    const written = fc
      .array(fc.noBias(fc.nat(999)), { minLength: 150, maxLength: 250, size: 'max' })
      .map((numbers) => writeSubscription(whole, chooseBy(numbers), { ID: ['c1', 'c2', 'c5'], Int: [0, 60, 61] }))
    const valid = written.filter(({ text }) => validate(whole, parse(text)).length === 0)
    await fc.assert(
      fc.asyncProperty(valid, async ({ text, variables }) => {
        expect(await ask(text, variables)).toEqual(await askOracle(text, variables))
      }),
      { numRuns: RUNS, endOnFailure: true },
    )
  })
})

/** What one schema over the same data answers to each event. */
async function askOracle(text: string, variableValues: Readonly<Record<string, unknown>>): Promise<Comparable[]> {
  return collect(await subscribe({ schema: whole, document: parse(text), rootValue: streams, variableValues }))
}

async function collect(events: AsyncIterable<Answer> | Answer): Promise<Comparable[]> {
  if (!(Symbol.asyncIterator in events)) return [toComparable(events)]
  const answers: Comparable[] = []
  for await (const answer of events) answers.push(toComparable(answer))
  return answers
}
