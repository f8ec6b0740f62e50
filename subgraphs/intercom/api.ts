import type { AccountClient, Quota } from '../../kit/account-client.ts'
import type { Api, AuthMethod } from '../../kit/contract.ts'
import type { Account, Credential, Settings } from '../../store/account.ts'
import { readWire } from '../../kit/read-wire.ts'
import { fromUnixSeconds } from '../../kit/time.ts'
import { judge } from './judge.ts'
import { PROVIDER, wireMe } from './wire.ts'

/** A token works only on the hosts of its own region. Source: Intercom REST 2.16, `servers`; Intercom OAuth guide. */
const REGIONS = {
  us: { api: 'https://api.intercom.io', authorize: 'https://app.intercom.com/oauth' },
  eu: { api: 'https://api.eu.intercom.io', authorize: 'https://app.eu.intercom.com/oauth' },
  au: { api: 'https://api.au.intercom.io', authorize: 'https://app.au.intercom.com/oauth' },
} as const

const isRegion = (text: string): text is keyof typeof REGIONS => Object.hasOwn(REGIONS, text)

function hosts(settings: Settings): { readonly api: string; readonly authorize: string } {
  if (settings.baseUrl !== null) {
    const base = settings.baseUrl.replace(/\/+$/, '')
    return { api: base, authorize: `${base}/oauth` }
  }
  const region = settings.region?.toLowerCase() ?? 'us'
  return REGIONS[isRegion(region) ? region : 'us']
}

/** Two ways in: the OAuth app, whose scopes are ticked in the Developer Hub, and the static token of a private app. Neither token ends. */
export const auth: readonly AuthMethod[] = [
  {
    kind: 'oauth2',
    fields: [],
    authorizeUrl: (settings) => hosts(settings).authorize,
    tokenUrl: (settings) => `${hosts(settings).api}/auth/eagle/token`,
    scopes: [],
    pkce: false,
    clientAuthentication: 'body',
    refreshes: false,
  },
  {
    kind: 'fields',
    fields: [
      {
        name: 'accessToken',
        label: 'Access token',
        help: 'Developer Hub → your app → Configure → Authentication → Access token',
        secret: true,
        required: true,
        pattern: '\\S{8,}',
        options: null,
      },
      {
        name: 'region',
        label: 'Region',
        help: 'Where the workspace is hosted: app.intercom.com is us, app.eu.intercom.com is eu, app.au.intercom.com is au',
        secret: false,
        required: true,
        pattern: null,
        options: Object.keys(REGIONS),
      },
    ],
  },
]

function sign(headers: Headers, credential: Credential): void {
  const token = credential.accessToken ?? credential.fields['accessToken']
  if (token !== undefined) headers.set('Authorization', `Bearer ${token}`)
}

/** The window's limit, what is left of it, and when it ends (Unix seconds). */
function quota(headers: Headers): Quota | null {
  const [limit, remaining, reset] = ['Limit', 'Remaining', 'Reset'].map((name) => {
    const value = headers.get(`X-RateLimit-${name}`)
    return value === null || value.trim() === '' ? Number.NaN : Number(value)
  })
  if (limit === undefined || remaining === undefined || reset === undefined) return null
  if (!Number.isFinite(limit) || !Number.isFinite(remaining) || !Number.isFinite(reset)) return null
  return { limit, remaining, resetAt: fromUnixSeconds(reset) }
}

/** Intercom's HTTP API, version 2.16. Limits are spread over windows of 10 seconds; the smallest quota seen is assumed until headers tell. */
export const api: Api = {
  baseUrl: (settings) => hosts(settings).api,
  headers: { Accept: 'application/json', 'Intercom-Version': '2.16' },
  sign,
  judge,
  quota,
  defaultQuota: { limit: 166, windowMs: 10_000 },
  limits: [],
  timeoutMs: 30_000,
}

/** Whose token it is: the workspace, and the admin that it acts as. */
export async function identify(client: AccountClient): Promise<Account> {
  const answer = await client.request({ method: 'GET', path: '/me' })
  const me = readWire(wireMe, answer.body, { provider: PROVIDER, stream: 'me' })
  return {
    id: me.app.id_code,
    name: me.app.name ?? me.app.id_code,
    region: me.app.region?.toLowerCase() ?? null,
    actorRemoteId: me.id,
  }
}

/** Takes the app out of the workspace, which ends its token. */
export async function revoke(client: AccountClient): Promise<void> {
  await client.request({ method: 'POST', path: '/auth/uninstall' })
}
