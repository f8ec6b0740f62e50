import { ProviderError } from '../../kit/errors.ts'
import type { Integration } from '../../store/integrations.ts'
import type { Services, SubgraphContext } from '../context.ts'
import { endWebhook } from './webhook.ts'

/**
 * Ends an integration: has the provider push no more, takes the access back there, forgets the credential, keeps or
 * erases the rows.
 *
 * A provider that does not answer does not keep a person from leaving: what it refused is told, and the rest is done.
 */
export async function disconnect(
  { services, viewer }: SubgraphContext,
  integration: Integration,
  rows: 'keep' | 'erase',
): Promise<{ readonly revoked: boolean; readonly warning: string | null }> {
  const { store } = services
  const stands = integration.status !== 'DISCONNECTED'
  // First, while the access is good.
  const pushing = stands ? await endWebhook(services, integration) : null
  const refused = stands ? await takeBack(services, integration) : null
  await store.integrations.setStatus(integration.id, 'DISCONNECTED', 'disconnected by a member')
  await store.credentials.remove(integration.id)
  if (rows === 'erase') await store.integrations.erase(integration.id)
  await store.activity.record({
    workspaceId: viewer.workspaceId,
    memberId: viewer.memberId,
    integrationId: integration.id,
    action: rows === 'erase' ? 'integration.erased' : 'integration.disconnected',
    detail: { provider: integration.provider, account: integration.accountId },
  })
  const warnings = [pushing && `it may go on sending webhooks, which are refused: ${pushing}`, refused]
  return { revoked: refused === null, warning: warnings.filter((each) => each !== null).join('; ') || null }
}

/** Takes the access back at the provider. Answers why that was not done; null when it was, or cannot be. */
async function takeBack(services: Services, { id, provider }: Integration): Promise<string | null> {
  const revoke = services.connectors.get(provider)?.revoke ?? null
  if (revoke === null) return null
  try {
    await revoke(await services.openClient(id, 'person'))
    return null
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    // A refused credential is as good as one taken back.
    return error.code === 'CREDENTIAL_REFUSED' ? null : error.message
  }
}
