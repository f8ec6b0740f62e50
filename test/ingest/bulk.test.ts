import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openLocks } from '../../ingest/locks.ts'
import { SOON } from '../setup/soon.ts'
import { batch } from '../store/records.ts'
import { type Ground, openGround, startIngest } from './bench.ts'
import { type BulkDesk, openBulkDesk } from './bulk-desk.ts'
import { openTestStore } from './fake-accounts.ts'
import { bulkConnector } from './fake-bulk.ts'
import { makeGate } from './gate.ts'

const ROWS = 30

let ground: Ground
let bulk: BulkDesk

beforeEach(async () => {
  ground = await openGround()
  bulk = await openBulkDesk(ground, ROWS)
})

afterEach(() => ground?.[Symbol.asyncDispose]())

const paths = (): string[] => ground.provider.requests.map(({ path }) => path)

test('does to every row what was asked, stores what the provider answered, and is told of a new job at once', async () => {
  await using ingest = await startIngest(ground.store, { sweepMs: 3_600_000 }, bulkConnector)
  await ingest.looked
  const job = await bulk.begin({ status: 'SOLVED' })
  await ingest.role.requestBulk(bulk.integration.id)
  await bulk.ended(job)
  expect(await bulk.stands(job)).toMatchObject({ state: 'DONE', total: ROWS, done: ROWS, failed: 0 })
  expect(await bulk.statuses()).toEqual({ SOLVED: ROWS })
  expect(paths().toSorted()).toEqual(Array.from({ length: ROWS }, (_, n) => `/tickets/${n + 1}`).toSorted())
  const origins = await ground.store.database.system.query(
    `select distinct e.origin, t.learned_by as way from event e join ticket t on t.id = e.row_id where e.op = 'updated'`,
  )
  expect(origins).toEqual([{ origin: 'mutation', way: 'ACTION' }])
})

test('says of each row by itself why it was not done, and goes on', async () => {
  ground.provider.withheld.set('1', 404).set('2', 403).set('3', 400)
  const job = await bulk.begin({ status: 'SOLVED' }, [1, 2, 3, 4, 5])
  const gone = { op: 'delete', kind: 'ticket', remoteId: '4', mergedIntoRemoteId: null } as const
  await ground.store.apply(batch(bulk.integration.id, 2, [gone], { origin: 'webhook' }))
  await using ingest = await startIngest(ground.store, {}, bulkConnector)
  await bulk.ended(job)
  expect(await bulk.rows(job)).toMatchObject([
    { state: 'FAILED', code: 'PROVIDER_NOT_FOUND', message: 'fakedesk: not there' },
    { state: 'FAILED', code: 'PROVIDER_REJECTED', message: 'fakedesk refused: not in your plan' },
    { state: 'UNKNOWN', code: 'OUTCOME_UNKNOWN' },
    { state: 'SKIPPED', code: 'NOT_FOUND', message: 'the ticket is gone' },
    { state: 'DONE', code: null, message: null },
  ])
  expect(await bulk.stands(job)).toMatchObject({ done: 1, failed: 2, skipped: 1, unknown: 1 })
  expect(ingest.log.join()).toContain(`nobody knows of row 3 of ${job.id}`)
})

test('skips all rows of an account that offers no such action, and of one that is not the assignee’s', async () => {
  const elsewhere = { integrationId: ground.workspaceId, remoteId: 'zoe' }
  const foreign = await bulk.begin({ status: 'SOLVED' }, [1, 2], { references: { assignee: elsewhere } })
  await using ingest = await startIngest(ground.store, {}, bulkConnector)
  await bulk.ended(foreign)
  expect(await bulk.rows(foreign)).toMatchObject(
    [1, 2].map(() => ({ state: 'SKIPPED', code: 'BAD_USER_INPUT', field: 'assigneeId' })),
  )
  const tagged = await bulk.begin({}, [1, 2], { addTags: ['vip'] })
  await ingest.role.requestBulk(bulk.integration.id)
  await bulk.ended(tagged)
  expect(await bulk.rows(tagged)).toMatchObject(
    [1, 2].map(() => ({ state: 'SKIPPED', code: 'UNSUPPORTED', message: 'Fakedesk has no such action: tag' })),
  )
  expect(paths()).toEqual([])
})

test('waits as long as a provider says that has enough, and fails no row for it', async () => {
  let asked = 0
  ground.provider.before = () => {
    asked += 1
    ground.provider.fault = asked >= 10 && asked < 20 ? { status: 429, retryAfterSeconds: 0 } : null
    return Promise.resolve()
  }
  const job = await bulk.begin({ status: 'SOLVED' })
  await using ingest = await startIngest(ground.store, {}, bulkConnector)
  await bulk.ended(job)
  expect(await bulk.stands(job)).toMatchObject({ state: 'DONE', done: ROWS, failed: 0, unknown: 0 })
  expect(ingest.log.join()).toContain('too many requests')
  const tried = await ground.store.database.system.query('select 1 from bulk_item where tries > 0')
  expect(tried).toEqual([])
})

test('fails what is left when nothing is answered for long, and does it all when a person has it tried again', async () => {
  ground.provider.fault = { status: 503 }
  const job = await bulk.begin({ status: 'SOLVED' })
  await using ingest = await startIngest(ground.store, { sweepMs: 3_600_000 }, bulkConnector)
  await bulk.ended(job)
  expect(await bulk.stands(job)).toMatchObject({ state: 'DONE', done: 0, failed: ROWS })
  expect(await bulk.rows(job)).toContainEqual(expect.objectContaining({ code: 'PROVIDER_UNAVAILABLE' }))
  // Three looks, each of four rows side by side and those that were begun before all four had failed: not each row.
  expect(new Set(paths()).size).toBeLessThanOrEqual(3 * 7)
  ground.provider.fault = null
  await ground.store.bulk.retry(ground.workspaceId, job.id)
  await ingest.role.requestBulk(bulk.integration.id)
  await bulk.ended(job)
  expect(await bulk.stands(job)).toMatchObject({ state: 'DONE', done: ROWS, failed: 0 })
})

test('fails one row that is never answered, and does the others', async () => {
  ground.provider.withheld.set('2', 503)
  const job = await bulk.begin({ status: 'SOLVED' })
  await using _ingest = await startIngest(ground.store, {}, bulkConnector)
  await bulk.ended(job)
  expect(await bulk.stands(job)).toMatchObject({ done: ROWS - 1, failed: 1 })
  expect((await bulk.rows(job))[1]).toMatchObject({ state: 'FAILED', code: 'PROVIDER_UNAVAILABLE' })
  expect(paths().filter((path) => path === '/tickets/2')).toHaveLength(3)
})

test('fails what is left when the credential is refused, and says that the account is to be connected again', async () => {
  let answered = 0
  ground.provider.after = () => {
    answered += 1
    if (answered === 5) ground.provider.revoked.add('token-1')
    return Promise.resolve()
  }
  const job = await bulk.begin({ status: 'SOLVED' })
  await using ingest = await startIngest(ground.store, {}, bulkConnector)
  await bulk.ended(job)
  const { done = 0, failed } = (await bulk.stands(job)) ?? {}
  expect(done).toBeGreaterThanOrEqual(5)
  expect(failed).toBe(ROWS - done)
  expect((await bulk.rows(job)).at(-1)).toMatchObject({
    state: 'FAILED',
    code: 'INTEGRATION_INACTIVE',
    message: 'Fake is NEEDS_RECONNECT (fakedesk: the token was revoked): connect it again',
  })
  await ground.connect('token-2')
  await ground.store.bulk.retry(ground.workspaceId, job.id)
  await ingest.role.requestBulk(bulk.integration.id)
  await bulk.ended(job)
  expect(await bulk.stands(job)).toMatchObject({ done: ROWS, failed: 0 })
})

test('does what is tried again in an account that was connected anew while rows were looked for', async () => {
  ground.provider.revoked.add('token-1')
  const { bulk: rows } = ground.store
  let isConnectedAnew = false
  const next: typeof rows.next = async (...args) => {
    const [ended] = await ground.store.database.system.query<{ id: string }>(
      `select id from bulk_job where state = 'DONE' and failed > 0`,
    )
    if (ended && !isConnectedAnew) {
      isConnectedAnew = true
      await ground.connect('token-2')
      await rows.retry(ground.workspaceId, ended.id)
    }
    return rows.next(...args)
  }
  const job = await bulk.begin({ status: 'SOLVED' })
  const store = { ...ground.store, bulk: { ...rows, next } }
  await using _ingest = await startIngest(store, { sweepMs: 3_600_000 }, bulkConnector)
  await vi.waitFor(async () => expect(await bulk.stands(job)).toMatchObject({ done: ROWS, failed: 0 }), SOON)
})

test('begins no row after a cancel, and tells of those that were at the provider', async () => {
  const reached = makeGate()
  const go = makeGate()
  ground.provider.before = () => {
    reached.open()
    return go.opened
  }
  const job = await bulk.begin({ status: 'SOLVED' })
  await using ingest = await startIngest(ground.store, {}, bulkConnector)
  await reached.opened
  await ground.store.bulk.cancel(ground.workspaceId, job.id)
  go.open()
  const later = await bulk.begin({ status: 'OPEN' }, [ROWS])
  await ingest.role.requestBulk(bulk.integration.id)
  await bulk.ended(later)
  const asked = paths().filter((path) => path !== `/tickets/${ROWS}`).length
  expect(asked).toBeGreaterThan(0)
  expect(asked).toBeLessThanOrEqual(4)
  expect(await bulk.stands(job)).toMatchObject({ state: 'CANCELLED', done: asked, skipped: ROWS - asked })
})

test('works the rows of an account in one process at a time, and takes over when that one has ended', async () => {
  await using elsewhere = openLocks(ground.url)
  const held = await elsewhere.tryTake(`bulk/${bulk.integration.id}`)
  const job = await bulk.begin({ status: 'SOLVED' })
  await using otherStore = await openTestStore(ground.url)
  await using one = await startIngest(ground.store, { sweepMs: 20 }, bulkConnector)
  await using _two = await startIngest(otherStore, { sweepMs: 20 }, bulkConnector)
  await one.looked
  await vi.waitFor(async () => {
    const looked = await ground.store.database.system.query(
      `select 1 from pgboss.job where name = 'bulk' and state = 'completed'`,
    )
    expect(looked.length).toBeGreaterThan(2)
  }, SOON)
  expect(paths()).toEqual([])
  await held?.[Symbol.asyncDispose]()
  await bulk.ended(job)
  expect(await bulk.stands(job)).toMatchObject({ done: ROWS })
  expect(paths()).toHaveLength(ROWS)
})

test('finishes the rows in hand before it closes, and leaves the others to who comes next', async () => {
  const reached = makeGate()
  const go = makeGate()
  ground.provider.before = ({ path }) => {
    if (path !== '/tickets/6') return Promise.resolve()
    reached.open()
    return go.opened
  }
  const job = await bulk.begin({ status: 'SOLVED' })
  const ingest = await startIngest(ground.store, {}, bulkConnector)
  await reached.opened
  const closing = ingest.role.close()
  go.open()
  await closing
  await ingest[Symbol.asyncDispose]()
  const stood = await bulk.stands(job)
  expect(stood).toMatchObject({ state: 'RUNNING', done: ground.provider.requests.length, unknown: 0, failed: 0 })
  await using _again = await startIngest(ground.store, {}, bulkConnector)
  await bulk.ended(job)
  expect(paths()).toHaveLength(ROWS)
})
