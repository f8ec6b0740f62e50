import type { AccountClient, Lane } from '../kit/account-client.ts'
import type { ReadContext } from '../kit/contract.ts'
import type { Store } from '../store/store.ts'

/** Opens the way to the account of an integration: its address, its credential, its share of the quota. */
export interface Accounts {
  /** @throws CredentialError there is no credential that can be used */
  open(integrationId: string, lane: Lane): Promise<AccountClient>
}

/** What a stream may ask of the store while it reads for an integration. */
export function readContext(
  store: Pick<Store, 'versions' | 'stored' | 'quarantine'>,
  { integrationId, stream }: { readonly integrationId: string; readonly stream: string },
  reading: { readonly now: Date; readonly signal: AbortSignal },
): ReadContext {
  return {
    ...reading,
    lastAsked: (remoteIds) => store.quarantine.lastAsked(integrationId, stream, remoteIds),
    versions: (kind, remoteIds) => store.versions(integrationId, kind, remoteIds),
    stored: (kind) => store.stored(integrationId, kind),
  }
}
