import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Told } from '../../store/change.ts'
import { openDatabase } from '../../store/database.ts'
import { BadCursorError } from '../../store/errors.ts'
import { toCursor } from '../../store/event-position.ts'
import { type EventLog, openEvents } from '../../store/events.ts'
import { migrate } from '../../store/migrate.ts'
import { bells } from '../setup/bells.ts'
import { makeTestDatabase, type TestDatabase } from '../setup/database.ts'
import { SOON } from '../setup/soon.ts'
import { type FollowedLog, openFollowedLog, rowIds, take, takeUntil } from './followed-log.ts'
import { makeIntegration } from './records.ts'

describe.each(bells)('cursors on $name', ({ server, open }) => {
  let followed: FollowedLog
  let db: TestDatabase
  let log: EventLog
  const setUp = () => followed.setUp()
  beforeAll(async () => {
    followed = await openFollowedLog(server, open)
    ;({ db, log } = followed)
  })
  afterAll(() => followed[Symbol.asyncDispose]())

  /** The gap that comes first, or a complaint. */
  async function firstGap(events: AsyncIterator<Told>) {
    const { value } = await events.next()
    if (value?.kind !== 'gap') throw new Error(`expected a gap, but got ${JSON.stringify(value)}`)
    return value
  }

  /** Prunes until so many are gone: what lies above the oldest transaction that is open on the server stays till then. */
  async function pruneAll(retention: { olderThan: Date; most: number }, expected: number): Promise<void> {
    let pruned = 0
    await vi.waitFor(async () => {
      pruned += await log.prune(retention)
      expect(pruned).toBeGreaterThanOrEqual(expected)
    }, SOON)
  }
  const EVERYTHING = 1_000_000_000

  test('refuses what is no cursor', async () => {
    const { follow, workspaceId, ending } = await setUp()
    for (const text of ['', 'nonsense', '_____________________w']) {
      expect(log.isCursor(text)).toBe(false)
      expect(() => follow(text)).toThrow(BadCursorError)
    }
    expect(log.isCursor(await log.latest(workspaceId))).toBe(true)
    ending.abort()
  })

  test('tells what is missing where events were pruned by their age, then all that is held, and goes on live', async () => {
    const { follow, say, start, ending } = await setUp()
    const quiet = await setUp()
    const ids = await say(4)
    const [, second, third, fourth] = await take(follow(), 4)
    const old = new Date('2020-01-01')
    await db.database.system.query(
      `update event set at = $2 where (xid, id) < (select xid, id from event where row_id = $1)`,
      [ids[3], old],
    )
    await pruneAll({ olderThan: new Date('2021-01-01'), most: EVERYTHING }, 3)
    const events = follow(second?.cursor)
    const gap = await firstGap(events)
    expect(gap).toEqual({ kind: 'gap', from: second?.cursor, cursor: third?.cursor, until: old, at: expect.any(Date) })
    const live = await say(2)
    expect(rowIds(await take(events, 3))).toEqual([fourth?.rowId, ...live])
    // Whoever has been told of it, or has seen the last that is gone, misses nothing.
    expect(rowIds(await take(follow(gap.cursor), 1))).toEqual([fourth?.rowId])
    expect(await firstGap(follow(start))).toMatchObject({ from: start, cursor: gap.cursor })
    // Nothing of this workspace was pruned, so that it has no gap.
    const later = await quiet.say()
    expect(rowIds(await take(quiet.follow(), 1))).toEqual(later)
    ending.abort()
    quiet.ending.abort()
  })

  test('keeps no more events than it may, in batches', async () => {
    const { follow, say, start, ending } = await setUp()
    // More than go in one batch.
    for (let round = 0; round < 6; round++) await say(1_000)
    const last = await say(10)
    await pruneAll({ olderThan: new Date(0), most: 10 }, 6_000)
    const events = follow(start)
    expect(await firstGap(events)).toMatchObject({ from: start, until: expect.any(Date) })
    expect(rowIds(await take(events, 10))).toEqual(last)
    expect(await log.prune({ olderThan: new Date(0), most: 10 })).toBe(0)
    ending.abort()
  })

  test('takes a cursor that lies in the future for one of another log, and goes on from now', async () => {
    const { follow, say, ending } = await setUp()
    const foreign = toCursor({ xid: 2n ** 60n, id: 1n })
    const events = follow(foreign)
    const gap = await firstGap(events)
    expect(gap).toMatchObject({ from: foreign, until: null })
    const live = await say(2)
    expect(rowIds(await take(events, 2))).toEqual(live)
    expect(rowIds(await take(follow(gap.cursor), 2))).toEqual(live)
    ending.abort()
  })

  test('knows a cursor of another log, also one that lies behind, and goes on from now', async () => {
    const { follow, say, ending } = await setUp()
    const { url, drop } = await makeTestDatabase(server, 'empty')
    await using opened = new AsyncDisposableStack()
    opened.defer(drop)
    const elsewhere = opened.use(await openDatabase({ url }))
    await migrate(elsewhere)
    const otherLog = opened.use(openEvents(elsewhere))
    const { workspaceId } = await makeIntegration(elsewhere)
    const foreign = await otherLog.latest(workspaceId)
    await say(3)
    const events = follow(foreign)
    const gap = await firstGap(events)
    expect(gap).toMatchObject({ from: foreign, until: null })
    const live = await say(2)
    // What commits while an older transaction is open anywhere on the server comes after the gap, too.
    expect(rowIds(await takeUntil(events, live.at(-1))).slice(-2)).toEqual(live)
    expect(rowIds(await takeUntil(follow(gap.cursor), live.at(-1))).slice(-2)).toEqual(live)
    ending.abort()
  })

  test('takes a cursor from before logs told which they are for one of this', async () => {
    const { follow, say, ending } = await setUp()
    const ids = await say(3)
    const [first] = await take(follow(), 1)
    const old = Buffer.from(first?.cursor ?? '', 'base64url')
      .subarray(0, 16)
      .toString('base64url')
    expect(old).toHaveLength(22)
    expect(log.isCursor(old)).toBe(true)
    expect(rowIds(await take(follow(old), 2))).toEqual(ids.slice(1))
    ending.abort()
  })
})
