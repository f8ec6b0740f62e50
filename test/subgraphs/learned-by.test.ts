import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { auditStream } from '../../ingest/audit.ts'
import { deliver } from '../../ingest/deliver.ts'
import { SYNC_RETRIES } from '../../ingest/retry.ts'
import { runStream } from '../../ingest/sync.ts'
import { systemClock } from '../../kit/clock.ts'
import { rowId, toNodeId } from '../../store/id.ts'
import { accountsOf } from '../ingest/fake-accounts.ts'
import { auditedConnector, auditedLabels } from '../ingest/fake-audited.ts'
import type { FakeDelivery } from '../ingest/fake-connector.ts'
import { type FakeProvider, label, startFakeProvider } from '../ingest/fake-provider.ts'
import { makeIntegration, upsert } from '../store/records.ts'
import { type GraphSite, openGraph } from './graph-site.ts'

const connector = { ...auditedConnector, provider: 'intercom' }
const never = new AbortController().signal

let provider: FakeProvider
let site: GraphSite
/** An account of each test's own. */
let integrationId: string

beforeAll(async () => {
  provider = await startFakeProvider(0)
  site = await openGraph({ connectors: [connector], environment: { SWITCHBOARD_INTERCOM_URL: provider.url } })
})
beforeEach(async () => {
  const { store, workspaceId } = site
  ;({ integrationId } = await makeIntegration(store.database, { workspaceId }))
  const settings = { baseUrl: provider.url, region: null, domain: null, actorRemoteId: null }
  await store.database.system.query('update integration set settings = $1 where id = $2', [settings, integrationId])
  const credential = { accessToken: 'good', refreshToken: null, expiresAt: null, fields: {} }
  await store.credentials.save(integrationId, credential)
  provider.labels.splice(0, provider.labels.length, label('1', 'one', 1), label('2', 'two', 2), label('3', 'three', 3))
})
afterAll(async () => {
  await site?.[Symbol.asyncDispose]()
  await provider?.[Symbol.asyncDispose]()
})

/** Everything that engines stand on; none of them runs but when a test says so. */
const ground = () => ({
  store: site.store,
  connectors: new Map([[connector.provider, connector]]),
  accounts: accountsOf(site.store),
  clock: systemClock,
  retries: SYNC_RETRIES,
  stop: never,
  signal: never,
  log: () => undefined,
})
const engine = async () => ({
  ...ground(),
  connector,
  stream: auditedLabels,
  client: await ground().accounts.open(integrationId, 'backfill'),
  integration: await site.store.integrations.get(integrationId),
  afterPage: () => Promise.resolve(),
})
const sync = async (): Promise<unknown> => runStream(await engine())

/** The provider pushes; what comes is worked. */
async function push(said: Pick<FakeDelivery, 'labels' | 'reread'>): Promise<void> {
  const body = JSON.stringify({ id: null, account: integrationId, topic: 'label.changed', ...said })
  const draft = { provider: 'intercom', integrationId: null, accountId: integrationId, topic: '', headers: {} }
  const arrived = { ...draft, deliveryId: body, body: Buffer.from(body), receivedAt: new Date() }
  const [kept] = await site.store.deliveries.keep([arrived], () => Promise.resolve())
  const jobs = { send: () => Promise.reject(new Error('it was not worked at once')) }
  await deliver({ ...ground(), jobs }, [{ deliveryId: kept?.id ?? '', account: '', tries: 0 }])
}

/** By remote id, by which way each label was learned. */
async function ways(): Promise<Readonly<Record<string, string | null>>> {
  const filter = `{ integrationIds: ["${toNodeId('integration', integrationId)}"] }`
  const { data } = (await site.ask(`{ tags(first: 100, filter: ${filter}) { nodes { remoteId learnedBy } } }`)) as {
    readonly data: { readonly tags: { readonly nodes: readonly Record<'remoteId' | 'learnedBy', string>[] } }
  } // as asked for
  return Object.fromEntries(data.tags.nodes.map(({ remoteId, learnedBy }) => [remoteId, learnedBy]))
}

test('what a sync run reads is learned by SYNC', async () => {
  await sync()
  expect(await ways()).toEqual({ 1: 'SYNC', 2: 'SYNC', 3: 'SYNC' })
})

test('what a delivery tells, and what is read again because of it, is learned by WEBHOOK', async () => {
  // Also before anything was synced, when what is read again is no news.
  await push({ labels: [label('4', 'pushed', 9)], reread: ['1'] })
  expect(await ways()).toEqual({ 1: 'WEBHOOK', 4: 'WEBHOOK' })
  await sync()
  expect(await ways()).toEqual({ 1: 'SYNC', 2: 'SYNC', 3: 'SYNC', 4: 'WEBHOOK' })
  await push({ labels: [label('1', 'changed', 9)], reread: ['2'] })
  expect(await ways()).toEqual({ 1: 'WEBHOOK', 2: 'WEBHOOK', 3: 'SYNC', 4: 'WEBHOOK' })
})

test('what an audit heals is learned by AUDIT, and nothing else', async () => {
  await sync()
  provider.labels[1] = label('2', 'changed unheard', 9)
  provider.labels.push(label('4', 'made unheard', 9))
  await auditStream(await engine())
  expect(await ways()).toEqual({ 1: 'SYNC', 2: 'AUDIT', 3: 'SYNC', 4: 'AUDIT' })
})

test('what a read has asked for is learned by READ, changed or not; what it is served as held is not', async () => {
  await sync()
  const read = (remoteId: string, maxAge: number): Promise<unknown> => {
    const id = toNodeId('tag', rowId(integrationId, 'tag', remoteId))
    return site.ask(`{ freshNode(id: "${id}", maxAge: ${maxAge}) { node { ... on Tag { learnedBy } } } }`)
  }
  expect(await read('1', 3_600)).toEqual({ data: { freshNode: { node: { learnedBy: 'SYNC' } } } })
  // Asked for within the millisecond in which it came in, it would be young enough for any age.
  await site.store.database.system.query(`update tag set observed_at = observed_at - interval '1 minute'`)
  expect(await read('1', 0)).toEqual({ data: { freshNode: { node: { learnedBy: 'READ' } } } })
  expect(await ways()).toEqual({ 1: 'READ', 2: 'SYNC', 3: 'SYNC' })
})

test('a page that comes late leaves it as it is', async () => {
  await sync()
  const late = { integrationId, observedAt: new Date(0), learnedBy: 'AUDIT', origin: 'sync' } as const
  await site.store.apply({ ...late, changes: [upsert('tag', '1', { name: 'as it was' })] })
  expect(await ways()).toMatchObject({ 1: 'SYNC' })
})

test('of what was stored before this was kept it is null, until it is told of again', async () => {
  await sync()
  await site.store.database.system.query('update tag set learned_by = null')
  expect(await ways()).toEqual({ 1: null, 2: null, 3: null })
  await push({ reread: ['1'] })
  expect(await ways()).toEqual({ 1: 'WEBHOOK', 2: null, 3: null })
})
