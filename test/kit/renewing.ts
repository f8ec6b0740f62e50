import type { Dispatcher } from 'undici'
import type { Call } from '../../kit/account-client.ts'
import { type Accounts, openAccounts } from '../../kit/accounts.ts'
import type { Clock } from '../../kit/clock.ts'
import type { Api, Connector } from '../../kit/contract.ts'
import { ProviderError } from '../../kit/errors.ts'
import { openRenewal } from '../../kit/renewal.ts'
import type { Integration } from '../../store/integrations.ts'
import type { Store } from '../../store/store.ts'
import type { TestStore } from '../setup/store.ts'
import type { RotatingProvider } from './rotating-provider.ts'

/** How long the tokens of tests live: as briefly as any provider's. */
export const LIFE_MS = 300_000

export const get: Call = { method: 'GET', path: '/things' }
export const post: Call = { method: 'POST', path: '/things', body: { text: 'Only once.' } }

const api: Api = {
  baseUrl: ({ baseUrl }) => baseUrl ?? '',
  headers: {},
  sign: (headers, { accessToken }) => headers.set('authorization', `Bearer ${accessToken}`),
  judge: () => null,
  quota: () => null,
  defaultQuota: { limit: 10_000, windowMs: 1_000 },
  limits: [],
  timeoutMs: 10_000,
}

const connector: Connector = {
  provider: 'fake',
  title: 'Fake',
  description: 'Tokens that end.',
  auth: [
    {
      kind: 'oauth2',
      fields: [],
      authorizeUrl: ({ baseUrl }) => `${baseUrl}/authorize`,
      tokenUrl: ({ baseUrl }) => `${baseUrl}/token`,
      scopes: [],
      pkce: false,
      clientAuthentication: 'body',
      refreshes: true,
    },
  ],
  api,
  streams: [],
  webhook: null,
  actions: {},
  remap: {},
  identify: () => Promise.reject(new Error('nobody asks')),
  revoke: null,
}

/** Connects an account of the provider, whose token ends in five minutes. */
export function connectTo(
  provider: RotatingProvider,
  { store, workspaceId }: Pick<TestStore, 'store' | 'workspaceId'>,
  clock: Clock,
): Promise<Integration> {
  const settings = { baseUrl: provider.url, region: null, domain: null, actorRemoteId: null }
  const draft = { workspaceId, provider: 'fake', name: 'Fake', settings, account: null }
  const expiresAt = new Date(clock.now().getTime() + LIFE_MS)
  return store.integrations.create(draft, (within, id) =>
    store.credentials.save(id, { ...provider.pair, expiresAt, fields: { domain: 'acme' } }, { within }),
  )
}

/** The accounts of one process. */
export function openProcessOf(
  store: Store,
  { clock, dispatcher }: { readonly clock: Clock; readonly dispatcher: Dispatcher },
): Accounts {
  const { signal } = new AbortController()
  const world = {
    connectors: new Map([['fake', connector]]),
    integration: (id: string) => store.integrations.get(id),
    log: () => undefined,
  }
  const renewal = openRenewal({
    ...world,
    credentials: store.credentials,
    app: () => ({ clientId: 'client_1', clientSecret: 'shh', redirectUri: 'https://us.test/callback' }),
    tokenEndpoint: { dispatcher, clock, signal },
    refused: (read, reason) => store.integrations.needsReconnect(read, reason),
    renewed: (id) => store.integrations.setStatus(id, 'ACTIVE', null),
  })
  return openAccounts({ ...world, renewal, dispatcher, clock, random: () => 0.5, signal })
}

/** Calls the provider; answers `ok`, or the code of the error. */
export async function askOf(accounts: Accounts, integrationId: string, call = get): Promise<unknown> {
  const client = await accounts.open(integrationId, 'live')
  return client.request(call).then(
    () => 'ok',
    (error: unknown) => (error instanceof ProviderError ? error.code : error),
  )
}
