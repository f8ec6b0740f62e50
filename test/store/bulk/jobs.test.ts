import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BulkJob, BulkOutcome } from '../../../store/bulk/job.ts'
import type { BulkStart, BulkDraft } from '../../../store/bulk/start.ts'
import type { BulkWork } from '../../../store/bulk/work.ts'
import { BadCursorError, IdempotencyKeyReusedError, TooManyRowsError } from '../../../store/errors.ts'
import { rowId } from '../../../store/id.ts'
import { testServers } from '../../setup/servers.ts'
import { openTestStore, type TestStore } from '../../setup/store.ts'
import { batch, makeIntegration, upsert } from '../records.ts'

const WORK: BulkWork = { fields: { status: 'SOLVED' }, references: {}, addTags: [], removeTags: [] }
const DONE: BulkOutcome = { state: 'DONE', code: null, field: null, message: null }
const REFUSED: BulkOutcome = { state: 'FAILED', code: 'PROVIDER_REJECTED', field: 'status', message: 'No.' }
const NOBODY = '99999999-9999-4999-8999-999999999999'

describe.each(testServers)('bulk jobs on $name', (server) => {
  let own: TestStore
  let desk: string
  let other: string
  beforeAll(async () => {
    own = await openTestStore({ server })
    const { database } = own.store
    ;({ integrationId: desk } = await makeIntegration(database, { workspaceId: own.workspaceId }))
    ;({ integrationId: other } = await makeIntegration(database, { workspaceId: own.workspaceId }))
    const tickets = [1, 2, 3, 4, 5].map((n) =>
      upsert('ticket', `t${n}`, { priority: n < 4 ? 'HIGH' : 'LOW', tagRemoteIds: [] }),
    )
    const tags = [upsert('tag', '1', { name: 'VIP' }), upsert('tag', '2', { name: 'vip' })]
    await own.store.apply(batch(desk, 1, [...tickets, ...tags]))
    await own.store.apply(batch(other, 1, [upsert('ticket', 't1', { priority: 'HIGH' })]))
  })
  afterAll(() => own?.[Symbol.asyncDispose]())

  const id = (n: number, integrationId = desk): string => rowId(integrationId, 'ticket', `t${n}`)
  const begin = (rows: BulkDraft['rows'], more: Partial<BulkDraft> = {}): Promise<BulkStart> =>
    own.store.bulk.start({
      workspaceId: own.workspaceId,
      memberId: own.memberId,
      idempotencyKey: null,
      action: 'UPDATE_TICKETS',
      kind: 'ticket',
      input: { status: 'SOLVED' },
      work: WORK,
      rows,
      ...more,
    })
  const stands = async ({ id: job }: BulkJob): Promise<BulkJob | null> => own.store.bulk.find(own.workspaceId, job)
  const rowsOf = async (job: BulkJob) => (await own.store.bulk.items(job, { first: 100 })).rows
  const waiting = async (job: BulkJob, integrationId = desk): Promise<number[]> => {
    const portions = await own.store.bulk.next(integrationId, 100)
    return portions.filter((each) => each.job.id === job.id).flatMap(({ rows }) => rows.map(({ place }) => place))
  }
  const told = async ({ id: job }: BulkJob): Promise<string[]> => {
    const sql = `select op from event where kind = 'bulkJob' and row_id = $1 order by xid, id`
    return (await own.store.database.system.query<{ op: string }>(sql, [job])).map(({ op }) => op)
  }
  /** Ends what a test leaves, so that the next finds nothing of it. */
  const end = (job: BulkJob) => own.store.bulk.cancel(own.workspaceId, job.id)

  test('are about the records of their ids, each once, and say which are not there', async () => {
    const { job, isNew, integrationIds } = await begin({ ids: [id(2), NOBODY, id(1, other), id(2), id(1)] })
    expect(isNew).toBe(true)
    expect(integrationIds.toSorted()).toEqual([desk, other].toSorted())
    expect(job).toMatchObject({ state: 'QUEUED', total: 4, done: 0, skipped: 1, memberId: own.memberId })
    expect((await rowsOf(job)).map(({ rowId: row, state, code }) => [row, state, code])).toEqual([
      [id(2), 'PENDING', null],
      [NOBODY, 'SKIPPED', 'NOT_FOUND'],
      [id(1, other), 'PENDING', null],
      [id(1), 'PENDING', null],
    ])
    expect(await waiting(job)).toEqual([1, 4])
    expect(await waiting(job, other)).toEqual([3])
    expect((await own.store.bulk.waiting()).toSorted()).toEqual([desk, other].toSorted())
    await end(job)
    expect(await own.store.bulk.waiting()).toEqual([])
  })

  test('take the record that another went into, and none that was deleted', async () => {
    const gone = (remoteId: string, mergedIntoRemoteId: string | null) =>
      ({ op: 'delete', kind: 'ticket', remoteId, mergedIntoRemoteId }) as const
    await own.store.apply(batch(other, 2, [upsert('ticket', 'm1'), upsert('ticket', 'm2'), upsert('ticket', 'm3')]))
    await own.store.apply(batch(other, 3, [gone('m1', 'm2'), gone('m2', 't1'), gone('m3', null)]))
    const ids = ['m1', 'm3', 't1'].map((each) => rowId(other, 'ticket', each))
    const { job } = await begin({ ids })
    expect((await rowsOf(job)).map(({ rowId: row, code }) => [row, code])).toEqual([
      [id(1, other), null],
      [ids[1], 'NOT_FOUND'],
    ])
    await end(job)
  })

  test('are about what their filter finds when they begin, whatever comes later', async () => {
    const { job } = await begin({ filter: { priority: ['HIGH'], integrationIds: [desk] } })
    await own.store.apply(
      batch(desk, 2, [upsert('ticket', 't1', { priority: 'LOW' }), upsert('ticket', 't9', { priority: 'HIGH' })]),
    )
    expect((await rowsOf(job)).map(({ rowId: row }) => row).toSorted()).toEqual([id(1), id(2), id(3)].toSorted())
    await own.store.apply(batch(desk, 3, [upsert('ticket', 't1', { priority: 'HIGH' })]))
    await end(job)
  })

  test('that find nothing are done, and say so once', async () => {
    for (const rows of [{ ids: [] }, { filter: { priority: ['URGENT'] } }]) {
      const { job, integrationIds } = await begin(rows)
      expect(job).toMatchObject({ state: 'DONE', total: 0 })
      expect(job.finishedAt).toBeInstanceOf(Date)
      expect(integrationIds).toEqual([])
      expect(await told(job)).toEqual(['created'])
    }
  })

  test('are one for a key, whoever asks first, and refuse a key that was used for something else', async () => {
    const all = await Promise.all(
      Array.from({ length: 10 }, () => begin({ ids: [id(1)] }, { idempotencyKey: 'crowd' })),
    )
    expect(all.filter(({ isNew }) => isNew)).toHaveLength(1)
    expect(new Set(all.map(({ job }) => job.id)).size).toBe(1)
    const odd = { idempotencyKey: 'crowd', input: { status: 'OPEN' } }
    await expect(begin({ ids: [id(1)] }, odd)).rejects.toThrow(IdempotencyKeyReusedError)
    await expect(begin({ ids: [id(1)] }, { ...odd, action: 'TAG' })).rejects.toThrow(IdempotencyKeyReusedError)
    const [first] = all
    if (first) await end(first.job)
  })

  test('count how their rows end, and end with the last; what has ended stays so', async () => {
    const { job } = await begin({ ids: [id(1), id(2), id(1, other)] })
    await own.store.bulk.settle({ jobId: job.id, place: 1 }, DONE)
    expect(await stands(job)).toMatchObject({ state: 'RUNNING', done: 1, finishedAt: null })
    await own.store.bulk.settle({ jobId: job.id, place: 1 }, REFUSED)
    await own.store.bulk.settle({ jobId: job.id, place: 2 }, REFUSED)
    expect(await stands(job)).toMatchObject({ state: 'RUNNING', done: 1, failed: 1 })
    await own.store.bulk.settleRest({ jobId: job.id, integrationId: other }, { ...REFUSED, state: 'SKIPPED' })
    expect(await stands(job)).toMatchObject({ state: 'DONE', done: 1, failed: 1, skipped: 1, unknown: 0 })
    expect(await rowsOf(job)).toMatchObject([
      { state: 'DONE', code: null },
      { state: 'FAILED', code: 'PROVIDER_REJECTED', field: 'status', message: 'No.' },
      { state: 'SKIPPED' },
    ])
  })

  test('tell of the first row and of the last, and of those between at most once a second', async () => {
    const { job } = await begin({ filter: { integrationIds: [desk] } })
    const places = await waiting(job)
    expect(places.length).toBeGreaterThan(4)
    const aged = `update bulk_job set told_at = told_at - interval '1 hour' where id = $1`
    for (const place of places) {
      if (place === 4) await own.store.database.system.query(aged, [job.id])
      // Told just now, however long this machine took since.
      else
        await own.store.database.system.query(
          `update bulk_job set told_at = clock_timestamp() where id = $1 and told_at is not null`,
          [job.id],
        )
      await own.store.bulk.settle({ jobId: job.id, place }, DONE)
    }
    expect(await told(job)).toEqual(['created', 'updated', 'updated', 'updated'])
  })

  test('can be cancelled: what waits is skipped, and what is at the provider is told as it comes out', async () => {
    const { job } = await begin({ ids: [id(1), id(2), id(3)] })
    await own.store.bulk.settle({ jobId: job.id, place: 1 }, DONE)
    expect(await end(job)).toMatchObject({ changed: true, job: { state: 'CANCELLED', done: 1, skipped: 2 } })
    await own.store.bulk.settle({ jobId: job.id, place: 2 }, DONE)
    expect(await end(job)).toMatchObject({ changed: false, job: { state: 'CANCELLED', done: 2, skipped: 1 } })
    expect((await rowsOf(job)).map(({ state, code }) => [state, code])).toEqual([
      ['DONE', null],
      ['DONE', null],
      ['SKIPPED', 'CANCELLED'],
    ])
    expect(await own.store.bulk.retry(own.workspaceId, job.id)).toMatchObject({ changed: false })
    expect(await waiting(job)).toEqual([])
  })

  test('try again what failed and what nobody knows, and nothing else', async () => {
    const { job } = await begin({ ids: [id(1), id(2), id(1, other), NOBODY] })
    await own.store.bulk.settle({ jobId: job.id, place: 1 }, DONE)
    await own.store.bulk.settle({ jobId: job.id, place: 2 }, REFUSED)
    await own.store.bulk.settle({ jobId: job.id, place: 3 }, { ...REFUSED, state: 'UNKNOWN' })
    const again = await own.store.bulk.retry(own.workspaceId, job.id)
    expect(again?.integrationIds.toSorted()).toEqual([desk, other].toSorted())
    expect(again?.job).toMatchObject({ state: 'QUEUED', done: 1, failed: 0, unknown: 0, skipped: 1, finishedAt: null })
    expect([await waiting(job), await waiting(job, other)]).toEqual([[2], [3]])
    await own.store.bulk.settle({ jobId: job.id, place: 2 }, DONE)
    await own.store.bulk.settle({ jobId: job.id, place: 3 }, DONE)
    expect(await stands(job)).toMatchObject({ state: 'DONE', done: 3, skipped: 1 })
    expect(await own.store.bulk.retry(own.workspaceId, job.id)).toMatchObject({ changed: false })
  })

  test('of one account are taken by turns, so that a long one holds up none that came later', async () => {
    const long = await begin({ filter: { integrationIds: [desk] } })
    const short = await begin({ ids: [id(5)] })
    const portions = await own.store.bulk.next(desk, 2)
    expect(portions.map(({ job, rows }) => [job.id, rows.length])).toEqual([
      [long.job.id, 2],
      [short.job.id, 1],
    ])
    await end(long.job)
    await end(short.job)
  })

  test('find an account’s tags by name, in any case', async () => {
    expect(await own.store.bulk.tagIds(desk, ['Vip', 'none'])).toEqual(new Map([['Vip', ['1', '2']]]))
    expect(await own.store.bulk.tagIds(other, ['Vip'])).toEqual(new Map())
  })

  test('are listed newest first, and their rows in order and by state, page by page', async () => {
    const { job } = await begin({ ids: [id(1), id(2), id(3)] })
    await own.store.bulk.settle({ jobId: job.id, place: 2 }, REFUSED)
    const newest = await own.store.bulk.page(own.workspaceId, { first: 1 })
    expect([newest.rows[0]?.id, newest.hasNextPage]).toEqual([job.id, true])
    const next = await own.store.bulk.page(own.workspaceId, { first: 100, after: newest.cursors[0] ?? '' })
    expect(next.rows.map((each) => each.id)).not.toContain(job.id)
    expect(next.rows.length + 1).toBe(await newest.totalCount())
    const [first, second] = [
      await own.store.bulk.items(job, { first: 1, states: ['PENDING'] }),
      await own.store.bulk.items(job, { first: 1, states: ['FAILED'] }),
    ]
    expect([first.rows[0]?.rowId, first.hasNextPage, await first.totalCount()]).toEqual([id(1), true, 2])
    expect([second.rows[0]?.rowId, second.hasNextPage, await second.totalCount()]).toEqual([id(2), false, 1])
    const rest = await own.store.bulk.items(job, { first: 9, after: first.cursors[0] ?? '', states: ['PENDING'] })
    expect(rest.rows.map((row) => row.rowId)).toEqual([id(3)])
    await expect(own.store.bulk.items(job, { first: 1, after: newest.cursors[0] ?? '' })).rejects.toThrow(
      BadCursorError,
    )
    await expect(own.store.bulk.page(own.workspaceId, { first: 1, after: 'x' })).rejects.toThrow(BadCursorError)
    await end(job)
  })

  test('are their workspace’s alone, as are their records', async () => {
    const { job } = await begin({ ids: [id(1)] })
    const elsewhere = await own.store.workspaces.ensure('Elsewhere')
    expect(await own.store.bulk.find(elsewhere.id, job.id)).toBeNull()
    expect((await own.store.bulk.page(elsewhere.id, { first: 9 })).rows).toEqual([])
    expect((await own.store.bulk.items({ ...job, workspaceId: elsewhere.id }, { first: 9 })).rows).toEqual([])
    expect(await own.store.bulk.cancel(elsewhere.id, job.id)).toBeNull()
    expect(await own.store.bulk.retry(elsewhere.id, job.id)).toBeNull()
    const theirs = await begin({ ids: [id(1)] }, { workspaceId: elsewhere.id })
    expect(theirs.job).toMatchObject({ total: 1, skipped: 1, state: 'DONE' })
    const all = await begin({ filter: { priority: ['HIGH', 'LOW'] } }, { workspaceId: elsewhere.id })
    expect(all.job).toMatchObject({ total: 0 })
    expect(await stands(job)).toMatchObject({ state: 'QUEUED' })
    await end(job)
  })

  test('lose what they hold of an account that is erased, and end if nothing else waits', async () => {
    const { database } = own.store
    const { integrationId } = await makeIntegration(database, { workspaceId: own.workspaceId })
    await own.store.apply(batch(integrationId, 1, [upsert('ticket', 't1'), upsert('ticket', 't2')]))
    const both = await begin({ ids: [id(1), id(1, integrationId)] })
    const only = await begin({ ids: [id(1, integrationId), id(2, integrationId), id(2)] })
    await own.store.bulk.settle({ jobId: only.job.id, place: 3 }, DONE)
    await own.store.integrations.erase(integrationId)
    expect(await stands(both.job)).toMatchObject({ state: 'QUEUED', total: 1 })
    expect(await stands(only.job)).toMatchObject({ state: 'DONE', total: 1, done: 1 })
    expect((await told(only.job)).at(-1)).toBe('updated')
    await end(both.job)
  })

  test('are forgotten after a while, but never before they have ended', async () => {
    const ended = await begin({ ids: [] })
    const open = await begin({ ids: [id(1)] })
    await own.store.bulk.prune(new Date(Date.now() + 3_600_000))
    expect(await stands(ended.job)).toBeNull()
    expect(await stands(open.job)).toMatchObject({ state: 'QUEUED' })
    await end(open.job)
  })
})

test('are refused with more rows than a job may have, and nothing is begun', async () => {
  await using own = await openTestStore()
  const { store, workspaceId, memberId } = own
  const { integrationId } = await makeIntegration(store.database, { workspaceId })
  const columns = 'id, workspace_id, integration_id, provider, remote_id, observed_at, born_xid, changed_xid'
  await store.database.system.query(
    `insert into company (${columns})
     select gen_random_uuid(), $1, $2, 'fake', n::text, now(), '1', '1' from generate_series(1, 100001) n`,
    [workspaceId, integrationId],
  )
  const draft: BulkDraft = {
    workspaceId,
    memberId,
    idempotencyKey: 'all',
    action: 'TAG',
    kind: 'company',
    input: {},
    work: { ...WORK, fields: {}, addTags: ['x'] },
    rows: { filter: { integrationIds: [integrationId] } },
  }
  await expect(store.bulk.start(draft)).rejects.toThrow(TooManyRowsError)
  expect((await store.bulk.page(workspaceId, { first: 1 })).rows).toEqual([])
  await store.database.system.query(`delete from company where remote_id = '1'`)
  expect((await store.bulk.start(draft)).job).toMatchObject({ total: 100_000, state: 'QUEUED' })
})
