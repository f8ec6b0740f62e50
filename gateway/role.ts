import type { Logger } from 'pino'
import type { Role, Route } from '../server/role.ts'
import type { Access, IntrospectionSetting } from './access.ts'
import { systemClock, type Clock } from './clock.ts'
import { createBudget, type BudgetOptions } from './cost/budget.ts'
import { createCurrentGraph, type CurrentGraph } from './current-graph.ts'
import type { ReportError } from './errors.ts'
import { createHub, type Hub } from './fan-out/hub.ts'
import { createForwardedPicker } from './forwarded.ts'
import { loadGraph, type GraphSource, type Transports } from './graph.ts'
import { ALLOW_NO_POLICY, createGrants, GRANT_ALL, type AllowsPolicy } from './grants.ts'
import { startApollo } from './host/apollo.ts'
import { createOriginCheck } from './host/cors.ts'
import { createExportHost } from './host/export.ts'
import { createFileHandler } from './host/files.ts'
import { createHttpHandler } from './host/http.ts'
import { createInFlight } from './host/in-flight.ts'
import { createSocketHost } from './host/socket.ts'
import { createStreamHost } from './host/stream.ts'
import { DEFAULT_LIMITS, type Limits } from './limits.ts'
import type { EventTransport, GatewayCounts, GatewayMetrics } from './observe/metrics.ts'
import { createObserver } from './observe/observer.ts'
import { listNames } from './persisted/manifest.ts'
import { createPersisted, NONE_PERSISTED, type PersistedOptions } from './persisted/persisted.ts'

/** What a gateway is made of. */
export interface GatewayOptions extends GraphSource {
  readonly access: Access
  /**
   * Pages of which origins may ask: origins, or origins with any port (`http://localhost:*`). The gateway's own pages
   * need no entry.
   */
  readonly origins: readonly string[]
  readonly introspection: IntrospectionSetting
  /** Past which of the supergraph's policies viewers may go: past none when not given, past all where everybody is let in. */
  readonly allowsPolicy?: AllowsPolicy
  /** Those not given are the defaults. */
  readonly limits?: Partial<Limits>
  /** Names of request headers that go on to subgraphs over HTTP; none when not given. */
  readonly forward?: readonly string[]
  /** How long a query or mutation may take, and the completion of one event of a subscription. */
  readonly deadlineMs: number
  /** Whether identical queries that one viewer asks at the same time run once; true when not given. */
  readonly shareQueries?: boolean
  /** What the operations of one viewer may cost; null or not given bounds nothing. */
  readonly budget?: BudgetOptions | null
  /** The operations that clients may name by an id; when not given, none. */
  readonly persisted?: PersistedOptions
  /** How often the token behind a socket is checked again; 30 s when not given. */
  readonly recheckMs?: number
  /**
   * When it is ready: once its supergraph is loaded, so that one dead subgraph does not take the whole gateway out of
   * service; or, when not given, while all its subgraphs can be reached, too.
   */
  readonly readyWhen?: 'loaded' | 'reachable'
  /** The folder of the bundled GraphiQL; null serves none. */
  readonly graphiqlDir: string | null
  readonly logger: Logger
  /** Where is counted what goes on; nothing is when it is not given. */
  readonly metrics?: GatewayMetrics
  readonly clock?: Clock
}

/** A gateway as a role. */
export interface GatewayRole extends Role {
  /** What is served now. */
  readonly graph: Pick<CurrentGraph, 'get' | 'retiring'>
  /**
   * Serves another supergraph from now on. What runs finishes on the one before, subscriptions carry on; transports that
   * are the same objects stay open, and those that are not used any more are closed.
   *
   * @throws Error like making the gateway; what was served before stays
   */
  reload(source: GraphSource): Promise<void>
  /** Where the subscriptions of all clients meet. */
  readonly hub: Hub
  /** How much is open now. */
  counts(): GatewayCounts
}

const RECHECK_MS = 30_000
const CHECK_MS = 2_000

/**
 * Makes the gateway: GraphQL over HTTP and WebSockets at `/graphql`, over Server-Sent Events at `/graphql/stream`,
 * lists as files at `/export`, GraphiQL at `/graphiql`.
 *
 * @throws PlannerUnavailableError the planner has no build for this machine, or does not take the supergraph
 */
export async function createGatewayRole(options: GatewayOptions): Promise<GatewayRole> {
  const { access, introspection, deadlineMs, shareQueries = true, logger } = options
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const report: ReportError = (error, requestId) => logger.error({ err: error, requestId }, 'operation failed')
  const persisted = createPersisted(options.persisted ?? NONE_PERSISTED, logger)
  const { metrics = null } = options
  metrics?.namesListed(listNames(options.persisted?.manifest ?? new Map()))
  const observer = createObserver({ metrics, logger })
  const clock = options.clock ?? systemClock
  const budget = options.budget ? createBudget(options.budget, clock) : null
  const grants = access.isOpen === true ? GRANT_ALL : createGrants(options.allowsPolicy ?? ALLOW_NO_POLICY)
  const settings = { introspection, limits, budget, deadlineMs, shareQueries, grants, observer, ...persisted }
  const graph = createCurrentGraph(await loadGraph(options, settings), report)
  const server = await startApollo({ graph, report, logger })
  const inFlight = createInFlight(clock)
  const isAllowedOrigin = createOriginCheck(options.origins)
  const { maxBodyBytes } = limits
  const pickForwarded = createForwardedPicker(options.forward ?? [])
  const answer = createHttpHandler({
    server,
    graph,
    pickForwarded,
    access,
    introspection,
    isAllowedOrigin,
    maxBodyBytes,
    report,
  })
  const hub = createHub({ graph, clock, report })
  const recheckMs = options.recheckMs ?? RECHECK_MS
  const onSlowReader = (transport: EventTransport) => metrics?.slowReaderEnded(transport)
  const live = { graph, pickForwarded, hub, access, clock, limits, recheckMs, inFlight, report, onSlowReader }
  const sockets = createSocketHost({ ...live, isAllowedOrigin })
  const streams = createStreamHost({ ...live, introspection, isAllowedOrigin })
  const { maxCost } = limits
  const exporting = { graph, pickForwarded, access, clock, introspection, isAllowedOrigin, maxBodyBytes, maxCost }
  const exports = createExportHost({ ...exporting, report, logger })
  const close = async () => {
    await exports.close()
    // Operations end at their deadline by themselves; what takes longer is a body that never comes.
    await inFlight.settled(deadlineMs)
    streams.close()
    await sockets.close()
    await server.stop()
    await graph.close()
  }
  let closing: Promise<void> | null = null
  return {
    name: 'gateway',
    graph,
    reload: async (source) => {
      const next = await loadGraph(source, settings).catch((error: unknown) => {
        metrics?.reloaded('refused')
        throw error
      })
      graph.replace(next)
      metrics?.reloaded('served')
    },
    hub,
    counts: () => ({
      ...hub.counts(),
      sockets: sockets.count(),
      streams: streams.count(),
      retiring: graph.retiring,
    }),
    routes: [
      {
        method: '*',
        path: '/graphql',
        handle: (request, response) => inFlight.track(answer(request, response)),
      },
      { method: '*', path: '/graphql/stream', handle: (request, response) => streams.handle(request, response) },
      { method: '*', path: '/export', handle: (request, response) => exports.handle(request, response) },
      ...(await graphiqlRoutes(options.graphiqlDir)),
    ],
    upgrades: [{ path: '/graphql', handle: (request, socket, head) => sockets.handle(request, socket, head) }],
    notReady: async () => (options.readyWhen === 'loaded' ? [] : findUnreachable(graph.get().transports)),
    endStreams: () => {
      streams.close()
      void exports.close()
    },
    close: () => (closing ??= close()),
  }
}

async function graphiqlRoutes(folder: string | null): Promise<Route[]> {
  if (folder === null) return []
  const handle = await createFileHandler(folder, '/graphiql')
  return ['/graphiql', '/graphiql/*'].map((path) => ({ method: 'GET', path, handle }))
}

async function findUnreachable(transports: Transports): Promise<readonly string[]> {
  const sentences = await Promise.all(
    Object.entries(transports).map(async ([name, transport]) => {
      try {
        await transport.check(AbortSignal.timeout(CHECK_MS))
        return null
      } catch (error) {
        return `subgraph "${name}" cannot be reached: ${toReason(error)}`
      }
    }),
  )
  return sentences.filter((sentence) => sentence !== null)
}

function toReason(error: unknown): string {
  const root = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return root instanceof Error ? root.message : String(root)
}
