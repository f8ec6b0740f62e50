import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Logger, pino } from 'pino'
import type { GatewayCommand } from './commands/gateway-command.ts'
import type { Config } from './config.ts'
import type { AllowsPolicy } from './gateway/grants.ts'
import type { GatewayOptions, GatewayRole } from './gateway/role.ts'
import type { Transport } from './gateway/transport/transport.ts'
import type { SyncRequests } from './ingest/requests.ts'
import { createLogger } from './observe/logger.ts'
import { createMetrics, type Metrics } from './observe/metrics.ts'
import { listen, type Listening } from './server/listen.ts'
import { findGraphiql, packageRoot } from './server/package-root.ts'
import type { Role } from './server/role.ts'
import { type Running, toRunning } from './server/running.ts'
import { type Foundation, keysOf, openFoundation, toServices } from './foundation.ts'
import { createEventLag, exposeDatabase } from './store/metrics.ts'
import { openStore, type Store } from './store/store.ts'
import type { Viewer } from './store/viewer.ts'
import type { Services } from './subgraphs/context.ts'

/**
 * Starts the role that the settings name. Whatever was opened is closed again when it fails.
 *
 * @param command how the command line says that a gateway is to be started; null for other roles
 */
export async function start(config: Config, command: GatewayCommand | null = null): Promise<Running> {
  const logger = createLogger(config.logLevel, pino.destination({ dest: 2, sync: true }))
  await using opened = new AsyncDisposableStack()
  if (config.tracing !== null) {
    const { startTracing } = await import('./observe/start-tracing.ts')
    opened.use(startTracing(config.tracing, (line) => logger.warn(line)))
  }
  if (config.role === 'twins') return toRunning(await startTwins(config, opened), opened.move(), null)
  const { url, reload } = await startRoles(config, { opened, logger, metrics: createMetrics() }, command)
  return toRunning(url, opened.move(), reload)
}

async function startTwins(config: Config, opened: AsyncDisposableStack): Promise<string> {
  const { startDemoTwins } = await import('./demo/twins.ts')
  const { urls } = opened.use(await startDemoTwins(config, config.simulated))
  for (const [name, url] of urls) console.log(`Simulated ${name} at ${url}`)
  return [...urls.values()].join(', ')
}

async function startRoles(
  given: Config,
  opening: Opening,
  command: GatewayCommand | null,
): Promise<Pick<Running, 'url' | 'reload'>> {
  const { opened, logger, metrics } = opening
  const { connectors } = await import('./subgraphs/registry.ts')
  const keys = await keysOf(given)
  const log = (line: string): void => logger.info(line)
  // The store comes first: who shares its folder by mistake is told so, and what to do.
  const { databaseUrl, natsUrl, home } = given
  const onHandedOver = createEventLag(metrics)
  const store = opened.use(await openStore({ databaseUrl, natsUrl, home, keys, log, onHandedOver }))
  exposeDatabase(metrics, store.database)
  const { withTwins } = await import('./demo/twins.ts')
  const config = await withTwins(given, opened)
  const foundation = opened.use(openFoundation(config, { store, connectors, logger, metrics }))
  // A gateway asks no provider.
  if (config.role !== 'gateway')
    opened.use(await store.quotas.hear((integrationId) => foundation.accounts.heard(integrationId)))
  const { listening, ingest, reload } =
    config.role === 'gateway'
      ? await listenAsGateway(config, foundation, opening, command)
      : await listenAsRoles(config, foundation, opening)
  const { url } = listening
  if (config.demo) {
    const { runDemo } = await import('./demo/run.ts')
    opened.use(await runDemo({ config, foundation, keys, ingest, url, logger }))
  }
  return { url, reload }
}

/** What listens, and what else the process can do. */
interface Listener {
  readonly listening: Listening
  /** Null where another process takes deliveries in and syncs. */
  readonly ingest: SyncRequests | null
  readonly reload: Running['reload']
}

async function listenAsRoles(config: Config, foundation: Foundation, opening: Opening): Promise<Listener> {
  const { opened, logger, metrics } = opening
  const { all, ingest } = await openRoles(config, foundation, opening)
  const { host, port } = config
  const counted = { metrics, token: config.metricsToken }
  const listening = opened.use(await listen({ roles: all, port, host, logger, metrics: counted }))
  logger.info(`${all.map((role) => role.name).join(', ')} at ${listening.url}`)
  return { listening, ingest, reload: null }
}

/** Listens first, and is ready when the supergraph is loaded. */
async function listenAsGateway(
  config: Config,
  { store }: Foundation,
  { opened, logger, metrics }: Opening,
  command: GatewayCommand | null,
): Promise<Listener> {
  const { host, port } = config
  const counted = { metrics, token: config.metricsToken }
  const portSetting = command?.port == null ? 'PORT' : '--port'
  const listening = opened.use(
    await listen({ roles: [], expecting: ['gateway'], host, port, portSetting, logger, metrics: counted }),
  )
  const { openFileGateway } = await import('./gateway/file-gateway.ts')
  const { createHttpTransport } = await import('./gateway/transport/http.ts')
  const { exposeGatewayCounts } = await import('./gateway/observe/metrics.ts')
  const given = command?.supergraph ?? null
  const assertion = (viewer: Viewer): Promise<string> => store.assertions.sign(viewer)
  const gateway = await gatewayOptions(config, store, { logger, metrics })
  const { role, reloading } = await openFileGateway({
    file: given ?? ownSupergraph(),
    urls: command?.subgraphs ?? new Map(),
    subscriptionUrls: command?.subscriptions ?? new Map(),
    // Our own subgraphs are where the settings say; others are where their supergraph does.
    toUrl: (url) => (given === null ? `${config.subgraphsUrl}${new URL(url).pathname}` : url),
    open: (place) => createHttpTransport({ ...place, assertion }),
    gateway: {
      ...gateway,
      forward: command?.forward ?? [],
      readyWhen: given === null ? 'reachable' : 'loaded',
    },
    clock: gateway.clock,
    logger,
  })
  exposeGatewayCounts(metrics, () => role.counts())
  opened.defer(() => role.close())
  // Once more, since what is served ends before what serves it.
  opened.use(listening)
  listening.add(role)
  logger.info(`gateway at ${listening.url}`)
  return { listening, ingest: null, reload: () => reloading.reload() }
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
  const ingest = role === 'subgraphs' ? null : await openIngest(config, foundation, opening)
  const requests = ingest ?? (await openRequests(foundation, opening))
  const services = toServices(config, foundation, requests)
  const all: Role[] = ingest === null ? [] : [await withCallback(ingest, services)]
  if (role !== 'ingest') all.push(await openSubgraphs(services, opening, role === 'subgraphs'))
  if (role === 'all') all.push(await openGateway(config, foundation, opening, services))
  return { all, ingest }
}

async function openIngest(
  { eventsKept }: Config,
  foundation: Foundation,
  { logger, metrics, opened }: Opening,
): Promise<Role & SyncRequests> {
  const { createIngestRole } = await import('./ingest/role.ts')
  const { store, clock, connectors, accounts, secrets, webhookUrl, egress } = foundation
  const log = (line: string): void => logger.info(line)
  const options = { store, clock, connectors, accounts, secrets, webhookUrl, egress, eventsKept, log, metrics }
  const ingest = await createIngestRole(options)
  opened.defer(() => ingest.close())
  return ingest
}

/** People come back from a provider where its webhooks come in: the one role that has to be public for providers. */
async function withCallback(ingest: Role, services: Services): Promise<Role> {
  const { callbackRoute } = await import('./subgraphs/integrations/callback.ts')
  return { ...ingest, routes: [...ingest.routes, callbackRoute(services)] }
}

async function openRequests({ store, clock }: Foundation, { logger, opened }: Opening): Promise<SyncRequests> {
  const { openSyncRequests } = await import('./ingest/requests.ts')
  return opened.use(
    await openSyncRequests({ databaseUrl: store.database.url, clock, log: (line) => logger.info(line) }),
  )
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

/** A gateway over the subgraphs of this process. */
async function openGateway(
  config: Config,
  { store }: Foundation,
  { logger, metrics, opened }: Opening,
  services: Services,
): Promise<GatewayRole> {
  const { createGatewayRole } = await import('./gateway/role.ts')
  const { exposeGatewayCounts } = await import('./gateway/observe/metrics.ts')
  const gateway = await createGatewayRole({
    ...(await gatewayOptions(config, store, { logger, metrics })),
    supergraphSdl: await readFile(ownSupergraph(), 'utf8'),
    transports: await localTransports(services),
  })
  exposeGatewayCounts(metrics, () => gateway.counts())
  opened.defer(() => gateway.close())
  return gateway
}

/** The path of our own supergraph. */
function ownSupergraph(): string {
  return join(packageRoot(), 'schema', 'supergraph.graphql')
}

/** What the settings say of a gateway, whatever it serves. */
async function gatewayOptions(config: Config, store: Store, { logger, metrics }: Omit<Opening, 'opened'>) {
  const { createGatewayMetrics } = await import('./gateway/observe/metrics.ts')
  const { systemClock } = await import('./gateway/clock.ts')
  return {
    access: store.tokens,
    clock: { ...systemClock, now: store.now },
    origins: config.origins,
    ...(await operationOptions(config)),
    graphiqlDir: findGraphiql(),
    logger,
    metrics: createGatewayMetrics(metrics),
  } satisfies Partial<GatewayOptions>
}

/** What the settings say of operations, as the gateway takes it. */
async function operationOptions({ operations }: Config) {
  const { introspection, shareQueries, deadlineMs, maxCost, costBudget, costRestoredPerSecond } = operations
  const { policies, safelist, safelistMode, automaticPersisted } = operations
  const allowsPolicy: AllowsPolicy = ({ role }, policy) => policies[role]?.includes(policy) === true
  const { readManifest } = await import('./gateway/persisted/manifest.ts')
  const manifest = safelist === null ? null : await readManifest(safelist)
  const persisted = { manifest, mode: safelistMode, automatic: automaticPersisted }
  const budget = costBudget === 0 ? null : { capacity: costBudget, restoredPerSecond: costRestoredPerSecond }
  const limits = { maxCost }
  return {
    introspection,
    allowsPolicy,
    shareQueries,
    deadlineMs,
    limits,
    budget,
    persisted,
  } satisfies Partial<GatewayOptions>
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
