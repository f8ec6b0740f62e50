import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

/**
 * Headers that no page can send to another site without a browser asking first whether it may. Of `authorization` that is
 * true of tokens alone: passwords that its visitor typed, a browser adds by itself.
 */
export const PREFLIGHT_HEADERS = ['x-apollo-operation-name', 'apollo-require-preflight', 'authorization']

/** Says whether pages of an origin may ask. */
type IsAllowedOrigin = (origin: string) => boolean

/**
 * True for a GET with such a header, and for one that no foreign page can have caused, and that accepts JSON by name, which
 * no form, image, link or script does, but for a script that is JSON, whose origin is named.
 */
export function isSafeGet(headers: IncomingHttpHeaders, isAllowedOrigin: IsAllowedOrigin): boolean {
  if (wasAskedAbout(headers)) return true
  const acceptsJson = /application\/(graphql-response\+)?json/.test(headers.accept ?? '')
  return acceptsJson && !mayBeForeign(headers, isAllowedOrigin)
}

/**
 * True for a request that a page elsewhere may have caused, without its browser having asked whether it may.
 *
 * A browser names the site (`Sec-Fetch-Site`) of every request, and the origin of every page elsewhere that wants to read
 * the answer. What comes from the gateway's own pages is not foreign, nor from pages that may ask (CORS), nor from
 * programs that are no browser.
 *
 * Over plain HTTP to another machine no browser names the site, and those before 2023 may never: then a page that does not
 * want to read the answer sends nothing that a program would not, but for the browser's name, which it cannot hide.
 * Source: https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header (read 2026-11-21).
 */
export function mayBeForeign(headers: IncomingHttpHeaders, isAllowedOrigin: IsAllowedOrigin): boolean {
  if (wasAskedAbout(headers)) return false
  const { origin, 'sec-fetch-site': site } = headers
  if (origin !== undefined && isAllowedOrigin(origin)) return false
  return site === undefined ? origin !== undefined || isBrowser(headers) : site !== 'same-origin'
}

function wasAskedAbout(headers: IncomingHttpHeaders): boolean {
  return PREFLIGHT_HEADERS.some((name) => {
    const value = headers[name]
    return name === 'authorization' ? /^Bearer /i.test(String(value)) : Boolean(value)
  })
}

/**
 * True for a WebSocket that a page elsewhere opens, of which browsers ask nobody, whatever it sends, and whose answers the
 * page can read. They name its origin.
 */
export function isOpenedElsewhere({ origin, host }: IncomingHttpHeaders, isAllowedOrigin: IsAllowedOrigin): boolean {
  return origin !== undefined && !isAllowedOrigin(origin) && URL.parse(origin)?.host !== host
}

/**
 * True for a request to a name that nobody can make lead here who has no business here: an address, `localhost` and what ends
 * with it, and the hosts of allowed origins. Any other name may be one of a page elsewhere that its owner has had lead to
 * this machine, so that its own origin is ours to the browser (DNS rebinding). Programs that name no host are no browser.
 */
export function isKnownHost({ host }: IncomingHttpHeaders, isAllowedOrigin: IsAllowedOrigin): boolean {
  if (host === undefined) return true
  const name = URL.parse(`http://${host}`)?.hostname
  if (name === undefined) return false
  if (name === 'localhost' || name.endsWith('.localhost') || isIP(name.replace(/^\[|\]$/g, '')) !== 0) return true
  return ['http', 'https'].some(
    (scheme) => isAllowedOrigin(`${scheme}://${name}`) || isAllowedOrigin(`${scheme}://${host}`),
  )
}

/** Every browser calls itself by this name, and takes no other from a page without asking whether it may. */
function isBrowser({ 'user-agent': name }: IncomingHttpHeaders): boolean {
  return name !== undefined && name.startsWith('Mozilla/')
}
