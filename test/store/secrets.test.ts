import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Credential, Settings } from '../../store/account.ts'
import { VaultError } from '../../store/errors.ts'
import { openAuthorizations } from '../../store/authorizations.ts'
import { openCredentials } from '../../store/credentials.ts'
import { openVault } from '../../store/vault.ts'
import { testServers } from '../setup/servers.ts'
import { makeKey, openTestStore, TestClock, type TestStore } from '../setup/store.ts'

const settings: Settings = { baseUrl: null, region: null, domain: null, actorRemoteId: null }
const credential: Credential = {
  accessToken: 'the-access-token',
  refreshToken: 'the-refresh-token',
  expiresAt: null,
  fields: { region: 'eu' },
}

describe.each(testServers)('secrets on $name', (server) => {
  const clock = new TestClock()
  const key = makeKey('first')
  let own: TestStore
  let integrationId: string
  beforeAll(async () => {
    own = await openTestStore({ server, keys: [key], now: clock.now })
    integrationId = await makeIntegration('1')
  })
  afterAll(() => own[Symbol.asyncDispose]())

  const makeIntegration = async (id: string): Promise<string> => {
    const account = { id, name: id, region: null, actorRemoteId: null }
    const draft = { workspaceId: own.workspaceId, provider: 'fake', name: 'Fake', settings, account }
    return (await own.store.integrations.create(draft)).id
  }
  const everything = async (table: string): Promise<string> => {
    const rows = await own.store.database.system.query<{ hex: string }>(`select ${table}::text as hex from ${table}`)
    return rows
      .map(({ hex }) => `${hex} ${Buffer.from(hex.replaceAll(/.*\\x([0-9a-f]+).*/g, '$1'), 'hex').toString('latin1')}`)
      .join()
  }

  describe('credentials', () => {
    test('come back as they were, newest only', async () => {
      await own.store.credentials.save(integrationId, { ...credential, accessToken: 'older' })
      await own.store.credentials.save(integrationId, credential)
      expect(await own.store.credentials.open(integrationId)).toEqual(credential)
      const bare = { accessToken: null, refreshToken: null, expiresAt: null, fields: {} }
      const other = await makeIntegration('bare')
      await own.store.credentials.save(other, bare)
      expect(await own.store.credentials.open(other)).toEqual(bare)
    })

    test('end when they did, by the clock of whoever opens them', async () => {
      const expiresAt = new Date(clock.now().getTime() + 300_000)
      await own.store.credentials.save(integrationId, { ...credential, expiresAt })
      const { database } = own.store
      for (const skewMs of [-360_000, 0, 360_000]) {
        const now = (): Date => new Date(clock.now().getTime() + skewMs)
        const opened = await openCredentials(database, openVault([key]), now).open(integrationId)
        const leftMs = (opened.expiresAt?.getTime() ?? 0) - now().getTime()
        // The database's clock goes on meanwhile.
        expect(leftMs).toBeLessThanOrEqual(300_000)
        expect(leftMs).toBeGreaterThan(200_000)
      }
    })

    test('are not readable in the database, nor moved to another integration', async () => {
      await own.store.credentials.save(integrationId, credential)
      const held = await everything('credential')
      expect(held).not.toContain('the-access-token')
      expect(held).not.toContain(Buffer.from('the-access-token').toString('hex'))
      const thief = await makeIntegration('thief')
      await own.store.database.system.query(
        `insert into credential (integration_id, workspace_id, sealed) select $2, workspace_id, sealed from credential where integration_id = $1`,
        [integrationId, thief],
      )
      await expect(own.store.credentials.open(thief)).rejects.toThrow(VaultError)
    })

    test('are sealed anew with a new key when they are next opened', async () => {
      await own.store.credentials.save(integrationId, credential)
      const next = makeKey('next')
      const rotated = openCredentials(own.store.database, openVault([next, key]), clock.now)
      expect(await rotated.open(integrationId)).toEqual(credential)
      const without = openCredentials(own.store.database, openVault([next]), clock.now)
      expect(await without.open(integrationId)).toEqual(credential)
      await expect(own.store.credentials.open(integrationId)).rejects.toThrow('sealed with the key "next"')
    })

    test('are forgotten when removed, as often as one likes', async () => {
      await own.store.credentials.save(integrationId, credential)
      await own.store.credentials.remove(integrationId)
      await own.store.credentials.remove(integrationId)
      await expect(own.store.credentials.open(integrationId)).rejects.toThrow('has no credential')
    })
  })

  describe('authorizations under way', () => {
    const pending = (): Parameters<TestStore['store']['authorizations']['begin']>[0] => ({
      workspaceId: own.workspaceId,
      memberId: own.memberId,
      provider: 'fake',
      name: null,
      settings,
      codeVerifier: 'the-code-verifier',
      redirectUri: 'http://localhost/callback',
    })

    test('are handed out once, to one of many', async () => {
      const { state } = await own.store.authorizations.begin(pending())
      const taken = await Promise.all(Array.from({ length: 10 }, () => own.store.authorizations.take(state)))
      expect(taken.filter((each) => each !== null)).toEqual([pending()])
      expect(await own.store.authorizations.take(state)).toBeNull()
      expect(await own.store.authorizations.take('')).toBeNull()
    })

    test('end after ten minutes', async () => {
      const { state } = await own.store.authorizations.begin(pending())
      const late = await own.store.authorizations.begin(pending())
      clock.move(599_999)
      expect(await own.store.authorizations.take(state)).not.toBeNull()
      clock.move(1)
      expect(await own.store.authorizations.take(late.state)).toBeNull()
    })

    test('are neither readable in the database, nor left there', async () => {
      const { state } = await own.store.authorizations.begin(pending())
      const held = await everything('pending_authorization')
      expect(held).not.toContain(state)
      expect(held).not.toContain('the-code-verifier')
      clock.move(3_600_000)
      const next = await own.store.authorizations.begin(pending())
      expect(await own.store.database.system.query('select from pending_authorization')).toHaveLength(1)
      const stranger = openAuthorizations(own.store.database, openVault([makeKey('first')]), clock.now)
      await expect(stranger.take(next.state)).rejects.toThrow(VaultError)
    })
  })
})
