import { readFile } from 'node:fs/promises'
import type { GraphSource } from './graph.ts'
import { readSubgraphUrls, SupergraphError } from './subgraph-urls.ts'
import type { Transport } from './transport/transport.ts'

/** Where a supergraph comes from, and how its subgraphs are reached. */
export interface SupplyOptions {
  /** The path of its SDL. */
  readonly file: string
  /** Addresses that stand in for the supergraph's own, by the name of the subgraph. */
  readonly urls: ReadonlyMap<string, string>
  /** Where subgraphs take subscriptions, by their names, when that is not at their own addresses. */
  readonly subscriptionUrls?: ReadonlyMap<string, string>
  /** Makes of the address in the supergraph the one to use; for those that `urls` does not name. */
  readonly toUrl: (url: string) => string
  /** Opens the way to a subgraph. */
  readonly open: (place: SubgraphPlace) => Transport
}

/** Where a subgraph is. */
export interface SubgraphPlace {
  readonly name: string
  readonly url: string
  /** Where subscriptions are made, when that is not at `url`. */
  readonly subscriptionUrl?: string
}

/** A supergraph as it was read, to be served or not. */
export interface Supplied extends GraphSource {
  /** It is served: what it opened is used again by what is read later. */
  keep(): void
  /** It is not served: what it alone opened is closed. */
  discard(): Promise<void>
}

/** Reads a supergraph, again and again. */
export interface Supply {
  /**
   * Reads the supergraph and opens the ways to its subgraphs; those at the same address as in the one that is kept are
   * the same objects.
   *
   * @throws SupergraphError the file cannot be read, is no supergraph, or does not say where a subgraph answers
   */
  read(): Promise<Supplied>
}

/** Makes a supply. */
export function createSupply({ file, urls, subscriptionUrls, toUrl, open }: SupplyOptions): Supply {
  let kept: ReadonlyMap<string, Transport> = new Map()
  return {
    read: async () => {
      const supergraphSdl = await readSupergraphFile(file)
      const named = tellFile(file, () => readSubgraphUrls(supergraphSdl))
      const ways = new Map<string, Transport>()
      const opened: Transport[] = []
      const transports: Record<string, Transport> = {}
      for (const [name, own] of named) {
        const url = urls.get(name) ?? checkUrl(file, name, toUrl(own))
        const key = JSON.stringify([name, url])
        let transport = kept.get(key)
        if (transport === undefined) {
          const subscriptionUrl = subscriptionUrls?.get(name)
          transport = open({ name, url, ...(subscriptionUrl !== undefined && { subscriptionUrl }) })
          opened.push(transport)
        }
        ways.set(key, transport)
        transports[name] = transport
      }
      return {
        supergraphSdl,
        transports,
        keep: () => {
          kept = ways
        },
        discard: async () => {
          await Promise.all(opened.map((transport) => transport.close()))
        },
      }
    },
  }
}

/**
 * Checks the addresses that stand in for a supergraph's own against the names in it.
 *
 * @throws SupergraphError one is for a subgraph that it does not have
 */
export function checkNames(supplied: GraphSource, urls: ReadonlyMap<string, string>): void {
  const names = Object.keys(supplied.transports)
  for (const name of urls.keys()) {
    if (!names.includes(name)) {
      throw new SupergraphError(`the supergraph has no subgraph "${name}"; its subgraphs are: ${names.join(', ')}`)
    }
  }
}

async function readSupergraphFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : null
    if (code === 'ENOENT') throw new SupergraphError(`${file}: there is no such file`, { cause })
    if (code === 'EISDIR') throw new SupergraphError(`${file}: it is a folder, not a supergraph`, { cause })
    throw new SupergraphError(`${file}: it cannot be read (${String(code ?? cause)})`, { cause })
  }
}

function tellFile<T>(file: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof SupergraphError)) throw error
    throw new SupergraphError(`${file}: ${error.message}`, { cause: error })
  }
}

function checkUrl(file: string, name: string, url: string): string {
  const protocol = URL.parse(url)?.protocol
  if (protocol === 'http:' || protocol === 'https:') return url
  const problem =
    url === '' ? 'does not say where' : `says "${url}", which is no http:// or https:// address, for where`
  throw new SupergraphError(`${file} ${problem} the subgraph "${name}" answers; say it: --subgraph ${name}=URL`)
}
