import { z } from 'zod'
import {
  appProblems,
  FIRST_TWIN_PORT,
  hasApp,
  type ProviderConfig,
  providerSettings,
  readProviders,
  SIMULATED,
  type Simulated,
} from './provider-settings.ts'
import {
  amount,
  cost,
  days,
  flag,
  headerList,
  httpUrl,
  keyring,
  LAST_PORT,
  milliseconds,
  networks,
  origins,
  port,
  roleList,
} from './setting-kinds.ts'

/** What a process can be: everything at once, or one part. */
export const ROLES = ['all', 'gateway', 'subgraphs', 'ingest', 'twins'] as const
export type RoleName = (typeof ROLES)[number]

/** Settings, read once at start, checked whole, and frozen. `.env.example` says what each is for. */
export interface Config {
  readonly role: RoleName
  readonly host: string
  readonly port: number
  /** Where the first of the simulated providers listens, in the demo. */
  readonly twinsPort: number
  /** Null starts the embedded PostgreSQL. */
  readonly databaseUrl: string | null
  /** The NATS that has the bell for events; null leaves it to the database. */
  readonly natsUrl: string | null
  readonly home: string
  readonly demo: boolean
  /** Which providers the demo simulates. */
  readonly simulated: readonly Simulated[]
  readonly demoToken: string | null
  /** Encryption keys, the first encrypts; null makes one and keeps it under `home`. */
  readonly keys: readonly { readonly id: string; readonly key: Buffer }[] | null
  /** Where browsers reach the gateway. */
  readonly publicUrl: string
  /** Where a provider sends a person back to: a door of the ingest role, as webhooks are. */
  readonly callbackUrl: string
  readonly webhooksUrl: string
  /** Where the simulated providers send webhooks. */
  readonly twinsWebhooksUrl: string
  readonly subgraphsUrl: string
  /** How long events are kept for subscribers that come back, and how many at most. */
  readonly eventsKept: { readonly days: number; readonly most: number }
  /** Private networks to which outgoing webhooks may go. */
  readonly endpointNetworks: readonly { readonly address: string; readonly prefix: number }[]
  /** Pages that may ask a gateway that is not theirs: origins, `:*` at the end for any port. */
  readonly origins: readonly string[]
  readonly operations: OperationSettings
  readonly logLevel: string
  /** Where spans are sent; null sends none, and loads nothing that would. */
  readonly tracing: TracingConfig | null
  /** Who shows it may read the metrics; null gives them to this machine only. */
  readonly metricsToken: string | null
  /** By lower-case provider name. */
  readonly providers: Readonly<Record<string, ProviderConfig>>
}

/** What the gateway lets run, and how. */
export interface OperationSettings {
  /** Who may read the schema. */
  readonly introspection: 'public' | 'authenticated' | 'off'
  /** Which of a supergraph's policies each role meets; a role that is not in it meets none. */
  readonly policies: Readonly<Record<string, readonly string[]>>
  /** Whether identical queries that one viewer asks at the same time run once. */
  readonly shareQueries: boolean
  /** How long an operation may take, and the completion of one event of a subscription. */
  readonly deadlineMs: number
  /** What one operation may cost; an object costs 1 where the schema does not say otherwise. */
  readonly maxCost: number
  /** What the operations of one viewer may cost at once; 0 bounds nothing. */
  readonly costBudget: number
  /** How much of that a viewer gets back in a second. */
  readonly costRestoredPerSecond: number
  /** The file of the operations that clients may name by an id; null for none. */
  readonly safelist: string | null
  /** What becomes of operations that are not in that file. */
  readonly safelistMode: 'log' | 'enforce'
  /** Whether clients may make operations known by their hash. */
  readonly automaticPersisted: boolean
}

/** Where spans are sent, and which of them: the standard variables of OpenTelemetry. */
export interface TracingConfig {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly serviceName: string
  readonly sampler: (typeof SAMPLERS)[number]
  /** From 0 to 1. */
  readonly ratio: number
}

/** Settings that cannot be used: all problems at once, each with the name of the setting. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`these settings cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

const PORTS: Readonly<Record<RoleName, number>> = {
  all: 4000,
  gateway: 4000,
  subgraphs: 4001,
  ingest: 4002,
  twins: FIRST_TWIN_PORT,
}
const TWINS_OFFSET = 10
/** Apollo Sandbox, and whatever is being written on this machine. */
const ORIGINS = 'https://studio.apollographql.com,http://localhost:*,http://127.0.0.1:*'

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const

/** By which any process says what goes on in it. */
const seeing = z.object({
  SWITCHBOARD_METRICS_TOKEN: z.string().min(16, 'expected at least 16 letters').optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  OTEL_EXPORTER_OTLP_HEADERS: headerList.default({}),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_TRACES_SAMPLER: z
    .enum(SAMPLERS, { error: `expected one of ${SAMPLERS.join(', ')}` })
    .default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number('expected a number from 0 to 1')
    .min(0, 'expected a number from 0 to 1')
    .max(1, 'expected a number from 0 to 1')
    .default(1),
})

const settings = seeing.extend({
  HOST: z.string().default('0.0.0.0'),
  PORT: port.optional(),
  SWITCHBOARD_TWINS_PORT: port.optional(),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'expected an address that begins with postgres://' })
    .optional(),
  NATS_URL: z
    .url({ protocol: /^(nats|tls)$/, error: 'expected an address that begins with nats:// or tls://' })
    .optional(),
  SWITCHBOARD_HOME: z.string().default('.switchboard'),
  SWITCHBOARD_DEMO: flag.optional(),
  SWITCHBOARD_DEMO_TOKEN: z.string().min(16, 'expected at least 16 letters').optional(),
  SWITCHBOARD_KEYS: keyring.optional(),
  SWITCHBOARD_PUBLIC_URL: httpUrl.optional(),
  SWITCHBOARD_CALLBACK_URL: httpUrl.optional(),
  SWITCHBOARD_INGEST_URL: httpUrl.optional(),
  SWITCHBOARD_SUBGRAPHS_URL: httpUrl.default(`http://127.0.0.1:${PORTS.subgraphs}`),
  SWITCHBOARD_TWINS_INGEST_URL: httpUrl.optional(),
  SWITCHBOARD_EVENT_DAYS: days.prefault('7'),
  SWITCHBOARD_EVENT_LIMIT: amount.prefault('10000000'),
  SWITCHBOARD_ENDPOINT_NETWORKS: networks.default([]),
  SWITCHBOARD_ORIGINS: origins.prefault(ORIGINS),
  SWITCHBOARD_INTROSPECTION: z
    .enum(['public', 'authenticated', 'off'], { error: 'expected public, authenticated or off' })
    .optional(),
  SWITCHBOARD_POLICIES: roleList.default({}),
  SWITCHBOARD_SHARE_QUERIES: flag.prefault('1'),
  SWITCHBOARD_DEADLINE_MS: milliseconds.prefault('30000'),
  SWITCHBOARD_MAX_COST: cost.prefault('200000'),
  SWITCHBOARD_COST_BUDGET: cost.prefault('2000000'),
  SWITCHBOARD_COST_RESTORED: cost.refine((number) => number > 0, 'expected a number above 0').prefault('50000'),
  SWITCHBOARD_SAFELIST: z.string().optional(),
  SWITCHBOARD_SAFELIST_MODE: z.enum(['log', 'enforce'], { error: 'expected log or enforce' }).default('enforce'),
  SWITCHBOARD_AUTOMATIC_PERSISTED: flag.prefault('0'),
  ...providerSettings,
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      error: 'expected trace, debug, info, warn, error or silent',
    })
    .default('info'),
})

function wordIssue({ path, message }: z.core.$ZodIssue): string {
  return `${path.join('.')}: ${message}`
}

function readRole(name: string | undefined, problems: string[]): RoleName {
  const role = ROLES.find((each) => each === (name ?? 'all'))
  if (role) return role
  problems.push(`role: expected one of ${ROLES.join(', ')}, but got ${name}`)
  return 'all'
}

type Given = z.output<typeof settings>

/** What the command line says in place of a setting; null where it says nothing. */
export interface Said {
  readonly host: string | null
  readonly port: number | null
}

/** Settings of a gateway without access checks, which needs nothing but a supergraph. */
export type DevelopmentConfig = Pick<Config, 'host' | 'port' | 'origins' | 'logLevel' | 'tracing' | 'metricsToken'>

/** Nobody else's machine reaches this one there. */
const LOOPBACK = '127.0.0.1'

const SAID_NOTHING: Said = { host: null, port: null }

interface Places {
  readonly port: number
  readonly twinsPort: number
  readonly publicUrl: string
  readonly ingestUrl: string
}

/** Where things are for a role: what is not set is on this machine, and every role believes the same of the others. */
function placesOf(role: RoleName, set: Given): Places {
  const ownPort = set.PORT ?? PORTS[role]
  const portOf = (other: RoleName): number => (role === 'all' || role === other ? ownPort : PORTS[other])
  const beside = ownPort === 0 ? 0 : ownPort + TWINS_OFFSET
  return {
    port: ownPort,
    twinsPort: set.SWITCHBOARD_TWINS_PORT ?? (role === 'twins' ? ownPort : beside),
    publicUrl: set.SWITCHBOARD_PUBLIC_URL ?? `http://localhost:${portOf('gateway')}`,
    // One public address stands for all that is public: what is behind it sends each path to its role.
    ingestUrl: set.SWITCHBOARD_INGEST_URL ?? set.SWITCHBOARD_PUBLIC_URL ?? `http://localhost:${portOf('ingest')}`,
  }
}

function readOperations(set: Given, demo: boolean): OperationSettings {
  return Object.freeze({
    introspection: set.SWITCHBOARD_INTROSPECTION ?? (demo ? 'public' : 'authenticated'),
    policies: set.SWITCHBOARD_POLICIES,
    shareQueries: set.SWITCHBOARD_SHARE_QUERIES,
    deadlineMs: set.SWITCHBOARD_DEADLINE_MS,
    maxCost: set.SWITCHBOARD_MAX_COST,
    costBudget: set.SWITCHBOARD_COST_BUDGET,
    costRestoredPerSecond: set.SWITCHBOARD_COST_RESTORED,
    safelist: set.SWITCHBOARD_SAFELIST ?? null,
    safelistMode: set.SWITCHBOARD_SAFELIST_MODE,
    automaticPersisted: set.SWITCHBOARD_AUTOMATIC_PERSISTED,
  })
}

function readTracing(role: RoleName, set: z.output<typeof seeing>): TracingConfig | null {
  if (set.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return null
  return Object.freeze({
    // The endpoint is a base; the standard adds the path of each signal to it.
    url: `${set.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`,
    headers: set.OTEL_EXPORTER_OTLP_HEADERS,
    serviceName: set.OTEL_SERVICE_NAME ?? (role === 'all' ? 'switchboard' : `switchboard-${role}`),
    sampler: set.OTEL_TRACES_SAMPLER,
    ratio: set.OTEL_TRACES_SAMPLER_ARG,
  })
}

function isDemo(role: RoleName, set: Given): boolean {
  // Simulated providers know the demo's app alone, whatever the others do.
  if (role === 'twins') return true
  return set.SWITCHBOARD_DEMO ?? (role === 'all' && !hasApp(set))
}

type Environment = Readonly<Record<string, string | undefined>>

function toGiven(environment: Environment, { host, port: saidPort }: Said): Record<string, string | undefined> {
  const given = {
    ...environment,
    ...(host !== null && { HOST: host }),
    ...(saidPort !== null && { PORT: `${saidPort}` }),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value.trim() !== ''))
}

/**
 * Reads the settings of a gateway without access checks. It listens on this machine only, unless the command line says
 * otherwise: HOST, which may be there for other reasons, does not open it.
 *
 * @throws ConfigError with every problem there is
 */
export function readDevelopmentConfig(environment: Environment, said: Said): DevelopmentConfig {
  const parsed = settings
    .pick({ PORT: true, SWITCHBOARD_ORIGINS: true, LOG_LEVEL: true })
    .extend(seeing.shape)
    .safeParse(toGiven(environment, said))
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(wordIssue))
  const { PORT, SWITCHBOARD_ORIGINS, LOG_LEVEL, SWITCHBOARD_METRICS_TOKEN: metricsToken = null } = parsed.data
  return Object.freeze({
    host: said.host ?? LOOPBACK,
    port: PORT ?? PORTS.gateway,
    origins: SWITCHBOARD_ORIGINS,
    logLevel: LOG_LEVEL,
    tracing: readTracing('gateway', parsed.data),
    metricsToken,
  })
}

/**
 * Reads the settings.
 *
 * @param environment variables as the process got them; a blank one counts as not set
 * @param roleName the first word of the command line
 * @param said what the rest of it says in place of settings
 * @throws ConfigError with every problem there is
 */
export function readConfig(environment: Environment, roleName?: string, said: Said = SAID_NOTHING): Config {
  const problems: string[] = []
  const role = readRole(roleName, problems)
  const given = toGiven(environment, said)
  const parsed = settings.safeParse(given)
  const issues = parsed.error?.issues ?? []
  problems.push(...issues.map(wordIssue))
  problems.push(...appProblems(given))
  if (role !== 'all' && role !== 'twins' && !('DATABASE_URL' in given)) {
    problems.push(
      `DATABASE_URL: the role ${role} runs beside others and needs the database that they share${role === 'gateway' ? ' and that holds the tokens' : ''}`,
    )
  }
  if (!parsed.success) throw new ConfigError(problems)
  const set = parsed.data
  if (set.SWITCHBOARD_COST_BUDGET > 0 && set.SWITCHBOARD_COST_BUDGET < set.SWITCHBOARD_MAX_COST) {
    problems.push('SWITCHBOARD_COST_BUDGET: expected 0, or as much as one operation may cost (SWITCHBOARD_MAX_COST)')
  }
  const places = placesOf(role, set)
  const demo = isDemo(role, set)
  const providers = readProviders(set, demo, demo && role !== 'all')
  const startsTwins = role === 'all' && demo && set.SWITCHBOARD_DEMO_PROVIDERS.some((each) => !providers[each]?.url)
  const lastTwinsPort = places.twinsPort + SIMULATED.length - 1
  if ((startsTwins || role === 'twins') && lastTwinsPort > LAST_PORT) {
    const setting = role === 'twins' ? 'PORT' : 'SWITCHBOARD_TWINS_PORT'
    problems.push(`${setting}: expected room for ${SIMULATED.length} ports, but ${lastTwinsPort} is past ${LAST_PORT}`)
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.freeze({
    role,
    host: set.HOST,
    port: places.port,
    twinsPort: places.twinsPort,
    databaseUrl: set.DATABASE_URL ?? null,
    natsUrl: set.NATS_URL ?? null,
    home: set.SWITCHBOARD_HOME,
    demo,
    simulated: set.SWITCHBOARD_DEMO_PROVIDERS,
    demoToken: set.SWITCHBOARD_DEMO_TOKEN ?? null,
    keys: set.SWITCHBOARD_KEYS ?? null,
    publicUrl: places.publicUrl,
    callbackUrl: set.SWITCHBOARD_CALLBACK_URL ?? `${places.ingestUrl}/oauth/callback`,
    webhooksUrl: `${places.ingestUrl}/webhooks`,
    twinsWebhooksUrl: `${set.SWITCHBOARD_TWINS_INGEST_URL ?? places.ingestUrl}/webhooks`,
    subgraphsUrl: set.SWITCHBOARD_SUBGRAPHS_URL,
    eventsKept: Object.freeze({ days: set.SWITCHBOARD_EVENT_DAYS, most: set.SWITCHBOARD_EVENT_LIMIT }),
    endpointNetworks: set.SWITCHBOARD_ENDPOINT_NETWORKS,
    origins: set.SWITCHBOARD_ORIGINS,
    operations: readOperations(set, demo),
    logLevel: set.LOG_LEVEL,
    tracing: readTracing(role, set),
    metricsToken: set.SWITCHBOARD_METRICS_TOKEN ?? null,
    providers,
  })
}
