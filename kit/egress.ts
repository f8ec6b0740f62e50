import { lookup as resolve } from 'node:dns'
import type { LookupAddress, LookupOptions } from 'node:dns'
import { BlockList, isIP } from 'node:net'
import { Agent, buildConnector, type Dispatcher } from 'undici'

/** A network of addresses: its first address, and how many of its leading bits are the same for all. */
export interface Network {
  readonly address: string
  readonly prefix: number
}

/** Where requests may go whose address a user named. */
export interface Egress extends AsyncDisposable {
  /** Connects to public addresses only, and to what is allowed besides; follows no redirects. */
  readonly dispatcher: Dispatcher
  /** What can be said against an address before anything is resolved; null when nothing can. */
  problemOf(url: URL): string | null
}

/** An address that a user named, or that a name led to, is not one that we connect to. */
export class AddressRefusedError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'AddressRefusedError'
  }
}

/**
 * Addresses of no host on the public internet, and those whose packets something on the way sends elsewhere. Source: IANA
 * Special-Purpose Address Registries for IPv4 and IPv6, read 2026-11-29. Of IPv6 only 2000::/3 is given out at all, so
 * that loopback, link-local, unique local, mapped and translated addresses lie outside by themselves.
 */
const PRIVATE_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
]
const PUBLIC_IPV6 = ['2000::/3']
const PRIVATE_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

const CONNECT_TIMEOUT_MS = 10_000
const MOST_HEADER_BYTES = 16_384
const IDLE_MS = 10_000

/**
 * Opens the way out to addresses that users name.
 *
 * Every address is looked at when it is connected to, as the name resolves at that moment: a name that changes its mind
 * after it was checked gains nothing. A name one of whose addresses is refused is refused.
 *
 * @param allowed networks that may be connected to though they are private, by HTTP without TLS too
 */
export function openEgress(allowed: readonly Network[]): Egress {
  const isAllowed = toBlockList(allowed)
  const refusalOf = (protocol: string, address: string): string | null => {
    if (isIn(isAllowed, address)) return null
    if (!isPublic(address)) return 'it leads to an address that is not public'
    return protocol === 'https:' ? null : 'it has to begin with https://'
  }
  const connectors = new Map(
    ['http:', 'https:'].map((protocol) => {
      const lookup = lookupWith((address) => refusalOf(protocol, address))
      return [protocol, buildConnector({ timeout: CONNECT_TIMEOUT_MS, allowH2: false, lookup })]
    }),
  )
  const agent = new Agent({
    maxHeaderSize: MOST_HEADER_BYTES,
    keepAliveTimeout: IDLE_MS,
    connect(options, callback) {
      const connect = connectors.get(options.protocol)
      const host = bare(options.hostname)
      // An address in digits is connected to without a look-up.
      const refusal = connect && isIP(host) !== 0 ? refusalOf(options.protocol, host) : null
      if (connect === undefined || refusal !== null) {
        return callback(new AddressRefusedError(refusal ?? `not by ${options.protocol}`), null)
      }
      return connect({ ...options, hostname: host }, callback)
    },
  })
  return {
    dispatcher: agent,
    problemOf(url) {
      const host = bare(url.hostname)
      if (isIP(host) !== 0) return refusalOf(url.protocol, host)
      if (allowed.length > 0) return null
      if (host === 'localhost' || host.endsWith('.localhost')) return 'it leads to an address that is not public'
      return url.protocol === 'https:' ? null : 'it has to begin with https://'
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  }
}

/** IPv6 addresses stand in brackets in a URL. */
const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1')

const toBlockList = (networks: readonly Network[]): BlockList => {
  const list = new BlockList()
  for (const { address, prefix } of networks) list.addSubnet(address, prefix, familyOf(address))
  return list
}

const parse = (texts: readonly string[]): BlockList =>
  toBlockList(texts.map((text) => ({ address: text.split('/')[0] ?? '', prefix: Number(text.split('/')[1]) })))

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

const isIn = (list: BlockList, address: string): boolean => list.check(address, familyOf(address))

const privateIpv4 = parse(PRIVATE_IPV4)
const publicIpv6 = parse(PUBLIC_IPV6)
const privateIpv6 = parse(PRIVATE_IPV6)

/** Whether a host of the public internet may have the address. */
export const isPublic = (address: string): boolean =>
  isIP(address) === 4 ? !isIn(privateIpv4, address) : isIn(publicIpv6, address) && !isIn(privateIpv6, address)

type Looked = (error: Error | null, address: string | LookupAddress[], family?: number) => void

/** Looks a name up as usual, and answers a refusal when it is refused. */
function lookupWith(refusalOf: (address: string) => string | null) {
  return (hostname: string, options: LookupOptions, callback: Looked): void => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, [])
      const refusal = addresses.map(({ address }) => refusalOf(address)).find((each) => each !== null)
      if (refusal !== undefined) return callback(new AddressRefusedError(refusal), [])
      const [first] = addresses
      if (options.all === true || first === undefined) return callback(null, addresses)
      return callback(null, first.address, first.family)
    })
  }
}
