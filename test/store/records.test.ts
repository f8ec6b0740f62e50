import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Activity } from '../../store/activity.ts'
import { BadCursorError } from '../../store/errors.ts'
import { testServers } from '../setup/servers.ts'
import { openTestStore, type TestStore } from '../setup/store.ts'

describe.each(testServers)('what is recorded on $name', (server) => {
  let own: TestStore
  let integrationId: string
  beforeAll(async () => {
    own = await openTestStore({ server })
  })
  afterAll(() => own[Symbol.asyncDispose]())
  beforeEach(async () => {
    const settings = { baseUrl: null, region: null, domain: null, actorRemoteId: null }
    const draft = { workspaceId: own.workspaceId, provider: 'fake', name: 'Fake', settings, account: null }
    integrationId = (await own.store.integrations.create(draft)).id
  })

  describe('runs of streams', () => {
    test('tell how far they are, how they ended, and when the stream was complete', async () => {
      const { syncRuns, checkpoints } = own.store
      const first = await syncRuns.start(integrationId, 'contacts', 'FULL')
      expect(first).toMatchObject({
        integrationId,
        stream: 'contacts',
        kind: 'FULL',
        status: 'RUNNING',
        read: 0,
        total: null,
      })
      await syncRuns.progress(first.id, { read: 50, changed: 40, total: 120 })
      expect(await syncRuns.latest(integrationId)).toEqual([{ ...first, read: 50, changed: 40, total: 120 }])
      expect(await checkpoints.completedAt(integrationId)).toEqual(new Map())
      await syncRuns.finish(first.id, { status: 'DONE', error: null })
      const [done] = await syncRuns.latest(integrationId)
      expect(done).toMatchObject({ status: 'DONE', finishedAt: expect.any(Date) })
      const second = await syncRuns.start(integrationId, 'contacts', 'INCREMENTAL')
      await syncRuns.finish(second.id, { status: 'FAILED', error: 'refused' })
      await syncRuns.start(integrationId, 'tickets', 'FULL')
      expect(await syncRuns.latest(integrationId)).toMatchObject([
        { stream: 'contacts', status: 'FAILED', error: 'refused' },
        { stream: 'tickets', status: 'RUNNING' },
      ])
      expect(await checkpoints.completedAt(integrationId)).toEqual(new Map([['contacts', done?.finishedAt]]))
      expect(await checkpoints.read(integrationId, 'contacts')).toBeNull()
    })

    test('are pruned but for what is still asked for', async () => {
      const { syncRuns, checkpoints } = own.store
      for (const status of ['DONE', 'DONE', 'FAILED', 'STOPPED'] as const) {
        const { id } = await syncRuns.start(integrationId, 'contacts', 'INCREMENTAL')
        await syncRuns.finish(id, { status, error: null })
      }
      const before = [await syncRuns.latest(integrationId), await checkpoints.completedAt(integrationId)]
      expect(await syncRuns.prune(new Date(0))).toBe(0)
      expect(await syncRuns.prune(new Date(Date.now() + 60_000))).toBe(2)
      expect([await syncRuns.latest(integrationId), await checkpoints.completedAt(integrationId)]).toEqual(before)
    })
  })

  describe('the activity', () => {
    const record = (action: string, more: Partial<Activity> = {}): Promise<void> => {
      const { workspaceId, memberId } = own
      return own.store.activity.record({
        workspaceId,
        memberId,
        integrationId,
        action,
        detail: { n: [1, null] },
        ...more,
      })
    }

    test('is read newest first, page by page, each once', async () => {
      const actions = Array.from({ length: 7 }, (_, n) => `step.${n}`)
      for (const action of actions) await record(action)
      const read: Activity[] = []
      let after: string | null = null
      for (let pages = 0; pages < 10; pages++) {
        const page = await own.store.activity.page(own.workspaceId, { first: 3, after, integrationId })
        read.push(...page.rows)
        expect(await page.totalCount()).toBe(7)
        expect(page.hasPreviousPage).toBe(pages > 0)
        after = page.cursors.at(-1) ?? null
        if (!page.hasNextPage) break
      }
      expect(read.map(({ action }) => action)).toEqual(actions.toReversed())
      expect(read[0]).toMatchObject({
        memberId: own.memberId,
        integrationId,
        detail: { n: [1, null] },
        at: expect.any(Date),
      })
    })

    test('is its workspace’s own', async () => {
      const other = await own.store.workspaces.ensure('Other')
      const elsewhere = { workspaceId: other.id, memberId: null, integrationId: null }
      await record('seen.by.others', elsewhere)
      expect((await own.store.activity.page(other.id, { first: 10 })).rows).toMatchObject([
        { action: 'seen.by.others' },
      ])
      const { rows } = await own.store.activity.page(own.workspaceId, { first: 100 })
      expect(rows.map(({ action }) => action)).not.toContain('seen.by.others')
      const none = await own.store.activity.page(own.workspaceId, { first: 10, integrationId: randomUUID() })
      expect(none).toMatchObject({ rows: [], cursors: [], hasNextPage: false })
    })

    test.each([
      '',
      'nonsense',
      Buffer.from('1 2').toString('base64url'),
      Buffer.from('1; drop table').toString('base64url'),
    ])('refuses the cursor %j', async (after) => {
      await expect(own.store.activity.page(own.workspaceId, { first: 1, after })).rejects.toThrow(BadCursorError)
    })
  })
})
