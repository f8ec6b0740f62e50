import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Credential } from '../../store/account.ts'
import { RowNotFoundError } from '../../store/errors.ts'
import { openStore, type Store } from '../../store/store.ts'
import { testServers } from '../setup/servers.ts'
import { makeKey, openTestStore, type TestStore } from '../setup/store.ts'

const settings = { baseUrl: null, region: null, domain: null, actorRemoteId: null }
const credentialOf = (accessToken: string): Credential => ({
  accessToken,
  refreshToken: `r-${accessToken}`,
  expiresAt: null,
  fields: {},
})

describe.each(testServers)('a credential that is renewed, on $name', (server) => {
  const keys = [makeKey()]
  let own: TestStore
  let other: Store
  beforeAll(async () => {
    own = await openTestStore({ server, keys })
    other = await openStore({ databaseUrl: own.url, home: '/nonexistent', keys, log: () => undefined })
  })
  afterAll(async () => {
    await other[Symbol.asyncDispose]()
    await own[Symbol.asyncDispose]()
  })

  const connect = async (credential: Credential): Promise<string> => {
    const draft = { workspaceId: own.workspaceId, provider: 'fake', name: 'Fake', settings, account: null }
    const { id } = await own.store.integrations.create(draft, (within, made) =>
      own.store.credentials.save(made, credential, { within }),
    )
    return id
  }

  test('is renewed by one at a time among all processes, and who waited is given what the one before stored', async () => {
    const id = await connect(credentialOf('a0'))
    let under = 0
    const renewals = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? own.store : other).credentials.renew(id, async (stored) => {
        under += 1
        expect(under).toBe(1)
        await own.store.integrations.get(id)
        under -= 1
        return stored.accessToken === 'a0' ? credentialOf('a1') : stored
      }),
    )
    expect(await Promise.all(renewals)).toEqual(Array.from({ length: 20 }, () => credentialOf('a1')))
    expect(await other.credentials.open(id)).toEqual(credentialOf('a1'))
  })

  test('stays as it is when renewing fails', async () => {
    const id = await connect(credentialOf('b0'))
    await expect(own.store.credentials.renew(id, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused')
    expect(await own.store.credentials.open(id)).toEqual(credentialOf('b0'))
  })

  /** Ends every database session that holds a lock on credentials. */
  const endSessions = async (): Promise<void> => {
    await other.database.system.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and state = 'idle in transaction'`,
    )
  }

  test('is stored though the database session was lost while the provider was asked', async () => {
    const id = await connect(credentialOf('c0'))
    const renewed = await own.store.credentials.renew(id, async () => {
      await endSessions()
      return credentialOf('c1')
    })
    expect(renewed).toEqual(credentialOf('c1'))
    expect(await own.store.credentials.open(id)).toEqual(credentialOf('c1'))
  })

  test('does not take the place of one that somebody saved after the session was lost', async () => {
    const id = await connect(credentialOf('d0'))
    const renewed = await own.store.credentials.renew(id, async () => {
      await endSessions()
      await other.credentials.save(id, credentialOf('theirs'))
      return credentialOf('d1')
    })
    expect(renewed).toEqual(credentialOf('theirs'))
    expect(await own.store.credentials.open(id)).toEqual(credentialOf('theirs'))
  })

  test('cannot be renewed once it was given up', async () => {
    const id = await connect(credentialOf('e0'))
    await own.store.credentials.remove(id)
    await expect(own.store.credentials.renew(id, (stored) => Promise.resolve(stored))).rejects.toThrow(RowNotFoundError)
  })
})
