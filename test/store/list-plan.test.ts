import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apply } from '../../store/apply.ts'
import { rowId } from '../../store/id.ts'
import type { Kind } from '../../store/kinds.ts'
import { type ListQuery, readLists } from '../../store/list.ts'
import type { Owners } from '../../store/list-filter.ts'
import { openTestDatabase, type TestDatabase } from '../setup/database.ts'
import { testServers } from '../setup/servers.ts'
import { at, batch, makeIntegration, upsert } from './records.ts'

describe.each(testServers)('plans of lists on $name', (server) => {
  let db: TestDatabase
  let workspaceId: string
  let integrationId: string

  beforeAll(async () => {
    db = await openTestDatabase(server)
    ;({ workspaceId, integrationId } = await makeIntegration(db.database))
    const ids = ['1', '2', '3']
    const changes = ids.flatMap((id) => [
      upsert('contact', id, { name: id }),
      upsert('conversation', id),
      upsert('ticket', id, { tagRemoteIds: [id] }),
      upsert('message', id, { conversationRemoteId: '1' }),
    ])
    const tags = Array.from({ length: 500 }, (_, n) => upsert('tag', String(n), { name: String(n) }))
    await apply(db.database, batch(integrationId, 1, [...changes, ...tags]))
    await db.database.system.query('analyze')
  })
  afterAll(() => db?.[Symbol.asyncDispose]())

  /** How a list is read where there is much of it: a table of three rows is read whole, unless that is forbidden. */
  async function planOf(kind: Kind, query: ListQuery, owners: Owners | null = null): Promise<string> {
    return db.database.transaction(workspaceId, async (tx) => {
      for (const way of ['seqscan', 'bitmapscan', 'sort']) await tx.query(`set local enable_${way} = off`)
      let plan = ''
      const explaining: typeof tx = {
        ...tx,
        async query(sql, values) {
          const lines = await tx.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, values)
          plan = lines.map((line) => line['QUERY PLAN']).join('\n')
          return tx.query(sql, values)
        },
      }
      await readLists(explaining, kind, query, owners)
      return plan
    })
  }

  const lists: readonly (readonly [Kind, string, 'ASC' | 'DESC'])[] = [
    ['ticket', 'updatedAt', 'DESC'],
    ['ticket', 'createdAt', 'ASC'],
    ['ticket', 'priority', 'DESC'],
    ['ticket', 'dueAt', 'ASC'],
    ['conversation', 'updatedAt', 'DESC'],
    ['conversation', 'priority', 'DESC'],
    ['contact', 'createdAt', 'DESC'],
    ['contact', 'name', 'ASC'],
    ['message', 'createdAt', 'ASC'],
  ]

  test.each(lists)('a cursor of %ss by %s (%s) is looked up, both ways', async (kind, field, direction) => {
    const orderBy = { field, direction }
    const [page] = await readLists(db.database.workspace(workspaceId), kind, { orderBy }, null)
    const cursor = page?.cursors[1] ?? ''
    for (const query of [
      { first: 1, after: cursor },
      { last: 1, before: cursor },
    ]) {
      const plan = await planOf(kind, { ...query, orderBy })
      expect(plan).toMatch(/Index Cond: \(.*ROW\(/)
      expect(plan).not.toMatch(/Filter: \(ROW\(/)
    }
  })

  test('a cursor of the messages of a thread is looked up', async () => {
    const owners = { relation: 'conversationId', ids: [rowId(integrationId, 'conversation', '1')] } as const
    const [page] = await readLists(db.database.workspace(workspaceId), 'message', {}, owners)
    const plan = await planOf('message', { first: 1, after: page?.cursors[0] ?? '' }, owners)
    expect(plan).toMatch(/Index Cond: \(.*conversation_id.*ROW\(/)
  })

  test('ranges of time and names of tags are looked up', async () => {
    const changed = await planOf('ticket', { filter: { updatedAfter: at(1) } })
    expect(changed).toMatch(/Index Cond: \(.*CASE WHEN .*updated_at.*>=/)
    const orderBy = { field: 'dueAt', direction: 'ASC' } as const
    const due = await planOf('ticket', { filter: { dueBefore: at(1) }, orderBy })
    expect(due).toMatch(/Index Cond: \(.*CASE WHEN .*due_at.*</)
    expect(await planOf('ticket', { filter: { tag: ['1'] } })).toMatch(/Index Cond: \(.*name_key = ANY/)
  })
})
