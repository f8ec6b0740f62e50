import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Foundation } from '../../../foundation.ts'
import { createIngestRole } from '../../../ingest/role.ts'
import type { Connector, CredentialField, Proof } from '../../../kit/contract.ts'
import type { WorkspaceRole } from '../../../store/viewer.ts'
import { fakeConnector } from '../../ingest/fake-connector.ts'
import { ownConnector } from '../../ingest/fake-own.ts'
import { type FakeProvider, startFakeProvider } from '../../ingest/fake-provider.ts'
import { type GraphSite, openGraph } from '../graph-site.ts'

/** Where deliveries are said to go; `OwnSite.url` is where they do. */
const INGEST_URL = 'https://switchboard.test'

/** The graph and ingest over an invented provider that pushes to each integration, registered under the name of one that the schema has. */
export interface OwnSite extends AsyncDisposable {
  readonly graph: GraphSite
  readonly provider: FakeProvider
  /** Everything that was logged by ingest. */
  readonly log: readonly string[]
  /** Runs an operation as a member, OWNER unless told; answers its data, and fails on errors. */
  data(query: string, role?: WorkspaceRole): Promise<Data>
  /** The same, for an operation that fails: the code of its error. */
  refusal(query: string, role: WorkspaceRole): Promise<unknown>
  /** Where an address that a provider was told is reached here. */
  reach(url: unknown): string
}

/** Fields of an answer, as a test looks into them. */
export interface Data {
  readonly [field: string]: Data
}

/** What is known to be a text. */
export function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`expected a text, but got ${typeof value}`)
  return value
}

const domain: CredentialField = {
  name: 'domain',
  label: 'Subdomain',
  help: 'what stands before .fakedesk.example',
  secret: false,
  required: true,
  pattern: '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?',
  options: null,
}
const key: CredentialField = { ...domain, name: 'key', label: 'Key', help: '', secret: true, pattern: null }

/** The invented provider with accounts at domains of their own, which are connected by sign-in or a key. */
const atDomains = (connector: Connector): Connector => ({
  ...connector,
  provider: 'intercom',
  auth: [
    {
      kind: 'oauth2',
      fields: [domain],
      authorizeUrl: (settings) => `https://${settings.domain}.fakedesk.example/authorize`,
      tokenUrl: (settings) => `https://${settings.domain}.fakedesk.example/token`,
      scopes: [],
      pkce: false,
      clientAuthentication: 'body',
      refreshes: false,
    },
    { kind: 'fields', fields: [domain, key] },
  ],
  api: {
    ...connector.api,
    baseUrl: (settings) => settings.baseUrl ?? `https://${settings.domain}.fakedesk.example`,
    sign: (headers, { fields }) => headers.set('authorization', fields['key'] ?? ''),
  },
  async identify(client) {
    await client.request({ method: 'GET', path: '/groups' })
    return { id: client.settings.domain ?? '', name: 'Fake account', region: null, actorRemoteId: null }
  },
})

/** Opens it; `pushes` says how the provider does, and who sets that up. */
export async function openOwnSite(
  pushes: { readonly proof: Proof; readonly by: 'api' | 'hand' } | 'to our app',
): Promise<OwnSite> {
  await using opened = new AsyncDisposableStack()
  const provider = opened.use(await startFakeProvider())
  const log: string[] = []
  let url = ''
  const ingest = async (foundation: Foundation) => {
    const role = await createIngestRole({
      ...foundation,
      log: (line) => log.push(line),
      eventsKept: { days: 7, most: 1_000_000 },
      timing: { sweepMs: 100, syncRetries: { tries: Number.POSITIVE_INFINITY, firstDelayMs: 1, maxDelayMs: 10 } },
    })
    const server = createServer((request, response) => {
      void role.routes[0]?.handle(request, response, new URL(request.url ?? '/', 'http://ingest'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return {
      ...role,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
        await role.close()
      },
    }
  }
  const graph = opened.use(
    await openGraph({
      connectors: [atDomains(pushes === 'to our app' ? fakeConnector : ownConnector(pushes.proof, pushes.by))],
      environment: {
        SWITCHBOARD_INTERCOM_URL: provider.url,
        SWITCHBOARD_INGEST_URL: INGEST_URL,
        INTERCOM_CLIENT_ID: 'our-app',
        INTERCOM_CLIENT_SECRET: 'whsec-of-the-fake',
      },
      ingest,
    }),
  )
  const ask = async (query: string, role: WorkspaceRole) =>
    (await graph.ask(query, { role })) as { readonly data: Data; readonly errors?: readonly Data[] }
  const everything = opened.move()
  return {
    graph,
    provider,
    log,
    async data(query, role = 'OWNER') {
      const { data, errors } = await ask(query, role)
      if (errors) throw new Error(JSON.stringify(errors))
      return data
    },
    refusal: async (query, role) => (await ask(query, role)).errors?.[0]?.['extensions']?.['code'],
    reach: (told) => textOf(told).replace(INGEST_URL, url),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}
