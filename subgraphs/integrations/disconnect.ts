import { ProviderError } from '../../kit/errors.ts'
import type { Integration } from '../../store/integrations.ts'
import type { SubgraphContext } from '../context.ts'

/**
 * Ends an integration: takes the access back at the provider, forgets the credential, keeps or erases the rows.
 *
 * A provider that does not answer does not keep a person from leaving: what it refused is told, and the rest is done.
 */
export async function disconnect(
  { services, viewer }: SubgraphContext,
  integration: Integration,
  rows: 'keep' | 'erase',
): Promise<{ readonly revoked: boolean; readonly warning: string | null }> {
  const { store } = services
  const revoke = services.connectors.get(integration.provider)?.revoke ?? null
  let warning: string | null = null
  if (revoke !== null && integration.status !== 'DISCONNECTED') {
    try {
      await revoke(await services.openClient(integration.id, 'person'))
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      // A refused credential is as good as one taken back.
      if (error.code !== 'CREDENTIAL_REFUSED') warning = error.message
    }
  }
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
  return { revoked: warning === null, warning }
}
