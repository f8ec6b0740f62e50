import type { AccountClient } from '../../kit/account-client.ts'
import type { Api, AuthMethod } from '../../kit/contract.ts'
import { CredentialError, NotFoundError, RejectedError } from '../../kit/errors.ts'
import { readWire } from '../../kit/read-wire.ts'
import { wireNamed } from '../../kit/wire.ts'
import type { Account, Credential, Settings } from '../../store/account.ts'
import { ForbiddenError, judge } from './judge.ts'
import { costOf, defaultQuota, limits, quota } from './limits.ts'
import { PROVIDER, wireAccount } from './wire.ts'

/** A name under freshdesk.com, alone: with nothing else in it, it can lead nowhere else. */
const DOMAIN = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'

/** API keys belong to an agent, have that agent's rights, and do not end. Source: Freshdesk API v2, "Authentication". */
export const auth: readonly AuthMethod[] = [
  {
    kind: 'fields',
    fields: [
      {
        name: 'domain',
        label: 'Domain',
        help: 'Only the name before .freshdesk.com, in small letters: acme for acme.freshdesk.com',
        secret: false,
        required: true,
        pattern: DOMAIN,
        options: null,
      },
      {
        name: 'apiKey',
        label: 'API key',
        help: 'Of an administrator: profile picture → Profile settings → View API key',
        secret: true,
        required: true,
        pattern: '[A-Za-z0-9_-]{8,}',
        options: null,
      },
    ],
  },
]

/** @throws RejectedError the domain is no name under freshdesk.com */
function baseUrl({ baseUrl: base, domain }: Settings): string {
  if (domain === null || !new RegExp(`^${DOMAIN}$`).test(domain)) {
    const reason = 'The domain is only the name before .freshdesk.com.'
    throw new RejectedError(PROVIDER, 'no such domain', 'domain', reason)
  }
  const host = base === null ? `https://${domain}.freshdesk.com` : `${base.replace(/\/+$/, '')}/${domain}`
  return `${host}/api/v2`
}

/** Basic: the key, and any password. */
function sign(headers: Headers, credential: Credential): void {
  const key = credential.fields['apiKey']
  if (key !== undefined) headers.set('Authorization', `Basic ${Buffer.from(`${key}:X`).toString('base64')}`)
}

/** Freshdesk's HTTP API, version 2. */
export const api: Api = {
  baseUrl,
  headers: { Accept: 'application/json' },
  sign,
  judge,
  quota,
  defaultQuota,
  costOf,
  limits,
  timeoutMs: 30_000,
}

/**
 * Whose key it is: the account, and the agent that it acts as.
 *
 * @throws CredentialError there is no such account, or the agent is no administrator: then most lists are closed to them
 */
export async function identify(client: AccountClient): Promise<Account> {
  const get = async (path: string): Promise<unknown> => (await client.request({ method: 'GET', path })).body
  try {
    const me = readWire(wireNamed, await get('/agents/me'), { provider: PROVIDER, stream: 'agents/me' })
    const account = readWire(wireAccount, await get('/account'), { provider: PROVIDER, stream: 'account' })
    return {
      id: account.account_id,
      name: account.account_name ?? client.settings.domain ?? account.account_id,
      region: account.data_center,
      actorRemoteId: me.id,
    }
  } catch (error) {
    if (error instanceof NotFoundError) {
      throw new CredentialError(PROVIDER, 'there is no Freshdesk account of that domain', { cause: error })
    }
    if (error instanceof ForbiddenError) {
      throw new CredentialError(PROVIDER, 'the key is of an agent who is no administrator', { cause: error })
    }
    throw error
  }
}
