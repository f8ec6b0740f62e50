import { pino, type Logger } from 'pino'
import type { Access } from '../../gateway/access.ts'
import { createGatewayRole, type GatewayOptions, type GatewayRole } from '../../gateway/role.ts'
import type { Transport } from '../../gateway/transport/transport.ts'
import { listen } from '../../server/listen.ts'
import type { Viewer } from '../../store/viewer.ts'
import { compose, inProcess, VIEWER, type TestSubgraph } from './graph.ts'

/** A gateway behind a real listener. */
export interface Served extends AsyncDisposable {
  readonly url: string
  readonly socketUrl: string
  readonly role: GatewayRole
  /** What was logged, as objects. */
  readonly logged: Record<string, unknown>[]
  /** Tokens that let somebody in; tests change it. */
  readonly tokens: Map<string, Viewer>
  post(body: unknown, headers?: Record<string, string>): Promise<Response>
  /** Posts an operation with a good token and decodes the answer. */
  ask(query: string, more?: Record<string, unknown>): Promise<unknown>
}

/** What differs from a plain gateway over in-process subgraphs. */
export type ServeOptions = Partial<Omit<GatewayOptions, 'transports'>> & {
  readonly transports?: Readonly<Record<string, Transport>>
}

/** A header with a token that {@link serve} accepts. */
export const GOOD = { authorization: 'Bearer good' }

/** Serves test subgraphs through a gateway on a free port. */
export async function serve(subgraphs: readonly TestSubgraph[], options: ServeOptions = {}): Promise<Served> {
  const logged: Record<string, unknown>[] = []
  const tokens = new Map([['Bearer good', VIEWER]])
  const access: Access = { authenticate: async (authorization) => tokens.get(authorization ?? '') ?? null }
  const own = Object.fromEntries(subgraphs.map((subgraph): [string, Transport] => [subgraph.name, inProcess(subgraph)]))
  const role = await createGatewayRole({
    supergraphSdl: compose(subgraphs),
    access,
    origins: [],
    introspection: 'authenticated',
    deadlineMs: 60_000,
    graphiqlDir: null,
    logger: captureLog(logged),
    ...options,
    transports: { ...own, ...options.transports },
  })
  const listening = await listen({ roles: [role], port: 0, host: '127.0.0.1', logger: pino({ level: 'silent' }) })
  const post: Served['post'] = (body, headers = GOOD) =>
    fetch(`${listening.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  return {
    url: `${listening.url}/graphql`,
    socketUrl: `${listening.url.replace('http', 'ws')}/graphql`,
    role,
    logged,
    tokens,
    post,
    ask: async (query, more) => (await post({ query, ...more })).json(),
    [Symbol.asyncDispose]: async () => {
      await role.close()
      await listening.close()
    },
  }
}

function captureLog(into: Record<string, unknown>[]): Logger {
  return pino({ level: 'debug', base: null }, { write: (line) => void into.push(JSON.parse(line)) })
}
