import { AuthorizationStaleError } from '../../kit/errors.ts'
import { authorizationUrl, createCodeVerifier, exchangeCode } from '../../kit/oauth.ts'
import type { Connector } from '../../kit/contract.ts'
import type { Settings } from '../../store/account.ts'
import type { Integration } from '../../store/integrations.ts'
import type { Services } from '../context.ts'
import { type Connecting, connect, oauthFlow } from './connect.ts'

/** Begins an authorization; null when the provider has no OAuth, or our registration there is not configured. */
export async function beginAuthorization(
  services: Services,
  connecting: Connecting,
  { connector, settings }: { readonly connector: Connector; readonly settings: Settings },
): Promise<string | null> {
  const flow = oauthFlow(services, connector, settings)
  if (flow === null) return null
  const codeVerifier = createCodeVerifier()
  const { state } = await services.store.authorizations.begin({
    workspaceId: connecting.workspaceId,
    memberId: connecting.memberId,
    name: connecting.name,
    provider: connector.provider,
    settings,
    codeVerifier,
    redirectUri: flow.app.redirectUri,
  })
  return authorizationUrl(flow, { state, codeVerifier })
}

/**
 * Ends an authorization with what the provider sent the person back with. Works once per state.
 *
 * @param only accepts an authorization of this workspace alone; null accepts any, since the state itself is the proof
 * @throws AuthorizationStaleError no such authorization is waiting: unknown, used, or older than ten minutes
 * @throws ProviderError the person said no, or the provider refused
 */
export async function endAuthorization(
  services: Services,
  returned: URLSearchParams,
  only: string | null,
): Promise<Integration> {
  const state = returned.get('state') ?? ''
  const pending = await services.store.authorizations.take(state)
  const connector = pending && services.connectors.get(pending.provider)
  const flow = pending && connector ? oauthFlow(services, connector, pending.settings) : null
  if (!pending || !connector || !flow || (only !== null && pending.workspaceId !== only)) {
    throw new AuthorizationStaleError(
      pending?.provider ?? 'authorization',
      'none is waiting under this state: begin again',
    )
  }
  const credential = await exchangeCode(
    { ...flow, app: { ...flow.app, redirectUri: pending.redirectUri } },
    returned,
    { state, codeVerifier: pending.codeVerifier },
    services.tokenEndpoint(),
  )
  return connect(services, pending, { connector, settings: pending.settings, credential })
}
