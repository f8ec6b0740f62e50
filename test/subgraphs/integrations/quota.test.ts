import { expect, test, vi } from 'vitest'
import { toNodeId } from '../../../store/id.ts'
import { SIGNED } from '../../ingest/fake-own.ts'
import { SOON } from '../../setup/soon.ts'
import { makeIntegration } from '../../store/records.ts'
import { openOwnSite, textOf } from './own-site.ts'

const QUOTA = 'quota { limit remaining resetAt windowMs pausedUntil asOf lanes { lane taken waiting } }'

test('tells the quota of an account once it was asked something, and null before', async () => {
  await using site = await openOwnSite({ proof: SIGNED, by: 'api' })
  const quotaOf = async (id: string): Promise<unknown> =>
    (await site.data(`{ integration(id: "${id}") { ${QUOTA} } }`))['integration']
  // Nobody here has a way to this one.
  const { store, workspaceId } = site.graph
  const { integrationId: never } = await makeIntegration(store.database, { provider: 'zendesk', workspaceId })
  expect(await quotaOf(toNodeId('integration', never))).toEqual({ quota: null })
  const query = `mutation { connectWithCredentials(input: { provider: INTERCOM, fields: [
    { name: "domain", value: "acme" }, { name: "key", value: "good" }] }) { integration { id } } }`
  const connected = textOf((await site.data(query))['connectWithCredentials']?.['integration']?.['id'])
  await vi.waitFor(async () => {
    const { quota } = (await quotaOf(connected)) as { quota: Record<string, unknown> }
    expect(quota['remaining']).toBeLessThan(Number(quota['limit']))
    expect(quota['lanes']).toMatchObject(['PERSON', 'LIVE', 'BULK', 'BACKFILL'].map((lane) => ({ lane })))
  }, SOON)
})
