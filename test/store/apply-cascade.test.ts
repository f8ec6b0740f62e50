import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apply } from '../../store/apply.ts'
import type { Change } from '../../store/change.ts'
import { rowId } from '../../store/id.ts'
import { openReader } from '../../store/read.ts'
import { openTestDatabase, type TestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { at, batch, makeIntegration, upsert } from './records.ts'

describe.each(testServers)('what goes with a deleted ticket on $name', (server) => {
  let db: TestDatabase
  beforeAll(async () => void (db = await openTestDatabase(server)))
  afterAll(() => db?.[Symbol.asyncDispose]())

  test('is the time that was spent on it, and no other; it comes back when it is read again', async () => {
    const { workspaceId, integrationId } = await makeIntegration(db.database)
    const say = async (n: number, ...changes: Change[]): Promise<readonly string[]> => {
      const learnedBy = changes.some(({ op }) => op === 'delete') ? 'WEBHOOK' : 'SYNC'
      const { changed } = await apply(db.database, batch(integrationId, n, changes, { learnedBy }))
      return changed.map(({ op, kind, remoteId }) => `${op} ${kind} ${remoteId}`).toSorted()
    }
    const ways = () =>
      db.database.system.query(
        `select learned_by as way, observed_at as at from "timeEntry" where deleted_at is not null`,
      )
    const spent = (id: string, ticketRemoteId: string) => upsert('timeEntry', id, { ticketRemoteId, seconds: 90 })
    await say(1, upsert('ticket', 't'), upsert('ticket', 'u'), spent('1', 't'), spent('2', 't'), spent('3', 'u'))
    expect(await say(2, { op: 'delete', kind: 'ticket', remoteId: 't', mergedIntoRemoteId: null })).toEqual([
      'deleted ticket t',
      'deleted timeEntry 1',
      'deleted timeEntry 2',
    ])
    expect(await ways()).toEqual(['1', '2'].map(() => ({ way: 'WEBHOOK', at: at(2) })))
    const left = async (): Promise<readonly string[]> => {
      const { rows } = await openReader(db.database, workspaceId).list('timeEntry', {})
      return rows.map((row) => row.remoteId).toSorted()
    }
    expect(await left()).toEqual(['3'])
    const told = await db.database.system.query<{ ticketId: string }>(
      `select distinct ticket_id as "ticketId" from event where kind = 'timeEntry' and op = 'deleted'`,
    )
    expect(told).toEqual([{ ticketId: rowId(integrationId, 'ticket', 't') }])
    await say(3, upsert('ticket', 't'), spent('1', 't'))
    expect(await left()).toEqual(['1', '3'])
  })
})
