import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { print, type DocumentNode } from 'graphql'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { DEMO_ACCESS_TOKEN } from '../../demo/twins.ts'
import { ConnectWithCredentialsDocument, ConversationsDocument, ViewerDocument } from '../../schema/operations.ts'
import { makeUpCaller, startCollector, type Collector } from '../observe/collector.ts'
import { makeTestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { SOON } from '../setup/soon.ts'
import { buildProgram, freePort } from './program.ts'

const ROLES = ['twins', 'subgraphs', 'gateway'] as const
const TOKEN = `swb_${randomBytes(16).toString('hex')}`

const opened = new AsyncDisposableStack()
const urls = new Map<string, string>()
let collector: Collector

const urlOf = (role: (typeof ROLES)[number]): string => urls.get(role) ?? ''

beforeAll(async () => {
  collector = opened.use(await startCollector())
  const { url, drop } = await makeTestDatabase(testServers[0], 'empty')
  opened.defer(drop)
  const program = opened.use(await buildProgram())
  for (const role of ROLES) urls.set(role, `http://127.0.0.1:${await freePort()}`)
  const settings = {
    DATABASE_URL: url,
    SWITCHBOARD_HOME: join(program.folder, randomUUID()),
    SWITCHBOARD_KEYS: `e2e:${randomBytes(32).toString('base64')}`,
    SWITCHBOARD_DEMO: '1',
    SWITCHBOARD_DEMO_TOKEN: TOKEN,
    SWITCHBOARD_TWINS_URL: urlOf('twins'),
    SWITCHBOARD_SUBGRAPHS_URL: urlOf('subgraphs'),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '50',
  }
  const running = ROLES.map((role) => program.run(role, { ...settings, PORT: new URL(urlOf(role)).port }))
  await Promise.all(running.map((process) => process.listening()))
  await vi.waitFor(async () => {
    const { status } = await ask(ViewerDocument)
    if (status !== 200) throw new Error(`the gateway answers ${status}`)
  }, SOON)
})

afterAll(() => opened.disposeAsync())

const ask = (document: DocumentNode, variables: object = {}, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${urlOf('gateway')}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}`, ...headers },
    body: JSON.stringify({ query: print(document), variables }),
  })

test('a query is one trace: the caller, the gateway, the subgraph and its statements', async () => {
  const caller = makeUpCaller()
  expect((await ask(ConversationsDocument, { first: 1 }, { traceparent: caller.traceparent })).status).toBe(200)
  const statement = await collector.find(
    (each) => each.traceId === caller.traceId && each.name.startsWith('select') && each.service.endsWith('subgraphs'),
  )
  expect(statement.kind).toBe('client')
  expect(await collector.chainTo(statement)).toEqual([
    'switchboard-gateway: POST /graphql',
    'switchboard-gateway: query Conversations',
    'switchboard-gateway: fetch support',
    'switchboard-subgraphs: POST /subgraphs/support/graphql',
    `switchboard-subgraphs: ${statement.name}`,
  ])
  const top = await collector.find((each) => each.traceId === caller.traceId && each.name === 'POST /graphql')
  expect(top).toMatchObject({ parentSpanId: caller.spanId, kind: 'server' })
  expect(top.attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': '/graphql',
    'http.response.status_code': 200,
  })
  const names = collector.spans.filter((each) => each.traceId === caller.traceId).map((each) => each.name)
  expect(names).toEqual(expect.arrayContaining(['graphql.parse', 'graphql.validate', 'graphql.plan']))
})

test('a mutation leads on to the provider, whose answer is in its span, and tells nothing that was written', async () => {
  const caller = makeUpCaller()
  const fields = [
    { name: 'accessToken', value: DEMO_ACCESS_TOKEN },
    { name: 'region', value: 'us' },
  ]
  const input = { provider: 'INTERCOM', name: 'Ann Customer', fields }
  const answer = await ask(ConnectWithCredentialsDocument, { input }, { traceparent: caller.traceparent })
  expect(await answer.json()).toMatchObject({ data: { connectWithCredentials: { userErrors: [] } } })
  const call = await collector.find((each) => each.traceId === caller.traceId && each.name === 'intercom GET')
  expect(await collector.chainTo(call)).toEqual([
    'switchboard-gateway: POST /graphql',
    'switchboard-gateway: mutation ConnectWithCredentials',
    'switchboard-gateway: fetch integrations',
    'switchboard-subgraphs: POST /subgraphs/integrations/graphql',
    'switchboard-subgraphs: intercom GET',
  ])
  expect(call).toMatchObject({ kind: 'client', attributes: { 'http.response.status_code': 200 } })
  expect(collector.text()).not.toMatch(/Ann Customer|swb_|Bearer/)
  expect(collector.text()).not.toContain(DEMO_ACCESS_TOKEN)
})

test('nobody is traced who only asks whether we live', async () => {
  await fetch(`${urlOf('gateway')}/health/ready`)
  await ask(ViewerDocument)
  await collector.find((each) => each.name === 'query Viewer')
  expect(collector.spans.filter((each) => each.name.includes('/health'))).toEqual([])
})
