import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Logger, pino } from 'pino'
import type { Config } from './config.ts'
import type { GatewayOptions, GatewayRole } from './gateway/role.ts'
import type { Transport } from './gateway/transport/transport.ts'
import type { SyncRequests } from './ingest/requests.ts'
import { createLogger } from './observe/logger.ts'
import { createMetrics, type Metrics } from './observe/metrics.ts'
import { listen } from './server/listen.ts'
import type { Role } from './server/role.ts'
import { type Foundation, keysOf, openFoundation, toServices } from './foundation.ts'
import { createEventLag, exposeDatabase } from './store/metrics.ts'
import { openStore } from './store/store.ts'
import type { Viewer } from './store/viewer.ts'
import type { Services } from './subgraphs/context.ts'

/** A process that runs. */
export interface Running {
  readonly url: string
  /** Ends it: requests and pages in hand finish first. Idempotent. */
  close(): Promise<void>
}

/** The root of the package, from the sources as well as from `dist/`. */
function packageRoot(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  return existsSync(join(here, 'package.json')) ? here : dirname(here)
}

/** Starts the role that the settings name. Whatever was opened is closed again when it fails. */
export async function start(config: Config): Promise<Running> {
  const logger = createLogger(config.logLevel, pino.destination({ dest: 2, sync: true }))
  await using opened = new AsyncDisposableStack()
  if (config.tracing !== null) {
    const { startTracing } = await import('./observe/start-tracing.ts')
    opened.use(startTracing(config.tracing, (line) => logger.warn(line)))
  }
  const url = config.role === 'twins' ? await startTwins(config, opened) : await startRoles(config, opened, logger)
  const everything = opened.move()
  let closed: Promise<void> | null = null
  return { url, close: () => (closed ??= everything.disposeAsync()) }
}

async function startTwins(config: Config, opened: AsyncDisposableStack): Promise<string> {
  const { startDemoTwins } = await import('./demo/twins.ts')
  const twins = opened.use(await startDemoTwins(config))
  console.log(`Simulated provider at ${twins.url}`)
  return twins.url
}

async function startRoles(given: Config, opened: AsyncDisposableStack, logger: Logger): Promise<string> {
  const { connectors } = await import('./subgraphs/registry.ts')
  const keys = await keysOf(given)
  const log = (line: string): void => logger.info(line)
  // The store comes first: who shares its folder by mistake is told so, and what to do.
  const metrics = createMetrics()
  const { databaseUrl, home } = given
  const onHandedOver = createEventLag(metrics)
  const store = opened.use(await openStore({ databaseUrl, home, keys, log, onHandedOver }))
  exposeDatabase(metrics, store.database)
  const { withTwins } = await import('./demo/twins.ts')
  const config = await withTwins(given, opened)
  const foundation = opened.use(openFoundation(config, { store, connectors, logger, metrics }))
  const roles = await openRoles(config, foundation, { logger, metrics, opened })
  const listening = await listen({
    roles: roles.all,
    port: config.port,
    host: config.host,
    logger,
    metrics: { metrics, token: config.metricsToken },
  })
  opened.use(listening)
  logger.info(`${roles.all.map((role) => role.name).join(', ')} at ${listening.url}`)
  if (config.demo) {
    const { runDemo } = await import('./demo/run.ts')
    opened.use(await runDemo({ config, foundation, keys, ingest: roles.ingest, url: listening.url, logger }))
  }
  return listening.url
}

interface Opening {
  readonly logger: Logger
  readonly metrics: Metrics
  readonly opened: AsyncDisposableStack
}

interface OpenRoles {
  readonly all: readonly Role[]
  /** Null where another process takes deliveries in and syncs. */
  readonly ingest: SyncRequests | null
}

/** Opens the roles of this process; each is closed when `opened` is disposed, the last one first. */
async function openRoles(config: Config, foundation: Foundation, opening: Opening): Promise<OpenRoles> {
  const { role } = config
  if (role === 'gateway') return { all: [await openGateway(config, foundation, opening, null)], ingest: null }
  const ingest = role === 'subgraphs' ? null : await openIngest(foundation, opening)
  const requests = ingest ?? (await openRequests(foundation, opening))
  const services = toServices(config, foundation, (integrationId) => requests.requestSync(integrationId))
  const all: Role[] = ingest === null ? [] : [await withCallback(ingest, services)]
  if (role !== 'ingest') all.push(await openSubgraphs(services, opening, role === 'subgraphs'))
  if (role === 'all') all.push(await openGateway(config, foundation, opening, services))
  return { all, ingest }
}

async function openIngest(foundation: Foundation, { logger, metrics, opened }: Opening): Promise<Role & SyncRequests> {
  const { createIngestRole } = await import('./ingest/role.ts')
  const { store, connectors, accounts, secrets } = foundation
  const log = (line: string): void => logger.info(line)
  const ingest = await createIngestRole({ store, connectors, accounts, secrets, log, metrics })
  opened.defer(() => ingest.close())
  return ingest
}

/** People come back from a provider where its webhooks come in: the one role that has to be public for providers. */
async function withCallback(ingest: Role, services: Services): Promise<Role> {
  const { callbackRoute } = await import('./subgraphs/integrations/callback.ts')
  return { ...ingest, routes: [...ingest.routes, callbackRoute(services)] }
}

async function openRequests({ store }: Foundation, { logger, opened }: Opening): Promise<SyncRequests> {
  const { openSyncRequests } = await import('./ingest/requests.ts')
  return opened.use(await openSyncRequests({ databaseUrl: store.database.url, log: (line) => logger.info(line) }))
}

async function openSubgraphs(services: Services, { logger, opened }: Opening, withDoors: boolean): Promise<Role> {
  const { buildSubgraphs } = await import('./subgraphs/graph.ts')
  const { createSubgraphsRole } = await import('./subgraphs/role.ts')
  const { contextFactory } = await import('./subgraphs/context.ts')
  const { assertions } = services.store
  const doors = withDoors
    ? { verify: (assertion: string) => assertions.verify(assertion), contextFor: contextFactory(services), logger }
    : null
  const role = await createSubgraphsRole({ services, subgraphs: withDoors ? await buildSubgraphs() : [], doors })
  opened.defer(() => role.close())
  return role
}

/** @param services the subgraphs of this process; null reaches them over HTTP */
async function openGateway(
  config: Config,
  { store }: Foundation,
  { logger, metrics, opened }: Opening,
  services: Services | null,
): Promise<GatewayRole> {
  const { createGatewayRole } = await import('./gateway/role.ts')
  const { createGatewayMetrics, exposeGatewayCounts } = await import('./gateway/observe/metrics.ts')
  const root = packageRoot()
  const graphiqlDir = join(root, 'dist', 'graphiql')
  const supergraphSdl = await readFile(join(root, 'schema', 'supergraph.graphql'), 'utf8')
  const remote = (): Promise<Transports> =>
    httpTransports(config, supergraphSdl, (viewer) => store.assertions.sign(viewer))
  const gateway = await createGatewayRole({
    supergraphSdl,
    transports: services === null ? await remote() : await localTransports(services),
    access: store.tokens,
    origins: config.origins,
    ...(await operationOptions(config)),
    graphiqlDir: existsSync(graphiqlDir) ? graphiqlDir : null,
    logger,
    metrics: createGatewayMetrics(metrics),
  })
  exposeGatewayCounts(metrics, () => gateway.counts())
  opened.defer(() => gateway.close())
  return gateway
}

/** What the settings say of operations, as the gateway takes it. */
async function operationOptions({ operations }: Config) {
  const { introspection, shareQueries, deadlineMs, safelist, safelistMode, automaticPersisted } = operations
  const { readManifest } = await import('./gateway/persisted/manifest.ts')
  const manifest = safelist === null ? null : await readManifest(safelist)
  const persisted = { manifest, mode: safelistMode, automatic: automaticPersisted }
  return { introspection, shareQueries, deadlineMs, persisted } satisfies Partial<GatewayOptions>
}

type Transports = Readonly<Record<string, Transport>>

async function localTransports(services: Services): Promise<Transports> {
  const { buildSubgraphs } = await import('./subgraphs/graph.ts')
  const { contextFactory } = await import('./subgraphs/context.ts')
  const { createInProcessTransport } = await import('./gateway/transport/in-process.ts')
  const contextFor = contextFactory(services)
  const subgraphs = await buildSubgraphs()
  return Object.fromEntries(
    subgraphs.map(({ name, schema }) => [name, createInProcessTransport({ schema, contextFor })]),
  )
}

/** The subgraphs as their supergraph says, but at the host that the settings name. */
async function httpTransports(
  config: Config,
  supergraphSdl: string,
  assertion: (viewer: Viewer) => Promise<string>,
): Promise<Transports> {
  const { readSubgraphUrls } = await import('./gateway/subgraph-urls.ts')
  const { createHttpTransport } = await import('./gateway/transport/http.ts')
  const entries = [...readSubgraphUrls(supergraphSdl)].map(([name, url]) => {
    const moved = `${config.subgraphsUrl}${new URL(url).pathname}`
    return [name, createHttpTransport({ name, url: moved, assertion })] as const
  })
  return Object.fromEntries(entries)
}
