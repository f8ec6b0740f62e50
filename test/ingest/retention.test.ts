import { expect, test, vi } from 'vitest'
import { RETENTION, prune as pruneAll } from '../../ingest/retention.ts'
import type { Claim } from '../../store/sends/send.ts'
import { SOON } from '../setup/soon.ts'
import { openGround } from './bench.ts'

const DAY_MS = 86_400_000

const prune = (store: Parameters<typeof pruneAll>[0], now: Date): Promise<void> =>
  pruneAll(store, now, { days: 7, most: 1_000_000 })

test('throws away what is older than it is kept, and nothing that is still to be worked', async () => {
  await using ground = await openGround()
  const { id } = await ground.connect()
  const { store } = ground
  const now = new Date()
  const keep = async (deliveryId: string, ageMs: number): Promise<string> => {
    const receivedAt = new Date(now.getTime() - ageMs)
    const rest = { accountId: 'account-1', topic: 't', headers: {}, body: Buffer.from('{}'), receivedAt }
    const draft = { provider: 'fakedesk', integrationId: null, deliveryId, ...rest }
    const [kept] = await store.deliveries.keep([draft], () => Promise.resolve())
    return kept?.id ?? ''
  }
  const end = async (deliveryId: string): Promise<void> => {
    await store.deliveries.finish(await store.deliveries.read(deliveryId), { status: 'DONE', reason: null })
  }
  await end(await keep('old', RETENTION.deliveriesMs + DAY_MS))
  await end(await keep('new', RETENTION.deliveriesMs - DAY_MS))
  await keep('old but open', RETENTION.deliveriesMs + DAY_MS)
  for (const status of ['FAILED', 'DONE'] as const) {
    const run = await store.syncRuns.start(id, 'labels', 'FULL')
    await store.syncRuns.finish(run.id, { status, error: null })
  }
  const send = async (idempotencyKey: string): Promise<Claim> => {
    const draft = { workspaceId: ground.workspaceId, integrationId: id, idempotencyKey, action: 'reply', input: {} }
    const { claim } = await store.sends.begin({ ...draft, memberId: null, kept: null })
    if (claim === null) throw new Error(`${idempotencyKey} was asked before`)
    return claim
  }
  await store.sends.settle(await send('settled'), { state: 'SENT', result: null, error: null })
  await send('on its way')
  const sends = async (): Promise<unknown> =>
    (await store.database.system.query<{ key: string }>('select idempotency_key as key from send order by 1')).map(
      ({ key }) => key,
    )
  const ids = async (): Promise<string[]> =>
    (await store.database.system.query<{ id: string }>('select delivery_id as id from delivery order by 1')).map(
      (row) => row.id,
    )

  await prune(store, now)
  expect(await ids()).toEqual(['new', 'old but open'])
  expect(await store.database.system.query('select 1 from sync_run')).toHaveLength(2)
  expect(await store.database.system.query('select 1 from event')).not.toHaveLength(0)

  await prune(store, new Date(now.getTime() + RETENTION.sendsMs - DAY_MS))
  expect(await sends()).toEqual(['on its way', 'settled'])
  await prune(store, new Date(now.getTime() + RETENTION.sendsMs + DAY_MS))
  expect(await sends()).toEqual(['on its way'])

  await prune(store, new Date(now.getTime() + RETENTION.syncRunsMs + DAY_MS))
  expect(await ids()).toEqual(['old but open'])
  const runs = await store.database.system.query<{ status: string }>('select status from sync_run')
  expect(runs.map((run) => run.status)).toEqual(['DONE'])
  // Events above the oldest open transaction stay, and the server's other databases have transactions too.
  await vi.waitFor(async () => {
    await prune(store, new Date(now.getTime() + RETENTION.syncRunsMs + DAY_MS))
    expect(await store.database.system.query('select 1 from event')).toHaveLength(0)
  }, SOON)
})

test('throws away what was on its way in when its integration was erased, and not what waits for one that is disconnected', async () => {
  await using ground = await openGround(0, { pushes: 'BY_HAND' })
  const { store } = ground
  const comesIn = async (workspace: string, meanwhile: (integrationId: string) => Promise<void>): Promise<void> => {
    const { id: integrationId } = await ground.connect('token-1', (await store.workspaces.ensure(workspace)).id)
    const rest = { accountId: 'account-1', topic: 't', headers: {}, body: Buffer.from('{}'), receivedAt: new Date() }
    const draft = { provider: 'fakedesk', integrationId, deliveryId: workspace, ...rest }
    const [kept] = await store.deliveries.keep([draft], () => meanwhile(integrationId))
    const delivery = await store.deliveries.read(kept?.id ?? '')
    await store.deliveries.finish(delivery, { status: 'UNKNOWN_ACCOUNT', reason: 'no integration is connected' })
  }
  await comesIn('erased', (id) => store.integrations.erase(id))
  await comesIn('disconnected', (id) => store.integrations.setStatus(id, 'DISCONNECTED', null))
  await prune(store, new Date())
  expect(await store.database.system.query('select delivery_id as id from delivery')).toEqual([{ id: 'disconnected' }])
})
