import { tmpdir } from 'node:os'
import type { Accounts } from '../../ingest/accounts.ts'
import { CredentialError } from '../../kit/errors.ts'
import type { Lane } from '../../kit/account-client.ts'
import { openStore } from '../../store/store.ts'
import type { Store } from '../../store/store.ts'
import { fakeClient } from './fake-connector.ts'

/** Opens a store that serves a test. The key is the tests' own and guards nothing. */
export const openTestStore = (databaseUrl: string): Promise<Store> =>
  openStore({ databaseUrl, home: tmpdir(), keys: [{ id: 'test', key: Buffer.alloc(32, 7) }], log: () => undefined })

/** Opens accounts as the composition root does: settings and credential from the store. */
export const accountsOf = (store: Store): Accounts => ({
  async open(integrationId: string, _lane: Lane) {
    const { settings } = await store.integrations.get(integrationId)
    const credential = await store.credentials.open(integrationId).catch((cause: unknown) => {
      throw new CredentialError('fakedesk', 'no credential', { cause })
    })
    return fakeClient(settings, credential)
  },
})
