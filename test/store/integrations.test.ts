import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Account, Settings } from '../../store/account.ts'
import type { StoreEvent } from '../../store/change.ts'
import { IntegrationClosedError, IntegrationNotFoundError, RowNotFoundError } from '../../store/errors.ts'
import type { Integration } from '../../store/integrations.ts'
import { cursorNow } from '../setup/cursor.ts'
import { testServers } from '../setup/servers.ts'
import { openTestStore, type TestStore } from '../setup/store.ts'

const settings: Settings = { baseUrl: null, region: 'eu', domain: null, actorRemoteId: '7' }
const accountOf = (id: string): Account => ({ id, name: `Account ${id}`, region: 'eu', actorRemoteId: '7' })

describe.each(testServers)('integrations on $name', (server) => {
  let own: TestStore
  beforeAll(async () => {
    own = await openTestStore({ server })
  })
  afterAll(() => own[Symbol.asyncDispose]())

  const connect = (account: Account | null, workspaceId = own.workspaceId): Promise<Integration> =>
    own.store.integrations.create({ workspaceId, provider: 'fake', name: 'Fake', settings, account })

  /** The events, from now on, of the integration that some work answers. */
  const eventsOf = async (work: () => Promise<string>, count: number): Promise<readonly StoreEvent[]> => {
    const after = await cursorNow(own.store, own.workspaceId)
    const id = await work()
    const ending = new AbortController()
    const events: StoreEvent[] = []
    const following = { workspaceId: own.workspaceId, after, signal: ending.signal, kinds: ['integration'] as const }
    for await (const event of own.store.events.follow(following)) {
      if (event.kind !== 'gap' && event.rowId === id) events.push(event)
      if (events.length === count) break
    }
    ending.abort()
    return events
  }

  test('are one for an account of a workspace, however often it is connected', async () => {
    const first = await connect(accountOf('a'))
    expect(first).toMatchObject({
      status: 'ACTIVE',
      statusReason: null,
      accountId: 'a',
      accountName: 'Account a',
      settings,
    })
    await own.store.integrations.setStatus(first.id, 'DISCONNECTED', 'left')
    const many = await Promise.all(Array.from({ length: 5 }, () => connect(accountOf('a'))))
    for (const again of many) {
      expect(again).toMatchObject({ id: first.id, status: 'ACTIVE', statusReason: null, createdAt: first.createdAt })
    }
    expect(await connect(accountOf('b'))).not.toMatchObject({ id: first.id })
    const nameless = await Promise.all([connect(null), connect(null)])
    expect(new Set(nameless.map(({ id }) => id)).size).toBe(2)
  })

  test('are found by their own workspace only, and by their account for all', async () => {
    const other = await own.store.workspaces.ensure('Other')
    const [mine, theirs] = [await connect(accountOf('both')), await connect(accountOf('both'), other.id)]
    expect(mine.id).not.toBe(theirs.id)
    expect(await own.store.integrations.find(own.workspaceId, mine.id)).toEqual(mine)
    expect(await own.store.integrations.find(own.workspaceId, theirs.id)).toBeNull()
    expect(await own.store.integrations.get(theirs.id)).toEqual(theirs)
    const everywhere = await own.store.integrations.byAccount('fake', 'both')
    expect(everywhere.map(({ id }) => id)).toEqual([mine.id, theirs.id])
    expect(await own.store.integrations.byAccount('real', 'both')).toEqual([])
    await own.store.integrations.setStatus(mine.id, 'NEEDS_RECONNECT', 'refused')
    await own.store.integrations.setStatus(theirs.id, 'DISCONNECTED', 'left')
    expect(await own.store.integrations.byAccount('fake', 'both')).toMatchObject([{ id: mine.id }])
    const listed = await own.store.integrations.list(other.id)
    expect(listed.map(({ id }) => id)).toEqual([theirs.id])
    expect(await own.store.integrations.list(other.id, { status: 'ACTIVE' })).toEqual([])
    expect((await own.store.integrations.list(null)).length).toBeGreaterThan(2)
  })

  test('tell followers what becomes of them, and nothing when nothing does', async () => {
    const events = await eventsOf(async () => {
      const { id } = await connect(accountOf('told'))
      await own.store.integrations.setStatus(id, 'NEEDS_RECONNECT', 'refused')
      await own.store.integrations.setStatus(id, 'NEEDS_RECONNECT', 'refused')
      await own.store.integrations.touch(id)
      await connect(accountOf('told'))
      return id
    }, 4)
    // The repetition is not among them: then a third `sync` would come before the reconnect.
    expect(events.map(({ op, origin }) => `${op} ${origin}`)).toEqual([
      'created mutation',
      'updated sync',
      'updated sync',
      'updated mutation',
    ])
    for (const event of events) {
      expect(event).toMatchObject({ kind: 'integration', integrationId: event.rowId, provider: 'fake' })
    }
  })

  test('are active with what belongs to them, or not at all', async () => {
    const draft = {
      workspaceId: own.workspaceId,
      provider: 'fake',
      name: 'Fake',
      settings,
      account: accountOf('whole'),
    }
    const credential = { accessToken: 'x', refreshToken: null, expiresAt: null, fields: {} }
    const failing = own.store.integrations.create(draft, async (within, id) => {
      await own.store.credentials.save(id, credential, { within })
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await own.store.integrations.byAccount('fake', 'whole')).toEqual([])
    const { id } = await own.store.integrations.create(draft, (within, made) =>
      own.store.credentials.save(made, credential, { within }),
    )
    expect(await own.store.credentials.open(id)).toEqual(credential)
  })

  test('need a reconnection when the credential is refused that they have, and not when one is that they had', async () => {
    const { id } = await connect(accountOf('refused'))
    await own.store.database.system.query(`update integration set updated_at = now() - interval '1 s' where id = $1`, [
      id,
    ])
    const before = await own.store.integrations.get(id)
    const again = await connect(accountOf('refused'))
    await own.store.integrations.needsReconnect(before, 'the old one')
    expect(await own.store.integrations.get(again.id)).toEqual(again)
    await own.store.integrations.needsReconnect(again, 'the new one')
    const refused = { status: 'NEEDS_RECONNECT', statusReason: 'the new one' }
    expect(await own.store.integrations.get(again.id)).toMatchObject(refused)
    await own.store.integrations.needsReconnect(again, 'heard late')
    expect(await own.store.integrations.get(again.id)).toMatchObject(refused)
  })

  test('stay disconnected, whatever an engine still wants to say', async () => {
    const { id } = await connect(accountOf('gone'))
    await own.store.integrations.setStatus(id, 'DISCONNECTED', 'left')
    await own.store.integrations.setStatus(id, 'NEEDS_RECONNECT', 'refused')
    expect(await own.store.integrations.get(id)).toMatchObject({ status: 'DISCONNECTED', statusReason: 'left' })
  })

  test('are erased with all that was read through them, but for what was done', async () => {
    const { store, workspaceId, memberId } = own
    const { id } = await connect(accountOf('erased'))
    const kept = await connect(accountOf('kept'))
    const tag = { op: 'upsert', kind: 'tag', remoteId: '1', version: null, native: {} } as const
    for (const integrationId of [id, kept.id]) {
      await store.apply({
        integrationId,
        observedAt: new Date(),
        learnedBy: 'SYNC',
        origin: 'sync',
        checkpoint: { stream: 'tags', cursor: 1 },
        changes: [{ ...tag, fields: { name: 'VIP', createdAt: null, updatedAt: null } }],
      })
      await store.syncRuns.start(integrationId, 'tags', 'FULL')
      await store.credentials.save(integrationId, { accessToken: 'x', refreshToken: null, expiresAt: null, fields: {} })
      await store.activity.record({
        workspaceId,
        memberId,
        integrationId,
        action: 'integration.connected',
        detail: null,
      })
    }
    expect(await eventsOf(() => store.integrations.erase(id).then(() => id), 1)).toMatchObject([{ op: 'updated' }])
    const held = async (integrationId: string): Promise<readonly number[]> =>
      Promise.all(
        ['tag', 'checkpoint', 'sync_run', 'credential', 'activity'].map(async (table) => {
          const rows = await store.database.system.query(`select from ${table} where integration_id = $1`, [
            integrationId,
          ])
          return rows.length
        }),
      )
    expect(await held(id)).toEqual([0, 0, 0, 0, 1])
    expect(await held(kept.id)).toEqual([1, 1, 1, 1, 1])
    expect(await store.integrations.get(id)).toMatchObject({ status: 'DISCONNECTED' })
    await expect(store.credentials.open(id)).rejects.toThrow(RowNotFoundError)
    const late = { integrationId: id, changes: [], observedAt: new Date(), learnedBy: 'SYNC', origin: 'sync' } as const
    await expect(store.apply(late)).rejects.toThrow(IntegrationClosedError)
  })

  test('that are none are said to be none', async () => {
    const id = randomUUID()
    const { integrations, syncRuns, credentials } = own.store
    const credential = { accessToken: 'x', refreshToken: null, expiresAt: null, fields: {} }
    await expect(integrations.get(id)).rejects.toThrow(IntegrationNotFoundError)
    await expect(integrations.setStatus(id, 'ACTIVE', null)).rejects.toThrow(IntegrationNotFoundError)
    await expect(integrations.touch(id)).rejects.toThrow(IntegrationNotFoundError)
    await expect(integrations.erase(id)).rejects.toThrow(IntegrationNotFoundError)
    await expect(syncRuns.start(id, 'tags', 'FULL')).rejects.toThrow(IntegrationNotFoundError)
    await expect(credentials.save(id, credential)).rejects.toThrow(IntegrationNotFoundError)
    expect(await integrations.find(own.workspaceId, id)).toBeNull()
  })
})
