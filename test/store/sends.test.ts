import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { IdempotencyKeyReusedError, IntegrationNotFoundError } from '../../store/errors.ts'
import type { Send, SendDraft } from '../../store/sends.ts'
import { testServers } from '../setup/servers.ts'
import { openTestStore, type TestStore } from '../setup/store.ts'

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
  const once = (idempotencyKey: string | null, more: Partial<SendDraft> = {}): Promise<Send> =>
    own.store.sends.once({
      workspaceId: own.workspaceId,
      integrationId,
      idempotencyKey,
      action: 'reply',
      memberId: own.memberId,
      input: { text: 'Hello', to: ['1', '2'] },
      ...more,
    })

  test('are new to one of many who ask with one key', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => once('crowd')))
    expect(all.filter(({ state }) => state === 'NEW')).toHaveLength(1)
    expect(all.filter(({ state }) => state === 'SENDING')).toHaveLength(19)
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
  })

  test('are new each time without a key', async () => {
    expect([await once(null), await once(null)]).toMatchObject([{ state: 'NEW' }, { state: 'NEW' }])
  })

  test('answer a repetition with what the first gave, whatever order its input is in', async () => {
    const { id } = await once('repeated')
    await own.store.sends.settle(id, { state: 'SENT', result: { remoteId: '42' }, error: null })
    const again = { id, state: 'SENT', result: { remoteId: '42' }, error: null }
    expect(await once('repeated')).toEqual(again)
    expect(await once('repeated', { input: { to: ['1', '2'], text: 'Hello' } })).toEqual(again)
    await own.store.sends.settle(id, { state: 'FAILED', result: null, error: 'too late' })
    expect(await once('repeated')).toEqual(again)
  })

  test('refuse a key that comes with something else', async () => {
    await once('taken')
    const other = await connect(own.workspaceId)
    await expect(once('taken', { input: { text: 'Bye' } })).rejects.toThrow(IdempotencyKeyReusedError)
    await expect(once('taken', { action: 'note' })).rejects.toThrow(IdempotencyKeyReusedError)
    await expect(once('taken', { integrationId: other })).rejects.toThrow(IdempotencyKeyReusedError)
  })

  test('of two workspaces do not meet, and none reaches another’s integration', async () => {
    const other = await own.store.workspaces.ensure('Other')
    const theirs = await connect(other.id)
    await once('shared key')
    expect(await once('shared key', { workspaceId: other.id, integrationId: theirs })).toMatchObject({ state: 'NEW' })
    await expect(once('stolen', { integrationId: theirs })).rejects.toThrow(IntegrationNotFoundError)
    await expect(once('none', { integrationId: randomUUID() })).rejects.toThrow(IntegrationNotFoundError)
  })

  test('whose process ended are known to be unknown, and may still be cleared up', async () => {
    const { id } = await once('lost')
    expect(await own.store.sends.settleStale(new Date(0))).toBe(0)
    expect(await own.store.sends.settleStale(new Date(Date.now() + 60_000))).toBeGreaterThan(0)
    expect(await once('lost')).toMatchObject({
      id,
      state: 'UNKNOWN',
      error: 'the process that sent it ended before the answer',
    })
    await own.store.sends.settle(id, { state: 'SENT', result: null, error: null })
    expect(await once('lost')).toEqual({ id, state: 'SENT', result: null, error: null })
  })
})
