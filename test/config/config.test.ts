import { expect, test } from 'vitest'
import { ConfigError, readConfig } from '../../config.ts'

const key = Buffer.alloc(32, 7).toString('base64')

function problems(environment: Record<string, string>, role?: string): readonly string[] {
  try {
    readConfig(environment, role)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

test('with no setting at all is everything in one process, as a demo on a database of its own', () => {
  expect(readConfig({})).toEqual({
    role: 'all',
    host: '0.0.0.0',
    port: 4000,
    twinsPort: 4010,
    databaseUrl: null,
    endpointNetworks: [],
    natsUrl: null,
    home: '.switchboard',
    demo: true,
    simulated: ['intercom', 'zendesk', 'freshdesk'],
    demoToken: null,
    eventsKept: { days: 7, most: 10_000_000 },
    keys: null,
    publicUrl: 'http://localhost:4000',
    callbackUrl: 'http://localhost:4000/oauth/callback',
    webhooksUrl: 'http://localhost:4000/webhooks',
    twinsWebhooksUrl: 'http://localhost:4000/webhooks',
    subgraphsUrl: 'http://127.0.0.1:4001',
    origins: ['https://studio.apollographql.com', 'http://localhost:*', 'http://127.0.0.1:*'],
    operations: {
      introspection: 'public',
      policies: {},
      shareQueries: true,
      deadlineMs: 30_000,
      maxCost: 200_000,
      costBudget: 2_000_000,
      costRestoredPerSecond: 50_000,
      safelist: null,
      safelistMode: 'enforce',
      automaticPersisted: false,
    },
    logLevel: 'info',
    tracing: null,
    metricsToken: null,
    providers: {
      intercom: { url: null, clientId: 'switchboard-demo', clientSecret: 'switchboard-demo-secret' },
      zendesk: { url: null, clientId: 'switchboard-demo', clientSecret: 'switchboard-demo-secret' },
      freshdesk: { url: null, clientId: null, clientSecret: null },
    },
  })
})

test('an empty or blank setting is one that is not set', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: '', SWITCHBOARD_KEYS: '' })).toEqual(readConfig({}))
  expect(readConfig({ PORT: ' ', DATABASE_URL: '\t', SWITCHBOARD_KEYS: '  ' })).toEqual(readConfig({}))
})

test('an app of one’s own ends the demo, unless it is asked for', () => {
  const app = { INTERCOM_CLIENT_ID: 'ours', INTERCOM_CLIENT_SECRET: 'secret' }
  expect(readConfig(app)).toMatchObject({ demo: false, providers: { intercom: { clientId: 'ours' } } })
  expect(readConfig({ ...app, SWITCHBOARD_DEMO: '1' })).toMatchObject({ demo: true })
  expect(readConfig({ SWITCHBOARD_DEMO: '0' }).providers['intercom']).toMatchObject({ clientId: null })
})

test.each([
  ['all', 4000],
  ['gateway', 4000],
  ['subgraphs', 4001],
  ['ingest', 4002],
  ['twins', 4010],
])('the role %s listens on %i, or where it is told', (role, port) => {
  const DATABASE_URL = 'postgres://localhost/switchboard'
  expect(readConfig({ DATABASE_URL }, role)).toMatchObject({ role, port })
  expect(readConfig({ DATABASE_URL, PORT: '5000' }, role)).toMatchObject({ role, port: 5000 })
})

test('the simulated provider listens beside the one process, and any free port stays any free port', () => {
  expect(readConfig({ PORT: '5000' }).twinsPort).toBe(5010)
  expect(readConfig({ PORT: '0' }).twinsPort).toBe(0)
  expect(readConfig({ SWITCHBOARD_TWINS_PORT: '6000' }).twinsPort).toBe(6000)
  expect(readConfig({ PORT: '5000' }, 'twins').twinsPort).toBe(5000)
})

test('addresses follow the public one, and lose a slash at the end', () => {
  expect(readConfig({ SWITCHBOARD_PUBLIC_URL: 'https://desk.example/' })).toMatchObject({
    publicUrl: 'https://desk.example',
    callbackUrl: 'https://desk.example/oauth/callback',
    webhooksUrl: 'https://desk.example/webhooks',
  })
  expect(
    readConfig({ SWITCHBOARD_PUBLIC_URL: 'https://desk.example', SWITCHBOARD_INGEST_URL: 'https://in.example' }),
  ).toMatchObject({ callbackUrl: 'https://in.example/oauth/callback', webhooksUrl: 'https://in.example/webhooks' })
})

test('a simulated provider always knows the demo’s app, whatever the others do', () => {
  for (const SWITCHBOARD_DEMO of ['0', '1', '']) {
    const { demo, providers } = readConfig({ SWITCHBOARD_DEMO }, 'twins')
    expect({ demo, ...providers['intercom'] }).toMatchObject({ demo: true, clientId: 'switchboard-demo' })
  }
})

test('roles on one machine find each other with no more than the database they share', () => {
  const environment = { DATABASE_URL: 'postgres://localhost/switchboard', SWITCHBOARD_DEMO: '1' }
  const roles = ['gateway', 'subgraphs', 'ingest'] as const
  const [gateway, subgraphs, ingest] = roles.map((role) => readConfig(environment, role))
  const twins = readConfig({ SWITCHBOARD_DEMO: '1' }, 'twins')
  expect(gateway?.subgraphsUrl).toBe(`http://127.0.0.1:${subgraphs?.port}`)
  for (const each of [gateway, subgraphs, ingest]) {
    expect(each).toMatchObject({
      publicUrl: `http://localhost:${gateway?.port}`,
      callbackUrl: `http://localhost:${ingest?.port}/oauth/callback`,
      webhooksUrl: `http://localhost:${ingest?.port}/webhooks`,
      twinsWebhooksUrl: `http://localhost:${ingest?.port}/webhooks`,
      providers: { intercom: { ...twins.providers['intercom'], url: `http://127.0.0.1:${twins.port}` } },
    })
  }
  const moved = readConfig({ ...environment, PORT: '5000' }, 'ingest')
  expect(moved).toMatchObject({
    publicUrl: 'http://localhost:4000',
    callbackUrl: 'http://localhost:5000/oauth/callback',
  })
  expect(readConfig({ ...environment, SWITCHBOARD_DEMO: '0' }, 'ingest').providers['intercom']?.url).toBeNull()
})

test('in containers simulated providers have addresses of their own', () => {
  const environment = {
    DATABASE_URL: 'postgres://postgres/switchboard',
    SWITCHBOARD_DEMO: '1',
    SWITCHBOARD_TWINS_URL: 'http://twins:4010',
    SWITCHBOARD_TWINS_INGEST_URL: 'http://ingest:4002',
  }
  expect(readConfig(environment, 'ingest')).toMatchObject({
    callbackUrl: 'http://localhost:4002/oauth/callback',
    webhooksUrl: 'http://localhost:4002/webhooks',
    twinsWebhooksUrl: 'http://ingest:4002/webhooks',
    providers: {
      intercom: { url: 'http://twins:4010' },
      zendesk: { url: 'http://twins:4011' },
      freshdesk: { url: 'http://twins:4012' },
    },
  })
})

test('pages on other domains may ask when they are named', () => {
  const origins = (text: string): readonly string[] => readConfig({ SWITCHBOARD_ORIGINS: text }).origins
  expect(origins('https://desk.example/, http://127.0.0.1:*')).toEqual(['https://desk.example', 'http://127.0.0.1:*'])
})

test('there are ports for all simulated providers', () => {
  expect(problems({ PORT: '65524' })).toEqual([expect.stringMatching(/^SWITCHBOARD_TWINS_PORT: expected /)])
  expect(problems({ PORT: '65523' })).toEqual([])
  expect(problems({ PORT: '65535', SWITCHBOARD_TWINS_PORT: '6000' })).toEqual([])
  expect(problems({ PORT: '65535', SWITCHBOARD_DEMO: '0' })).toEqual([])
  expect(problems({ PORT: '65534' }, 'twins')).toEqual([expect.stringMatching(/^PORT: expected /)])
  expect(problems({ PORT: '65533' }, 'twins')).toEqual([])
})

test('the demo simulates the providers that are named', () => {
  const named = readConfig(
    {
      DATABASE_URL: 'postgres://localhost/switchboard',
      SWITCHBOARD_DEMO: '1',
      SWITCHBOARD_DEMO_PROVIDERS: 'freshdesk, zendesk',
    },
    'ingest',
  )
  expect(named.simulated).toEqual(['freshdesk', 'zendesk'])
  expect(Object.entries(named.providers).map(([name, { url }]) => [name, url])).toEqual([
    ['intercom', null],
    ['zendesk', 'http://127.0.0.1:4011'],
    ['freshdesk', 'http://127.0.0.1:4012'],
  ])
})

test('reads encryption keys in their order', () => {
  expect(readConfig({ SWITCHBOARD_KEYS: `new:${key}, old:${key}` }).keys?.map(({ id }) => id)).toEqual(['new', 'old'])
})

test.each([
  ['PORT', 'many'],
  ['PORT', '70000'],
  ['PORT', '1.5'],
  ['PORT', '0x10'],
  ['SWITCHBOARD_ORIGINS', '*'],
  ['SWITCHBOARD_ORIGINS', 'https://desk.example/path'],
  ['SWITCHBOARD_ORIGINS', 'https://*.desk.example'],
  ['SWITCHBOARD_ORIGINS', 'desk.example'],
  ['SWITCHBOARD_TWINS_PORT', '-1'],
  ['DATABASE_URL', 'mysql://localhost/db'],
  ['DATABASE_URL', 'localhost'],
  ['SWITCHBOARD_DEMO', 'yes'],
  ['SWITCHBOARD_DEMO_TOKEN', 'short'],
  ['SWITCHBOARD_DEMO_PROVIDERS', 'intercom;zendesk'],
  ['SWITCHBOARD_KEYS', 'one'],
  ['SWITCHBOARD_KEYS', 'one:c2hvcnQ='],
  ['SWITCHBOARD_KEYS', `:${key}`],
  ['SWITCHBOARD_PUBLIC_URL', 'desk.example'],
  ['SWITCHBOARD_INTERCOM_URL', 'ftp://intercom'],
  ['SWITCHBOARD_ZENDESK_URL', 'zendesk.com'],
  ['SWITCHBOARD_FRESHDESK_URL', 'ftp://freshdesk'],
  ['LOG_LEVEL', 'loud'],
])('refuses %s=%s, and names it', (name, value) => {
  const found = problems({ [name]: value })
  expect(found).toHaveLength(1)
  expect(found[0]).toMatch(new RegExp(`^${name}: expected `))
})

test('tells everything that is wrong at once, and no secret', () => {
  const found = problems(
    { PORT: 'many', LOG_LEVEL: 'loud', INTERCOM_CLIENT_SECRET: 'the secret', SWITCHBOARD_KEYS: 'secret:secret' },
    'gateways',
  )
  expect(found.map((problem) => problem.split(/[: ]/, 1)[0])).toEqual([
    'role',
    'PORT',
    'SWITCHBOARD_KEYS',
    'LOG_LEVEL',
    'INTERCOM_CLIENT_ID',
  ])
  expect(found.join('\n')).not.toContain('the secret')
})

test('a role that runs beside others needs the database that they share', () => {
  for (const role of ['gateway', 'subgraphs', 'ingest']) {
    expect(problems({}, role)).toEqual([expect.stringMatching(/^DATABASE_URL: the role/)])
  }
  expect(problems({}, 'twins')).toEqual([])
})

test('is frozen', () => {
  const config = readConfig({})
  expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError)
  expect(() => Object.assign(config.providers, { other: null })).toThrow(TypeError)
})

test('the schema is public in the demo alone, unless it is said who may read it', () => {
  const introspection = (environment: Record<string, string>) => readConfig(environment).operations.introspection
  expect(introspection({ SWITCHBOARD_DEMO: '0' })).toBe('authenticated')
  expect(introspection({ SWITCHBOARD_INTROSPECTION: 'off' })).toBe('off')
  expect(introspection({ SWITCHBOARD_DEMO: '0', SWITCHBOARD_INTROSPECTION: 'public' })).toBe('public')
})

test('what the gateway lets run is told with its problems', () => {
  const set = {
    SWITCHBOARD_POLICIES: 'ADMIN=read_costs, OWNER = read_costs,OWNER=a=b',
    SWITCHBOARD_SHARE_QUERIES: '0',
    SWITCHBOARD_DEADLINE_MS: '5000',
    SWITCHBOARD_SAFELIST: 'operations.json',
    SWITCHBOARD_SAFELIST_MODE: 'log',
    SWITCHBOARD_AUTOMATIC_PERSISTED: '1',
  }
  expect(readConfig(set).operations).toMatchObject({
    policies: { ADMIN: ['read_costs'], OWNER: ['read_costs', 'a=b'] },
    shareQueries: false,
    deadlineMs: 5_000,
    safelist: 'operations.json',
    safelistMode: 'log',
    automaticPersisted: true,
  })
  expect(
    problems({
      SWITCHBOARD_INTROSPECTION: 'yes',
      SWITCHBOARD_POLICIES: 'KING=a',
      SWITCHBOARD_DEADLINE_MS: '0',
      SWITCHBOARD_SAFELIST_MODE: 'warn',
    }),
  ).toEqual([
    'SWITCHBOARD_INTROSPECTION: expected public, authenticated or off',
    'SWITCHBOARD_POLICIES: expected ROLE=name pairs with commas between, each role one of OWNER, ADMIN, AGENT, ANALYST',
    'SWITCHBOARD_DEADLINE_MS: expected a whole number of milliseconds above 0',
    'SWITCHBOARD_SAFELIST_MODE: expected log or enforce',
  ])
})

test('spans go where the standard variables say, under the name of the role', () => {
  const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://collector:4318/'
  expect(readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT }).tracing).toEqual({
    url: 'http://collector:4318/v1/traces',
    headers: {},
    serviceName: 'switchboard',
    sampler: 'parentbased_always_on',
    ratio: 1,
  })
  const set = {
    OTEL_EXPORTER_OTLP_ENDPOINT,
    OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Basic%20abc%3D, x-tenant = one',
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
  }
  expect(readConfig({ ...set, DATABASE_URL: 'postgres://localhost/switchboard' }, 'gateway').tracing).toMatchObject({
    headers: { authorization: 'Basic abc=', 'x-tenant': 'one' },
    serviceName: 'switchboard-gateway',
    sampler: 'traceidratio',
    ratio: 0.25,
  })
  expect(readConfig({ ...set, OTEL_SERVICE_NAME: 'support' }).tracing?.serviceName).toBe('support')
})

test.each([
  ['OTEL_TRACES_SAMPLER', 'jaeger_remote', 'OTEL_TRACES_SAMPLER: expected one of always_on'],
  ['OTEL_TRACES_SAMPLER_ARG', '1.5', 'OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1'],
  ['OTEL_TRACES_SAMPLER_ARG', 'half', 'OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'no pair', 'OTEL_EXPORTER_OTLP_HEADERS: expected name=value pairs'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%zz', 'OTEL_EXPORTER_OTLP_HEADERS: expected name=value pairs'],
  ['SWITCHBOARD_METRICS_TOKEN', 'short', 'SWITCHBOARD_METRICS_TOKEN: expected at least 16 letters'],
])('%s cannot be %s', (name, value, problem) => {
  expect(problems({ [name]: value })).toEqual([expect.stringContaining(problem)])
})

test('a budget is as large as one operation may cost, or none', () => {
  const costs = (SWITCHBOARD_MAX_COST: string, SWITCHBOARD_COST_BUDGET: string) =>
    problems({ SWITCHBOARD_MAX_COST, SWITCHBOARD_COST_BUDGET })
  expect(costs('1000', '1000')).toEqual([])
  expect(costs('1000', '0')).toEqual([])
  expect(costs('1000', '999')).toEqual([
    'SWITCHBOARD_COST_BUDGET: expected 0, or as much as one operation may cost (SWITCHBOARD_MAX_COST)',
  ])
  expect(problems({ SWITCHBOARD_COST_RESTORED: '0', SWITCHBOARD_MAX_COST: 'much' })).toEqual([
    'SWITCHBOARD_MAX_COST: expected a whole number',
    'SWITCHBOARD_COST_RESTORED: expected a number above 0',
  ])
})

test('takes networks that outgoing webhooks may go to, and no other text', () => {
  const networksOf = (text: string) => readConfig({ SWITCHBOARD_ENDPOINT_NETWORKS: text }).endpointNetworks
  expect(networksOf('10.1.0.0/16, 127.0.0.1, fd00::/8')).toEqual([
    { address: '10.1.0.0', prefix: 16 },
    { address: '127.0.0.1', prefix: 32 },
    { address: 'fd00::', prefix: 8 },
  ])
  for (const wrong of ['localhost', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8x', '*']) {
    expect(() => networksOf(wrong)).toThrow('SWITCHBOARD_ENDPOINT_NETWORKS')
  }
})
