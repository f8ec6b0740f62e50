import { randomBytes } from 'node:crypto'
import { type Store, openStore } from '../../store/store.ts'
import type { Key } from '../../store/vault.ts'
import { makeTestDatabase } from './database.ts'
import { type TestServer, testServers } from './servers.ts'

/** A store of one test file's own, with a workspace and a member in it. */
export interface TestStore extends AsyncDisposable {
  readonly url: string
  readonly store: Store
  readonly workspaceId: string
  readonly memberId: string
}

/** Makes a key that nobody else has. */
export const makeKey = (id = 'test'): Key => ({ id, key: randomBytes(32) })

/** Opens a store on a fresh database: on the embedded server, unless another of `testServers` is named. */
export async function openTestStore(
  options: { server?: TestServer; keys?: readonly Key[]; now?: () => Date } = {},
): Promise<TestStore> {
  const { server = testServers[0], keys = [makeKey()], now } = options
  const { url, drop } = await makeTestDatabase(server, 'migrated')
  const store = await openStore({
    databaseUrl: url,
    home: '/nonexistent',
    keys,
    log: () => undefined,
    ...(now && { now }),
  })
  const workspace = await store.workspaces.ensure('Acme')
  const member = await store.members.ensure(workspace.id, { email: 'ann@acme.test', name: 'Ann', role: 'OWNER' })
  return {
    url,
    store,
    workspaceId: workspace.id,
    memberId: member.id,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      await drop()
    },
  }
}

/** A clock that stands still until it is moved. */
export class TestClock {
  #ms = Date.parse('2026-01-01T00:00:00Z')

  readonly now = (): Date => new Date(this.#ms)

  move(ms: number): void {
    this.#ms += ms
  }
}
