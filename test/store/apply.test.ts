import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apply } from '../../store/apply.ts'
import type { Change } from '../../store/change.ts'
import { IntegrationClosedError, IntegrationNotFoundError } from '../../store/errors.ts'
import { rowId } from '../../store/id.ts'
import { KINDS, type Kind, type RowOf } from '../../store/kinds.ts'
import { toRow } from '../../store/record-row.ts'
import { selectList, TABLES } from '../../store/tables.ts'
import { readVersions } from '../../store/versions.ts'
import { openTestDatabase, type TestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { at, batch, makeIntegration, upsert } from './records.ts'

const deletion = (kind: Kind, remoteId: string, mergedIntoRemoteId: string | null = null): Change => ({
  op: 'delete',
  kind,
  remoteId,
  mergedIntoRemoteId,
})

describe.each(testServers)('apply on $name', (server) => {
  let db: TestDatabase
  beforeAll(async () => void (db = await openTestDatabase(server)))
  afterAll(() => db[Symbol.asyncDispose]())

  async function setUp() {
    const { workspaceId, integrationId } = await makeIntegration(db.database)
    const events = () =>
      db.database.system.query<{ kind: string; op: string; rowId: string; conversationId: string | null }>(
        `select kind, op, row_id as "rowId", conversation_id as "conversationId" from event
         where integration_id = $1 order by xid, id`,
        [integrationId],
      )
    const row = async <K extends Kind>(kind: K, remoteId: string): Promise<RowOf<K> | undefined> => {
      const sql = `select ${selectList(kind, 't')} from "${kind}" t where id = $1`
      const [found] = await db.database.system.query<Record<string, unknown>>(sql, [
        rowId(integrationId, kind, remoteId),
      ])
      return found && toRow(kind, found)
    }
    const say = async (n: number, ...changes: Change[]) =>
      (await apply(db.database, batch(integrationId, n, changes))).changed.map(
        ({ op, remoteId }) => `${op} ${remoteId}`,
      )
    return { workspaceId, integrationId, events, row, say }
  }

  test('every column that a kind declares is in its table with its type, and no other', async () => {
    for (const kind of KINDS) {
      const columns = await db.database.system.query<{ name: string; type: string }>(
        `select attname as name, format_type(atttypid, null) as type from pg_attribute
         where attrelid = $1::regclass and attnum > 0 and attgenerated = ''`,
        [`"${kind}"`],
      )
      const types = new Map(
        columns.map(({ name, type }) => [name, type.replace('timestamp with time zone', 'timestamptz')]),
      )
      for (const { column, sqlType } of TABLES[kind].columns) expect(types.get(column)).toBe(sqlType)
      const origin = 15 + (TABLES[kind].searched.length > 0 ? 1 : 0)
      expect(types.size).toBe(TABLES[kind].columns.length + origin)
    }
  })

  test('stores a record of every kind, with references as row ids', async () => {
    const { integrationId, workspaceId, row, say } = await setUp()
    expect(await say(1, ...KINDS.map((kind) => upsert(kind, '1') as Change))).toEqual(KINDS.map(() => 'created 1'))
    await say(
      2,
      upsert(
        'conversation',
        '1',
        {
          subject: 'Späte Lieferung',
          contactRemoteId: '7',
          tagRemoteIds: ['a', 'b'],
          read: false,
          snoozedUntil: at(9),
        },
        { version: at(2), native: { statistics: { n: 1.5 }, list: [null, 'x'] } },
      ),
    )
    const stored = await row('conversation', '1')
    expect(stored).toMatchObject({
      kind: 'conversation',
      workspaceId,
      integrationId,
      provider: 'intercom',
      remoteId: '1',
      remoteVersion: at(2),
      observedAt: at(2),
      learnedBy: 'SYNC',
      deletedAt: null,
      mergedIntoId: null,
      subject: 'Späte Lieferung',
      read: false,
      snoozedUntil: at(9),
      contactId: rowId(integrationId, 'contact', '7'),
      tagIds: [rowId(integrationId, 'tag', 'a'), rowId(integrationId, 'tag', 'b')],
      contactIds: [],
      assigneeId: null,
      customFields: [],
      native: { statistics: { n: 1.5 }, list: [null, 'x'] },
    })
  })

  test('tells creation, change and deletion once each, with the thread of a message', async () => {
    const { integrationId, events, say } = await setUp()
    const message = upsert('message', 'm', { conversationRemoteId: 'c', text: 'hi' })
    expect(await say(1, message)).toEqual(['created m'])
    expect(await say(2, message)).toEqual([])
    expect(await say(3, upsert('message', 'm', { conversationRemoteId: 'c', text: 'hi!' }))).toEqual(['updated m'])
    expect(await say(4, deletion('message', 'm'))).toEqual(['deleted m'])
    expect(await say(5, deletion('message', 'm'))).toEqual([])
    expect(await say(6, message)).toEqual(['created m'])
    const told = await events()
    expect(told.map((event) => event.op)).toEqual(['created', 'updated', 'deleted', 'created'])
    expect(new Set(told.map((event) => event.conversationId))).toEqual(
      new Set([rowId(integrationId, 'conversation', 'c')]),
    )
  })

  test('tells of history what came to be since a moment as news, and every deletion', async () => {
    const { integrationId, say } = await setUp()
    const dates = (created: number, updated: number) => ({ createdAt: at(created), updatedAt: at(updated) })
    await say(1, upsert('conversation', 'gone'), upsert('message', 'its', { conversationRemoteId: 'gone' }))
    const changes = [
      deletion('conversation', 'gone'),
      upsert('message', 'old, edited', dates(4, 6)),
      upsert('message', 'new', dates(5, 5)),
      upsert('conversation', 'old', dates(1, 4)),
      upsert('conversation', 'old, changed', dates(1, 5)),
      upsert('tag', 'of no time', { createdAt: null, updatedAt: null }),
    ]
    await apply(db.database, batch(integrationId, 9, changes, { origin: 'backfill', newsSince: at(5) }))
    const told = await db.database.system.query<{ origin: string }>(
      `select origin from event where integration_id = $1 order by xid, id offset 2`,
      [integrationId],
    )
    const origins = ['sync', 'backfill', 'sync', 'backfill', 'sync', 'backfill', 'sync']
    expect(told.map(({ origin }) => origin)).toEqual(origins)
  })

  test('tells changes in the order of the batch', async () => {
    const { events, integrationId, say } = await setUp()
    const remoteIds = Array.from({ length: 40 }, (_, n) => String(n))
    await say(1, ...remoteIds.map((id) => (Number(id) % 2 ? upsert('message', id) : upsert('company', id))))
    const expected = remoteIds.map((id) => rowId(integrationId, Number(id) % 2 ? 'message' : 'company', id))
    expect((await events()).map((event) => event.rowId)).toEqual(expected)
  })

  test('an observation of the same content advances observedAt and nothing else', async () => {
    const { row, say } = await setUp()
    await say(1, upsert('contact', '1', { name: 'Ada' }, { version: at(1) }))
    expect(await say(5, upsert('contact', '1', { name: 'Ada' }, { version: at(1) }))).toEqual([])
    expect((await row('contact', '1'))?.observedAt).toEqual(at(5))
    expect(await say(6, upsert('contact', '1', { name: 'Ada' }, { version: at(2) }))).toEqual([])
    expect((await row('contact', '1'))?.remoteVersion).toEqual(at(2))
  })

  test('writes nothing at all when a batch comes again', async () => {
    const { integrationId, say } = await setUp()
    await say(1, upsert('contact', '1'), deletion('contact', '2'))
    const versions = () =>
      db.database.system.query(`select id, xmin::text, ctid::text from contact where integration_id = $1 order by id`, [
        integrationId,
      ])
    const before = await versions()
    await say(1, upsert('contact', '1'), deletion('contact', '2'))
    expect(await versions()).toEqual(before)
  })

  test('a late page never undoes a newer version, nor a later observation of the same version', async () => {
    const { row, say } = await setUp()
    await say(5, upsert('contact', '1', { name: 'new' }, { version: at(5) }))
    expect(await say(9, upsert('contact', '1', { name: 'old' }, { version: at(4) }))).toEqual([])
    expect(await say(4, upsert('contact', '1', { name: 'old' }, { version: at(5) }))).toEqual([])
    expect(await say(4, upsert('contact', '1', { name: 'old' }))).toEqual([])
    expect(await row('contact', '1')).toMatchObject({ name: 'new', observedAt: at(5) })
    expect(await say(4, upsert('contact', '1', { name: 'newer' }, { version: at(6) }))).toEqual(['updated 1'])
  })

  test('of one version the whole stands over the partial, whichever comes first or was observed later', async () => {
    const { row, say } = await setUp()
    const said = (html: string, version: Date | null, fidelity?: 'partial') => ({
      ...upsert('message', version === null ? 'unversioned' : 'versioned', { html }, { version }),
      ...(fidelity && { fidelity }),
    })
    for (const version of [at(1), null]) {
      const remoteId = version === null ? 'unversioned' : 'versioned'
      expect(await say(5, said('plain', version, 'partial'))).toEqual([`created ${remoteId}`])
      expect(await say(4, said('<b>rich</b>', version))).toEqual([`updated ${remoteId}`])
      expect(await say(9, said('plain', version, 'partial'))).toEqual([])
      expect(await row('message', remoteId)).toMatchObject({ html: '<b>rich</b>', observedAt: at(5) })
    }
    expect(await say(10, said('plain, edited', at(2), 'partial'))).toEqual(['updated versioned'])
    expect(await say(11, said('plain, edited again', at(2), 'partial'))).toEqual(['updated versioned'])
    expect(await say(3, said('<b>edited</b>', at(2)))).toEqual(['updated versioned'])
    const both = [said('<b>both</b>', at(3)), said('both', at(3), 'partial')]
    expect(await say(12, ...both)).toEqual(['updated versioned'])
    expect(await row('message', 'versioned')).toMatchObject({ html: '<b>both</b>' })
  })

  test('a partial record that says the same as the whole becomes whole without a word', async () => {
    const { integrationId, say } = await setUp()
    const same = upsert('message', 'm', { html: 'same' }, { version: at(1) })
    // Whoever asks which version is held must not take a part for the whole.
    const held = () => readVersions(db.database.system, integrationId, 'message', ['m'])
    expect(await say(5, { ...same, fidelity: 'partial' })).toEqual(['created m'])
    expect(await held()).toEqual(new Map([['m', null]]))
    expect(await say(5, same)).toEqual([])
    expect(await held()).toEqual(new Map([['m', at(1)]]))
    expect(await say(9, { ...same, fidelity: 'partial', fields: { ...same.fields, html: 'other' } })).toEqual([])
  })

  test('a tombstone keeps what was known, and holds against what was observed before or is an older version', async () => {
    const { row, say } = await setUp()
    await say(1, upsert('contact', '1', { name: 'Ada' }, { version: at(1) }))
    expect(await say(0, deletion('contact', '1'))).toEqual([])
    expect(await say(3, deletion('contact', '1'))).toEqual(['deleted 1'])
    expect(await row('contact', '1')).toMatchObject({ name: 'Ada', deletedAt: at(3), remoteVersion: at(1) })
    expect(await say(3, upsert('contact', '1', {}, { version: at(9) }))).toEqual([])
    expect(await say(4, upsert('contact', '1', {}, { version: at(0) }))).toEqual([])
    expect(await say(4, upsert('contact', '1', { name: 'Ada' }, { version: at(1) }))).toEqual(['created 1'])
    expect(await row('contact', '1')).toMatchObject({ deletedAt: null, mergedIntoId: null })
  })

  test('a deletion of what was never read is no news, and keeps a late page from bringing it in', async () => {
    const { events, row, say } = await setUp()
    expect(await say(5, deletion('ticket', '1'))).toEqual([])
    expect(await say(4, upsert('ticket', '1'))).toEqual([])
    expect(await row('ticket', '1')).toMatchObject({ deletedAt: at(5), native: null })
    expect(await events()).toEqual([])
    expect(await say(6, upsert('ticket', '1'))).toEqual(['created 1'])
  })

  test('keeps where a record was merged into, whichever deletion comes first', async () => {
    const { integrationId, row, say } = await setUp()
    const into = rowId(integrationId, 'contact', '2')
    await say(1, upsert('contact', '1'), upsert('contact', '3'))
    expect(await say(2, deletion('contact', '1', '2'))).toEqual(['deleted 1'])
    expect(await say(3, deletion('contact', '1'))).toEqual([])
    expect(await row('contact', '1')).toMatchObject({ mergedIntoId: into, deletedAt: at(2), observedAt: at(3) })
    await say(3, deletion('contact', '3'))
    expect(await say(2, deletion('contact', '3', '2'))).toEqual(['deleted 3'])
    expect(await row('contact', '3')).toMatchObject({ mergedIntoId: into, observedAt: at(3) })
  })

  test('of several words about one record in a batch, a deletion stands, else the newest version', async () => {
    const { row, say } = await setUp()
    await say(
      1,
      upsert('contact', '1', { name: 'newest' }, { version: at(2) }),
      upsert('contact', '1', { name: 'older' }, { version: at(1) }),
      deletion('contact', '2'),
      upsert('contact', '2'),
    )
    expect((await row('contact', '1'))?.name).toBe('newest')
    expect((await row('contact', '2'))?.deletedAt).toEqual(at(1))
  })

  test('stores what PostgreSQL cannot hold as U+FFFD, however long the text', async () => {
    const { row, say } = await setUp()
    const text = `a\0b\ud800c\udc00 ${'word '.repeat(60_000)}${'x'.repeat(5_000)}`
    const native = { 'ke\0y': ['\0', { deep: '\udfff' }], fine: '😀 \\u0000' }
    await say(1, upsert('message', '1', { text }, { native }), upsert('contact', '1', { name: text, email: text }))
    const stored = await row('message', '1')
    expect(stored?.text?.slice(0, 6)).toBe('a\ufffdb\ufffdc\ufffd')
    expect(stored?.text?.length).toBe(text.length)
    expect(stored?.native).toEqual({ 'ke\ufffdy': ['\ufffd', { deep: '\ufffd' }], fine: '😀 \\u0000' })
  })

  test('stores a customer whose words end in the middle of a letter', async () => {
    const { row, say } = await setUp()
    const name = `x${'\u{20000}'.repeat(60_000)}`
    expect(await say(1, upsert('contact', '1', { name }))).toEqual(['created 1'])
    expect((await row('contact', '1'))?.name).toBe(name)
  })

  test('stores dates of every year, and refuses an invalid one by name', async () => {
    const { row, say } = await setUp()
    const years = ['0001-01-01', '0000-05-05', '-000044-03-15', '+012345-06-07'].map(
      (day) => new Date(`${day}T00:00:00Z`),
    )
    await say(1, ...years.map((createdAt, n) => upsert('contact', String(n), { createdAt })))
    for (const [n, year] of years.entries()) expect((await row('contact', String(n)))?.createdAt).toEqual(year)
    await expect(say(2, upsert('contact', 'x', { lastSeenAt: new Date(NaN) }))).rejects.toThrow(
      'contact x: expected "lastSeenAt" to be a date',
    )
  })

  test('stores the checkpoint with its rows, and neither without the other', async () => {
    const { integrationId, row } = await setUp()
    const checkpoint = { stream: 'contacts', cursor: { page: 2 } }
    await apply(db.database, batch(integrationId, 1, [upsert('contact', '1')], { checkpoint }))
    // No index takes so long a name, when the rows are already written. What repeats itself is stored in less.
    const stream = Array.from({ length: 9_000 }, (_, n) => (n * n * 7_919) % 65_521).join('')
    const refused = { stream, cursor: { page: 3 } }
    await expect(
      apply(db.database, batch(integrationId, 1, [upsert('contact', '2')], { checkpoint: refused })),
    ).rejects.toThrow('index row')
    const stored = await db.database.system.query(`select cursor from checkpoint where integration_id = $1`, [
      integrationId,
    ])
    expect(stored).toEqual([{ cursor: { page: 2 } }])
    expect(await row('contact', '2')).toBeUndefined()
  })

  test('refuses an unknown, an erased and a disconnected integration', async () => {
    const { integrationId } = await setUp()
    await expect(apply(db.database, batch(randomUUID(), 1, []))).rejects.toThrow(IntegrationNotFoundError)
    await db.database.system.query(`update integration set status = 'DISCONNECTED' where id = $1`, [integrationId])
    await expect(apply(db.database, batch(integrationId, 1, []))).rejects.toThrow(IntegrationClosedError)
  })

  test('stores a batch of many chunks whole', async () => {
    const { integrationId, say } = await setUp()
    const changes = Array.from({ length: 2_500 }, (_, n) => upsert('contact', String(n)))
    expect(await say(1, ...changes)).toHaveLength(2_500)
    const counted = await db.database.system.query(`select count(*)::int as n from contact where integration_id = $1`, [
      integrationId,
    ])
    expect(counted).toEqual([{ n: 2_500 }])
  })

  test('a workspace sees and writes only its own rows, by whatever SQL', async () => {
    const mine = await setUp()
    const theirs = await setUp()
    await mine.say(1, ...KINDS.map((kind) => upsert(kind, '1') as Change))
    const { workspaceId } = theirs
    for (const table of [...KINDS, 'event']) {
      const seen = await db.database.workspace(workspaceId).query(`select * from "${table}"`)
      expect(seen).toEqual([])
      expect(await db.database.workspace(mine.workspaceId).query(`select 1 from "${table}"`)).not.toEqual([])
    }
    const steal = `insert into tag (id, workspace_id, integration_id, provider, remote_id, observed_at, born_xid, changed_xid)
      select gen_random_uuid(), $1, $2, 'x', 'x', now(), pg_current_xact_id(), pg_current_xact_id()`
    await expect(
      db.database.transaction(workspaceId, (tx) => tx.query(steal, [mine.workspaceId, mine.integrationId])),
    ).rejects.toThrow('row-level security')
    for (const found of ['conversation_of_contact($1::uuid[])', 'ticket_of_tag($1::uuid[])']) {
      const sql = `select * from ${found}`
      expect(await db.database.workspace(workspaceId).query(sql, [[randomUUID()]])).toEqual([])
    }
  })

  test('a deleted conversation takes its messages and ratings along, but not what was seen later', async () => {
    const { say, row, events } = await setUp()
    const said = (remoteId: string, conversationRemoteId: string): Change =>
      upsert('message', remoteId, { conversationRemoteId, text: remoteId })
    await say(1, upsert('conversation', 'c', {}), upsert('conversation', 'd', {}))
    await say(2, said('m1', 'c'), said('m2', 'd'), upsert('rating', 'r', { conversationRemoteId: 'c', score: 4 }))
    await say(9, said('late', 'c'))
    expect(await say(5, deletion('conversation', 'c'))).toEqual(['deleted c', 'deleted m1', 'deleted r'])
    expect((await row('message', 'm1'))?.deletedAt).toEqual(at(5))
    expect((await row('message', 'm2'))?.deletedAt).toBeNull()
    expect((await row('message', 'late'))?.deletedAt).toBeNull()
    const told = (await events()).filter((event) => event.op === 'deleted')
    expect(told.map((event) => event.kind)).toEqual(['conversation', 'message', 'rating'])
    expect(told[1]?.conversationId).not.toBeNull()
    expect(await say(5, deletion('conversation', 'c'))).toEqual([])
  })

  test('the messages of a conversation go with it, also when it was never read or is known to be gone', async () => {
    const { say, row } = await setUp()
    const said = (remoteId: string): Change => upsert('message', remoteId, { conversationRemoteId: 'c', text: 'hi' })
    await say(1, said('before'))
    expect(await say(2, deletion('conversation', 'c'))).toEqual(['deleted before'])
    // Told before the deletion, and stored after it.
    expect(await say(1, said('late'), upsert('rating', 'r', { conversationRemoteId: 'c' }))).toEqual([])
    expect(await say(2, said('late'))).toEqual([])
    for (const kind of ['message', 'rating'] as const) {
      expect((await row(kind, kind === 'message' ? 'late' : 'r'))?.deletedAt).not.toBeNull()
    }
    // A delivery on its way knows nothing of the deletion; reading the conversation again finds that it is gone.
    expect(await say(5, said('on its way'))).toEqual(['created on its way'])
    expect(await say(6, deletion('conversation', 'c'))).toEqual(['deleted on its way'])
    expect(await say(7, upsert('conversation', 'c'), said('late'))).toEqual(['created c', 'created late'])
  })

  test('a message that is held already goes when word comes of a moment before its conversation went', async () => {
    const { say, row } = await setUp()
    const said = (text: string): Change => upsert('message', 'm', { ticketRemoteId: 't', text })
    await say(1, upsert('ticket', 't'))
    await say(5, deletion('ticket', 't'))
    await say(6, said('after'))
    expect(await say(5, said('at the same moment'))).toEqual([])
    expect(await row('message', 'm')).toMatchObject({ text: 'after', deletedAt: null })
  })

  test('a conversation that comes back brings its messages when it is read', async () => {
    const { say, row } = await setUp()
    const message = upsert('message', 'm', { conversationRemoteId: 'c', text: 'hello' })
    await say(1, upsert('conversation', 'c', {}), message)
    await say(2, deletion('conversation', 'c'))
    expect(await say(3, upsert('conversation', 'c', {}), message)).toEqual(['created c', 'created m'])
    expect((await row('message', 'm'))?.deletedAt).toBeNull()
  })
})
