import { parseArgs } from 'node:util'
import { mayForward } from '../gateway/forwarded.ts'

/** How a gateway is to be started: with access checks over some supergraph, or without over one that is named. */
export type GatewayCommand = CheckedCommand | DevelopmentCommand

/** A gateway with access checks. */
export interface CheckedCommand extends ListeningCommand {
  /** The path of the supergraph; null for our own. */
  readonly supergraph: string | null
  readonly dev: false
}

/** A gateway without access checks and limits. */
export interface DevelopmentCommand extends ListeningCommand {
  readonly supergraph: string
  readonly dev: true
}

/** Where a gateway listens, and how it reaches its subgraphs. */
interface ListeningCommand {
  /** Null: as the settings say. */
  readonly port: number | null
  readonly host: string | null
  /** Where subgraphs answer, by name, instead of where the supergraph says. */
  readonly subgraphs: ReadonlyMap<string, string>
  /** Where they take subscriptions, by name; the scheme says over which protocol. */
  readonly subscriptions: ReadonlyMap<string, string>
  /** Names of request headers that go on to the subgraphs. */
  readonly forward: readonly string[]
}

/** What the words after `gateway` say: how to start, that help is wanted, or why they cannot be followed. */
export type GatewayWords = GatewayCommand | { readonly help: true } | { readonly problem: string }

/** How the command is written. */
export const gatewayUsage = `Usage (with npm, options stand after "--": npm run gateway -- --port 4000):

  gateway [--supergraph FILE] [--port N] [--host H] [--subgraph NAME=URL]… [--subscriptions NAME=URL]…
          [--forward HEADER]… [--dev]

  --supergraph FILE    Serves this supergraph (Federation 2), and follows the file: a new one is
                       served as soon as it is written, or at SIGHUP, without losing anything.
                       Without it Switchboard's own graph is served.
  --port N             Where to listen, in place of PORT. 0 is any free port.
  --host H             On which address, in place of HOST.
  --subgraph NAME=URL  Where a subgraph answers, in place of what the supergraph says.
  --subscriptions NAME=URL
                       Where a subgraph takes subscriptions, and how: ws:// and wss:// speak
                       graphql-transport-ws, http:// and https:// graphql-sse (distinct
                       connections). Without it: at its address, by ws:// or wss://.
  --forward HEADER     Sends this header of a client's request on to the subgraphs.
  --dev                For development only: lets everybody in, checks no token and no limit, needs
                       no database. Needs --supergraph, and listens on 127.0.0.1 unless --host says
                       otherwise.
  --help               Prints this.`

const options = {
  supergraph: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  subgraph: { type: 'string', multiple: true },
  subscriptions: { type: 'string', multiple: true },
  forward: { type: 'string', multiple: true },
  dev: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const LAST_PORT = 65_535
const NOT_YOURS =
  '--forward authorization: that header carries the token for this gateway, which no subgraph may see; ' +
  'it can be forwarded only with --dev'

/** What is wrong with a command line, in a sentence. */
class Problem extends Error {}

/** Reads the words after `gateway`. */
export function readGatewayCommand(words: readonly string[]): GatewayWords {
  try {
    const { values } = parseArgs({ args: [...words], options })
    if (values.help === true) return { help: true }
    const supergraph = values.supergraph === undefined ? null : readText('--supergraph', values.supergraph, 'a file')
    const listening = {
      port: values.port === undefined ? null : readPort(values.port),
      host: values.host === undefined ? null : readText('--host', values.host, 'an address'),
      subgraphs: readUrls('--subgraph', values.subgraph ?? [], ['http:', 'https:']),
      subscriptions: readUrls('--subscriptions', values.subscriptions ?? [], ['ws:', 'wss:', 'http:', 'https:']),
      forward: (values.forward ?? []).map(readHeader),
    }
    if (values.dev !== true) {
      if (listening.forward.some((name) => name.toLowerCase() === 'authorization')) throw new Problem(NOT_YOURS)
      return { ...listening, supergraph, dev: false }
    }
    if (supergraph === null)
      throw new Problem('--dev: expected --supergraph, too; our own subgraphs need access checks')
    return { ...listening, supergraph, dev: true }
  } catch (error) {
    if (error instanceof Problem || error instanceof TypeError) return { problem: `gateway: ${error.message}` }
    throw error
  }
}

function readText(option: string, text: string, what: string): string {
  if (text.trim() === '') throw new Problem(`${option}: expected ${what}`)
  return text.trim()
}

function readHeader(text: string): string {
  const name = text.trim()
  if (mayForward(name)) return name
  throw new Problem(`--forward: expected the name of a header that is a client's to set, but got "${text}"`)
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : LAST_PORT + 1
  if (port > LAST_PORT) throw new Problem(`--port: expected a whole number from 0 to ${LAST_PORT}, but got "${text}"`)
  return port
}

/** Reads NAME=URL pairs whose addresses have one of these schemes. */
function readUrls(option: string, pairs: readonly string[], schemes: readonly string[]): ReadonlyMap<string, string> {
  const urls = new Map<string, string>()
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, Math.max(at, 0)).trim()
    const url = pair.slice(at + 1).trim()
    if (name === '') throw new Problem(`${option}: expected NAME=URL, but got "${pair}"`)
    if (urls.has(name)) throw new Problem(`${option}: "${name}" is given twice`)
    if (!schemes.includes(URL.parse(url)?.protocol ?? '')) {
      const expected = schemes.map((scheme) => `${scheme}//`).join(' or ')
      throw new Problem(`${option} ${name}: expected an address that begins with ${expected}, but got "${url}"`)
    }
    urls.set(name, url)
  }
  return urls
}
