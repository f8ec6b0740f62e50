import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apply } from '../../store/apply.ts'
import type { StoreEvent } from '../../store/change.ts'
import { DatabaseUnavailableError } from '../../store/errors.ts'
import { writeEvents } from '../../store/event-table.ts'
import type { EventLog } from '../../store/events.ts'
import { bells } from '../setup/bells.ts'
import type { TestDatabase } from '../setup/database.ts'
import { type FollowedLog, openFollowedLog, rowIds, take } from './followed-log.ts'
import { batch, upsert } from './records.ts'

describe.each(bells)('events on $name', ({ server, open }) => {
  let followed: FollowedLog
  let db: TestDatabase
  let log: EventLog
  const setUp = () => followed.setUp()
  beforeAll(async () => {
    followed = await openFollowedLog(server, open)
    ;({ db, log } = followed)
  })
  afterAll(() => followed[Symbol.asyncDispose]())

  /** A connection in an open transaction that has written one event. */
  async function openWriter(workspaceId: string, integrationId: string, rowId: string) {
    const client = new Client({ connectionString: db.url })
    await client.connect()
    await client.query('begin')
    const query = async <R>(sql: string, values: readonly unknown[] = []) =>
      (await client.query<R & Record<string, unknown>>(sql, [...values])).rows
    const thread = { conversationId: null, ticketId: null }
    const event = { integrationId, provider: 'intercom', kind: 'company', op: 'created', rowId, ...thread } as const
    await writeEvents({ query }, workspaceId, [{ ...event, origin: 'webhook' }])
    return {
      end: async (how: 'commit' | 'rollback') => {
        await client.query(how)
        await client.end()
      },
    }
  }

  test('an event says what changed, of whom, and why', async () => {
    const { follow, integrationId, say, workspaceId, ending } = await setUp()
    const [id] = await say()
    const [event] = await take(follow(), 1)
    expect(event).toMatchObject({
      workspaceId,
      integrationId,
      provider: 'intercom',
      kind: 'company',
      op: 'created',
      rowId: id,
      conversationId: null,
      ticketId: null,
      origin: 'sync',
    })
    expect(event?.at).toBeInstanceOf(Date)
    expect(log.isCursor(event?.cursor ?? '')).toBe(true)
    ending.abort()
  })

  test('replays after a cursor and goes on live, without gap or repeat', async () => {
    const { follow, say, ending } = await setUp()
    const before = await say(3)
    const first = follow()
    const [one] = await take(first, 1)
    const resumed = follow(one?.cursor)
    const live = await say(2)
    expect(rowIds(await take(resumed, 4))).toEqual([...before.slice(1), ...live])
    expect(rowIds(await take(first, 4))).toEqual([...before.slice(1), ...live])
    const last = await say()
    expect(rowIds(await take(resumed, 1))).toEqual(last)
    expect(rowIds(await take(first, 1))).toEqual(last)
    ending.abort()
  })

  test('who follows one row is handed what is about it, replayed and live, and nothing else', async () => {
    const { integrationId, say, start, workspaceId, ending } = await setUp()
    const [id = '', other = ''] = await say(2)
    const follow = (after: string | null, row: string) =>
      log.follow({ workspaceId, after, about: [{ of: 'rowId', id: row }], signal: ending.signal })
    const replayed = follow(start, id)
    const live = follow(null, other)
    await live.started
    const rename = (name: string) =>
      apply(db.database, batch(integrationId, 2, [upsert('company', '1', { name }), upsert('company', '2', { name })]))
    await rename('New')
    const ops = (events: readonly StoreEvent[]) => events.map(({ op, rowId }) => [op, rowId])
    expect(ops(await take(replayed, 2))).toEqual([
      ['created', id],
      ['updated', id],
    ])
    expect(ops(await take(live, 1))).toEqual([['updated', other]])
    await apply(db.database, batch(integrationId, 3, [upsert('company', '1', { name: 'Newer' })]))
    await apply(db.database, batch(integrationId, 4, [upsert('company', '2', { name: 'Newest' })]))
    expect(ops(await take(live, 1))).toEqual([['updated', other]])
    expect(ops(await take(replayed, 1))).toEqual([['updated', id]])
    ending.abort()
  })

  test('without a cursor it begins now', async () => {
    const { follow, say, ending } = await setUp()
    await say(2)
    const streams = [follow(null), follow(null)]
    await Promise.all(streams.map((stream) => stream.started))
    const ids = await say(2)
    for (const stream of streams) expect(rowIds(await take(stream, 2))).toEqual(ids)
    const later = follow(null)
    await later.started
    const last = await say()
    for (const stream of [later, ...streams]) expect(rowIds(await take(stream, 1))).toEqual(last)
    ending.abort()
  })

  test('without a cursor it leaves out what had committed, also what an older transaction still hides', async () => {
    const { follow, integrationId, say, workspaceId, ending } = await setUp()
    const id = '00000000-0000-8000-8000-000000000001'
    const open = await openWriter(workspaceId, integrationId, id)
    await say(2)
    const now = follow(null)
    await now.started
    const last = await say()
    await open.end('commit')
    expect(rowIds(await take(now, 2))).toEqual([id, ...last])
    ending.abort()
  })

  test('never loses what commits out of order, where "id greater than the last" does', async () => {
    const { follow, integrationId, say, workspaceId, ending } = await setUp()
    const ids = [1, 2, 3].map((n) => `00000000-0000-8000-8000-00000000000${n}`)
    const plain = async (last: string) =>
      db.database.system.query<{ id: string; rowId: string }>(
        `select id::text, row_id as "rowId" from event where workspace_id = $1 and id > $2 order by id`,
        [workspaceId, last],
      )
    const events = follow()
    const first = await say()
    expect(rowIds(await take(events, 1))).toEqual(first)
    const taking = take(events, 2)
    const early = await openWriter(workspaceId, integrationId, ids[0] ?? '')
    const aborted = await openWriter(workspaceId, integrationId, ids[1] ?? '')
    const late = await openWriter(workspaceId, integrationId, ids[2] ?? '')
    await late.end('commit')
    const seenPlainly = await plain('0')
    // Whoever joins has the log read, so that it was read between the two commits.
    await follow(null).started
    await follow(null).started
    await aborted.end('rollback')
    await early.end('commit')
    const seenThen = await plain(seenPlainly.at(-1)?.id ?? '0')
    expect([...seenPlainly, ...seenThen].map((row) => row.rowId)).toEqual([...first, ids[2]])
    expect(rowIds(await taking)).toEqual([ids[0], ids[2]])
    ending.abort()
  })

  test('hands over everything once and in one order, while many write at once', async () => {
    const { follow, integrationId, say, workspaceId, ending } = await setUp()
    const readers = [follow(), follow(null), follow()]
    await Promise.all(readers.map((reader) => reader.started))
    const taking = readers.map((reader) => take(reader, 150))
    const write = async (writer: number) => {
      for (let n = 0; n < 25; n += 1) {
        const id = `00000000-0000-8000-8000-${String(writer * 1_000 + n).padStart(12, '0')}`
        const open = await openWriter(workspaceId, integrationId, id)
        if (n % 5 === 0) await open.end('rollback').then(() => say(3))
        else await open.end('commit')
      }
    }
    const late = Promise.all([write(1), write(2), write(3), write(4), write(5), write(6)]).then(async () => {
      const all = await take(follow(), 210)
      expect(new Set(all.map((event) => event.cursor)).size).toBe(210)
      return all
    })
    const [all, ...seen] = await Promise.all([late, ...taking])
    for (const events of seen) expect(rowIds(events)).toEqual(rowIds(all.slice(0, 150)))
    // Reading again from any place gives the rest, exactly.
    for (const place of [0, 1, 57, 199]) {
      expect(rowIds(await take(follow(all[place]?.cursor), 209 - place))).toEqual(rowIds(all.slice(place + 1)))
    }
    ending.abort()
  })

  test('who asks only for some events is handed those, replayed and live', async () => {
    const { integrationId, say, start, workspaceId, ending } = await setUp()
    await say(2)
    const only = ({ op }: StoreEvent) => op === 'updated'
    const replayed = log.follow({ workspaceId, after: start, only, signal: ending.signal })
    const live = log.follow({ workspaceId, only, signal: ending.signal })
    await live.started
    await say()
    await apply(db.database, batch(integrationId, 2, [upsert('company', '2', { name: 'New' })]))
    expect((await take(replayed, 1)).map(({ op }) => op)).toEqual(['updated'])
    expect((await take(live, 1)).map(({ op }) => op)).toEqual(['updated'])
    ending.abort()
  })

  test('gives each workspace its own, and only the kinds asked for', async () => {
    const mine = await setUp()
    const theirs = await setUp()
    const { workspaceId, integrationId, ending } = mine
    const tags = log.follow({ workspaceId, after: mine.start, signal: ending.signal, kinds: ['tag'] })
    const all = mine.follow()
    await theirs.say(2)
    await mine.say(2)
    await apply(db.database, batch(integrationId, 1, [upsert('tag', '1')]))
    expect((await take(all, 3)).map((event) => event.kind)).toEqual(['company', 'company', 'tag'])
    expect((await take(tags, 1)).map((event) => event.kind)).toEqual(['tag'])
    ending.abort()
  })

  test('ends at once when aborted or returned, also while it waits', async () => {
    const { follow, ending } = await setUp()
    const waiting = [follow(), follow(null)]
    const nexts = waiting.map((events) => events.next())
    const returned = follow()
    const pending = returned.next()
    await returned.return()
    expect(await pending).toEqual({ done: true, value: undefined })
    ending.abort()
    expect(await Promise.all(nexts)).toEqual(nexts.map(() => ({ done: true, value: undefined })))
    expect(await follow().next()).toEqual({ done: true, value: undefined })
  })

  test('a reader that is slower than the log holds up nobody and loses nothing', async () => {
    const { follow, say, ending } = await setUp()
    const slow = follow()
    const quick = follow()
    const first = await say()
    expect(rowIds(await take(slow, 1))).toEqual(first)
    const many = [...(await say(900)), ...(await say(900)), ...(await say(900))]
    expect(rowIds(await take(quick, 2_701))).toEqual([...first, ...many])
    expect(rowIds(await take(slow, 2_700))).toEqual(many)
    const last = await say()
    expect(rowIds(await take(slow, 1))).toEqual(last)
    ending.abort()
  })

  test('a thousand followers of one workspace cost one reading of the log', async () => {
    const { follow, say, ending } = await setUp()
    const followers = Array.from({ length: 1_000 }, () => follow(null))
    const nexts = followers.map((events) => events.next())
    await Promise.all(followers.map((events) => events.started))
    const [id] = await say()
    const seen = await Promise.all(nexts)
    expect(new Set(seen.map((next) => (next.done === true ? null : next.value)))).toHaveLength(1)
    expect(seen[0]?.value).toMatchObject({ rowId: id })
    ending.abort()
  })

  test('goes on by itself after the database was away', async () => {
    const { follow, say, ending } = await setUp()
    const events = follow()
    const first = await say()
    expect(rowIds(await take(events, 1))).toEqual(first)
    const waiting = take(events, 2)
    const admin = new Client({ connectionString: db.url })
    await admin.connect()
    await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`)
    await admin.end()
    // Connections of the pool may turn out to be broken when they are used next.
    const sayAgain = (): Promise<string[]> =>
      say().catch((error: unknown) => (error instanceof DatabaseUnavailableError ? sayAgain() : Promise.reject(error)))
    const said = [...(await sayAgain()), ...(await sayAgain())]
    expect(rowIds(await waiting)).toEqual(said)
    ending.abort()
  })
})
