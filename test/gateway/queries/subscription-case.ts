import fc from 'fast-check'
import { buildSchema, parse, subscribe, validate } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeGraph, VIEWER, type TestGraph, type TestSubgraph } from '../graph.ts'
import { serveSubgraphs, type HttpSubgraphs } from '../http-subgraph.ts'
import { toComparable, type Answer, type Comparable } from './comparable.ts'
import { chooseBy, writeSubscription } from './operations.ts'
import type { Samples } from './values.ts'

/** Subgraphs of which one has streams, and one schema that tells what they tell together. */
export interface SubscriptionCase {
  readonly subgraphs: readonly TestSubgraph[]
  /** The schema of the oracle. */
  readonly schema: string
  /** The oracle's streams, by root field: each ends. */
  readonly streams: object
  /** By what each shows. */
  readonly operations: Readonly<Record<string, string | SubscriptionOperation>>
  /** What random subscriptions give for arguments, besides values of all kinds. */
  readonly samples?: Samples
}

/** A subscription that a case starts. */
export interface SubscriptionOperation {
  readonly text: string
  readonly variables?: Readonly<Record<string, unknown>>
}

/** Random subscriptions in each way. */
const RUNS = 100

const WAYS = [
  { way: 'in process', compileAfter: null, over: null },
  { way: 'compiled in process', compileAfter: 0, over: null },
  { way: 'over sockets', compileAfter: null, over: 'sockets' },
  { way: 'over streams of events', compileAfter: null, over: 'streams' },
] as const

/**
 * Tests that subscriptions, a case's own and random ones, tell what the oracle tells, event by event, in whichever way
 * the subgraphs are reached.
 */
export function testSubscriptions(name: string, subscription: SubscriptionCase): void {
  const { subgraphs, samples, streams } = subscription
  const whole = buildSchema(subscription.schema)
  const operations = Object.entries(subscription.operations).map(
    ([shows, operation]): [string, SubscriptionOperation] => [
      shows,
      typeof operation === 'string' ? { text: operation } : operation,
    ],
  )

  /** What one schema over the same data answers to each event. */
  const askOracle = async (text: string, variableValues: Readonly<Record<string, unknown>>) =>
    collect(await subscribe({ schema: whole, document: parse(text), rootValue: streams, variableValues }))

  describe.each(WAYS)(`${name}, $way`, ({ compileAfter, over }) => {
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

    it.each(operations)('%s', async (_shows, { text, variables = {} }) => {
      const expected = await askOracle(text, variables)
      expect(expected.length).toBeGreaterThan(2)
      expect(await ask(text, variables)).toEqual(expected)
    })

    it('tell any subscription what the oracle does, event by event', async () => {
      const written = fc
        .array(fc.noBias(fc.nat(999)), { minLength: 150, maxLength: 250, size: 'max' })
        .map((numbers) => writeSubscription(whole, chooseBy(numbers), samples))
      const valid = written.filter(({ text }) => validate(whole, parse(text)).length === 0)
      await fc.assert(
        fc.asyncProperty(valid, async ({ text, variables }) => {
          expect(await ask(text, variables)).toEqual(await askOracle(text, variables))
        }),
        { numRuns: RUNS, endOnFailure: true },
      )
    })
  })
}

async function collect(events: AsyncIterable<Answer> | Answer): Promise<Comparable[]> {
  if (!(Symbol.asyncIterator in events)) return [toComparable(events)]
  const answers: Comparable[] = []
  for await (const answer of events) answers.push(toComparable(answer))
  return answers
}
