import type { IncomingHttpHeaders } from 'node:http'

/** Headers that no page can send to another site without a browser asking first whether it may. */
export const PREFLIGHT_HEADERS = ['x-apollo-operation-name', 'apollo-require-preflight', 'authorization']

/**
 * True for a GET without such a header that no foreign page can have caused.
 *
 * It accepts JSON by name, which no form, image, script or link does. If a browser sent it, the browser said so: it names
 * the site (`Sec-Fetch-Site`) of every request, and the origin of every page elsewhere that wants to read the answer.
 * What comes from the gateway's own pages passes, from pages that may ask (CORS), and from programs that are no browser.
 */
export function isSafeGet(headers: IncomingHttpHeaders, isAllowedOrigin: (origin: string) => boolean): boolean {
  if (!/application\/(graphql-response\+)?json/.test(headers.accept ?? '')) return false
  if (headers.origin !== undefined && isAllowedOrigin(headers.origin)) return true
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  return headers.origin === undefined
}
