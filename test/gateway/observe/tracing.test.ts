import { afterEach, describe, expect, it } from 'vitest'
import { startTracing, type TracingSettings } from '../../../observe/start-tracing.ts'
import { spanNow } from '../../../observe/trace.ts'
import { makeUpCaller, startCollector, type Collector } from '../../observe/collector.ts'
import { setScene } from '../fan-out/scene.ts'
import { GOOD, serve, type Served } from '../served.ts'

const opened: AsyncDisposable[] = []
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each[Symbol.asyncDispose]()
})

interface Traced {
  readonly collector: Collector
  readonly end: () => Promise<void>
}

/** Spans go to a collector; ending answers when all of them are there. */
async function trace(settings: Partial<TracingSettings> = {}): Promise<Traced> {
  const collector = await startCollector()
  opened.push(collector)
  const warnings: string[] = []
  const tracing = startTracing(
    {
      url: `${collector.url}/v1/traces`,
      headers: {},
      serviceName: 'test',
      sampler: 'parentbased_always_on',
      ratio: 1,
      ...settings,
    },
    (line) => void warnings.push(line),
  )
  return {
    collector,
    end: async () => {
      await tracing[Symbol.asyncDispose]()
      expect(warnings).toEqual([])
    },
  }
}

const greeter = {
  name: 'greeter',
  typeDefs: 'type Query { hello(who: String): String wrong: String }',
  resolvers: {
    Query: {
      hello: () => JSON.stringify(spanNow()),
      wrong: () => {
        throw new Error('Dear Ann')
      },
    },
  },
}

async function serveGreeter(): Promise<Served> {
  const served = await serve([greeter])
  opened.push(served)
  return served
}

describe('the spans of a gateway', () => {
  it('carry the context into a subgraph of this process', async () => {
    const { collector, end } = await trace()
    const served = await serveGreeter()
    const answer = JSON.stringify(await served.ask('query Greeting { hello(who: "Ann") }'))
    await end()
    const fetched = await collector.find((each) => each.name === 'fetch greeter')
    expect(answer).toContain(fetched.spanId)
    expect(await collector.chainTo(fetched)).toEqual([
      'test: POST /graphql',
      'test: query Greeting',
      'test: fetch greeter',
    ])
    expect(fetched.attributes).toEqual({ 'switchboard.subgraph': 'greeter', 'graphql.operation.type': 'query' })
    expect(collector.text()).not.toContain('Ann')
  })

  it('tell of what fails its code alone', async () => {
    const { collector, end } = await trace()
    await (await serveGreeter()).ask('query Buggy { wrong }')
    await end()
    const operation = await collector.find((each) => each.name === 'query Buggy')
    expect(operation).toMatchObject({ failed: true, attributes: { 'error.type': 'INTERNAL_SERVER_ERROR' } })
    const fetched = await collector.find((each) => each.name === 'fetch greeter')
    expect(fetched).toMatchObject({ failed: true, attributes: { 'error.type': 'errors' } })
    expect(collector.text()).not.toContain('Ann')
  })

  it('are a trace for each event of a subscription, linked to what opened it', async () => {
    const { collector, end } = await trace()
    const scene = await setScene()
    const client = await scene.client()
    client.follow('1', { room: 'a' })
    await client.settled()
    for (const text of ['one', 'two']) scene.rooms.say('a', text)
    await client.received('1', 2)
    await scene[Symbol.asyncDispose]()
    await end()
    const opening = await collector.find((each) => each.name.startsWith('subscription'))
    expect(opening).toMatchObject({ parentSpanId: '', kind: 'server' })
    const events = collector.spans.filter((each) => each.name.startsWith('event of'))
    expect(events).toHaveLength(2)
    for (const event of events) {
      expect(event.parentSpanId).toBe('')
      expect(event.links).toEqual([{ traceId: opening.traceId, spanId: opening.spanId }])
      const completing = await collector.find((each) => each.traceId === event.traceId && each !== event)
      expect(await collector.chainTo(completing)).toEqual([`test: ${event.name}`, 'test: fetch people'])
    }
    expect(new Set([opening, ...events].map(({ traceId }) => traceId)).size).toBe(3)
  })

  it('are not made for a caller whose own is not kept, and by the ratio that is set', async () => {
    const { collector, end } = await trace()
    const served = await serveGreeter()
    const caller = makeUpCaller()
    const traceparent = caller.traceparent.replace(/01$/, '00')
    await served.post({ query: '{ hello }' }, { ...GOOD, traceparent })
    await end()
    expect(collector.spans).toEqual([])
    const none = await trace({ sampler: 'traceidratio', ratio: 0 })
    await served.post({ query: '{ hello }' }, { ...GOOD, traceparent: caller.traceparent })
    await none.end()
    expect(none.collector.spans).toEqual([])
  })

  it('begin anew where what a caller sends is no trace', async () => {
    const { collector, end } = await trace()
    const served = await serveGreeter()
    for (const traceparent of ['', 'nonsense', '00-0-0-01', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`]) {
      expect((await served.post({ query: '{ hello }' }, { ...GOOD, traceparent })).status).toBe(200)
    }
    await end()
    const tops = collector.spans.filter((each) => each.name === 'POST /graphql')
    expect(tops.map(({ parentSpanId }) => parentSpanId)).toEqual(['', '', '', ''])
  })

  it('are none when nothing is traced', async () => {
    expect(await (await serveGreeter()).ask('{ hello }')).toEqual({ data: { hello: 'null' } })
  })

  it('cost nothing but a warning when nobody takes them', async () => {
    const warnings: string[] = []
    const settings = { headers: {}, serviceName: 'test', sampler: 'always_on', ratio: 1 } as const
    const tracing = startTracing(
      { url: 'http://127.0.0.1:1/v1/traces', ...settings },
      (line) => void warnings.push(line),
    )
    expect(await (await serveGreeter()).ask('{ hello }')).toHaveProperty('data.hello')
    await tracing[Symbol.asyncDispose]()
    expect(warnings.join('\n')).toMatch(/^tracing: .*ECONNREFUSED/)
  })
})
