import type { IncomingHttpHeaders } from 'node:http'

/** Headers that no page can send to another site without a browser asking first whether it may. */
export const PREFLIGHT_HEADERS = ['x-apollo-operation-name', 'apollo-require-preflight', 'authorization']

/** Says whether pages of an origin may ask. */
type IsAllowedOrigin = (origin: string) => boolean

/**
 * True for a GET without such a header that no foreign page can have caused, and that accepts JSON by name, which no
 * form, image, script or link does.
 */
export function isSafeGet(headers: IncomingHttpHeaders, isAllowedOrigin: IsAllowedOrigin): boolean {
  const acceptsJson = /application\/(graphql-response\+)?json/.test(headers.accept ?? '')
  return acceptsJson && !mayBeForeign(headers, isAllowedOrigin)
}

/**
 * True for a request that a page elsewhere may have caused, without its browser having asked whether it may.
 *
 * A browser names the site (`Sec-Fetch-Site`) of every request, and the origin of every page elsewhere that wants to read
 * the answer. What comes from the gateway's own pages is not foreign, nor from pages that may ask (CORS), nor from
 * programs that are no browser.
 */
export function mayBeForeign(headers: IncomingHttpHeaders, isAllowedOrigin: IsAllowedOrigin): boolean {
  if (PREFLIGHT_HEADERS.some((name) => Boolean(headers[name]))) return false
  const { origin, 'sec-fetch-site': site } = headers
  if (origin !== undefined && isAllowedOrigin(origin)) return false
  return site === undefined ? origin !== undefined : site !== 'same-origin'
}
