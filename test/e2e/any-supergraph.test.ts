import { randomBytes } from 'node:crypto'
import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { composeSupergraph } from '../../gateway/compose.ts'
import { DEFAULT_LIMITS } from '../../gateway/limits.ts'
import { connectRaw, type RawClient } from '../gateway/fan-out/raw-client.ts'
import { openRawStream } from '../gateway/fan-out/raw-stream.ts'
import { LINK, type TestSubgraph } from '../gateway/graph.ts'
import { createSmall, type Small } from '../gateway/host/small.ts'
import { type HttpSubgraph, serveSubgraph } from '../gateway/http-subgraph.ts'
import { buildProgram, type Process, type Program } from './program.ts'
import { statusOf } from './status-of.ts'
import { makeTestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { SOON } from '../setup/soon.ts'

const COLOURS: TestSubgraph = {
  // A name that is none of GraphQL's: supergraphs spell it differently in their enum.
  name: 'node-colours',
  typeDefs: 'type Node @key(fields: "id") { id: ID! colour: String }',
  resolvers: { Node: { __resolveReference: ({ id }: { id: string }) => ({ id, colour: `blue ${id}` }) } },
}

let program: Program
let folder: string
let small: Small
let services: HttpSubgraph[]

beforeAll(async () => {
  program = await buildProgram()
})

afterAll(() => program?.[Symbol.asyncDispose]())

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchboard-supergraph-'))
  small = createSmall()
  const keyed = {
    ...small.subgraph,
    typeDefs: small.subgraph.typeDefs.replace('type Node {', 'type Node @key(fields: "id") {'),
  }
  services = await Promise.all([serveSubgraph(keyed), serveSubgraph(COLOURS)])
  subgraphs = [keyed, COLOURS]
})

afterEach(async () => {
  await Promise.all(services.map((each) => each[Symbol.asyncDispose]()))
  await rm(folder, { recursive: true, force: true })
})

let subgraphs: readonly TestSubgraph[]

/** The supergraph of the two services, after a change of one's schema. */
function compose(change: (sdl: string) => string = (sdl) => sdl): string {
  return composeSupergraph(
    subgraphs.map(({ name, typeDefs }, index) => ({
      name,
      url: services[index]?.url ?? '',
      sdl: LINK + change(typeDefs),
    })),
  ).supergraphSdl
}

async function startOver(
  text: string,
  words: readonly string[] = ['--dev'],
): Promise<{ process: Process; url: string; file: string }> {
  const file = join(folder, 'supergraph.graphql')
  await writeFile(file, text)
  const started = program.run('gateway', {}, ['--supergraph', file, '--port', '0', ...words])
  return { process: started, url: await started.listening(), file }
}

async function ask(url: string, query: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })
  return response.json()
}

const socketOf = (url: string): string => `${url.replace('http', 'ws')}/graphql`
const ticksOf = (client: RawClient): unknown[] =>
  client.framesOf('1').map((frame) => JSON.parse(frame).payload.data.tick)

describe('a supergraph of others', () => {
  test('is served by one command, without a database, to whoever asks', async () => {
    const { process, url } = await startOver(compose())
    await vi.waitFor(async () => expect(await statusOf(`${url}/health/ready`)).toBe(200), SOON)
    expect(process.lines.join('\n')).toContain('DEVELOPMENT: everybody is let in')
    expect(await ask(url, '{ tree { id colour } __type(name: "Node") { name } }')).toEqual({
      data: { tree: { id: '1', colour: 'blue 1' }, __type: { name: 'Node' } },
    })
    expect(services[0]?.requests[0]).not.toHaveProperty('authorization')
    using client = await connectRaw(socketOf(url), 'nobody in particular')
    client.subscribe('1', 'subscription { tick }')
    await small.feed.changed()
    small.feed.publish('now')
    await client.received('1', 1)
    expect(ticksOf(client)).toEqual(['now'])
    expect(await process.end('SIGTERM')).toBe(0)
    expect(await client.closed).toMatch(/^1001/)
  })

  test('is ready although a subgraph is dead, whose fields alone are missing', async () => {
    const { url } = await startOver(compose())
    services[1]?.stopListening()
    await vi.waitFor(async () => expect(await statusOf(`${url}/health/ready`)).toBe(200), SOON)
    expect(await ask(url, '{ tree { id colour } }')).toMatchObject({
      data: { tree: { id: '1', colour: null } },
      errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE', serviceName: 'node-colours' } }],
    })
  })

  test('reaches subgraphs where the command line says, with the headers that it says', async () => {
    const away = compose().replaceAll(services[0]?.url ?? '', 'http://127.0.0.1:1/graphql')
    const words = ['--dev', '--subgraph', `small=${services[0]?.url}`, '--forward', 'authorization']
    const { url } = await startOver(away, words)
    await vi.waitFor(async () => expect(await statusOf(`${url}/health/ready`)).toBe(200), SOON)
    const headers = { 'content-type': 'application/json', authorization: 'Bearer mine' }
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: '{"query":"{ hello }"}' })
    expect(await response.json()).toEqual({ data: { hello: 'Hello you' } })
    expect(services[0]?.requests.at(-1)).toMatchObject({ authorization: 'Bearer mine' })
  })

  test('ends at SIGTERM, though it comes twice, with a query and subscriptions under way, and answers the query first', async () => {
    const { process, url } = await startOver(compose())
    const listens = small.feed.changed()
    const stream = await openRawStream(url, { query: 'subscription { tick }' }, {})
    await listens
    const slow = ask(url, '{ slow }')
    await small.asked
    const [ended] = [process.end('SIGTERM'), process.end('SIGTERM')]
    await stream.ended
    small.release()
    expect(await slow).toEqual({ data: { slow: 'at last' } })
    expect(await ended).toBe(0)
  })

  test('is followed: a new file is served, a bad one refused, and a subscription carries on through both', async () => {
    const { process, url, file } = await startOver(compose())
    using client = await connectRaw(socketOf(url))
    client.subscribe('1', 'subscription { tick }')
    await small.feed.changed()
    small.feed.publish(0)
    await client.received('1', 1)
    await writeFile(file, (await readFile(file, 'utf8')).slice(0, 900))
    await vi.waitFor(() => expect(process.lines.join('\n')).toContain('the supergraph is refused'), SOON)
    expect(await ask(url, '{ hello }')).toEqual({ data: { hello: 'Hello you' } })
    small.feed.publish(1)
    // As editors and deployments write: beside it, and then renamed.
    await writeFile(
      `${file}.new`,
      compose((sdl) => sdl.replace('hello(name: String)', 'greeting: String hello(name: String)')),
    )
    await rename(`${file}.new`, file)
    await vi.waitFor(
      async () =>
        expect(await ask(url, '{ __type(name: "Query") { fields { name } } }')).toMatchObject({
          data: { __type: { fields: expect.arrayContaining([{ name: 'greeting' }]) } },
        }),
      SOON,
    )
    small.feed.publish(2)
    await client.received('1', 3)
    expect(ticksOf(client)).toEqual(['0', '1', '2'])
    await copyFile(file, `${file}.copy`)
    await rename(`${file}.copy`, file)
    process.signal('SIGHUP')
    await vi.waitFor(() => expect(process.lines.join('\n')).toContain('the supergraph is the same as before'), SOON)
  })
})

test.each([
  ['there is no such file', () => ['--supergraph', join(folder, 'nowhere.graphql')]],
  [
    'not a supergraph; compose',
    async () => {
      await writeFile(join(folder, 'plain.graphql'), 'type Query { a: Int }')
      return ['--supergraph', join(folder, 'plain.graphql')]
    },
  ],
  [
    'not a GraphQL schema: Syntax Error',
    async () => {
      await writeFile(join(folder, 'broken.graphql'), 'type Query {')
      return ['--supergraph', join(folder, 'broken.graphql')]
    },
  ],
  [
    'the schema of one subgraph',
    async () => {
      await writeFile(join(folder, 'subgraph.graphql'), `${LINK} type Query { a: Int }`)
      return ['--supergraph', join(folder, 'subgraph.graphql')]
    },
  ],
  [
    'the query planner does not accept the supergraph|makes no schema',
    async () => {
      await writeFile(
        join(folder, 'odd.graphql'),
        'enum join__Graph { A @join__graph(name: "a", url: "http://a") } type Query { a: Odd }',
      )
      return ['--supergraph', join(folder, 'odd.graphql')]
    },
  ],
  [
    'its subgraphs are: node-colours, small',
    async () => {
      await writeFile(join(folder, 'good.graphql'), compose())
      return ['--supergraph', join(folder, 'good.graphql'), '--subgraph', 'other=http://a']
    },
  ],
  [
    'does not say where the subgraph "small" answers; say it: --subgraph small=URL',
    async () => {
      await writeFile(join(folder, 'silent.graphql'), compose().replaceAll(services[0]?.url ?? '', ''))
      return ['--supergraph', join(folder, 'silent.graphql')]
    },
  ],
  ["Unknown option '--speed'", () => ['--speed']],
])('ends with code 2 and one sentence: %s', async (sentence, prepare) => {
  const ended = program.run('gateway', { LOG_LEVEL: 'error' }, [...(await prepare()), '--dev', '--port', '0'])
  expect(await ended.ended).toBe(2)
  expect(ended.lines.join('\n')).toMatch(new RegExp(sentence.replace(/[.?()]/g, '\\$&')))
  expect(ended.lines.join('\n')).not.toContain('    at ')
})

describe('without --dev', () => {
  test('who has a token of the installation asks within its limits, and is told of to the subgraph; others do not', async () => {
    const { url: databaseUrl, drop } = await makeTestDatabase(testServers[0], 'empty')
    await using opened = new AsyncDisposableStack()
    opened.defer(drop)
    const settings = { DATABASE_URL: databaseUrl, SWITCHBOARD_KEYS: `e2e:${randomBytes(32).toString('base64')}` }
    const owner = '--workspace Acme --email ann@acme.example --role OWNER'
    const creating = program.run('token', settings, ['create', ...owner.split(' ')])
    expect(await creating.ended).toBe(0)
    const authorization = `Bearer ${creating.lines.find((line) => line.startsWith('swb_'))}`
    const file = join(folder, 'supergraph.graphql')
    await writeFile(file, compose())
    const gateway = program.run('gateway', settings, ['--supergraph', file, '--port', '0'])
    opened.defer(async () => void (await gateway.end('SIGTERM')))
    const url = await gateway.listening()
    await vi.waitFor(async () => expect(await statusOf(`${url}/health/ready`)).toBe(200), SOON)
    const post = async (query: string, headers: Record<string, string>) => {
      const body = JSON.stringify({ query })
      const all = { 'content-type': 'application/json', ...headers }
      const response = await fetch(`${url}/graphql`, { method: 'POST', headers: all, body })
      return { status: response.status, answer: await response.json() }
    }
    const nested = (levels: number) => `{ tree { ${'next { '.repeat(levels - 2)}id${' }'.repeat(levels - 1)} }`
    expect(await post('{ tree { colour } }', { authorization })).toMatchObject({
      answer: { data: { tree: { colour: 'blue 1' } } },
    })
    expect(services[1]?.requests[0]?.authorization).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/)
    const refused = { status: 401, answer: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } }
    expect(await post('{ hello }', {})).toMatchObject(refused)
    expect(await post('{ hello }', { authorization: 'Bearer swb_nobody' })).toMatchObject(refused)
    expect(await post(nested(DEFAULT_LIMITS.maxDepth), { authorization })).toEqual({
      status: 200,
      answer: { data: { tree: { next: null } } },
    })
    expect(await post(nested(DEFAULT_LIMITS.maxDepth + 1), { authorization })).toMatchObject({
      status: 400,
      answer: { errors: [{ message: expect.stringContaining(String(DEFAULT_LIMITS.maxDepth)) }] },
    })
    using client = await connectRaw(socketOf(url), authorization)
    client.subscribe('1', 'subscription { tick }')
    await small.feed.changed()
    small.feed.publish('now')
    await client.received('1', 1)
    expect(ticksOf(client)).toEqual(['now'])
  })

  test('says that tokens need a database', async () => {
    const ended = program.run('gateway', {}, ['--supergraph', join(folder, 'any.graphql')])
    expect(await ended.ended).toBe(1)
    expect(ended.lines.join('\n')).toMatch(/DATABASE_URL: .*tokens/)
  })
})
