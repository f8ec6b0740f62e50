import type { AccountClient } from '../../kit/account-client.ts'
import type { Api, AuthMethod, CredentialField } from '../../kit/contract.ts'
import { CredentialError, NotFoundError } from '../../kit/errors.ts'
import { readWire } from '../../kit/read-wire.ts'
import type { Account, Credential, Settings } from '../../store/account.ts'
import { judge } from './judge.ts'
import { limits, quota } from './limits.ts'
import { PROVIDER, wireMe } from './wire.ts'
import { isStaff } from './words.ts'

/** One label of a host name: with anything else in it, the credential would go to somebody else's host. */
const SUBDOMAIN = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'

const isSubdomain = new RegExp(`^${SUBDOMAIN}$`)

/** Where the account is. @throws CredentialError no subdomain is known, or it is none */
function baseUrl(settings: Settings): string {
  const { domain } = settings
  if (domain === null || !isSubdomain.test(domain)) {
    throw new CredentialError(PROVIDER, 'no subdomain is known to ask: connect again, with one')
  }
  return settings.baseUrl === null
    ? `https://${domain}.zendesk.com`
    : `${settings.baseUrl.replace(/\/+$/, '')}/${domain}`
}

const subdomain: CredentialField = {
  name: 'domain',
  label: 'Subdomain',
  help: 'What stands before .zendesk.com in the address of your help desk, in small letters: acme',
  secret: false,
  required: true,
  pattern: SUBDOMAIN,
  options: null,
}

/** Two ways in: OAuth, whose tokens end and are refreshed together; and the account's API token, which can act as any agent. */
export const auth: readonly AuthMethod[] = [
  {
    kind: 'oauth2',
    fields: [subdomain],
    authorizeUrl: (settings) => `${baseUrl(settings)}/oauth/authorizations/new`,
    tokenUrl: (settings) => `${baseUrl(settings)}/oauth/tokens`,
    scopes: ['read', 'write'],
    pkce: true,
    clientAuthentication: 'body',
    refreshes: true,
  },
  {
    kind: 'fields',
    fields: [
      subdomain,
      {
        name: 'email',
        label: 'E-mail address',
        help: 'Of the administrator in whose name Switchboard acts',
        secret: false,
        required: true,
        pattern: '[^\\s@:]+@[^\\s@]+',
        options: null,
      },
      {
        name: 'apiToken',
        label: 'API token',
        help: 'Admin Center → Apps and integrations → APIs → Zendesk API → Add API token',
        secret: true,
        required: true,
        pattern: '\\S{8,}',
        options: null,
      },
    ],
  },
]

function sign(headers: Headers, { accessToken, fields }: Credential): void {
  const { email, apiToken } = fields
  if (accessToken !== null) headers.set('Authorization', `Bearer ${accessToken}`)
  else if (email !== undefined && apiToken !== undefined) {
    headers.set('Authorization', `Basic ${Buffer.from(`${email}/token:${apiToken}`).toString('base64')}`)
  }
}

/** Zendesk's Support API, version 2. The smallest plan's limit is assumed until headers tell. */
export const api: Api = {
  baseUrl,
  headers: { Accept: 'application/json' },
  sign,
  judge,
  quota,
  defaultQuota: { limit: 200, windowMs: 60_000 },
  limits,
  timeoutMs: 60_000,
}

/**
 * Whose credential it is. An account is called by its subdomain: no call tells the number that deliveries have.
 *
 * @throws CredentialError it is nobody's (which is answered 200 as well), or a customer's
 */
export async function identify(client: AccountClient): Promise<Account> {
  const answer = await client.request({ method: 'GET', path: '/api/v2/users/me' })
  const { user } = readWire(wireMe, answer.body, { provider: PROVIDER, stream: 'users/me' })
  if (user.id === null) throw new CredentialError(PROVIDER, 'the credential is nobody’s')
  if (!isStaff(user.role)) throw new CredentialError(PROVIDER, 'the credential is a customer’s, not one of the team’s')
  const { domain } = client.settings
  if (domain === null) throw new CredentialError(PROVIDER, 'no subdomain is known: connect again, with one')
  return { id: domain, name: domain, region: null, actorRemoteId: user.id }
}

/** Ends the token that is used. An API token is the account's own, and is none of those that can be ended so. */
export async function revoke(client: AccountClient): Promise<void> {
  try {
    await client.request({ method: 'DELETE', path: '/api/v2/oauth/tokens/current' })
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error
  }
}
