import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { IdempotencyKeyReusedError, IntegrationNotFoundError } from '../../../store/errors.ts'
import type { Begun, SendDraft } from '../../../store/sends/begin.ts'
import type { Claim, Send } from '../../../store/sends/send.ts'
import { testServers } from '../../setup/servers.ts'
import { openTestStore, type TestStore } from '../../setup/store.ts'

const HOUR_MS = 3_600_000
const SENT = { state: 'SENT', result: { kind: 'message', remoteId: '42' }, error: null } as const

describe.each(testServers)('sends on $name', (server) => {
  let own: TestStore
  let integrationId: string
  beforeAll(async () => {
    own = await openTestStore({ server })
    integrationId = await connect(own.workspaceId)
  })
  afterAll(() => own[Symbol.asyncDispose]())

  const connect = async (workspaceId: string): Promise<string> => {
    const settings = { baseUrl: null, region: null, domain: null, actorRemoteId: null }
    const draft = { workspaceId, provider: 'fake', name: 'Fake', settings, account: null }
    return (await own.store.integrations.create(draft)).id
  }
  const begin = (idempotencyKey: string | null, more: Partial<SendDraft> = {}): Promise<Begun> =>
    own.store.sends.begin({
      workspaceId: own.workspaceId,
      integrationId,
      idempotencyKey,
      action: 'reply',
      memberId: own.memberId,
      input: { text: 'Hello', to: ['1', '2'] },
      kept: null,
      ...more,
    })
  /** One that waits for whoever does sends. */
  const queue = async (line: string, more: Partial<SendDraft> = {}): Promise<Send> =>
    (await begin(null, { kept: { work: { say: 'Hello' }, line, tryForMs: HOUR_MS }, ...more })).send
  const claimed = ({ claim }: { readonly claim: Claim | null }): Claim => {
    if (claim === null) throw new Error('it is not ours')
    return claim
  }
  const find = (id: string): Promise<Send | null> => own.store.sends.find(own.workspaceId, id)
  /** As if so much time had passed for it. */
  const age = (id: string, ms: number): Promise<unknown> =>
    own.store.database.system.query(
      `update send set leased_until = leased_until - make_interval(secs => $2), next_at = next_at - make_interval(secs => $2),
         deadline_at = deadline_at - make_interval(secs => $2), settled_at = settled_at - make_interval(secs => $2)
       where id = $1`,
      [id, ms / 1000],
    )
  const mine = async (): Promise<readonly string[]> => (await own.store.sends.claimDue(100)).map(({ send }) => send.id)

  test('are not put on record for an account that is being erased', async () => {
    const gone = await connect(own.workspaceId)
    let begun: Promise<unknown> = Promise.resolve()
    await own.store.database.transaction(null, async (tx) => {
      await tx.query(`update integration set status = 'DISCONNECTED' where id = $1`, [gone])
      begun = begin(null, { integrationId: gone })
      begun.catch(() => undefined)
      // It waits for the end of this transaction: nothing else would make it an account's that is there no more.
      await expect
        .poll(() => tx.query(`select 1 from pg_locks where not granted and pid <> pg_backend_pid()`))
        .not.toEqual([])
    })
    await expect(begun).rejects.toThrow(IntegrationNotFoundError)
    expect(await own.store.database.system.query('select 1 from send where integration_id = $1', [gone])).toEqual([])
  })

  test('are one of many callers’ with one key', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => begin('crowd')))
    expect(all.filter(({ claim }) => claim !== null)).toHaveLength(1)
    expect(all.every(({ send }) => send.state === 'SENDING')).toBe(true)
    expect(new Set(all.map(({ send }) => send.id)).size).toBe(1)
  })

  test('are new each time without a key', async () => {
    const all = [await begin(null), await begin(null)]
    expect(all.every(({ claim }) => claim !== null)).toBe(true)
  })

  test('answer a repetition with what the first gave, whatever order its input is in', async () => {
    const first = await begin('repeated')
    expect(await own.store.sends.settle(claimed(first), SENT)).toBe(true)
    const again = { claim: null, send: { id: first.send.id, state: 'SENT', result: SENT.result, error: null } }
    expect(await begin('repeated')).toMatchObject(again)
    expect(await begin('repeated', { input: { to: ['1', '2'], text: 'Hello' } })).toMatchObject(again)
    const late = { state: 'FAILED', result: null, error: 'too late' } as const
    expect(await own.store.sends.settle(claimed(first), late)).toBe(false)
    expect(await begin('repeated')).toMatchObject(again)
  })

  test.each([
    ['longer than an index takes', Array.from({ length: 9_000 }, (_, n) => (n * n * 7_919) % 65_521).join('')],
    ['no text', 'n\0l \ud800'],
  ])('are known to be done when the id of what they made is %s', async (_what, remoteId) => {
    const result = { kind: 'message', remoteId }
    const thread = { kind: 'conversation', remoteId } as const
    const at = new Date('2026-01-01T00:00:00Z')
    const { sends } = own.store
    const [sent, other] = [await begin(null), await begin(null, { input: { text: 'n\0l', to: [remoteId] } })]
    expect(await sends.others(other.send, [result])).toMatchObject({ taken: [] })
    await sends.settle(claimed(sent), { state: 'SENT', result, error: remoteId, said: { thread, at } })
    expect(await find(sent.send.id)).toMatchObject({ state: 'SENT' })
    expect(await sends.others(other.send, [result, { kind: 'message', remoteId: '1' }])).toMatchObject({
      taken: [result],
    })
    await own.store.activity.record({
      workspaceId: own.workspaceId,
      memberId: null,
      integrationId,
      action: 'fake.reply',
      detail: result,
    })
    await sends.receive(integrationId, [{ state: 'DELIVERED', messages: [remoteId] }])
    expect(await find(sent.send.id)).toMatchObject({ state: 'DELIVERED' })
    await sends.receive(integrationId, [{ state: 'READ', thread, until: at }])
    expect(await find(sent.send.id)).toMatchObject({ state: 'READ' })
  })

  test('leave their key free when nothing was done', async () => {
    const { claim } = await begin('free')
    const failed = {
      state: 'FAILED',
      result: { code: 'RATE_LIMITED', field: null },
      error: 'later',
      freesKey: true,
    } as const
    await own.store.sends.settle(claimed({ claim }), failed)
    expect((await begin('free')).claim).not.toBeNull()
  })

  test('refuse a key that comes with something else', async () => {
    await begin('taken')
    const other = await connect(own.workspaceId)
    await expect(begin('taken', { input: { text: 'Bye' } })).rejects.toThrow(IdempotencyKeyReusedError)
    await expect(begin('taken', { action: 'note' })).rejects.toThrow(IdempotencyKeyReusedError)
    await expect(begin('taken', { integrationId: other })).rejects.toThrow(IdempotencyKeyReusedError)
  })

  test('of two workspaces do not meet, and none reaches another’s integration', async () => {
    const other = await own.store.workspaces.ensure('Other')
    const theirs = await connect(other.id)
    const { send } = await begin('shared key')
    expect((await begin('shared key', { workspaceId: other.id, integrationId: theirs })).claim).not.toBeNull()
    await expect(begin('stolen', { integrationId: theirs })).rejects.toThrow(IntegrationNotFoundError)
    await expect(begin('none', { integrationId: randomUUID() })).rejects.toThrow(IntegrationNotFoundError)
    expect(await own.store.sends.find(other.id, send.id)).toBeNull()
    expect(await own.store.sends.cancel({ workspaceId: other.id, id: send.id })).toBeNull()
    expect((await own.store.sends.page(other.id, { first: 50 })).rows).toHaveLength(1)
  })

  test('whose process ended are known to be unknown, and an answer that comes late all the same is heard', async () => {
    const lost = await begin('lost')
    await own.store.sends.sweep(HOUR_MS)
    expect(await find(lost.send.id)).toMatchObject({ state: 'SENDING' })
    await age(lost.send.id, 61_000)
    await own.store.sends.sweep(HOUR_MS)
    const error = 'the process that sent it ended before the answer'
    expect((await begin('lost')).send).toMatchObject({ state: 'UNKNOWN', error, nextAt: null })
    expect(await own.store.sends.settle(claimed(lost), SENT)).toBe(true)
    expect((await begin('lost')).send).toMatchObject({ state: 'SENT' })
  })

  test('that wait are done in the order of their line, one at a time, by one of many', async () => {
    const [first, second, apart] = [await queue('a'), await queue('a'), await queue('b')]
    const taken = (await Promise.all([own.store.sends.claimDue(9), own.store.sends.claimDue(9)])).flat()
    expect(taken.map(({ send }) => send.id).toSorted()).toEqual([first.id, apart.id].toSorted())
    expect(await mine()).toEqual([])
    for (const { claim } of taken) await own.store.sends.settle(claim, SENT)
    expect(await mine()).toEqual([second.id])
  })

  test('of one line wait behind one of which nobody knows, until nothing more is done about it', async () => {
    const [first, second] = [await queue('c'), await queue('c')]
    const [due] = await own.store.sends.claimDue(9)
    const unknown = { state: 'UNKNOWN', result: null, error: 'no answer', nextInMs: 60_000 } as const
    await own.store.sends.settle(due?.claim ?? { id: '', token: '' }, unknown)
    expect(await mine()).toEqual([])
    await age(first.id, 61_000)
    const [look] = await own.store.sends.claimDue(9)
    expect(look).toMatchObject({ send: { id: first.id, state: 'UNKNOWN', attempts: 1 }, looks: 1 })
    expect(look?.endedMsAgo).toBeGreaterThan(60_000)
    await own.store.sends.settle(look?.claim ?? { id: '', token: '' }, { ...unknown, nextInMs: null })
    expect(await mine()).toEqual([second.id])
  })

  test('that somebody took over are not settled by whoever had them before', async () => {
    const { id } = await queue('d')
    const [before] = await own.store.sends.claimDue(9)
    await age(id, 61_000)
    await own.store.sends.sweep(HOUR_MS)
    const [after] = await own.store.sends.claimDue(9)
    expect(after).toMatchObject({ send: { id, state: 'UNKNOWN' } })
    expect(await own.store.sends.settle(before?.claim ?? { id, token: '' }, SENT)).toBe(false)
    expect(await own.store.sends.settle(after?.claim ?? { id, token: '' }, SENT)).toBe(true)
  })

  test('are given up when their time is over, taken back while they wait, and tried again when they failed', async () => {
    const [over, back] = [await queue('e'), await queue('f')]
    await age(over.id, HOUR_MS + 1)
    await own.store.sends.sweep(HOUR_MS)
    expect(await find(over.id)).toMatchObject({ state: 'FAILED', result: { code: 'PROVIDER_UNAVAILABLE' } })
    expect(await own.store.sends.cancel(back)).toMatchObject({ changed: true, send: { state: 'FAILED' } })
    expect(await own.store.sends.cancel(back)).toMatchObject({ changed: false })
    expect(await mine()).toEqual([])
    expect(await own.store.sends.retry(over, HOUR_MS)).toMatchObject({ changed: true, send: { state: 'QUEUED' } })
    expect(await own.store.sends.retry(over, HOUR_MS)).toMatchObject({ changed: false })
    const { send } = await begin(null)
    expect(await own.store.sends.retry(send, HOUR_MS)).toMatchObject({ changed: false, send: { isKept: false } })
    expect(await mine()).toEqual([over.id])
  })

  test('are paged newest first, those of a state alone when that is asked for', async () => {
    const wanted = await connect(own.workspaceId)
    const ids = []
    for (let n = 0; n < 5; n += 1) ids.unshift((await queue(`page ${n}`, { integrationId: wanted })).id)
    const filter = { integrationId: wanted, states: ['QUEUED'] } as const
    const page = await own.store.sends.page(own.workspaceId, { first: 3, filter })
    expect(page.rows.map(({ id }) => id)).toEqual(ids.slice(0, 3))
    expect(await page.totalCount()).toBe(5)
    const rest = await own.store.sends.page(own.workspaceId, { first: 3, after: page.cursors[2] ?? null, filter })
    expect(rest).toMatchObject({ hasNextPage: false, rows: [{ id: ids[3] }, { id: ids[4] }] })
    expect(
      (await own.store.sends.page(own.workspaceId, { first: 3, filter: { ...filter, states: ['SENT'] } })).rows,
    ).toEqual([])
  })
})
