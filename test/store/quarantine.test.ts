import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FailedRecord } from '../../store/change.ts'
import type { Json } from '../../store/kinds.ts'
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
      const reading = { stream: 'tags', kind: 'tag', read, failed } as const
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

  test('holds a thread for a message that cannot be kept, and keeps all else', async () => {
    const { integrationId } = await setUp()
    const nested = JSON.parse('['.repeat(300) + ']'.repeat(300)) as Json
    const inThread = { conversationRemoteId: 'c' }
    const changes = [
      upsert('tag', 'c', {}, { native: nested }),
      upsert('conversation', 'c'),
      upsert('message', 'good', inThread),
      upsert('message', 'deep', inThread, { native: { nested } }),
      // Of another thread, and so nobody's to read again.
      upsert('message', 'x'.repeat(3_000), { ticketRemoteId: 't' }),
    ]
    const reading = { stream: 'conversations', kind: 'conversation', read: ['c'], failed: [] } as const
    const told = { integrationId, changes, observedAt: at(1), learnedBy: 'SYNC', origin: 'sync', reading } as const
    const { changed, refused } = await own.store.apply(told)
    expect(changed.map(({ kind, remoteId }) => [kind, remoteId])).toEqual([
      ['conversation', 'c'],
      ['message', 'good'],
    ])
    expect(refused.map(({ kind }) => kind)).toEqual(['tag', 'message', 'message'])
    await own.store.apply({ ...told, observedAt: at(2) })
    const [thread, ...others] = await own.store.database.system.query<{ id: string; reason: string }>(
      `select remote_id as id, reason, attempts from quarantine where integration_id = $1 order by remote_id`,
      [integrationId],
    )
    const reason = 'message deep is nested more than 200 levels deep, and cannot be kept'
    expect(thread).toEqual({ id: 'c', reason, attempts: 2 })
    expect(others.map((each) => each.reason).toSorted()).toEqual([
      'a message whose id is too long, or no text, cannot be kept',
      'tag c is nested more than 200 levels deep, and cannot be kept',
    ])
    const query = { integrationId, streams: ['conversations'], now: new Date(at(2).getTime() + DAY_MS), limit: 9 }
    expect((await own.store.quarantine.due(query)).map(({ remoteId }) => remoteId)).toEqual(['c'])
  })

  test('forgets what was of an integration that is erased', async () => {
    const { integrationId, say, due } = await setUp()
    await say(1, [{ remoteId: 'a', reason: 'odd' }])
    await own.store.integrations.erase(integrationId)
    expect(await due(new Date(at(0).getTime() + 9 * DAY_MS))).toEqual([])
  })
})
