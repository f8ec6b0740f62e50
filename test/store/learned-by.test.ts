import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apply } from '../../store/apply.ts'
import type { ContactRow, LearnedBy } from '../../store/kinds.ts'
import { rowId } from '../../store/id.ts'
import { openReader } from '../../store/read.ts'
import { openTestDatabase, type TestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { at, batch, makeIntegration, upsert } from './records.ts'

describe.each(testServers)('by which way a row was learned, on $name,', (server) => {
  let db: TestDatabase
  beforeAll(async () => void (db = await openTestDatabase(server)))
  afterAll(() => db?.[Symbol.asyncDispose]())

  test('moves with when it was observed, and never without it', async () => {
    const { workspaceId, integrationId } = await makeIntegration(db.database)
    const say = async (n: number, learnedBy: LearnedBy, name: string, version: number): Promise<void> => {
      const changes = [upsert('contact', '1', { name }, { version: at(version) })]
      await apply(db.database, batch(integrationId, n, changes, { learnedBy }))
    }
    const stands = async (expected: Partial<ContactRow>): Promise<void> => {
      const reader = openReader(db.database, workspaceId)
      const row = await reader.byId('contact', rowId(integrationId, 'contact', '1'), { deleted: true })
      expect(row).toMatchObject(expected)
    }
    await say(2, 'SYNC', 'Ada', 2)
    await say(3, 'AUDIT', 'Ada', 2)
    await stands({ observedAt: at(3), learnedBy: 'AUDIT' })
    // Older in one way or the other, or nothing new at the same moment.
    await say(1, 'SYNC', 'Ada', 2)
    await say(9, 'SYNC', 'before', 1)
    await say(3, 'SYNC', 'Ada', 2)
    await stands({ name: 'Ada', observedAt: at(3), learnedBy: 'AUDIT' })
    await say(1, 'WEBHOOK', 'newer, though seen before', 3)
    await stands({ name: 'newer, though seen before', observedAt: at(3), learnedBy: 'AUDIT' })
    await say(3, 'ACTION', 'newer, of the same moment', 4)
    await stands({ name: 'newer, of the same moment', observedAt: at(3), learnedBy: 'ACTION' })
    const gone = { op: 'delete', kind: 'contact', remoteId: '1', mergedIntoRemoteId: null } as const
    await apply(db.database, batch(integrationId, 10, [gone], { learnedBy: 'WEBHOOK' }))
    await stands({ deletedAt: at(10), observedAt: at(10), learnedBy: 'WEBHOOK' })
  })
})
