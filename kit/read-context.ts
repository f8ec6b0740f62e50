import type { Store } from '../store/store.ts'
import type { ReadContext } from './contract.ts'

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
