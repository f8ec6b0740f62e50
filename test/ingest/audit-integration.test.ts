import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openSyncRequests } from '../../ingest/requests.ts'
import type { Integration } from '../../store/integrations.ts'
import { SOON } from '../setup/soon.ts'
import { openGround, startIngest } from './bench.ts'
import type { Ground } from './bench.ts'
import { openTestStore } from './fake-accounts.ts'
import { auditedConnector } from './fake-audited.ts'
import { label } from './fake-provider.ts'
import { makeGate } from './gate.ts'

const LABELS = 8

let ground: Ground
let integration: Integration

beforeEach(async () => {
  ground = await openGround(LABELS)
  integration = await ground.connect()
})

afterEach(() => ground?.[Symbol.asyncDispose]())

const ledger = async () => (await ground.store.ledger.completeness(integration.id, { examples: 0 }))[0]
const synced = (): Promise<void> =>
  vi.waitFor(async () => {
    expect((await ground.store.checkpoints.completedAt(integration.id)).has('labels')).toBe(true)
  }, SOON)
/** A pass that began after the last one whose time is given. */
const audited = (after: Date | null): Promise<void> =>
  vi.waitFor(async () => {
    const found = await ledger()
    expect(found?.state).toBe('DONE')
    expect(found?.auditedAt?.getTime()).toBeGreaterThan(after?.getTime() ?? 0)
  }, SOON)
const told = async (): Promise<number> => {
  const sql = `select count(*)::int as count from event where kind = 'integration' and op = 'updated'`
  return (await ground.store.database.system.query<{ count: number }>(sql))[0]?.count ?? Number.NaN
}

test('audits when a person asks, from this process or another, and tells followers of the integration', async () => {
  await using ingest = await startIngest(ground.store, {}, auditedConnector)
  await synced()
  expect(await ledger()).toBeUndefined()
  ground.provider.labels.push(label('lost', 'Lost', 500))
  const before = await told()
  await ingest.role.requestAudit(integration.id)
  await audited(null)
  expect(await ledger()).toMatchObject({ expected: LABELS + 1, held: LABELS + 1, missing: 0, healed: 1 })
  expect(await told()).toBeGreaterThanOrEqual(before + 2)
  const last = (await ledger())?.auditedAt ?? null
  await using requests = await openSyncRequests({ databaseUrl: ground.url, log: () => undefined })
  await requests.requestAudit(integration.id)
  await audited(last)
  expect(await ledger()).toMatchObject({ healed: 0 })
})

test('audits by itself what was connected an hour ago', async () => {
  await ground.store.database.system.query(`update integration set created_at = now() - interval '61 minutes'`)
  await using _ingest = await startIngest(ground.store, {}, auditedConnector)
  await audited(null)
  expect(await ledger()).toMatchObject({ expected: LABELS, missing: 0 })
})

test('never makes two passes of an integration at once, and what a person asked meanwhile comes after', async () => {
  await using otherStore = await openTestStore(ground.url)
  await using one = await startIngest(ground.store, {}, auditedConnector)
  await synced()
  await using two = await startIngest(otherStore, {}, auditedConnector)
  const [asked, go] = [makeGate(), makeGate()]
  ground.provider.before = async ({ path }) => {
    if (!path.startsWith('/labels?')) return
    asked.open()
    await go.opened
  }
  await one.role.requestAudit(integration.id)
  await asked.opened
  const before = ground.provider.requests.length
  for (const each of [two, one]) await each.role.requestAudit(integration.id)
  await vi.waitFor(async () => {
    const sql = `select 1 from pgboss.job where name = 'audit' and state = 'created' and start_after > now()`
    expect(await ground.store.database.system.query(sql)).toHaveLength(1)
  }, SOON)
  expect(ground.provider.requests).toHaveLength(before)
  go.open()
  await audited(null)
  const last = (await ledger())?.auditedAt ?? null
  await audited(last)
  expect(ground.provider.mostAtOnce()).toBe(1)
})

test('waits when the provider has enough, goes on by itself, and asks a person when the credential is refused', async () => {
  await using ingest = await startIngest(ground.store, {}, auditedConnector)
  await synced()
  ground.provider.before = ({ path }) => {
    ground.provider.fault = path === '/labels?after=5' ? { status: 429, retryAfterSeconds: 0 } : null
    if (ground.provider.fault) ground.provider.before = () => Promise.resolve()
    return Promise.resolve()
  }
  ground.provider.after = () => {
    ground.provider.fault = null
    return Promise.resolve()
  }
  await ingest.role.requestAudit(integration.id)
  await audited(null)
  ground.provider.revoked.add('token-1')
  await ingest.role.requestAudit(integration.id)
  await vi.waitFor(async () => {
    expect((await ground.store.integrations.get(integration.id)).status).toBe('NEEDS_RECONNECT')
  }, SOON)
})

test('an integration that is erased takes what is known of it along', async () => {
  await using ingest = await startIngest(ground.store, {}, auditedConnector)
  await synced()
  await ingest.role.requestAudit(integration.id)
  await audited(null)
  await ground.store.integrations.erase(integration.id)
  expect(await ground.store.database.system.query('select 1 from audit')).toEqual([])
})
