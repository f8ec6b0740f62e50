import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apply } from '../../store/apply.ts'
import { conversationStats, firstResponse, satisfaction, ticketStats } from '../../store/stats.ts'
import { openTestDatabase, type TestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { at, batch, makeIntegration, upsert } from './records.ts'

describe.each(testServers)('stats on $name', (server) => {
  let db: TestDatabase
  beforeAll(async () => void (db = await openTestDatabase(server)))
  afterAll(() => db[Symbol.asyncDispose]())

  test('of nothing are zero, not failures', async () => {
    const { workspaceId } = await makeIntegration(db.database)
    const rows = db.database.workspace(workspaceId)
    expect(await conversationStats(rows, {})).toEqual({ created: 0, open: 0, closed: 0, byStatus: [] })
    const none = { count: 0, averageSeconds: null, medianSeconds: null, p90Seconds: null }
    expect(await firstResponse(rows, 'conversation', {})).toEqual(none)
    expect(await satisfaction(rows, {})).toMatchObject({ count: 0, average: null })
  })

  test('count conversations and tickets by status, within window, provider and account', async () => {
    const { workspaceId, integrationId } = await makeIntegration(db.database)
    const statuses = ['OPEN', 'OPEN', 'SNOOZED', 'CLOSED'] as const
    const work = (['NEW', 'SOLVED', 'CLOSED', 'OPEN', 'OTHER'] as const).map((status, n) =>
      upsert('ticket', String(n), { status }),
    )
    await apply(
      db.database,
      batch(integrationId, 1, [
        ...statuses.map((status, n) => upsert('conversation', String(n), { status, createdAt: at(n) })),
        ...work,
      ]),
    )
    const gone = { op: 'delete', kind: 'conversation', remoteId: '0', mergedIntoRemoteId: null } as const
    const rows = db.database.workspace(workspaceId)
    expect(await conversationStats(rows, {})).toEqual({
      created: 4,
      open: 2,
      closed: 1,
      byStatus: [
        { status: 'OPEN', count: 2 },
        { status: 'CLOSED', count: 1 },
        { status: 'SNOOZED', count: 1 },
      ],
    })
    expect(await ticketStats(rows, {})).toMatchObject({ created: 5, open: 3, closed: 2 })
    expect(await conversationStats(rows, { createdAfter: at(1), createdBefore: at(3) })).toMatchObject({
      created: 2,
      open: 1,
    })
    expect(await conversationStats(rows, { providers: ['zendesk'] })).toMatchObject({ created: 0 })
    expect(await conversationStats(rows, { integrationIds: [integrationId], providers: ['intercom'] })).toMatchObject({
      created: 4,
    })
    await apply(db.database, batch(integrationId, 2, [gone]))
    expect(await conversationStats(rows, {})).toMatchObject({ created: 3, open: 1 })
    const other = await makeIntegration(db.database)
    expect(await conversationStats(db.database.workspace(other.workspaceId), {})).toMatchObject({ created: 0 })
  })

  test('first response goes from the first question to the first answer of a person after it', async () => {
    const { workspaceId, integrationId } = await makeIntegration(db.database)
    type Said = readonly [second: number, author: 'CONTACT' | 'AGENT' | 'BOT', type?: 'REPLY' | 'NOTE']
    const threads: readonly (readonly Said[])[] = [
      [
        [0, 'CONTACT'],
        [1, 'BOT'],
        [2, 'AGENT', 'NOTE'],
        [10, 'AGENT'],
        [11, 'AGENT'],
      ],
      [
        [0, 'AGENT'],
        [5, 'CONTACT'],
        [6, 'CONTACT'],
        [25, 'AGENT'],
      ],
      [
        [0, 'CONTACT'],
        [3, 'BOT'],
      ],
      [
        [0, 'AGENT'],
        [9, 'AGENT'],
      ],
      [
        [0, 'CONTACT'],
        [30, 'AGENT'],
      ],
    ]
    const messages = threads.flatMap((thread, t) =>
      thread.map(([second, authorType, type = 'REPLY'], n) =>
        upsert('message', `${t}-${n}`, { conversationRemoteId: String(t), createdAt: at(second), authorType, type }),
      ),
    )
    const conversations = threads.map((_, t) => upsert('conversation', String(t), { createdAt: at(t) }))
    await apply(db.database, batch(integrationId, 1, [...messages, ...conversations]))
    const rows = db.database.workspace(workspaceId)
    expect(await firstResponse(rows, 'conversation', {})).toEqual({
      count: 3,
      averageSeconds: 20,
      medianSeconds: 20,
      p90Seconds: 28,
    })
    expect(await firstResponse(rows, 'conversation', { createdAfter: at(4) })).toMatchObject({
      count: 1,
      medianSeconds: 30,
    })
    expect(await firstResponse(rows, 'ticket', {})).toMatchObject({ count: 0 })
  })

  test('satisfaction has count, average and every score', async () => {
    const { workspaceId, integrationId } = await makeIntegration(db.database)
    const scores = [5, 5, 4, 1]
    await apply(
      db.database,
      batch(
        integrationId,
        1,
        scores.map((score, n) => upsert('rating', String(n), { score, createdAt: at(n) })),
      ),
    )
    const rows = db.database.workspace(workspaceId)
    expect(await satisfaction(rows, {})).toEqual({
      count: 4,
      average: 3.75,
      distribution: [1, 0, 0, 1, 2].map((count, n) => ({ score: n + 1, count })),
    })
    expect(await satisfaction(rows, { createdBefore: at(2) })).toMatchObject({ count: 2, average: 5 })
  })
})
