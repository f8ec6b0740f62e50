import { pino } from 'pino'
import type { DevelopmentCommand } from './commands/gateway-command.ts'
import type { DevelopmentConfig } from './config.ts'
import { createLogger } from './observe/logger.ts'
import { createMetrics } from './observe/metrics.ts'
import { listen } from './server/listen.ts'
import { findGraphiql } from './server/package-root.ts'
import { type Running, toRunning } from './server/running.ts'

/** How long an operation may take: as long as a breakpoint in a subgraph. */
const DEADLINE_MS = 600_000

const WARNING =
  'DEVELOPMENT: everybody is let in and may ask for anything. No token is checked, no limit holds, the schema is public. ' +
  'Never start with --dev where others can reach it.'

/**
 * Starts a gateway without access checks and limits, over a supergraph of anybody's: no database, no keys, no subgraph of
 * ours. Listens first, and is ready when the supergraph is loaded.
 *
 * @throws SupergraphError the supergraph cannot be served
 * @throws PortTakenError
 */
export async function startDevelopment(
  { host, port, origins, logLevel, tracing, metricsToken }: DevelopmentConfig,
  { supergraph, subgraphs, subscriptions, forward }: DevelopmentCommand,
): Promise<Running> {
  const output = pino.destination({ dest: 2, sync: true })
  const logger = createLogger(logLevel, output)
  // Whatever is to be logged, this is.
  createLogger('warn', output).warn(WARNING)
  await using opened = new AsyncDisposableStack()
  if (tracing !== null) {
    const { startTracing } = await import('./observe/start-tracing.ts')
    opened.use(startTracing(tracing, (line) => logger.warn(line)))
  }
  const metrics = createMetrics()
  const counted = { metrics, token: metricsToken }
  const portSetting = '--port'
  const listening = await listen({
    roles: [],
    expecting: ['gateway'],
    host,
    port,
    portSetting,
    logger,
    metrics: counted,
  })
  opened.use(listening)
  const { createGatewayMetrics, exposeGatewayCounts } = await import('./gateway/observe/metrics.ts')
  const { openFileGateway } = await import('./gateway/file-gateway.ts')
  const { createHttpTransport } = await import('./gateway/transport/http.ts')
  const { OPEN_ACCESS } = await import('./gateway/open-access.ts')
  const { NO_LIMITS } = await import('./gateway/limits.ts')
  const { systemClock } = await import('./gateway/clock.ts')
  const { role, reloading } = await openFileGateway({
    file: supergraph,
    urls: subgraphs,
    subscriptionUrls: subscriptions,
    toUrl: (url) => url,
    open: (place) => createHttpTransport({ ...place, assertion: null }),
    gateway: {
      access: OPEN_ACCESS,
      origins,
      introspection: 'public',
      limits: NO_LIMITS,
      forward,
      deadlineMs: DEADLINE_MS,
      readyWhen: 'loaded',
      graphiqlDir: findGraphiql(),
      logger,
      metrics: createGatewayMetrics(metrics),
    },
    clock: systemClock,
    logger,
  })
  exposeGatewayCounts(metrics, () => role.counts())
  opened.defer(() => role.close())
  // Once more, since what is served ends before what serves it.
  opened.use(listening)
  listening.add(role)
  logger.info(
    { supergraph, subgraphs: Object.keys(role.graph.get().transports) },
    `gateway at ${listening.url}/graphql`,
  )
  return toRunning(listening.url, opened.move(), () => reloading.reload())
}
