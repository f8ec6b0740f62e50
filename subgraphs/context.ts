import type { AccountClient, Lane } from '../kit/account-client.ts'
import type { Connector } from '../kit/contract.ts'
import type { Credential, Settings } from '../store/account.ts'
import type { OAuthApp, TokenEndpointAccess } from '../kit/oauth.ts'
import type { StoreEvent } from '../store/change.ts'
import type { Queryable } from '../store/database.ts'
import type { KeptDelivery } from '../store/keep-deliveries.ts'
import { openReader, type Reader } from '../store/read.ts'
import type { Store } from '../store/store.ts'
import type { Viewer } from '../store/viewer.ts'

/** An account that somebody wants to connect: not stored before it proved good. */
export interface Candidate {
  readonly connector: Connector
  readonly settings: Settings
  readonly credential: Credential
}

/** What every subgraph of a process stands on; made once by the composition root. */
export interface Services {
  readonly store: Store
  /** By lower-case provider name. */
  readonly connectors: ReadonlyMap<string, Connector>
  /** A client of a connected account, with its credential and its share of the rate budget. */
  openClient(integrationId: string, lane: Lane): Promise<AccountClient>
  /** A client for a credential that is not stored yet. */
  openCandidate(candidate: Candidate): AccountClient
  /** Asks ingest to bring an integration up to date; resolves when the request is stored. */
  requestSync(integrationId: string): Promise<void>
  /** Asks ingest to audit an integration now; resolves when the request is stored. */
  requestAudit(integrationId: string): Promise<void>
  /** Asks ingest to have the provider push to an integration's own address, where that is wished for; resolves when the request is stored. */
  requestSubscription(integrationId: string): Promise<void>
  /** Asks ingest to work what bulk jobs have for an integration; resolves when the request is stored. */
  requestBulk(integrationId: string): Promise<void>
  /** Asks ingest, within a transaction, to work stored deliveries. */
  requestDeliveries(within: Queryable, deliveries: readonly KeptDelivery[]): Promise<void>
  /** Our own registration at a provider that speaks OAuth; null when none is configured. */
  oauthApp(provider: string): OAuthApp | null
  tokenEndpoint(): TokenEndpointAccess
  /** Another base URL for a provider (twins, mock servers); null in production. */
  baseUrl(provider: string): string | null
  /** Where a provider's webhooks are to be sent: those of all accounts, or of the integration whose token is given. */
  webhookUrl(provider: string, token?: string): string
  /** What can be said against an address of a user's own system; null when nothing can. */
  endpointProblem(url: URL): string | null
  readonly now: () => Date
}

/** What a resolver gets: who asks, and that workspace's rows. */
export interface SubgraphContext {
  readonly viewer: Viewer
  readonly requestId: string
  readonly services: Services
  /** Each row is read once per operation, or per event of a subscription, whichever subgraphs of the process ask. */
  readonly reader: Reader
  /** Reads everything anew from here on: something was written. */
  forgetRows(): void
  /** Reads everything anew for an event: each row once for all who take the event up in the same turn of the event loop. */
  readFor(event: StoreEvent): void
}

/** Makes the contexts of a process's subgraphs. */
export type ContextFactory = (viewer: Viewer, requestId: string, operation: object) => SubgraphContext

/**
 * Makes contexts whose rows are shared by all that is asked for one operation.
 *
 * @param services what the subgraphs stand on
 * @returns a factory; its `operation` is any object that lives as long as the operation does, and is the same for
 *   everything asked on its behalf
 */
export function contextFactory(services: Services): ContextFactory {
  const readers = new WeakMap<object, { reader: Reader }>()
  const readerOf = turnReaders((workspaceId) => openReader(services.store.database, workspaceId))
  return (viewer, requestId, operation) => {
    const open = (): Reader => openReader(services.store.database, viewer.workspaceId)
    const held = readers.get(operation) ?? { reader: open() }
    readers.set(operation, held)
    return {
      viewer,
      requestId,
      services,
      get reader() {
        return held.reader
      },
      forgetRows() {
        held.reader = open()
      },
      readFor(event) {
        held.reader = readerOf(event)
      },
    }
  }
}

/** Makes what opens a reader for an event, the same for all who ask in one turn of the event loop. */
function turnReaders(open: (workspaceId: string) => Reader): (event: StoreEvent) => Reader {
  const readers = new WeakMap<StoreEvent, Reader>()
  return (event) => {
    const shared = readers.get(event)
    if (shared !== undefined) return shared
    const reader = open(event.workspaceId)
    readers.set(event, reader)
    // When loaders begin to read, and before the first of them does: nobody is given what was read before they asked.
    void Promise.resolve().then(() => process.nextTick(() => readers.delete(event)))
    return reader
  }
}
