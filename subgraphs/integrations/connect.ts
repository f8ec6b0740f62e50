import type { Connector, CredentialField, OAuth2Method } from '../../kit/contract.ts'
import type { Account, Credential, Settings } from '../../store/account.ts'
import type { OAuthFlow } from '../../kit/oauth.ts'
import type { Integration } from '../../store/integrations.ts'
import type { Services } from '../context.ts'
import { type UserError, userError } from '../interfaces/user-error.ts'
import { pushesToIntegrations, webhookStart } from './webhook.ts'

/** Who connects, and what it is to be called. */
export interface Connecting {
  readonly workspaceId: string
  readonly memberId: string
  /** Null names it after the account. */
  readonly name: string | null
}

/** The settings that a person's choices give, before the provider was asked. */
export function toSettings(services: Services, provider: string, fields: Readonly<Record<string, string>>): Settings {
  return {
    baseUrl: services.baseUrl(provider),
    region: fields['region'] ?? null,
    domain: fields['domain'] ?? null,
    actorRemoteId: null,
  }
}

/** Checks what was filled in against what the provider wants. */
export function checkFields(
  fields: readonly CredentialField[],
  given: Readonly<Record<string, string>>,
): readonly UserError[] {
  const errors = fields.flatMap((field): UserError[] => {
    const value = given[field.name]
    if (value === undefined || value === '') {
      return field.required ? [userError('BAD_USER_INPUT', field.name, `${field.label} is missing: ${field.help}`)] : []
    }
    const fits =
      field.options?.includes(value) ?? (field.pattern === null || new RegExp(`^(?:${field.pattern})$`).test(value))
    return fits ? [] : [userError('BAD_USER_INPUT', field.name, `${field.label} does not look right: ${field.help}`)]
  })
  const known = new Set(fields.map((field) => field.name))
  const unknown = Object.keys(given).filter((name) => !known.has(name))
  return [...errors, ...unknown.map((name) => userError('BAD_USER_INPUT', name, `there is no field ${name}`))]
}

/** The provider's OAuth flow for some settings; null when it has none, or our registration there is not configured. */
export function oauthFlow(services: Services, connector: Connector, settings: Settings): OAuthFlow | null {
  const method = connector.auth.find((each): each is OAuth2Method => each.kind === 'oauth2')
  const app = services.oauthApp(connector.provider)
  return method && app ? { provider: connector.provider, method, settings, app } : null
}

/**
 * Connects an account with a credential: asks the provider whose it is, keeps it, and asks for the first sync.
 *
 * Connecting an account again keeps its history and replaces its credential. Where the provider pushes to each
 * integration by itself, it is asked to afterwards: one that does not answer, or refuses, is connected all the same.
 *
 * @throws ProviderError the credential does not work; nothing was stored
 */
export async function connect(
  services: Pick<Services, 'store' | 'openCandidate' | 'requestSync' | 'requestSubscription'>,
  connecting: Connecting,
  candidate: { readonly connector: Connector; readonly settings: Settings; readonly credential: Credential },
): Promise<Integration> {
  const { store } = services
  const { connector } = candidate
  const account: Account = await connector.identify(services.openCandidate(candidate))
  const draft = {
    workspaceId: connecting.workspaceId,
    provider: connector.provider,
    name: connecting.name ?? account.name,
    settings: {
      ...candidate.settings,
      region: account.region ?? candidate.settings.region,
      actorRemoteId: account.actorRemoteId,
    },
    account,
  }
  // Together: an engine that found the account active and without it would ask for a reconnection.
  const integration = await store.integrations.create(draft, async (within, id) => {
    await store.credentials.save(id, candidate.credential, { within })
    if (pushesToIntegrations(connector)) await store.webhooks.ensure(id, webhookStart(connector), { within })
  })
  await store.activity.record({
    workspaceId: connecting.workspaceId,
    memberId: connecting.memberId,
    integrationId: integration.id,
    action: 'integration.connected',
    detail: { provider: connector.provider, account: account.id },
  })
  await services.requestSync(integration.id)
  if (pushesToIntegrations(connector)) await services.requestSubscription(integration.id)
  return integration
}
