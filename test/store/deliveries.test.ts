import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ALL_DELIVERIES } from '../../store/delivery-lists.ts'
import { RowNotFoundError } from '../../store/errors.ts'
import type { DeliveryDraft, Kept } from '../../store/keep-deliveries.ts'
import { testServers } from '../setup/servers.ts'
import { openTestStore, type TestStore } from '../setup/store.ts'

describe.each(testServers)('deliveries on $name', (server) => {
  let own: TestStore
  beforeAll(async () => {
    own = await openTestStore({ server })
    await own.store.database.system.query('create table effect (delivery uuid)')
  })
  afterAll(() => own[Symbol.asyncDispose]())

  const draft = (deliveryId: string, more: Partial<DeliveryDraft> = {}): DeliveryDraft => ({
    provider: 'fake',
    integrationId: null,
    accountId: 'account',
    deliveryId,
    topic: 'ticket.updated',
    headers: { 'x-signature': 'abc' },
    body: Buffer.from([0, 1, 0xff, 0xfe]),
    receivedAt: new Date('2026-01-01T00:00:00.123Z'),
    ...more,
  })
  const keepAll = (drafts: readonly DeliveryDraft[]): Promise<readonly Kept[]> =>
    own.store.deliveries.keep(drafts, async (tx, fresh) => {
      await tx.query('insert into effect select unnest($1::uuid[])', [fresh.map(({ id }) => id)])
    })
  const keep = async (kept: DeliveryDraft): Promise<Kept> => {
    const [one] = await keepAll([kept])
    if (one === undefined) throw new Error('expected an answer for each draft')
    return one
  }
  const fail = async (id: string, reason: string): Promise<void> => {
    await own.store.deliveries.attempt(await own.store.deliveries.read(id), reason)
  }
  const end = async (id: string, status: 'DONE' | 'DEAD' | 'UNKNOWN_ACCOUNT', reason: string | null): Promise<void> => {
    await own.store.deliveries.finish(await own.store.deliveries.read(id), { status, reason })
  }
  const effectsOf = async (id: string): Promise<number> =>
    (await own.store.database.system.query('select from effect where delivery = $1', [id])).length

  test('are kept byte for byte, once, with one effect, however often they come at once', async () => {
    const kept = draft('one')
    const all = await Promise.all(Array.from({ length: 20 }, () => keep(kept)))
    const [{ id } = { id: '' }] = all
    expect(all.filter(({ fresh }) => fresh)).toHaveLength(1)
    for (const each of all) expect(each.id).toBe(id)
    expect(await effectsOf(id)).toBe(1)
    expect(await own.store.deliveries.read(id)).toEqual({
      ...kept,
      id,
      status: 'PENDING',
      reason: null,
      attempts: 0,
      finishedAt: null,
      seen: expect.any(String),
    })
  })

  test('are kept together, each with its own bytes, whatever their order and however often each is among them', async () => {
    const drafts = ['z', 'a', 'z', 'm'].map((id, index) =>
      draft(`together ${id}`, { body: Buffer.from(`${index}${id}`) }),
    )
    const all = await Promise.all([keepAll(drafts), keepAll(drafts.toReversed())])
    const ids = new Set(all.flat().map(({ id }) => id))
    expect(ids.size).toBe(3)
    expect(all.flat().filter(({ fresh }) => fresh)).toHaveLength(3)
    for (const id of ids) {
      const { deliveryId, body } = await own.store.deliveries.read(id)
      expect(body.toString().slice(1)).toBe(deliveryId.slice(-1))
      expect(await effectsOf(id)).toBe(1)
    }
  })

  test('are kept though an id, a topic, an account or what went wrong holds what the database cannot', async () => {
    const { id } = await keep(draft('n\0l', { topic: 'a\0b', accountId: '\0' }))
    expect(await own.store.deliveries.read(id)).toMatchObject({ deliveryId: 'n\ufffdl', topic: 'a\ufffdb' })
    expect(await keep(draft('n\0l'))).toEqual({ id, fresh: false })
    const half = await keep(draft('half \ud83d', { topic: '\udc00', accountId: '\ud800' }))
    expect(await own.store.deliveries.read(half.id)).toMatchObject({ deliveryId: 'half \ufffd', topic: '\ufffd' })
    await fail(id, 'answered \0')
    await end(id, 'DEAD', 'answered \0')
    expect(await own.store.deliveries.read(id)).toMatchObject({ status: 'DEAD', reason: 'answered \ufffd' })
  })

  test('are kept though an id or an account is longer than an index takes, and known when they come again', async () => {
    const long = (): string => randomBytes(6_000).toString('hex')
    const id = long()
    const first = await keep(draft(id, { accountId: long() }))
    expect(first.fresh).toBe(true)
    expect(await keep(draft(id))).toEqual({ ...first, fresh: false })
    expect(await keep(draft(`${id}.`))).toMatchObject({ fresh: true })
  })

  test('of two providers do not meet, though they have one id', async () => {
    const first = await keep(draft('same'))
    const second = await keep(draft('same', { provider: 'other' }))
    expect(second).toMatchObject({ fresh: true })
    expect(second.id).not.toBe(first.id)
  })

  test('are not kept when what goes with them fails, and come in whole the next time', async () => {
    const failing = own.store.deliveries.keep([draft('failing')], async (tx, fresh) => {
      await tx.query('insert into effect select unnest($1::uuid[])', [fresh.map(({ id }) => id)])
      throw new Error('no room for the job')
    })
    await expect(failing).rejects.toThrow('no room for the job')
    const next = await keep(draft('failing'))
    expect(next.fresh).toBe(true)
    expect(await effectsOf(next.id)).toBe(1)
  })

  test('count their tries and tell how they ended', async () => {
    const { id } = await keep(draft('tried'))
    await fail(id, 'first fault')
    await fail(id, 'second fault')
    expect(await own.store.deliveries.read(id)).toMatchObject({
      status: 'PENDING',
      attempts: 2,
      reason: 'second fault',
    })
    await end(id, 'DEAD', 'given up')
    const ended = await own.store.deliveries.read(id)
    expect(ended).toMatchObject({ status: 'DEAD', attempts: 2, reason: 'given up' })
    expect(ended.finishedAt).toBeInstanceOf(Date)
  })

  test('are not ended or tried by whoever saw them before others did so', async () => {
    const { deliveries, database } = own.store
    const { id } = await keep(draft('fenced'))
    const hung = await deliveries.read(id)
    const tried = await deliveries.attempt(hung, 'fault')
    expect(tried).toMatchObject({ id })
    const ends = [hung, tried ?? hung].map((seen) => deliveries.finish(seen, { status: 'DONE', reason: null }))
    expect(await Promise.all(ends)).toEqual([false, true])
    await database.system.query(
      `update delivery set status = 'PENDING', reason = null, attempts = 0, finished_at = null
      where id = $1`,
      [id],
    )
    expect(await deliveries.attempt(hung, 'came too late')).toBeNull()
    expect(await deliveries.finish(hung, { status: 'DEAD', reason: 'came too late' })).toBe(false)
    expect(await deliveries.read(id)).toMatchObject({ status: 'PENDING', reason: null, attempts: 0 })
  })

  test('are pruned when they are old and ended', async () => {
    const old = { receivedAt: new Date('2020-01-01T00:00:00Z') }
    const [ended, waiting, recent] = [
      await keep(draft('ended', old)),
      await keep(draft('waiting', old)),
      await keep(draft('recent')),
    ]
    for (const { id } of [ended, recent]) await end(id, 'DONE', null)
    expect(await own.store.deliveries.prune(new Date('2021-01-01T00:00:00Z'))).toBe(1)
    await expect(own.store.deliveries.read(ended.id)).rejects.toThrow(RowNotFoundError)
    expect(await own.store.deliveries.read(waiting.id)).toMatchObject({ status: 'PENDING' })
    expect(await own.store.deliveries.read(recent.id)).toMatchObject({ status: 'DONE' })
    await expect(own.store.deliveries.read(randomUUID())).rejects.toThrow(RowNotFoundError)
  })

  test('are seen by a workspace while it is connected to their account, and no longer', async () => {
    const { workspaceId, store } = own
    const settings = { baseUrl: null, region: null, domain: null, actorRemoteId: null }
    const account = { id: 'seen', name: 'Seen', region: null, actorRemoteId: null }
    const { id } = await store.integrations.create({ workspaceId, provider: 'fake', name: 'Fake', settings, account })
    await keep(draft('of the account', { provider: 'fake', accountId: account.id }))
    const seen = () =>
      store.database
        .workspace(workspaceId)
        .query('select delivery_id as id from delivery where account_id = $1', [account.id])
    expect(await seen()).toEqual([{ id: 'of the account' }])
    await store.integrations.setStatus(id, 'NEEDS_RECONNECT', null)
    expect(await seen()).toHaveLength(1)
    await store.integrations.setStatus(id, 'DISCONNECTED', null)
    expect(await seen()).toEqual([])
  })

  test('are replayed once by however many ask, oldest first and never while they are still to be worked', async () => {
    const { workspaceId, store } = own
    const settings = { baseUrl: null, region: null, domain: null, actorRemoteId: null }
    const account = { id: 'replayed', name: 'Replayed', region: null, actorRemoteId: null }
    await store.integrations.create({ workspaceId, provider: 'fake', name: 'Fake', settings, account })
    const ids = new Map<number, string>()
    for (const n of [3, 1, 2]) {
      const receivedAt = new Date(`2026-02-0${n}T00:00:00Z`)
      const { id } = await keep(draft(`replayed ${n}`, { accountId: account.id, receivedAt }))
      await fail(id, 'fault')
      await end(id, 'DEAD', 'given up')
      ids.set(n, id)
    }
    await keep(draft('still to be worked', { accountId: account.id, receivedAt: new Date('2026-02-04T00:00:00Z') }))
    const worked: string[] = []
    const replay = () =>
      store.deliveries.replay(
        workspaceId,
        { selection: { ...ALL_DELIVERIES, receivedAfter: new Date('2026-02-01T00:00:00Z') }, most: 2 },
        async (_tx, deliveries) => void worked.push(...deliveries.map(({ id }) => id)),
      )
    await Promise.all(Array.from({ length: 5 }, replay))
    await replay()
    expect(worked).toEqual([ids.get(1), ids.get(2), ids.get(3)])
    expect(await store.deliveries.read(ids.get(1) ?? '')).toMatchObject({
      status: 'PENDING',
      reason: null,
      attempts: 0,
      finishedAt: null,
    })
    expect(await replay()).toEqual({ replayed: 0, hasMore: false })
  })

  test('of an account that nobody had connected are worked when somebody has, and of an address only when it is theirs', async () => {
    const { workspaceId, store } = own
    const settings = { baseUrl: null, region: null, domain: null, actorRemoteId: null }
    const account = { id: 'known later', name: 'Later', region: null, actorRemoteId: null }
    const app = await keep(draft('to the app', { accountId: account.id }))
    const others = await keep(draft('to an address', { accountId: account.id, integrationId: randomUUID() }))
    for (const { id } of [app, others]) await end(id, 'UNKNOWN_ACCOUNT', 'nobody')
    const worked: string[] = []
    const known = () =>
      store.deliveries.replayKnown(10, async (_tx, deliveries) => void worked.push(...deliveries.map(({ id }) => id)))
    expect(await known()).toBe(0)
    const { id } = await store.integrations.create({ workspaceId, provider: 'fake', name: 'Later', settings, account })
    const theirs = await keep(draft('to their address', { accountId: account.id, integrationId: id }))
    await end(theirs.id, 'UNKNOWN_ACCOUNT', 'was disconnected')
    expect(await known()).toBe(2)
    expect(await known()).toBe(0)
    expect(worked.toSorted()).toEqual([app.id, theirs.id].toSorted())
  })
})
