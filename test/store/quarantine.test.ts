import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FailedRecord } from '../../store/change.ts'
import { testServers } from '../setup/servers.ts'
import { openTestStore, type TestStore } from '../setup/store.ts'
import { at, makeIntegration, upsert } from './records.ts'

const DAY_MS = 86_400_000

describe.each(testServers)('the quarantine on $name', (server) => {
  let own: TestStore
  beforeAll(async () => {
    own = await openTestStore({ server })
  })
  afterAll(() => own[Symbol.asyncDispose]())

  async function setUp() {
    const { integrationId } = await makeIntegration(own.store.database)
    const say = async (n: number, failed: readonly FailedRecord[], read: readonly string[] = []): Promise<void> => {
      const changes = read.map((remoteId) => upsert('tag', remoteId))
      const reading = { stream: 'tags', read, failed }
      await own.store.apply({ integrationId, changes, observedAt: at(n), learnedBy: 'SYNC', origin: 'sync', reading })
    }
    const due = async (now: Date, streams: readonly string[] = ['tags', 'teams']) => {
      const records = await own.store.quarantine.due({ integrationId, streams, now, limit: 10 })
      return records.map(({ remoteId }) => remoteId)
    }
    return { integrationId, say, due }
  }

  test('holds what failed until it was read well, with its last reason', async () => {
    const { integrationId, say, due } = await setUp()
    const later = new Date(at(0).getTime() + DAY_MS)
    await say(1, [{ remoteId: 'b', reason: 'odd' }])
    await say(2, [
      { remoteId: 'a', reason: 'refused' },
      { remoteId: 'b', reason: 'odder' },
    ])
    expect(await due(at(60))).toEqual([])
    expect(await due(later)).toEqual(['a', 'b'])
    expect(await due(later, ['teams'])).toEqual([])
    const [, b] = await own.store.quarantine.due({ integrationId, streams: ['tags'], now: later, limit: 2 })
    expect(b).toMatchObject({ reason: 'odder', attempts: 2, firstAt: at(1), lastAt: at(2), nextAt: at(2 + 120) })
    expect(await own.store.quarantine.lastAsked(integrationId, 'tags', ['b', 'c'])).toEqual(new Map([['b', at(2)]]))
    await say(3, [], ['b', 'c'])
    expect(await due(later)).toEqual(['a'])
  })

  test('waits a day at most, however often it failed', async () => {
    const { integrationId, say } = await setUp()
    for (let n = 1; n <= 25; n++) await say(n, [{ remoteId: 'a', reason: 'odd' }])
    const now = new Date(at(25).getTime() + DAY_MS)
    const [record] = await own.store.quarantine.due({ integrationId, streams: ['tags'], now, limit: 1 })
    expect(record).toMatchObject({ attempts: 25, nextAt: now })
  })

  test('shows records that say no id as one, which nobody asks for and which goes with time', async () => {
    const { integrationId, say, due } = await setUp()
    await say(1, [
      { remoteId: null, reason: 'no id' },
      { remoteId: null, reason: 'none either' },
    ])
    const sql = 'select remote_id as id, reason from quarantine where integration_id = $1'
    expect(await own.store.database.system.query(sql, [integrationId])).toEqual([{ id: '', reason: 'none either' }])
    expect(await due(new Date(at(0).getTime() + 9 * DAY_MS))).toEqual([])
    expect(await own.store.quarantine.prune(at(1))).toBe(0)
    expect(await own.store.quarantine.prune(at(2))).toBe(1)
  })

  test('lets many take in and let out the same records at once', async () => {
    const { say, due } = await setUp()
    const ids = Array.from({ length: 50 }, (_, n) => String(n))
    const failed = ids.map((remoteId) => ({ remoteId, reason: 'odd' }))
    const rounds = Array.from({ length: 10 }, (_, n) =>
      n % 2 ? say(n, failed.toReversed()) : say(n, [], ids.toReversed()),
    )
    await Promise.all([...rounds, say(10, failed)])
    await say(11, [], ids)
    expect(await due(new Date(at(0).getTime() + 9 * DAY_MS))).toEqual([])
  })

  test('forgets what was of an integration that is erased', async () => {
    const { integrationId, say, due } = await setUp()
    await say(1, [{ remoteId: 'a', reason: 'odd' }])
    await own.store.integrations.erase(integrationId)
    expect(await due(new Date(at(0).getTime() + 9 * DAY_MS))).toEqual([])
  })
})
