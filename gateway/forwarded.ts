import type { IncomingHttpHeaders } from 'node:http'

/**
 * Headers of a client's request that go on to the subgraphs, by their names in small letters.
 *
 * Subgraphs may answer by them, so they are part of who asks: nothing is shared between callers whose headers differ.
 */
export type ForwardedHeaders = Readonly<Record<string, string>>

/**
 * Picks what goes on of a request's headers; of a socket, what `connection_init` says comes before what its upgrade's
 * headers say, since browsers can send no other.
 */
export type PickForwarded = (
  headers: IncomingHttpHeaders,
  connectionParams?: Readonly<Record<string, unknown>> | null,
) => ForwardedHeaders

/** What a request carries for one connection, or what we say ourselves: none of it is another's to set. */
const OWN = new Set([
  'accept',
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-request-id',
])

/** True for the name of a header that may be forwarded. */
export function mayForward(name: string): boolean {
  const small = name.toLowerCase()
  return /^[a-z\d!#$%&'*+.^_`|~-]+$/.test(small) && !OWN.has(small) && !small.startsWith('sec-')
}

/** Makes the picker of the headers with these names, in any letters. */
export function createForwardedPicker(names: readonly string[]): PickForwarded {
  // Sorted, so that the same headers always read the same.
  const wanted = [...new Set(names.map((name) => name.toLowerCase()))].toSorted()
  if (wanted.length === 0) return () => NONE
  return (headers, connectionParams) => {
    const given = new Map(Object.entries(connectionParams ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
    const picked: Record<string, string> = {}
    for (const name of wanted) {
      const value = given.get(name) ?? headers[name]
      if (typeof value === 'string' && isHeaderValue(value)) picked[name] = value
      else if (Array.isArray(value)) picked[name] = value.join(', ')
    }
    return Object.freeze(picked)
  }
}

const NONE: ForwardedHeaders = Object.freeze({})

/** What `connection_init` brings may be any text, and some of it would break the request that it goes on with. */
function isHeaderValue(value: string): boolean {
  // oxlint-disable-next-line no-control-regex -- they are what must not be in it
  return !/[^\t\u0020-\u007e\u0080-\u00ff]/.test(value)
}
