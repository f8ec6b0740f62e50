import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openLocks } from '../../ingest/locks.ts'
import { openSyncRequests } from '../../ingest/requests.ts'
import type { Connector } from '../../kit/contract.ts'
import type { Integration } from '../../store/integrations.ts'
import { SOON } from '../setup/soon.ts'
import { openGround, startIngest } from './bench.ts'
import { openTestStore } from './fake-accounts.ts'
import type { Ground } from './bench.ts'
import { fakeConnector } from './fake-connector.ts'
import { label } from './fake-provider.ts'
import { makeGate } from './gate.ts'
import { openProxy } from './proxy.ts'

const LABELS = 23

let ground: Ground
let integration: Integration

beforeEach(async () => {
  ground = await openGround(LABELS)
  integration = await ground.connect()
})

afterEach(() => ground?.[Symbol.asyncDispose]())

/** Waits until everything at the provider is stored, and answers what is. */
const allStored = (): Promise<Map<string, string>> =>
  vi.waitFor(async () => {
    const stored = await ground.stored()
    expect(stored.size).toBe(ground.provider.labels.length)
    return stored
  }, SOON)
const completed = (): Promise<void> =>
  vi.waitFor(async () => {
    const streams = await ground.store.checkpoints.completedAt(integration.id)
    expect([...streams.keys()].toSorted()).toEqual(['groups', 'labels'])
  }, SOON)
const syncJobs = async (): Promise<number> =>
  (await ground.store.database.system.query(`select 1 from pgboss.job where name = 'sync'`)).length

/** The same connector, but its streams are due again right away. */
const restless: Connector = {
  ...fakeConnector,
  streams: fakeConnector.streams.map((stream) => ({ ...stream, everyMs: 1 })),
}

test('reads everything of a new integration by itself, the streams in order', async () => {
  await using ingest = await startIngest(ground.store)
  expect(await ingest.role.notReady()).toEqual([])
  await allStored()
  await completed()
  expect(ground.provider.requests[0]?.path).toBe('/groups')
  expect(ground.provider.requests).toHaveLength(6)
})

test('finds what changed without being told, as often as the stream says', async () => {
  await using _ingest = await startIngest(ground.store, {}, restless)
  await allStored()
  ground.provider.labels.push(label('later', 'Later', 500))
  expect((await allStored()).get('later')).toBe('Later')
})

test('reads at once when a person asks, from this process or another', async () => {
  await using ingest = await startIngest(ground.store, { sweepMs: 3_600_000 })
  await allStored()
  await completed()
  ground.provider.labels.push(label('asked', 'Asked', 500))
  await ingest.role.requestSync(integration.id)
  expect((await allStored()).get('asked')).toBe('Asked')
  ground.provider.labels.push(label('from afar', 'From afar', 501))
  await using requests = await openSyncRequests({ databaseUrl: ground.url, log: () => undefined })
  await requests.requestSync(integration.id)
  expect((await allStored()).get('from afar')).toBe('From afar')
})

test('runs no stream in two processes at once, and what a person asked meanwhile comes after', async () => {
  const asked = makeGate()
  const go = makeGate()
  ground.provider.before = ({ path }) => {
    if (path !== '/labels?after=5') return Promise.resolve()
    asked.open()
    return go.opened
  }
  await using otherStore = await openTestStore(ground.url)
  await using one = await startIngest(ground.store, { sweepMs: 20 }, restless)
  await asked.opened
  await using two = await startIngest(otherStore, { sweepMs: 20 }, restless)
  const before = ground.provider.requests.length
  for (const each of [one, two, one, two]) await each.role.requestSync(integration.id)
  // Whoever takes the wish sees that the integration is being synced, and puts it off.
  await vi.waitFor(async () => {
    const putOff = await ground.store.database.system.query(
      `select 1 from pgboss.job where name = 'sync' and state = 'created'
         and data->>'asked' = 'true' and start_after > created_on`,
    )
    expect(putOff).toHaveLength(1)
  }, SOON)
  expect(ground.provider.requests).toHaveLength(before)
  expect(ground.provider.mostAtOnce()).toBe(1)
  ground.provider.labels.push(label('meanwhile', 'Meanwhile', 500))
  go.open()
  await allStored()
  expect(ground.provider.mostAtOnce()).toBe(1)
})

test('leaves an integration alone while any other process syncs it', async () => {
  await using elsewhere = openLocks(ground.url)
  const held = await elsewhere.tryTake(`sync/${integration.id}`)
  await using ingest = await startIngest(ground.store, { sweepMs: 20 })
  await ingest.role.requestSync(integration.id)
  await vi.waitFor(async () => {
    const looked = await ground.store.database.system.query(
      `select 1 from pgboss.job where name = 'sync' and state = 'completed'`,
    )
    expect(looked.length).toBeGreaterThan(3)
  }, SOON)
  expect(ground.provider.requests).toEqual([])
  await held?.[Symbol.asyncDispose]()
  expect((await allStored()).size).toBe(LABELS)
})

test('asks for reconnection when the credential is refused, and then leaves the provider alone', async () => {
  ground.provider.revoked.add('token-1')
  await using ingest = await startIngest(ground.store, { sweepMs: 10 }, restless)
  await vi.waitFor(async () => {
    const { status, statusReason } = await ground.store.integrations.get(integration.id)
    expect([status, statusReason]).toEqual(['NEEDS_RECONNECT', 'fakedesk: the token was revoked'])
  }, SOON)
  const asked = ground.provider.requests.length
  expect(asked).toBe(1)
  const askAndWait = async (): Promise<void> => {
    await ingest.role.requestSync(integration.id)
    await vi.waitFor(async () => {
      const open = await ground.store.database.system.query(
        `select 1 from pgboss.job where name = 'sync' and state in ('created', 'active')`,
      )
      expect(open).toHaveLength(0)
    }, SOON)
  }
  // A round that had looked before the refusal may still send its job: by the end of this one it has.
  await askAndWait()
  const jobs = await syncJobs()
  await askAndWait()
  expect(await syncJobs()).toBe(jobs + 1)
  expect(ground.provider.requests).toHaveLength(asked)

  ground.provider.revoked.clear()
  await ground.connect()
  await allStored()
})

test('takes no refusal of the credential before for one of the credential now', async () => {
  const ingest = await startIngest(ground.store, { sweepMs: 20 })
  await using _ingest = ingest
  let reconnected = false
  ground.provider.before = async ({ path }) => {
    if (path !== '/labels?after=5' || reconnected) return
    reconnected = true
    // While its page is under way the account is connected again, as a person does it; the old token is no longer good.
    ground.provider.revoked.add('token-1')
    await ground.connect('token-2')
    await ingest.role.requestSync(integration.id)
  }
  await allStored()
  await completed()
  expect((await ground.store.integrations.get(integration.id)).status).toBe('ACTIVE')
})

test('waits as long as the provider says, and goes on with the page it was refused', async () => {
  const askedAt: number[] = []
  ground.provider.before = ({ path }) => {
    if (!path.startsWith('/labels')) return Promise.resolve()
    askedAt.push(performance.now())
    ground.provider.fault = askedAt.length === 3 ? { status: 429, retryAfterSeconds: 1 } : null
    return Promise.resolve()
  }
  await using _ingest = await startIngest(ground.store, { sweepMs: 10 })
  await allStored()
  expect((askedAt[3] ?? 0) - (askedAt[2] ?? 0)).toBeGreaterThanOrEqual(1_000)
  const paths = ground.provider.requests.map(({ path }) => path).filter((path) => path.startsWith('/labels'))
  expect(paths).toEqual([0, 5, 10, 10, 15, 20].map((after) => `/labels?after=${after}`))
})

test('does in the end what a person asked for while the provider was down', async () => {
  await using ingest = await startIngest(ground.store, { sweepMs: 3_600_000 })
  await allStored()
  await completed()
  ground.provider.labels.push(label('asked', 'Asked', 500))
  ground.provider.fault = { status: 503 }
  const before = ground.provider.requests.length
  await ingest.role.requestSync(integration.id)
  await vi.waitFor(() => expect(ground.provider.requests.length).toBeGreaterThan(before), SOON)
  ground.provider.fault = null
  expect((await allStored()).get('asked')).toBe('Asked')
})

test('tries again by itself when the provider was down', async () => {
  ground.provider.fault = { status: 503 }
  await using _ingest = await startIngest(ground.store)
  await vi.waitFor(() => expect(ground.provider.requests.length).toBeGreaterThan(1), SOON)
  ground.provider.fault = null
  await allStored()
  await completed()
})

test('says of a send whose process ended that nobody knows how it went, and lets those be that may still end', async () => {
  const begin = async (idempotencyKey: string, ago: string): Promise<void> => {
    const draft = { workspaceId: ground.workspaceId, integrationId: integration.id, idempotencyKey, action: 'reply' }
    const { send } = await ground.store.sends.begin({ ...draft, input: {}, memberId: null, kept: null })
    await ground.store.database.system.query(
      'update send set leased_until = leased_until - $2::interval where id = $1',
      [send.id, ago],
    )
  }
  const states = async (): Promise<unknown> =>
    ground.store.database.system.query('select idempotency_key as key, state from send order by 1')
  await begin('lost', '61 seconds')
  await begin('on its way', '50 seconds')
  await using _ingest = await startIngest(ground.store)
  await vi.waitFor(async () => {
    expect(await states()).toEqual([
      { key: 'lost', state: 'UNKNOWN' },
      { key: 'on its way', state: 'SENDING' },
    ])
  }, SOON)
})

test('lets the other streams go on when one cannot be read, and does not try that one again before its time', async () => {
  ground.provider.before = ({ path }) => {
    ground.provider.fault = path === '/groups' ? { status: 400 } : null
    return Promise.resolve()
  }
  await using ingest = await startIngest(ground.store, { sweepMs: 10 })
  await allStored()
  await vi.waitFor(async () => {
    const runs = await ground.store.syncRuns.latest(integration.id)
    expect(runs.map(({ stream, status }) => `${stream} ${status}`)).toEqual(['groups FAILED', 'labels DONE'])
  }, SOON)
  // A person may still ask: that is one more request and no more.
  await ingest.role.requestSync(integration.id)
  await vi.waitFor(() => expect(ground.provider.requests.at(-1)?.path).toBe('/labels?after=23'), SOON)
  expect(ground.provider.requests.filter(({ path }) => path === '/groups')).toHaveLength(2)
})

test('lets the other streams go on when the provider does not answer one, and tries that one again by itself', async () => {
  let groups = 0
  ground.provider.before = ({ path }) => {
    if (path === '/groups') groups += 1
    ground.provider.fault = path === '/groups' && groups < 4 ? { status: 503 } : null
    return Promise.resolve()
  }
  await using ingest = await startIngest(ground.store, { sweepMs: 10 })
  await allStored()
  await completed()
  expect(groups).toBe(4)
  const waited = await ground.store.database.system.query<{ unanswered: number; waits: boolean }>(
    `select unanswered, retry_at > started_at as waits from sync_run where stream = 'groups' order by started_at`,
  )
  expect(waited.map(({ unanswered }) => unanswered)).toEqual([1, 2, 3, 0])
  expect(waited.map(({ waits }) => waits)).toEqual([true, true, true, null])
  expect(ingest.log.join()).toContain('groups')
})

test('finishes the page in hand before it closes, and goes on from there when it is back', async () => {
  const asked = makeGate()
  const go = makeGate()
  ground.provider.before = ({ path }) => {
    if (path !== '/labels?after=10') return Promise.resolve()
    asked.open()
    return go.opened
  }
  const ingest = await startIngest(ground.store)
  await asked.opened
  const closing = ingest.role.close()
  expect(await ingest.role.notReady()).toEqual(['ingest: closing'])
  go.open()
  await closing
  await ingest[Symbol.asyncDispose]()
  expect((await ground.stored()).size).toBe(15)
  await using _again = await startIngest(ground.store)
  await allStored()
  const paths = ground.provider.requests.map(({ path }) => path).filter((path) => path.startsWith('/labels'))
  expect(paths).toEqual([0, 5, 10, 15, 20].map((after) => `/labels?after=${after}`))
})

test('survives the database going away in the middle of a sync, and goes on when it is back', async () => {
  await using proxy = await openProxy(ground.url)
  await using store = await openTestStore(proxy.url)
  const cut = makeGate()
  ground.provider.before = ({ path }) => {
    if (path === '/labels?after=10') {
      proxy.cut()
      cut.open()
    }
    return Promise.resolve()
  }
  await using ingest = await startIngest(store)
  await cut.opened
  await vi.waitFor(() => expect(ingest.log.length).toBeGreaterThan(0), SOON)
  expect((await ground.stored()).size).toBe(10)
  ground.provider.before = () => Promise.resolve()
  proxy.mend()
  await allStored()
  await completed()
  expect(await ground.events()).toBe(LABELS)
  await vi.waitFor(async () => expect(await ingest.role.notReady()).toEqual([]), SOON)
})

test('does not wait for a provider that never answers when it closes', async () => {
  const asked = makeGate()
  ground.provider.before = ({ path }) => {
    if (path !== '/labels?after=5') return Promise.resolve()
    asked.open()
    return new Promise(() => undefined)
  }
  const ingest = await startIngest(ground.store, { graceMs: 50 })
  await asked.opened
  await ingest[Symbol.asyncDispose]()
  expect((await ground.stored()).size).toBe(5)
  const runs = await ground.store.syncRuns.latest(integration.id)
  expect(runs.find((run) => run.stream === 'labels')).toMatchObject({ status: 'STOPPED', error: null })
})
