import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { parse, print, type DocumentNode } from 'graphql'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { DEMO_ACCESS_TOKEN } from '../../demo/simulated.ts'
import { ConnectWithCredentialsDocument, ConversationsDocument, ViewerDocument } from '../../schema/operations.ts'
import { makeUpCaller, startCollector, type Collector } from '../observe/collector.ts'
import { makeTestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { SOON } from '../setup/soon.ts'
import { sign } from './site.ts'
import { buildProgram, freePort, type Process } from './program.ts'

const ROLES = ['twins', 'subgraphs', 'ingest', 'gateway'] as const
const KEY = randomBytes(32).toString('base64')
const TOKEN = `swb_${randomBytes(16).toString('hex')}`

const opened = new AsyncDisposableStack()
const urls = new Map<string, string>()
let collector: Collector
let running: readonly Process[] = []

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
    SWITCHBOARD_KEYS: `e2e:${KEY}`,
    SWITCHBOARD_DEMO: '1',
    SWITCHBOARD_DEMO_PROVIDERS: 'intercom',
    SWITCHBOARD_DEMO_TOKEN: TOKEN,
    SWITCHBOARD_TWINS_URL: urlOf('twins'),
    SWITCHBOARD_SUBGRAPHS_URL: urlOf('subgraphs'),
    SWITCHBOARD_INGEST_URL: urlOf('ingest'),
    LOG_LEVEL: 'trace',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '50',
  }
  running = ROLES.map((role) => program.run(role, { ...settings, PORT: new URL(urlOf(role)).port }))
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

test('the log of a request carries its id and its trace in every line, in every process', async () => {
  const caller = makeUpCaller()
  const headers = { traceparent: caller.traceparent, 'x-request-id': 'asked-by-ann.1' }
  const answer = await ask(ViewerDocument, {}, headers)
  expect(answer.headers.get('x-request-id')).toBe('asked-by-ann.1')
  const line = await vi.waitFor(() => {
    const found = logged().find(({ requestId, msg }) => requestId === 'asked-by-ann.1' && msg === 'operation')
    if (found === undefined) throw new Error('the operation is not in the log')
    return found
  }, SOON)
  expect(line).toMatchObject({ level: 20, traceId: caller.traceId, type: 'query', name: 'Viewer', outcome: 'ok' })
  // What fits no header of ours is not taken over.
  const other = await ask(ViewerDocument, {}, { 'x-request-id': `${'long'.repeat(20)}` })
  expect(other.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/)
})

test('no log holds a token, a secret or what a customer wrote, whatever fails', async () => {
  const words = `My card is ${randomInt(1e9)}`
  await ask(parse(`{ tickets(first: 1, filter: { text: ${JSON.stringify(words)} }) { nope } }`))
  await ask(parse('mutation ($text: String!) { reply(input: { conversationId: $text, text: $text }) { nope } }'), {
    text: words,
  })
  const found = await ask(parse('query Search($query: String!) { search(query: $query, first: 5) { totalCount } }'), {
    query: words,
  })
  expect(await found.json()).toEqual({ data: { search: { totalCount: 0 } } })
  await fetch(`${urlOf('gateway')}/graphql?query=${encodeURIComponent(words)}`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  })
  await fetch(`${urlOf('gateway')}/graphql`, {
    method: 'POST',
    headers: bearer('application/json'),
    body: `{"query": ${words}`,
  })
  await ask(ViewerDocument, {}, { authorization: `Bearer ${TOKEN}x`, cookie: words })
  await fetch(`${urlOf('ingest')}/webhooks/intercom`, {
    method: 'POST',
    headers: { 'x-hub-signature': 'sha1=00' },
    body: words,
  })
  const body = JSON.stringify({
    type: 'notification_event',
    app_id: 'x',
    id: words,
    topic: 'conversation.user.created',
    data: words,
  })
  await fetch(`${urlOf('ingest')}/webhooks/intercom`, {
    method: 'POST',
    headers: { 'x-hub-signature': sign(body) },
    body,
  })
  const fields = [
    { name: 'accessToken', value: 'dG9rOndyb25nX29uZQ' },
    { name: 'region', value: 'us' },
  ]
  await ask(ConnectWithCredentialsDocument, { input: { provider: 'INTERCOM', fields } })
  await Promise.all(running.map((process) => process.end('SIGTERM')))
  const log = running.flatMap(({ lines }) => lines).filter((line) => line.startsWith('{'))
  for (const said of ['"msg":"operation"', 'receive: refused a delivery']) expect(log.join('\n')).toContain(said)
  const secrets = [
    TOKEN.slice(4),
    KEY,
    DEMO_ACCESS_TOKEN,
    'switchboard-demo-secret',
    'dG9rOndyb25nX29uZQ',
    'My card is',
    'sha1=',
  ]
  for (const secret of secrets) {
    expect(log.filter((line) => line.includes(secret))).toEqual([])
    expect(collector.text()).not.toContain(secret)
  }
  expect(collector.text()).not.toContain(encodeURIComponent('My card is'))
})

/** The lines of all logs, read. */
const logged = (): Record<string, unknown>[] =>
  running.flatMap(({ lines }) => lines).flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))

const bearer = (type: string): Record<string, string> => ({ 'content-type': type, authorization: `Bearer ${TOKEN}` })
