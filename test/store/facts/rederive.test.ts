import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deriveFacts } from '../../../store/facts/derive.ts'
import { deriveDue, rederiveFacts, requestFacts } from '../../../store/facts/rederive.ts'
import { rowId } from '../../../store/id.ts'
import { openIntegrations } from '../../../store/integrations.ts'
import { openTestDatabase, type TestDatabase } from '../../setup/database.ts'
import { testServers } from '../../setup/servers.ts'
import { at, upsert } from '../records.ts'
import { answers, asks, gone, openDesk } from './desk.ts'

const conversation = (n: number, status: 'OPEN' | 'CLOSED', id = 'c') =>
  upsert('conversation', id, { createdAt: at(1), updatedAt: at(n), status }, { version: at(n) })

describe.each(testServers)('deriving facts anew on $name', (server) => {
  let db: TestDatabase
  beforeAll(async () => void (db = await openTestDatabase(server)))
  afterAll(() => db?.[Symbol.asyncDispose]())

  /** A desk as it is in a database that was filled before there were facts. */
  async function openOldDesk() {
    const desk = await openDesk(db.database)
    await desk.say(4, conversation(4, 'CLOSED'), asks('1', 2), answers('2', 3), conversation(4, 'OPEN', 'other'))
    for (const table of ['fact', 'status_change']) {
      await db.database.system.query(`delete from ${table} where integration_id = $1`, [desk.integrationId])
    }
    await db.database.transaction(null, (tx) => requestFacts(tx, desk.integrationId))
    return desk
  }
  const CLOSED = ['OPENED 1', 'FIRST_RESPONSE 2 → 3 ann', 'CLOSED 4', 'RESOLVED 1 → 4', 'OPEN_SPAN 1 → 4']

  test('a database that was filled before has them once all that waits is worked', async () => {
    const desk = await openOldDesk()
    expect(await deriveDue(db.database)).toBe(2)
    expect(await deriveDue(db.database)).toBe(0)
    expect(await desk.facts('c')).toEqual(CLOSED)
    expect(await desk.facts('other')).toEqual(['OPENED 1', 'OPEN_SPAN 1 → …'])
    // And how they stood is kept from then on.
    expect(await desk.seen('c')).toEqual(['4 ? → CLOSED'])
    await desk.say(6, conversation(6, 'CLOSED'))
    expect(await desk.facts('c')).toEqual(CLOSED)
  })

  test('a thread that changes before it is worked has all of them at once, also how it stood before', async () => {
    const desk = await openOldDesk()
    await desk.say(8, asks('3', 6), answers('4', 7), conversation(8, 'OPEN'))
    const facts = await desk.facts('c')
    expect(facts).toEqual([
      'OPENED 1',
      'FIRST_RESPONSE 2 → 3 ann',
      'NEXT_RESPONSE 6 → 7 ann',
      'CLOSED 4',
      'REOPENED 8',
      'OPEN_SPAN 1 → 4',
      'OPEN_SPAN 8 → …',
    ])
    await deriveDue(db.database)
    expect(await desk.facts('c')).toEqual(facts)
  })

  test('is done by many at once, once each, and stops when it is told to', async () => {
    const desks = await Promise.all([openOldDesk(), openOldDesk(), openOldDesk()])
    expect(await rederiveFacts(db.database, { signal: AbortSignal.abort() })).toBe(0)
    const counts = await Promise.all(desks.map(() => rederiveFacts(db.database)))
    expect(counts.reduce((all, count) => all + count)).toBeGreaterThanOrEqual(6)
    while ((await deriveDue(db.database)) > 0);
    for (const desk of desks) expect(await desk.facts('c')).toEqual(CLOSED)
  })

  test('mends what was changed behind the store’s back, of one integration alone', async () => {
    const desk = await openDesk(db.database)
    const other = await openDesk(db.database)
    for (const each of [desk, other]) await each.say(4, conversation(4, 'OPEN'), asks('1', 2), answers('2', 3))
    const before = await other.rows()
    await db.database.system.query(
      `update fact set at = at + interval '1 hour' where integration_id = any ($1::uuid[])`,
      [[desk.integrationId, other.integrationId]],
    )
    expect(await rederiveFacts(db.database, { integrationId: desk.integrationId })).toBe(1)
    expect(await desk.facts('c')).toEqual(['OPENED 1', 'FIRST_RESPONSE 2 → 3 ann', 'OPEN_SPAN 1 → …'])
    expect((await other.rows()).map(({ at: time }) => time)).not.toEqual(before.map(({ at: time }) => time))
  })

  test('an integration that is erased leaves nothing of them, also when it is worked at that moment', async () => {
    const desk = await openOldDesk()
    const integrations = openIntegrations(db.database)
    await Promise.all([integrations.erase(desk.integrationId), deriveDue(db.database), deriveDue(db.database)])
    for (const table of ['fact', 'status_change', 'fact_due']) {
      const sql = `select from ${table} where integration_id = $1`
      expect(await db.database.system.query(sql, [desk.integrationId])).toEqual([])
    }
    expect(await deriveDue(db.database)).toBe(0)
  })

  test('reads of a long thread only what what came may touch', async () => {
    const desk = await openDesk(db.database)
    const said = (n: number) => (n % 2 === 1 ? asks(`${n}`, n) : answers(`${n}`, n))
    await desk.say(1, conversation(1, 'OPEN'), ...Array.from({ length: 400 }, (_, n) => said(n + 1)))
    const id = rowId(desk.integrationId, 'conversation', 'c')
    /** How many rows of messages are read to derive what replies since a time changed. */
    const readSince = (since: Date | null): Promise<number> =>
      db.database.transaction(desk.workspaceId, async (tx) => {
        const reads = `select sum(pg_stat_get_xact_tuples_fetched(indexrelid))::int as n from pg_index
          where indrelid = 'message'::regclass`
        const [before] = await tx.query<{ n: number }>(reads)
        const touched = { kind: 'conversation', id, since: since?.toISOString() ?? null, rated: true } as const
        await deriveFacts(tx, desk.integrationId, [touched])
        const [after] = await tx.query<{ n: number }>(reads)
        return (after?.n ?? 0) - (before?.n ?? 0)
      })
    expect(await readSince(at(0))).toBeGreaterThanOrEqual(400)
    expect(await readSince(at(399))).toBeLessThan(10)
    expect(await readSince(null)).toBe(0)
    await desk.say(441, gone('message', '201'), said(401), said(402))
    expect((await desk.facts('c')).slice(99, 103)).toEqual([
      'NEXT_RESPONSE 197 → 198 ann',
      'NEXT_RESPONSE 199 → 200 ann',
      'NEXT_RESPONSE 203 → 204 ann',
      'NEXT_RESPONSE 205 → 206 ann',
    ])
    expect((await desk.facts('c')).filter((fact) => fact.startsWith('NEXT_RESPONSE'))).toHaveLength(199)
  })
})
