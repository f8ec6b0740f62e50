import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { apply } from '../../../store/apply.ts'
import { openIntegrations } from '../../../store/integrations.ts'
import { openWords } from '../../../store/search/learn.ts'
import { search, RECORD_KINDS } from '../../../store/search/search.ts'
import { openTestDatabase, type TestDatabase } from '../../setup/database.ts'
import { testServers } from '../../setup/servers.ts'
import { SOON } from '../../setup/soon.ts'
import { batch, makeIntegration, upsert } from '../records.ts'

describe.each(testServers)('words on $name', (server) => {
  let db: TestDatabase
  beforeAll(async () => void (db = await openTestDatabase(server)))
  afterAll(() => db[Symbol.asyncDispose]())

  const knownOf = async (integrationId: string): Promise<readonly string[]> =>
    (
      await db.database.system.query<{ word: string }>(
        'select word from word where integration_id = $1 order by word',
        [integrationId],
      )
    ).map(({ word }) => word)

  /** What is known once so many words are: what has committed may be read only when no older transaction is open. */
  const learned = (integrationId: string, count: number): Promise<readonly string[]> =>
    vi.waitFor(async () => {
      while (await openWords(db.database).learn());
      const known = await knownOf(integrationId)
      expect(known.length).toBeGreaterThanOrEqual(count)
      return known
    }, SOON)

  test('learns what was there before, and what comes later, and no numbers', async () => {
    const { integrationId } = await makeIntegration(db.database)
    const say = (n: number, id: string, text: string) =>
      apply(db.database, batch(integrationId, n, [upsert('message', id, { text })]))
    await say(1, '1', 'Please REFUND order 4711, ab 退款')
    await openWords(db.database).learnAgain()
    expect(await learned(integrationId, 3)).toEqual(['order', 'please', 'refund'])
    await say(2, '2', 'réfund now')
    await apply(
      db.database,
      batch(integrationId, 3, [upsert('contact', '3', { name: 'Ada', email: 'ada@example.com' })]),
    )
    expect(await learned(integrationId, 7)).toEqual(['ada', 'com', 'example', 'now', 'order', 'please', 'refund'])
  })

  test('goes on where it was cut short, and learns nothing twice', async () => {
    const { integrationId } = await makeIntegration(db.database)
    const texts = Array.from({ length: 26 }, (_, n) => `wort${String.fromCodePoint(97 + n)}`)
    await apply(
      db.database,
      batch(
        integrationId,
        1,
        texts.map((text) => upsert('message', text, { text })),
      ),
    )
    await openWords(db.database).learnAgain()
    const cut = new Error('cut short')
    const cutShort = openWords({
      ...db.database,
      transaction: (workspaceId, work) =>
        db.database.transaction(workspaceId, async (tx) => {
          await work(tx)
          throw cut
        }),
    })
    for (let round = 0; round < 8; round += 1) {
      await expect(cutShort.learn()).rejects.toThrow(cut)
      await openWords(db.database).learn()
    }
    expect(await learned(integrationId, texts.length)).toEqual(texts)
  })

  test('lets one process read at a time', async () => {
    await openWords(db.database).learnAgain()
    await db.database.transaction(null, async (tx) => {
      await tx.query('insert into word_reading (one) values (true)')
      await tx.query('commit')
      await tx.query('begin')
      await tx.query('select from word_reading for update')
      expect(await openWords(db.database).learn()).toBe(false)
    })
    expect(await openWords(db.database).learn()).toBe(true)
  })

  test('reads all again when events that it did not read are no longer held', async () => {
    const { integrationId, workspaceId } = await makeIntegration(db.database)
    expect(await learned(integrationId, 0)).toEqual([])
    await apply(db.database, batch(integrationId, 1, [upsert('message', '1', { text: 'missed' })]))
    await db.database.system.query('delete from event where workspace_id = $1', [workspaceId])
    await db.database.system.query(
      `insert into event_floor (workspace_id, xid, id) select $1, pg_snapshot_xmax(pg_current_snapshot()), 0`,
      [workspaceId],
    )
    expect(await learned(integrationId, 1)).toEqual(['missed'])
    await db.database.system.query('delete from event_floor where workspace_id = $1', [workspaceId])
  })

  test('keeps the words of workspaces apart, and forgets those of an integration that is erased', async () => {
    const one = await makeIntegration(db.database)
    const two = await makeIntegration(db.database)
    await apply(db.database, batch(one.integrationId, 1, [upsert('message', '1', { text: 'zanzibar' })]))
    await apply(db.database, batch(two.integrationId, 1, [upsert('message', '1', { text: 'zanzibra' })]))
    expect(await learned(one.integrationId, 1)).toEqual(['zanzibar'])
    expect(await learned(two.integrationId, 1)).toEqual(['zanzibra'])
    const near = (workspaceId: string): Promise<unknown> =>
      db.database.workspace(workspaceId).query(
        `select word from word_near((select array_agg(distinct k) from word w, unnest(w.keys) k), 100)
         union select word from word`,
      )
    expect(await near(one.workspaceId)).toEqual([{ word: 'zanzibar' }])
    const find = async (workspaceId: string) =>
      (
        await search(db.database.workspace(workspaceId), workspaceId, {
          query: 'zanzibarr',
          kinds: RECORD_KINDS,
          first: 9,
        })
      ).rows.length
    expect(await find(one.workspaceId)).toBe(1)
    await openIntegrations(db.database).erase(one.integrationId)
    expect(await knownOf(one.integrationId)).toEqual([])
    expect(await find(one.workspaceId)).toBe(0)
    expect(await knownOf(two.integrationId)).toEqual(['zanzibra'])
  })
})
