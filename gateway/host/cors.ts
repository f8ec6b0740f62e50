import type { IncomingMessage, ServerResponse } from 'node:http'

/** How long a browser may remember that it may ask. */
const MAX_AGE_S = 600

/**
 * Makes a check of origins. A pattern is an origin (`https://studio.apollographql.com`), or one with any port
 * (`http://localhost:*`).
 */
export function createOriginCheck(patterns: readonly string[]): (origin: string) => boolean {
  const exact = new Set(patterns.filter((pattern) => !pattern.endsWith(':*')))
  const anyPort = patterns.filter((pattern) => pattern.endsWith(':*')).map((pattern) => pattern.slice(0, -2))
  return (origin) => {
    if (exact.has(origin)) return true
    return anyPort.some(
      (host) => origin === host || (origin.startsWith(`${host}:`) && /^\d+$/.test(origin.slice(host.length + 1))),
    )
  }
}

/**
 * Lets pages of allowed origins read the answer. Credentials are not allowed: a token comes in a header, and nobody is
 * known by a cookie here.
 */
export function allowOrigin(
  request: IncomingMessage,
  response: ServerResponse,
  isAllowed: (origin: string) => boolean,
): void {
  response.setHeader('vary', 'origin')
  const { origin } = request.headers
  if (origin === undefined || !isAllowed(origin)) return
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-expose-headers', 'x-request-id')
}

/** Answers a browser that asks whether it may ask. */
export function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('allow', 'GET, POST, OPTIONS')
  if (response.hasHeader('access-control-allow-origin')) {
    response.setHeader('access-control-allow-methods', 'GET, POST')
    const headers = request.headers['access-control-request-headers']
    if (headers !== undefined) response.setHeader('access-control-allow-headers', headers)
    // A page on the internet that asks a gateway on this machine or network is asked about separately by some browsers.
    if (request.headers['access-control-request-private-network'] === 'true') {
      response.setHeader('access-control-allow-private-network', 'true')
    }
    response.setHeader('access-control-max-age', String(MAX_AGE_S))
  }
  response.writeHead(204).end()
}
