import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { IntegrationNotFoundError, VaultError } from '../../store/errors.ts'
import { openVault } from '../../store/vault.ts'
import { openWebhooks } from '../../store/webhooks.ts'
import { testServers } from '../setup/servers.ts'
import { makeKey, openTestStore, TestClock, type TestStore } from '../setup/store.ts'

const DAY_MS = 86_400_000
const settings = { baseUrl: null, region: null, domain: null, actorRemoteId: null }
const NOBODY = '00000000-0000-4000-8000-000000000000'

describe.each(testServers)('webhooks on $name', (server) => {
  const clock = new TestClock()
  const key = makeKey('first')
  let own: TestStore
  beforeAll(async () => {
    own = await openTestStore({ server, keys: [key], now: clock.now })
  })
  afterAll(() => own[Symbol.asyncDispose]())

  let made = 0
  const connect = async (): Promise<string> => {
    const account = { id: `account-${(made += 1)}`, name: 'Fake', region: null, actorRemoteId: null }
    const draft = { workspaceId: own.workspaceId, provider: 'fake', name: 'Fake', settings, account }
    return (await own.store.integrations.create(draft)).id
  }
  const webhookOf = async (integrationId: string) => {
    const webhook = await own.store.webhooks.find(integrationId)
    if (webhook === null) throw new Error('the integration has no webhook')
    return webhook
  }
  const secretsOf = async (integrationId: string): Promise<readonly string[]> =>
    (await own.store.webhooks.byToken((await webhookOf(integrationId)).token))?.secrets ?? []
  /** Connected, and subscribed with the secret that we gave, or another. */
  const subscribe = async (secret: string | null = null): Promise<string> => {
    const id = await connect()
    await own.store.webhooks.ensure(id, 'PENDING')
    const { revision } = await webhookOf(id)
    const outcome = { state: 'SUBSCRIBED', made: { id: 'hook-1' }, secret } as const
    expect(await own.store.webhooks.settle({ integrationId: id, revision }, outcome)).toBe(true)
    return id
  }

  test('are found by their token alone, with whom they are for', async () => {
    const id = await connect()
    expect(await own.store.webhooks.find(id)).toBeNull()
    await own.store.webhooks.ensure(id, 'PENDING')
    const { token, ...rest } = await webhookOf(id)
    expect(rest).toEqual({
      integrationId: id,
      state: 'PENDING',
      reason: null,
      made: null,
      revision: 1,
      secretToldAt: null,
      subscribedAt: null,
    })
    const secret = (await own.store.webhooks.wanted(id))?.secret
    expect(await own.store.webhooks.byToken(token)).toEqual({
      integrationId: id,
      provider: 'fake',
      accountId: `account-${made}`,
      status: 'ACTIVE',
      secrets: [secret],
    })
    for (const wrong of ['', 'short', `${token}x`, token.slice(1), `A${token.slice(1)}`, `${token.slice(0, 42)}é`]) {
      expect(await own.store.webhooks.byToken(wrong)).toBeNull()
    }
    await expect(own.store.webhooks.ensure(NOBODY, 'PENDING')).rejects.toThrow(IntegrationNotFoundError)
  })

  test('keep address and secret, however often and by however many they are made', async () => {
    const id = await connect()
    await Promise.all(Array.from({ length: 5 }, () => own.store.webhooks.ensure(id, 'BY_HAND')))
    const { token } = await webhookOf(id)
    const secrets = await secretsOf(id)
    await own.store.webhooks.end(id)
    await own.store.webhooks.ensure(id, 'BY_HAND')
    expect(await webhookOf(id)).toMatchObject({ token, state: 'BY_HAND' })
    expect(await secretsOf(id)).toEqual(secrets)
  })

  test('hold neither token nor secret readably, and open for no other integration', async () => {
    const { system } = own.store.database
    const id = await connect()
    await own.store.webhooks.ensure(id, 'PENDING')
    const wanted = await own.store.webhooks.wanted(id)
    const [row] = await system.query<{ held: string; sealed: Buffer }>(
      'select w::text as held, sealed from webhook w where integration_id = $1',
      [id],
    )
    for (const hidden of [wanted?.token, wanted?.secret]) {
      expect(hidden).toHaveLength(43)
      expect(row?.held).not.toContain(hidden)
      expect(row?.held).not.toContain(Buffer.from(hidden ?? '').toString('hex'))
    }
    const thief = await connect()
    await own.store.webhooks.ensure(thief, 'PENDING')
    await system.query('update webhook set sealed = $2 where integration_id = $1', [thief, row?.sealed])
    await expect(own.store.webhooks.find(thief)).rejects.toThrow(VaultError)
    // Nor does one open as a credential of the same integration.
    const credential = { accessToken: 'x', refreshToken: null, expiresAt: null, fields: {} }
    await own.store.credentials.save(id, credential)
    await system.query('update credential set sealed = $2 where integration_id = $1', [id, row?.sealed])
    await expect(own.store.credentials.open(id)).rejects.toThrow(VaultError)
    await own.store.integrations.setStatus(thief, 'DISCONNECTED', null)
  })

  test('are seen by no caller, not even of their workspace', async () => {
    await subscribe()
    const asCaller = own.store.database.workspace(own.workspaceId)
    await expect(asCaller.query('select 1 from webhook')).rejects.toThrow(/permission denied/)
  })

  test('are sealed anew with a new key when they are next used', async () => {
    const id = await subscribe()
    const { token } = await webhookOf(id)
    const secrets = await secretsOf(id)
    const next = makeKey('next')
    const rotated = openWebhooks(own.store.database, openVault([next, key]), clock.now)
    expect((await rotated.byToken(token))?.secrets).toEqual(secrets)
    const without = openWebhooks(own.store.database, openVault([next]), clock.now)
    expect((await without.byToken(token))?.secrets).toEqual(secrets)
    await own.store.integrations.erase(id)
  })

  test('take the secret that the provider chose, and the one before for another day', async () => {
    const id = await subscribe('theirs')
    const [current, before, ...more] = await secretsOf(id)
    expect([current, more]).toEqual(['theirs', []])
    expect(before).toHaveLength(43)
    clock.move(DAY_MS - 1)
    expect(await secretsOf(id)).toEqual(['theirs', before])
    clock.move(1)
    expect(await secretsOf(id)).toEqual(['theirs'])
    // The same one again is no change, and does not end.
    expect(await own.store.webhooks.ask(id)).toBe(true)
    const wish = await webhookOf(id)
    await own.store.webhooks.settle(wish, { state: 'SUBSCRIBED', made: { id: 'hook-1' }, secret: 'theirs' })
    clock.move(2 * DAY_MS)
    expect(await secretsOf(id)).toEqual(['theirs'])
  })

  test('get a new secret when asked for, and are proven by the one before for another day', async () => {
    const id = await subscribe()
    const [first] = await secretsOf(id)
    expect(await own.store.webhooks.renew(id)).toBe(true)
    expect(await webhookOf(id)).toMatchObject({ state: 'PENDING', made: { id: 'hook-1' } })
    const [second, ...old] = await secretsOf(id)
    expect(old).toEqual([first])
    expect(second).not.toBe(first)
    expect((await own.store.webhooks.wanted(id))?.secret).toBe(second)
    // Three take over from one another at most; each ends when it was to.
    clock.move(DAY_MS / 2)
    for (let times = 0; times < 2; times += 1) await own.store.webhooks.renew(id)
    expect(await secretsOf(id)).toHaveLength(3)
    expect(await secretsOf(id)).not.toContain(first)
    clock.move(DAY_MS)
    expect(await secretsOf(id)).toHaveLength(1)
    const byHand = await connect()
    await own.store.webhooks.ensure(byHand, 'BY_HAND')
    expect(await own.store.webhooks.renew(byHand)).toBe(false)
    expect(await secretsOf(byHand)).toHaveLength(2)
    expect(await webhookOf(byHand)).toMatchObject({ state: 'BY_HAND' })
  })

  test('keep what came of a wish, unless another came after it', async () => {
    const id = await connect()
    await own.store.webhooks.ensure(id, 'PENDING')
    const before = await webhookOf(id)
    await own.store.webhooks.ask(id)
    const outcome = { state: 'SUBSCRIBED', made: { id: 'late' }, secret: 'late' } as const
    expect(await own.store.webhooks.settle(before, outcome)).toBe(false)
    await own.store.webhooks.explain(before, 'late')
    const wish = await webhookOf(id)
    expect(wish).toMatchObject({ state: 'PENDING', made: null, reason: null })
    await own.store.webhooks.explain(wish, 'the provider did not answer')
    expect(await webhookOf(id)).toMatchObject({ state: 'PENDING', reason: 'the provider did not answer' })
    const settled = await Promise.all([
      own.store.webhooks.settle(wish, { state: 'FAILED', reason: 'not in your plan' }),
      own.store.webhooks.settle(wish, { state: 'FAILED', reason: 'not in your plan' }),
    ])
    expect(settled.filter(Boolean)).toHaveLength(1)
    expect(await webhookOf(id)).toMatchObject({ state: 'FAILED', reason: 'not in your plan', subscribedAt: null })
    expect(await own.store.webhooks.wanted(id)).toBeNull()
  })

  test('are asked for of active integrations only', async () => {
    const [active, refused, ended] = [await connect(), await connect(), await connect()]
    for (const id of [active, refused, ended]) await own.store.webhooks.ensure(id, 'PENDING')
    await own.store.integrations.setStatus(refused, 'NEEDS_RECONNECT', 'refused')
    await own.store.webhooks.end(ended)
    const pending = await own.store.webhooks.pending()
    expect([active, refused, ended].map((id) => pending.includes(id))).toEqual([true, false, false])
    expect(await own.store.webhooks.ask(ended)).toBe(false)
    expect(await own.store.webhooks.renew(ended)).toBe(false)
  })

  test('tell a secret once, to one of many who ask, and only where a person may need it', async () => {
    const id = await connect()
    await own.store.webhooks.ensure(id, 'BY_HAND')
    const told = await Promise.all(Array.from({ length: 5 }, () => own.store.webhooks.tellSecret(id)))
    expect(told.filter((secret) => secret !== null)).toEqual(await secretsOf(id))
    await own.store.webhooks.renew(id)
    expect(await own.store.webhooks.tellSecret(id)).toBe((await secretsOf(id))[0])
    expect(await own.store.webhooks.tellSecret(id)).toBeNull()
    expect(await own.store.webhooks.tellSecret(await subscribe('theirs'))).toBeNull()
  })

  test('are erased with the integration, and what came to them, whoever has the account as well', async () => {
    const { store } = own
    const id = await subscribe()
    const { token } = await webhookOf(id)
    const { accountId } = await store.integrations.get(id)
    const other = await store.workspaces.ensure('Other')
    const account = { id: accountId ?? '', name: 'Fake', region: null, actorRemoteId: null }
    const draft = { workspaceId: other.id, provider: 'fake', name: 'Fake', settings, account }
    const theirs = await store.integrations.create(draft)
    const came = {
      provider: 'fake',
      accountId,
      topic: 't',
      headers: {},
      body: Buffer.from('{}'),
      receivedAt: clock.now(),
    }
    const drafts = [id, theirs.id, null, id].map((integrationId) => ({ ...came, integrationId, deliveryId: 'same' }))
    const kept = await store.deliveries.keep(drafts, () => Promise.resolve())
    expect(kept.map(({ fresh }) => fresh)).toEqual([true, true, true, false])
    const seen = (workspaceId: string) =>
      store.database
        .workspace(workspaceId)
        .query('select integration_id as id from delivery where account_id = $1', [accountId])
    expect(await seen(own.workspaceId)).toEqual(expect.arrayContaining([{ id }, { id: null }]))
    expect(await seen(own.workspaceId)).toHaveLength(2)
    expect(await seen(other.id)).toHaveLength(2)
    expect(await store.deliveries.latest(id)).toEqual(clock.now())
    await store.integrations.erase(id)
    expect(await store.webhooks.find(id)).toBeNull()
    expect(await store.webhooks.byToken(token)).toBeNull()
    expect(await store.deliveries.latest(id)).toBeNull()
    expect(await seen(other.id)).toHaveLength(2)
  })
})
