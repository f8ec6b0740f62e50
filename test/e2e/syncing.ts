import { vi } from 'vitest'
import { LATER } from '../setup/soon.ts'
import type { Client } from './client.ts'
import { IntegrationsDocument, type IntegrationsQuery } from '../../schema/operations.ts'

type Integration = NonNullable<IntegrationsQuery['integrations']['nodes'][number]>

async function integrationsOf(client: Client): Promise<readonly Integration[]> {
  const { integrations } = await client.ask(IntegrationsDocument, {})
  return integrations.nodes.filter((each) => each !== null)
}

/** The one integration of the workspace at Intercom. @throws Error there is none, or another number */
export async function theIntegration(client: Client): Promise<Integration> {
  const own = (await integrationsOf(client)).filter(({ provider }) => provider === 'INTERCOM')
  const [integration, ...others] = own
  if (!integration || others.length > 0) throw new Error(`expected one integration, but got ${own.length}`)
  return integration
}

/** Ends when every stream of every integration was read to its end. */
export async function waitForSync(client: Client): Promise<void> {
  const look = async (): Promise<void> => {
    const all = await integrationsOf(client)
    const behind = all.filter(({ syncedAt, syncing }) => syncedAt === null || syncing)
    if (all.length === 0 || behind.length > 0) throw new Error(`not synced yet: ${JSON.stringify(behind)}`)
  }
  await vi.waitFor(look, LATER)
}
