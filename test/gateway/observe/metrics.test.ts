import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createGatewayMetrics, exposeGatewayCounts } from '../../../gateway/observe/metrics.ts'
import { createMetrics, type Metrics } from '../../../observe/metrics.ts'
import { readMetric } from '../../observe/read-metrics.ts'
import { SOON } from '../../setup/soon.ts'
import { deferred } from '../deferred.ts'
import type { TestSubgraph } from '../graph.ts'
import { serve, type Served } from '../served.ts'

let gate = deferred<string>()

const shop: TestSubgraph = {
  name: 'shop',
  typeDefs: `
    type Query { hello: String, slow: String, wrong: String, forbidden: String }
    type Mutation { buy: String }
    type Subscription { ticks(upTo: Int!): Int }`,
  resolvers: {
    Query: {
      hello: () => 'world',
      slow: () => gate.promise,
      wrong: () => {
        throw new Error('a bug')
      },
    },
    Mutation: { buy: () => 'bought' },
    Subscription: {
      ticks: {
        subscribe: async function* (_: unknown, { upTo }: { upTo: number }) {
          for (let tick = 1; tick <= upTo; tick++) yield { ticks: tick }
        },
      },
    },
  },
}

let metrics: Metrics
let served: Served

beforeEach(async () => {
  gate = deferred()
  metrics = createMetrics()
  served = await serve([shop], { metrics: createGatewayMetrics(metrics) })
  exposeGatewayCounts(metrics, () => served.role.counts())
})
afterEach(() => served[Symbol.asyncDispose]())

const read = async (name: string, labels?: Record<string, string>): Promise<number | null> =>
  readMetric(await metrics.metrics(), name, labels)
const operations = (labels: Record<string, string>) => read('switchboard_operation_duration_seconds_count', labels)

describe('the metrics of a gateway', () => {
  it('count operations by name, type and the code of their first error', async () => {
    await served.ask('query Greeting { hello }')
    await served.ask('query Greeting { hello }')
    await served.ask('{ hello }')
    await served.ask('mutation Buy { buy }')
    await served.ask('query Buggy { wrong }')
    expect(await operations({ operation: 'Greeting', type: 'query', outcome: 'ok' })).toBe(2)
    expect(await operations({ operation: 'anonymous', type: 'query', outcome: 'ok' })).toBe(1)
    expect(await operations({ operation: 'Buy', type: 'mutation', outcome: 'ok' })).toBe(1)
    expect(await operations({ operation: 'Buggy', outcome: 'INTERNAL_SERVER_ERROR' })).toBe(1)
    expect(await operations({})).toBe(5)
  })

  it('count what was not let in, without any name of it', async () => {
    await served.ask('query Secret { nothing }')
    await served.ask('query Secret {')
    await served.post({ query: 'query Secret { hello }' }, {})
    expect(await read('switchboard_operations_refused_total', { outcome: 'GRAPHQL_VALIDATION_FAILED' })).toBe(1)
    expect(await read('switchboard_operations_refused_total', { outcome: 'GRAPHQL_PARSE_FAILED' })).toBe(1)
    expect(await metrics.metrics()).not.toContain('Secret')
  })

  it('tell a hundred names apart and no more', async () => {
    for (let n = 0; n < 100; n++) await served.ask(`query Name${n} { hello }`)
    expect(await operations({ operation: 'Name99' })).toBe(1)
    expect(await operations({ operation: 'other' })).toBeNull()
    await served.ask('query OneMore { hello }')
    await served.ask('query Name7 { hello }')
    expect(await operations({ operation: 'other' })).toBe(1)
    expect(await operations({ operation: 'Name7' })).toBe(2)
    expect(await metrics.metrics()).not.toContain('OneMore')
  })

  it('tell of a long name its first hundred letters', async () => {
    const name = `Long${'x'.repeat(96)}`
    await served.ask(`query ${name} { hello }`)
    await served.ask(`query ${name}${'y'.repeat(1_000)} { hello }`)
    expect(await operations({ operation: name })).toBe(2)
    expect(await metrics.metrics()).not.toContain('xy')
  })

  it('tell the names of listed operations apart, whatever came before them', async () => {
    const listed = Array.from({ length: 101 }, (_, n): [string, string] => [`id${n}`, `query Listed${n} { hello }`])
    const persisted = { manifest: new Map(listed), mode: 'log', automatic: false } as const
    await using other = await serve([shop], { metrics: createGatewayMetrics((metrics = createMetrics())), persisted })
    for (let n = 0; n <= 100; n++) await other.ask(`query Name${n} { hello }`)
    for (const [, text] of listed) await other.ask(text)
    expect(await operations({ operation: 'Listed0' })).toBe(1)
    expect(await operations({ operation: 'Listed100' })).toBe(1)
    expect(await operations({ operation: 'Name99' })).toBe(1)
    expect(await operations({ operation: 'other' })).toBe(1)
  })

  it('take no name from who shows no token', async () => {
    await using open = await serve([shop], {
      metrics: createGatewayMetrics((metrics = createMetrics())),
      introspection: 'public',
    })
    expect(await (await open.post({ query: 'query Chosen { __typename }' }, {})).json()).toHaveProperty('data')
    expect(await operations({ operation: 'anonymous', outcome: 'ok' })).toBe(1)
    expect(await metrics.metrics()).not.toContain('Chosen')
  })

  it('show what is under way, and count fetches when they have ended', async () => {
    const asked = served.ask('query Waiting { slow }')
    await vi.waitFor(async () => expect(await read('switchboard_operations_in_flight')).toBe(1), SOON)
    expect(await read('switchboard_fetch_duration_seconds_count')).toBeNull()
    gate.resolve('done')
    await asked
    expect(await read('switchboard_operations_in_flight')).toBe(0)
    expect(await read('switchboard_fetch_duration_seconds_count', { subgraph: 'shop', outcome: 'ok' })).toBe(1)
    await served.ask('{ wrong }')
    expect(await read('switchboard_fetch_duration_seconds_count', { subgraph: 'shop', outcome: 'errors' })).toBe(1)
  })

  it('count whether an operation found its plan', async () => {
    for (let n = 0; n < 3; n++) await served.ask('query Greeting { hello }')
    expect(await read('switchboard_plan_cache_lookups_total', { result: 'miss' })).toBe(1)
    expect(await read('switchboard_plan_cache_lookups_total', { result: 'hit' })).toBe(2)
    // Showing a plan is one lookup more, and none of an operation.
    await served.ask('query Greeting { hello }', { extensions: { plan: true } })
    expect(await read('switchboard_plan_cache_lookups_total', { result: 'hit' })).toBe(3)
  })

  it('count a subscription when it opens, and each of its events', async () => {
    const query = encodeURIComponent('subscription Ticking { ticks(upTo: 3) }')
    const response = await fetch(`${served.url}/stream?query=${query}`, {
      headers: { accept: 'text/event-stream', authorization: 'Bearer good' },
    })
    expect(await response.text()).toContain('event: complete')
    expect(await operations({ operation: 'Ticking', type: 'subscription', outcome: 'ok' })).toBe(1)
    expect(await read('switchboard_event_completion_duration_seconds_count')).toBe(3)
    expect(await read('switchboard_subscription_groups')).toBe(0)
    expect(await read('switchboard_event_streams')).toBe(0)
  })

  it('count the documents that are remembered, and the supergraphs that came', async () => {
    await served.ask('{ hello }')
    await served.ask('{ hello }')
    await served.ask('{ hello wrong }')
    expect(await read('switchboard_documents_remembered')).toBe(2)
    const { transports, supergraphSdl } = served.role.graph.get()
    await served.role.reload({ transports, supergraphSdl })
    await expect(served.role.reload({ transports: {}, supergraphSdl })).rejects.toThrow('no transport')
    expect(await read('switchboard_supergraph_reloads_total', { result: 'served' })).toBe(1)
    expect(await read('switchboard_supergraph_reloads_total', { result: 'refused' })).toBe(1)
    await served.ask('query AfterReload { hello }')
    expect(await operations({ operation: 'AfterReload', outcome: 'ok' })).toBe(1)
  })
})
