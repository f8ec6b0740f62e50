import type { IncomingMessage, ServerResponse } from 'node:http'
import { secondsSince } from '../observe/elapsed.ts'
import { failSpan, inSpan, isTracing, readTraceHeaders } from '../observe/trace.ts'
import { METRICS_PATH, type CountRequest } from './metrics.ts'
import type { Route } from './role.ts'

/** Asked again and again by machines, and never what somebody looks for. */
const isUnremarkable = (path: string): boolean => path === METRICS_PATH || path.startsWith('/health/')

/**
 * Has a route answer a request, under a span of its own that goes on from the caller's, and counted when the answer is
 * whole. Of the address only the route is told: the rest may hold what a customer wrote.
 */
export function answerObserved(
  route: Route,
  request: IncomingMessage,
  response: ServerResponse,
  { url, count }: { readonly url: URL; readonly count: CountRequest | null },
): Promise<void> | void {
  const { method = 'GET' } = request
  if (count !== null && !isUnremarkable(route.path)) {
    const startMs = performance.now()
    response.once('close', () => {
      const status = response.headersSent ? response.statusCode : 'aborted'
      count({ method, route: route.path, status, seconds: secondsSince(startMs) })
    })
  }
  if (!isTracing() || isUnremarkable(route.path)) return route.handle(request, response, url)
  const { traceparent, tracestate } = request.headers
  const parent = readTraceHeaders({
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
    tracestate: typeof tracestate === 'string' ? tracestate : undefined,
  })
  const attributes = { 'http.request.method': method, 'http.route': route.path }
  return inSpan(`${method} ${route.path}`, { side: 'server', parent, attributes }, async (span) => {
    await route.handle(request, response, url)
    span?.setAttribute('http.response.status_code', response.statusCode)
    if (response.statusCode >= 500) failSpan(span, String(response.statusCode))
  })
}
