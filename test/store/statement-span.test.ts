import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTracing } from '../../observe/start-tracing.ts'
import { inSpan } from '../../observe/trace.ts'
import { startCollector } from '../observe/collector.ts'
import { testServers } from '../setup/servers.ts'
import { openTestStore, type TestStore } from '../setup/store.ts'

let own: TestStore
beforeAll(async () => {
  own = await openTestStore({ server: testServers[0] })
})
afterAll(() => own[Symbol.asyncDispose]())

test('statements of the ORM are below what asked for them, and tell no value', async () => {
  await using collector = await startCollector()
  const tracing = startTracing(
    {
      url: `${collector.url}/v1/traces`,
      headers: {},
      serviceName: 'test',
      sampler: 'always_on',
      ratio: 1,
    },
    () => undefined,
  )
  const { workspaceId, store } = own
  const settings = { baseUrl: null, region: 'eu', domain: null, actorRemoteId: null }
  const account = { id: 'a', name: 'Ann Customer', region: 'eu', actorRemoteId: null }
  const create = () =>
    store.integrations.create({ workspaceId, provider: 'fake', name: 'Of Ann Customer', settings, account })
  const { id } = await inSpan('connect', {}, create)
  // Nobody asks for this one in particular.
  expect(await store.integrations.find(workspaceId, id)).toMatchObject({ name: 'Of Ann Customer' })
  await tracing[Symbol.asyncDispose]()
  const read = await collector.find((each) => each.name === 'select integration')
  expect(await collector.chainTo(read)).toEqual(['test: connect', 'test: select integration'])
  expect(read.attributes).toMatchObject({ 'db.system.name': 'postgresql', 'db.query.summary': 'select integration' })
  expect(collector.spans.filter((each) => each.name === read.name)).toHaveLength(1)
  expect(collector.spans.filter((each) => each.parentSpanId === '').map((each) => each.name)).toEqual(['connect'])
  expect(collector.text()).not.toContain('Ann Customer')
})
