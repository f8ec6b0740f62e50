import { type ActivityLog, openActivity } from './activity.ts'
import { apply } from './apply.ts'
import { type ActionAnswer, applyAnswer } from './apply-answer.ts'
import { type Assertions, openAssertions } from './assertion.ts'
import { type Authorizations, openAuthorizations } from './authorizations.ts'
import { type BulkJobs, openBulk } from './bulk/jobs.ts'
import { type Bell, databaseBell } from './bell.ts'
import type { Applied, Batch } from './change.ts'
import { type Checkpoints, openCheckpoints } from './checkpoints.ts'
import { type Credentials, openCredentials } from './credentials.ts'
import { type Database, openDatabase } from './database.ts'
import { openDatabaseClock } from './database-clock.ts'
import { type Deliveries, openDeliveries } from './deliveries.ts'
import { startEmbedded } from './embedded/launch.ts'
import { type EventLog, openEvents } from './events.ts'
import { type Integrations, openIntegrations } from './integrations.ts'
import { type Identities, openIdentities } from './identity/identities.ts'
import type { Kind } from './kinds.ts'
import { type Ledger, openLedger } from './ledger/ledger.ts'
import { type Members, openMembers } from './members.ts'
import type { OnHandedOver } from './metrics.ts'
import { migrate } from './migrate.ts'
import { openRemapping, type Remapping } from './remapping.ts'
import { type Endpoints, openEndpoints } from './outgoing/endpoints.ts'
import { openSending, type Sending } from './outgoing/sending.ts'
import { openQuotas, type Quotas } from './quotas.ts'
import { openQuarantine, type Quarantine } from './quarantine.ts'
import { openSends, type Sends } from './sends/sends.ts'
import { openSyncRuns, type SyncRuns } from './sync-runs.ts'
import { openTokens, type Tokens } from './tokens.ts'
import { type Key, openVault, type Vault } from './vault.ts'
import { readStored, readVersions } from './versions.ts'
import { openWebhooks, type Webhooks } from './webhooks.ts'
import { openWords, type Words } from './search/learn.ts'
import { openWorkspaces, type Workspaces } from './workspaces.ts'

/** Everything that is kept, in one value. */
export interface Store extends AsyncDisposable {
  readonly database: Database
  /** The time, by the database's clock where this machine's is off. */
  readonly now: () => Date
  readonly vault: Vault
  readonly events: EventLog
  readonly bell: Bell
  readonly assertions: Assertions
  readonly workspaces: Workspaces
  readonly members: Members
  readonly tokens: Tokens
  readonly integrations: Integrations
  readonly credentials: Credentials
  readonly authorizations: Authorizations
  readonly webhooks: Webhooks
  readonly endpoints: Endpoints
  readonly sending: Sending
  readonly deliveries: Deliveries
  readonly syncRuns: SyncRuns
  readonly checkpoints: Checkpoints
  readonly quarantine: Quarantine
  readonly ledger: Ledger
  readonly quotas: Quotas
  readonly activity: ActivityLog
  readonly sends: Sends
  readonly remapping: Remapping
  readonly bulk: BulkJobs
  readonly identities: Identities
  readonly words: Words
  /** The only door into the mirror; see `store/apply.ts`. */
  apply(batch: Batch): Promise<Applied>
  /** What a provider answered to an action of ours; see `store/apply-answer.ts`. */
  applyAnswer(answer: ActionAnswer): Promise<void>
  /** The provider's versions of stored records, by remote id; one that is deleted or not stored is not in it. */
  versions(integrationId: string, kind: Kind, remoteIds: readonly string[]): Promise<ReadonlyMap<string, Date | null>>
  /** The remote ids of every stored record of a kind that is not deleted. */
  stored(integrationId: string, kind: Kind): Promise<readonly string[]>
}

/** What a store is opened with. */
export interface StoreOptions {
  /** Null starts the embedded PostgreSQL under `home`. */
  readonly databaseUrl: string | null
  readonly home: string
  /** The NATS that has the bell for events; null or left out, the database has it. */
  readonly natsUrl?: string | null
  /** The first encrypts and signs; all decrypt and verify. */
  readonly keys: readonly Key[]
  readonly log: (line: string) => void
  /** Left out, the database's clock is gone by. */
  readonly now?: () => Date
  readonly onHandedOver?: OnHandedOver
}

/**
 * Opens the store: starts PostgreSQL when none is given, brings its tables up to date, and opens what stands on them.
 *
 * Disposing closes all of it, the embedded server last.
 *
 * @throws EmbeddedDatabaseError, DatabaseUnavailableError, DatabaseRoleError, VaultError: nothing stays open
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { keys, natsUrl = null, log } = options
  await using opened = new AsyncDisposableStack()
  const vault = openVault(keys)
  const url = options.databaseUrl ?? opened.use(await startEmbedded(options)).url
  const database = opened.use(await openDatabase({ url }))
  await migrate(database)
  const now = options.now ?? opened.use(await openDatabaseClock({ system: database.system, log })).now
  const bell = opened.use(await openBell(database, natsUrl, log))
  const events = opened.use(openEvents(database, options.onHandedOver, bell))
  const everything = opened.move()
  return {
    database,
    now,
    vault,
    events,
    bell,
    assertions: openAssertions(keys, now),
    workspaces: openWorkspaces(database),
    members: openMembers(database),
    tokens: openTokens(database, now),
    integrations: openIntegrations(database),
    credentials: openCredentials(database, vault, now),
    authorizations: openAuthorizations(database, vault, now),
    webhooks: openWebhooks(database, vault, now),
    endpoints: openEndpoints(database, vault, now),
    sending: openSending(database, vault),
    deliveries: openDeliveries(database),
    syncRuns: openSyncRuns(database),
    checkpoints: openCheckpoints(database),
    quarantine: openQuarantine(database),
    ledger: openLedger(database),
    quotas: openQuotas(database),
    activity: openActivity(database),
    sends: openSends(database),
    remapping: openRemapping(database),
    bulk: openBulk(database),
    identities: openIdentities(database),
    words: openWords(database),
    apply: (batch) => apply(database, batch),
    applyAnswer: (answer) => applyAnswer(database, answer),
    versions: (integrationId, kind, remoteIds) => readVersions(database.system, integrationId, kind, remoteIds),
    stored: (integrationId, kind) => readStored(database.system, integrationId, kind),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

async function openBell(database: Database, natsUrl: string | null, log: (line: string) => void): Promise<Bell> {
  if (natsUrl === null) return databaseBell(database)
  const { openNatsBell } = await import('./nats-bell.ts')
  return openNatsBell({ url: natsUrl, log })
}
