import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Lane } from '../../kit/account-client.ts'
import { systemClock } from '../../kit/clock.ts'
import { quotaOf, readBook } from '../../kit/quota-book.ts'
import { openSharedBudget, type SharedBudget } from '../../kit/shared-budget.ts'
import { IntegrationNotFoundError } from '../../store/errors.ts'
import { openStore, type Store } from '../../store/store.ts'
import { testServers } from '../setup/servers.ts'
import { SOON } from '../setup/soon.ts'
import { makeKey, openTestStore, type TestStore } from '../setup/store.ts'

const HOUR_MS = 3_600_000
const settings = { baseUrl: null, region: null, domain: null, actorRemoteId: null }
const never = new AbortController().signal
const api = { defaultQuota: { limit: 40, windowMs: HOUR_MS }, limits: [], quota: () => null }

describe.each(testServers)('the quota of an account, on $name', (server) => {
  const keys = [makeKey()]
  const ending = new AbortController()
  let own: TestStore
  let other: Store
  beforeAll(async () => {
    own = await openTestStore({ server, keys })
    other = await openStore({ databaseUrl: own.url, home: '/nonexistent', keys, log: () => undefined })
  })
  afterAll(async () => {
    ending.abort(new Error('the test is over'))
    await other[Symbol.asyncDispose]()
    await own[Symbol.asyncDispose]()
  })

  const connect = async (): Promise<string> => {
    const draft = { workspaceId: own.workspaceId, provider: 'fake', name: 'Fake', settings, account: null }
    return (await own.store.integrations.create(draft, () => Promise.resolve())).id
  }

  const budgetOf = (store: Store, integrationId: string, holder: string): SharedBudget =>
    openSharedBudget({
      provider: 'fake',
      api,
      clock: systemClock,
      integrationId,
      shelf: store.quotas,
      holder,
      log: () => undefined,
      signal: ending.signal,
    })

  /** Makes a call that ends at once; false when its turn would come too late. */
  const call = (budget: SharedBudget, lane: Lane): Promise<boolean> =>
    budget
      .take({ method: 'GET', path: '/' }, lane, { deadline: new Date(Date.now() + HOUR_MS / 4), signal: never })
      .then(
        (turn) => {
          turn.end({ answer: null, refusedUntil: null })
          return true
        },
        () => false,
      )

  test('is shared by processes that take of it at the same time: no more calls go than it has', async () => {
    const id = await connect()
    const budgets = [own.store, other, own.store, other].map((store, index) => budgetOf(store, id, `process ${index}`))
    const calls = Array.from({ length: 80 }, (_, index) => call(budgets[index % 4] ?? budgetOf(other, id, 'x'), 'live'))
    expect((await Promise.all(calls)).filter((went) => went)).toHaveLength(40)
  })

  test('is written by whoever read it last, and by nobody else', async () => {
    const id = await connect()
    expect(await other.quotas.read(id)).toMatchObject({ version: 0, state: null, asOf: null })
    expect(await own.store.quotas.swap(id, { version: 0, state: { a: 1 }, ring: false })).toMatchObject({ version: 1 })
    expect(await other.quotas.swap(id, { version: 0, state: { a: 2 }, ring: false })).toBeNull()
    expect(await other.quotas.swap(id, { version: 1, state: { a: 3 }, ring: false })).toMatchObject({ version: 2 })
    expect(await own.store.quotas.swap(id, { version: 1, state: { a: 4 }, ring: false })).toBeNull()
    expect(await own.store.quotas.read(id)).toMatchObject({ version: 2, state: { a: 3 } })
  })

  test('has all processes hear of what they must know at once', async () => {
    const id = await connect()
    const heard: string[] = []
    await using _listening = await other.quotas.hear((each) => void heard.push(each))
    await own.store.quotas.swap(id, { version: 0, state: {}, ring: false })
    await own.store.quotas.swap(id, { version: 1, state: {}, ring: true })
    await vi.waitFor(() => expect(heard).toEqual([id]), SOON)
  })

  test('is that of no integration which does not exist', async () => {
    const none = '00000000-0000-4000-8000-000000000000'
    await expect(own.store.quotas.swap(none, { version: 0, state: {}, ring: false })).rejects.toThrow(
      IntegrationNotFoundError,
    )
  })

  test('tells what is left of it', async () => {
    const id = await connect()
    const budget = budgetOf(own.store, id, 'one')
    expect(await call(budget, 'person')).toBe(true)
    await vi.waitFor(async () => {
      const { state, now } = await other.quotas.read(id)
      const told = quotaOf(readBook(state), HOUR_MS, now.getTime())
      expect(told).toMatchObject({ limit: 40, remaining: 39, resetAt: null })
      expect(told?.lanes).toContainEqual({ lane: 'person', taken: 0, waiting: 0 })
    }, SOON)
  })
})
