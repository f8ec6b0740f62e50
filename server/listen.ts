import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import type { Metrics } from '../observe/metrics.ts'
import { inRequest, readRequestId } from '../observe/request-scope.ts'
import { createRequestCount, metricsRoute, type CountRequest } from './metrics.ts'
import { answerObserved } from './observe-request.ts'
import type { Role, Route } from './role.ts'

/** A listener and how to end it. */
export interface Listening extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string
  readonly port: number
  /**
   * Idempotent. Takes no more connections, lets requests in hand finish, and ends what idles. Roles are not closed, nor what they
   * upgraded: a subscriber's socket stays until its role ends it.
   */
  close(): Promise<void>
  /** Serves one of the roles that were expected. */
  add(role: Role): void
}

export interface ListenOptions {
  readonly roles: readonly Role[]
  /** Names of roles that are added later; until then nothing is ready, and what is theirs is answered with 503. */
  readonly expecting?: readonly string[]
  /** 0 for any free port. */
  readonly port: number
  readonly host: string
  /** What chooses another port, to be named where this one is taken; PORT when not given. */
  readonly portSetting?: string
  /** How long a client may take to send a request, its body included; a minute when not given. Then it gets a 408. */
  readonly requestTimeoutMs?: number
  readonly logger: Logger
  /** Where requests are counted, and who may read that at `/metrics`; without it neither is. */
  readonly metrics?: { readonly metrics: Metrics; readonly token: string | null }
}

/** Another process listens where this one was to. */
export class PortTakenError extends Error {
  readonly code = 'PORT_TAKEN'

  /** @param setting the name of the setting that chooses another port */
  constructor(port: number, setting: string, options: ErrorOptions) {
    super(`port ${port} is taken: end what listens there, or set ${setting} to another`, options)
    this.name = 'PortTakenError'
  }
}

const REQUEST_TIMEOUT_MS = 60_000

/** How long requests in hand may take to finish when the process ends. */
const DRAIN_MS = 10_000

function respond(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
  response.end(`${JSON.stringify(body)}\n`)
}

/** `/health/live` answers while the process runs; `/health/ready` says what is not ready, with 503. */
function healthRoutes(roles: readonly Role[], expected: ReadonlySet<string>): Route[] {
  return [
    { method: 'GET', path: '/health/live', handle: (_request, response) => respond(response, 200, { status: 'live' }) },
    {
      method: 'GET',
      path: '/health/ready',
      handle: async (_request, response) => {
        const answers = await Promise.all(
          roles.map(async (role) => ({
            role: role.name,
            notReady: await role.notReady().catch((error: unknown) => [String(error)]),
          })),
        )
        for (const role of expected) answers.push({ role, notReady: ['loading'] })
        const missing = answers.filter((answer) => answer.notReady.length > 0)
        if (missing.length === 0)
          return respond(response, 200, { status: 'ready', roles: roles.map((role) => role.name) })
        return respond(response, 503, { status: 'not ready', missing })
      },
    },
  ]
}

/** Finds the route of a path: an exact one, else the longest prefix. */
export function findRoutes(routes: readonly Route[], path: string): readonly Route[] {
  const exact = routes.filter((route) => route.path === path)
  if (exact.length > 0) return exact
  const under = routes.filter((route) => route.path.endsWith('/*') && path.startsWith(route.path.slice(0, -1)))
  const longest = Math.max(0, ...under.map((route) => route.path.length))
  return under.filter((route) => route.path.length === longest)
}

function dispatcher(
  routes: readonly Route[],
  expected: ReadonlySet<string>,
  logger: Logger,
  count: CountRequest | null,
) {
  const answer = async (request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> => {
    try {
      const url = URL.parse(request.url ?? '/', 'http://localhost')
      if (url === null) return respond(response, 400, { error: 'the address of the request cannot be read' })
      const found = findRoutes(routes, url.pathname)
      // Who asks for the head alone gets it: Node leaves the body out.
      const method = request.method === 'HEAD' ? 'GET' : request.method
      const route = found.find(
        (each) => each.method === '*' || each.method === request.method || each.method === method,
      )
      if (route) return await answerObserved(route, request, response, { url, count })
      if (found.length === 0 && expected.size > 0) {
        response.setHeader('retry-after', '1')
        return respond(response, 503, { error: `${[...expected].join(', ')}: loading, try again` })
      }
      if (found.length === 0) return respond(response, 404, { error: `nothing is served at ${url.pathname}` })
      response.setHeader('allow', found.map((each) => each.method).join(', '))
      return respond(response, 405, { error: `${request.method} is not served at ${url.pathname}` })
    } catch (error) {
      logger.error({ err: error, requestId, method: request.method }, 'request failed')
      respond(response, 500, { error: 'Internal server error', requestId })
    }
  }
  return (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = readRequestId(request.headers['x-request-id']) ?? randomUUID()
    response.setHeader('x-request-id', requestId)
    return inRequest(requestId, () => answer(request, response, requestId))
  }
}

/** The connections that carry requests. An upgraded one is the role's that took it over, and ends when the role ends it. */
function trackConnections(server: Server): { giveAway(socket: Duplex): void; none(): Promise<void> } {
  const connections = new Set<Duplex>()
  let tell: () => void = () => undefined
  const giveAway = (socket: Duplex): void => {
    connections.delete(socket)
    if (connections.size === 0) tell()
  }
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.once('close', () => giveAway(socket))
  })
  return {
    giveAway,
    none: () =>
      new Promise((resolve) => {
        tell = resolve
        if (connections.size === 0) resolve()
      }),
  }
}

/**
 * Puts roles behind one HTTP listener, with `/health/live`, `/health/ready` and `/metrics`.
 *
 * @throws PortTakenError
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { metrics: counted = null } = options
  const roles = [...options.roles]
  const expected = new Set(options.expecting)
  const routes = [
    ...healthRoutes(roles, expected),
    ...(counted === null ? [] : [metricsRoute(counted.metrics, counted.token)]),
    ...roles.flatMap((role) => role.routes),
  ]
  const upgrades = roles.flatMap((role) => role.upgrades)
  const count = counted === null ? null : createRequestCount(counted.metrics)
  const dispatch = dispatcher(routes, expected, options.logger, count)
  const { requestTimeoutMs: requestTimeout = REQUEST_TIMEOUT_MS } = options
  const patience = { requestTimeout, headersTimeout: requestTimeout, connectionsCheckingInterval: requestTimeout / 4 }
  const server = createServer({ keepAliveTimeout: 65_000, ...patience }, (request, response) => {
    // Once we close, a connection has no other request to wait for.
    response.once('close', () => server.listening || server.closeIdleConnections())
    void dispatch(request, response)
  })
  const carrying = trackConnections(server)
  server.on('upgrade', (request, socket, head) => {
    carrying.giveAway(socket)
    // Node takes its own listener away with the upgrade, and a reset by the client must not end the process.
    socket.on('error', () => socket.destroy())
    const path = URL.parse(request.url ?? '/', 'http://localhost')?.pathname
    const upgrade = upgrades.find((each) => each.path === path)
    if (upgrade) upgrade.handle(request, socket, head)
    else
      socket.end(
        `HTTP/1.1 ${expected.size > 0 ? '503 Service Unavailable' : '404 Not Found'}\r\nconnection: close\r\n\r\n`,
      )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new PortTakenError(options.port, options.portSetting ?? 'PORT', { cause: error })
          : error,
      )
    })
    server.listen(options.port, options.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  const end = async (): Promise<void> => {
    server.close()
    for (const role of roles) role.endStreams?.()
    server.closeIdleConnections()
    const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
    await carrying.none()
    clearTimeout(late)
  }
  const host = options.host === '0.0.0.0' || options.host === '::' ? 'localhost' : options.host
  let ending: Promise<void> | null = null
  const close = (): Promise<void> => (ending ??= end())
  const add = (role: Role): void => {
    expected.delete(role.name)
    roles.push(role)
    routes.push(...role.routes)
    upgrades.push(...role.upgrades)
  }
  return { url: `http://${host}:${port}`, port, close, add, [Symbol.asyncDispose]: close }
}
