import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { histogram, type Metrics } from '../observe/metrics.ts'
import type { Route } from './role.ts'

/** The address at which Prometheus asks. */
export const METRICS_PATH = '/metrics'

/** Who is not the last one to have passed a request on says so in one of these. */
const FORWARDING = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']

/**
 * The door of the metrics.
 *
 * With a token, whoever shows it. Without one, only who asks from this machine itself: not over a proxy that runs here,
 * and not a page in a browser that took a name of its own to this address.
 */
export function metricsRoute(metrics: Metrics, token: string | null): Route {
  return {
    method: 'GET',
    path: METRICS_PATH,
    handle: async (request, response) => {
      const refusal = token === null ? refuseOthers(request) : refuseWithout(token, request)
      if (refusal !== null) return refuse(response, refusal)
      const text = await metrics.metrics()
      response.writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' }).end(text)
    },
  }
}

interface Refusal {
  readonly status: 401 | 403
  readonly message: string
}

function refuseWithout(token: string, { headers }: IncomingMessage): Refusal | null {
  const [, shown = ''] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? []
  // Of equal length, as the comparison in constant time wants them.
  const isGood = timingSafeEqual(hash('sha256', shown, 'buffer'), hash('sha256', token, 'buffer'))
  return isGood ? null : { status: 401, message: 'expected "Authorization: Bearer" with the token of the metrics' }
}

function refuseOthers({ headers, socket }: IncomingMessage): Refusal | null {
  const isNear = /^(?:::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? '')
  const isPassedOn = FORWARDING.some((name) => headers[name] !== undefined)
  const isNamedSo = /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/.test(headers.host ?? '')
  if (isNear && !isPassedOn && isNamedSo) return null
  return {
    status: 403,
    message: 'metrics are for this machine only, until SWITCHBOARD_METRICS_TOKEN is set; then for who shows it',
  }
}

function refuse(response: ServerResponse, { status, message }: Refusal): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
  })
  response.end(`${message}\n`)
}

/** Hears of each request that was answered. `route` is the route's path, never the request's. */
export type CountRequest = (request: {
  readonly method: string
  readonly route: string
  /** The status of the answer; `aborted` when the client left before it had one. */
  readonly status: number | 'aborted'
  readonly seconds: number
}) => void

/** Methods that have a label of their own: a client may make up others. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'])

/** Counts requests by method, route and status. */
export function createRequestCount(metrics: Metrics): CountRequest {
  const requests = histogram(
    metrics,
    {
      name: 'switchboard_http_request_duration_seconds',
      help: 'HTTP requests answered, by route: how long until the answer was whole, or the client gone.',
    },
    ['method', 'route', 'status'],
  )
  return ({ method, route, status, seconds }) =>
    requests.observe({ method: METHODS.has(method) ? method : 'other', route, status: String(status) }, seconds)
}
