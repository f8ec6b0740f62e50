import { vi } from 'vitest'
import { LATER } from '../setup/soon.ts'
import type { Client } from './client.ts'
import { IntegrationsDocument, type IntegrationsQuery } from '../../schema/operations.ts'

type Integration = NonNullable<IntegrationsQuery['integrations']['nodes'][number]>

/** The one integration of the workspace. @throws Error there is none, or another number */
export async function theIntegration(client: Client): Promise<Integration> {
  const { integrations } = await client.ask(IntegrationsDocument, {})
  const [integration, ...others] = integrations.nodes
  if (!integration || others.length > 0)
    throw new Error(`expected one integration, but got ${integrations.nodes.length}`)
  return integration
}

/** Ends when every stream of the one integration was read to its end. */
export async function waitForSync(client: Client): Promise<void> {
  const look = async (): Promise<void> => {
    const { syncedAt, syncing, streams } = await theIntegration(client)
    if (syncedAt === null || syncing) throw new Error(`not synced yet: ${JSON.stringify(streams)}`)
  }
  await vi.waitFor(look, LATER)
}
