import { afterEach, beforeEach, expect, test } from 'vitest'
import { rowId, toNodeId } from '../../../store/id.ts'
import { auditedConnector } from '../../ingest/fake-audited.ts'
import { type FakeProvider, label, startFakeProvider } from '../../ingest/fake-provider.ts'
import { upsert } from '../../store/records.ts'
import { type GraphSite, openGraph } from '../graph-site.ts'

const SECRET = 'good'

let provider: FakeProvider
let site: GraphSite

beforeEach(async () => {
  provider = await startFakeProvider(3)
  site = await openGraph({
    connectors: [{ ...auditedConnector, provider: 'intercom' }],
    environment: { SWITCHBOARD_INTERCOM_URL: provider.url },
  })
  const settings = { baseUrl: provider.url, region: null, domain: null, actorRemoteId: null }
  await site.store.database.system.query('update integration set settings = $1', [settings])
  const credential = { accessToken: SECRET, refreshToken: null, expiresAt: null, fields: {} }
  await site.store.credentials.save(site.integrationId, credential)
})
afterEach(async () => {
  await site?.[Symbol.asyncDispose]()
  await provider?.[Symbol.asyncDispose]()
})

const idOf = (remoteId: string): string => toNodeId('tag', rowId(site.integrationId, 'tag', remoteId))
/** Holds a label as it was when the provider was asked so many seconds ago. */
const hold = async (remoteId: string, secondsAgo: number): Promise<Date> => {
  const observedAt = new Date(Date.now() - secondsAgo * 1_000)
  const changes = [upsert('tag', remoteId, { name: 'as held' })]
  await site.store.apply({ integrationId: site.integrationId, changes, observedAt, learnedBy: 'SYNC', origin: 'sync' })
  return observedAt
}
const read = async (id: string, maxAge: number): Promise<unknown> =>
  site.ask(
    `{ freshNode(id: "${id}", maxAge: ${maxAge}) { freshness asOf reason node { id ... on Tag { name asOf } } } }`,
  )
const paths = (): string[] => provider.requests.map(({ path }) => path)

test('serves what is held while it is young enough, and asks nobody', async () => {
  const asOf = (await hold('1', 600)).toISOString()
  const node = { id: idOf('1'), name: 'as held', asOf }
  expect(await read(idOf('1'), 3_600)).toEqual({
    data: { freshNode: { freshness: 'HELD', asOf, reason: null, node } },
  })
  expect(paths()).toEqual([])
})

test('asks the provider when it is older, serves what it says, and keeps that', async () => {
  const before = new Date()
  await hold('1', 600)
  const told = await read(idOf('1'), 60)
  expect(told).toMatchObject({ data: { freshNode: { freshness: 'ASKED', reason: null, node: { name: 'label 1' } } } })
  const { asOf, node } = (told as { data: { freshNode: { asOf: string; node: { asOf: string } } } }).data.freshNode
  expect(new Date(asOf).getTime()).toBeGreaterThanOrEqual(before.getTime())
  expect(node.asOf).toBe(asOf)
  expect(paths()).toEqual(['/labels/1'])
  expect(await read(idOf('1'), 3_600)).toMatchObject({ data: { freshNode: { freshness: 'HELD', asOf } } })
  expect(paths()).toHaveLength(1)
})

test('says that a record is gone when the provider says so', async () => {
  await hold('gone', 600)
  expect(await read(idOf('gone'), 0)).toMatchObject({ data: { freshNode: { freshness: 'ASKED', node: null } } })
  expect(await read(idOf('gone'), 0)).toEqual({ data: { freshNode: null } })
})

test('serves what is held, and says why, when the provider does not answer', async () => {
  const asOf = (await hold('1', 600)).toISOString()
  provider.withheld.set('1', 403)
  const served = { freshness: 'NOT_ANSWERED', asOf, node: { name: 'as held', asOf } }
  const reason = 'fakedesk: answered 403'
  expect(await read(idOf('1'), 60)).toMatchObject({ data: { freshNode: { ...served, reason } } })
  provider.revoked.add(SECRET)
  expect(await read(idOf('1'), 60)).toMatchObject({ data: { freshNode: served } })
  expect((await site.store.integrations.get(site.integrationId)).status).toBe('NEEDS_RECONNECT')
  expect(await read(idOf('1'), 60)).toMatchObject({ data: { freshNode: served } })
  expect(paths()).toHaveLength(2)
})

test('serves what is held where the provider has no call for one such record', async () => {
  await site.say(1, [upsert('company', 'acme', {})])
  const id = toNodeId('company', rowId(site.integrationId, 'company', 'acme'))
  expect(await read(id, 60)).toMatchObject({ data: { freshNode: { freshness: 'NOT_ANSWERED', node: { id } } } })
})

test('answers null of what is not held or another workspace’s, and refuses what is no record', async () => {
  expect(await read(idOf('never'), 0)).toEqual({ data: { freshNode: null } })
  await hold('1', 600)
  provider.labels.push(label('x', 'x', 1))
  const foreign = `{ freshNode(id: "${idOf('1')}", maxAge: 0) { freshness } }`
  const workspaceId = '00000000-0000-8000-8000-000000000000'
  expect(await site.ask(foreign, { workspaceId })).toEqual({ data: { freshNode: null } })
  for (const [id, maxAge] of [['nonsense', 1] as const, [site.integration, 1] as const, [idOf('1'), -1] as const]) {
    expect(await read(id, maxAge)).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
  }
  expect(paths()).toEqual([])
})
