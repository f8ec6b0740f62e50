import type { Account, Credential, Settings } from '../store/account.ts'
import type { Change, FailedRecord, StoredRecord } from '../store/change.ts'
import type { Json, Kind } from '../store/kinds.ts'
import type { AuditMethod } from '../store/ledger/completeness.ts'
import type { Counted } from '../store/ledger/counts.ts'
import type { Reached, Receipt } from '../store/sends/receipts.ts'
import type { AccountClient, Answer, Call, Quota } from './account-client.ts'
import type { Actions } from './actions.ts'
import type { ProviderError } from './errors.ts'
import type { Looks } from './looking.ts'

/**
 * Everything Switchboard knows about one provider, as a declared object.
 *
 * The engines of `kit/` and `ingest/` own the loops (paging, retries, rate budgets, verification, checkpoints);
 * a connector says only what is particular to its provider.
 */
export interface Connector {
  /** Lower-case name: `intercom`. In the graph it is upper-case. */
  readonly provider: string
  /** As people write it: `Intercom`. */
  readonly title: string
  /** One sentence for the catalogue. */
  readonly description: string
  readonly auth: readonly AuthMethod[]
  readonly api: Api
  /** In the order in which a first sync reads them. */
  readonly streams: readonly Stream[]
  readonly webhook: Webhook | null
  readonly actions: Actions
  /** Nothing can be looked for when it is left out. */
  readonly looks?: Looks
  readonly remap: Remap
  /** Asks the provider whose credential this is. The check of a new credential, and the health check of an old one. */
  identify(client: AccountClient): Promise<Account>
  /** Takes back what connecting gave, at the provider; null where the provider has no such call. */
  readonly revoke: ((client: AccountClient) => Promise<void>) | null
}

/**
 * How a stored record of each kind is mapped again, without the provider: by the mapping that it came in by, from what was
 * kept of it. Every kind that the connector tells of is in it. Pure.
 *
 * The record itself is among the changes; what else they tell counts as observed when the record was. Whether the record
 * was partial stands as it did.
 *
 * @throws MalformedError what was kept is not as the mapping now needs it
 */
export type Remap = { readonly [K in Kind]?: (stored: StoredRecord) => readonly Change[] }

export type AuthMethod = OAuth2Method | FieldsMethod

/** OAuth 2 authorization code flow. URLs are relative to the provider's hosts and may be overridden (twins). */
export interface OAuth2Method {
  readonly kind: 'oauth2'
  /** What must be known before a person can be sent anywhere, such as the account's domain; none is a secret. */
  readonly fields: readonly CredentialField[]
  /** The page a person is sent to. */
  authorizeUrl(settings: Settings): string
  tokenUrl(settings: Settings): string
  readonly scopes: readonly string[]
  /** PKCE is used where the provider offers it. */
  readonly pkce: boolean
  /** How our client id and secret reach the token endpoint. */
  readonly clientAuthentication: 'body' | 'basic'
  /** Whether tokens end and are refreshed. */
  readonly refreshes: boolean
}

/** A key, token or domain that a person types in. */
export interface FieldsMethod {
  readonly kind: 'fields'
  readonly fields: readonly CredentialField[]
}

export interface CredentialField {
  readonly name: string
  readonly label: string
  readonly help: string
  readonly secret: boolean
  readonly required: boolean
  /** What the value must look like, as a regular expression over the whole value; null for anything. */
  readonly pattern: string | null
  /** Closed choices; null for free text. */
  readonly options: readonly string[] | null
}

/** The provider's HTTP API. */
export interface Api {
  baseUrl(settings: Settings): string
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>
  /** Adds the credential to the headers. */
  sign(headers: Headers, credential: Credential): void
  /** Turns an answer that is no success into an error; null when the answer is good. Also called for 2xx, since some providers say "ok" to a failure. */
  judge(answer: Answer): ProviderError | null
  /** What the answer's headers say about the quota; null when they say nothing. */
  quota(headers: Headers, now: Date): Quota | null
  /** Assumed until the provider tells. */
  readonly defaultQuota: { readonly limit: number; readonly windowMs: number }
  /** What a call takes of the quota, where it is not 1: some count what is embedded in an answer. */
  readonly costOf?: (call: Call) => number
  /** Narrower limits, of which some calls take as well as of the account's quota. */
  readonly limits: readonly EndpointLimit[]
  readonly timeoutMs: number
}

/** A limit on some of the calls of an account. */
export interface EndpointLimit {
  readonly name: string
  /** Assumed until the provider tells. */
  readonly limit: number
  readonly windowMs: number
  covers(call: Call): boolean
  /** What the headers of a covered call's answer say; null when they say nothing. */
  quota(headers: Headers, now: Date): Quota | null
}

/** One kind of list at the provider, read page by page. */
export interface Stream {
  /** `contacts`, `conversations`, … as in checkpoints and progress. */
  readonly name: string
  readonly kind: Kind
  /** How often an incremental run starts by itself. */
  readonly everyMs: number
  /**
   * Reads one page from the cursor on; null starts at the beginning of history.
   *
   * The cursor is the stream's own: it holds where in the run it is, and after the last page where the next run
   * begins. Reading a page again must give at least the same records.
   */
  read(client: AccountClient, cursor: Json | null, context: ReadContext): Promise<StreamPage>
  /** Reads one record again, with all that belongs to it; a Deletion when it is gone. Null where the provider cannot. */
  readonly readOne:
    | ((client: AccountClient, remoteId: string, context: ReadContext) => Promise<readonly Change[]>)
    | null
  /** How what is stored is held against the provider's own list; left out where there is no such list. */
  readonly audit?: Audit
  /** What the provider itself counts of the stream's records; left out where it counts none, or others than are mirrored. */
  readonly counter?: Counter
}

/**
 * A number that the provider keeps of a stream's records, asked by one cheap call between audits.
 *
 * The engine compares it with what was held at that moment, and has an audit begin earlier where they differ by more than
 * can be explained. A number alone deletes nothing, and proves nothing whole.
 */
export interface Counter {
  /** How often it is asked. */
  readonly everyMs: number
  /** The number leaves out records that stand as this kind, too, under the same remote id. */
  readonly without?: Kind
  /** Null when the provider does not know it at the moment. */
  read(client: AccountClient, context: Pick<ReadContext, 'now' | 'signal'>): Promise<Counted | null>
}

/**
 * A list of a stream's records as they stand at the provider, cheap enough to be walked whole now and then.
 *
 * The engine owns the walk: it reads again what is not held as listed, and asks by `readOne` for what is held and was
 * not listed. Only an answer that it is gone makes a tombstone; where there is no `readOne`, the whole list of a
 * `FULL_PASS` does.
 */
export interface Audit {
  /** `FULL_PASS`: it lists every record that stands. `SAMPLE`: it may leave some out, for good. */
  readonly method: AuditMethod
  /** How often a pass begins by itself. */
  readonly everyMs: number
  /** How the remote ids of the stream's own records begin, where several streams share a kind. */
  readonly prefix?: string
  /** One page from the cursor on; null is the beginning. Any page may be read twice. */
  list(client: AccountClient, cursor: Json | null, context: ReadContext): Promise<AuditPage>
}

/** A record as a list shows it: only what stands, not what was deleted. */
export interface Listed {
  readonly remoteId: string
  /** As an `Upsert` of it would have it; null where the list does not tell, then only that it is held can be compared. */
  readonly version: Date | null
  /** The record and what belongs to it, where the list shows it whole; null where it is to be read by itself. */
  readonly changes: readonly Change[] | null
}

/** One page of an audit. */
export interface AuditPage {
  readonly listed: readonly Listed[]
  /** Listed records that do not say who they are. */
  readonly nameless: number
  readonly cursor: Json
  readonly done: boolean
  /** How many records the provider says there are; null when it does not say. */
  readonly total: number | null
}

export interface ReadContext {
  readonly now: Date
  readonly signal: AbortSignal
  /** The provider versions of the records that are stored, by remote id; one not in the map is not stored. */
  versions(kind: Kind, remoteIds: readonly string[]): Promise<ReadonlyMap<string, Date | null>>
  /** The remote ids of every stored record of a kind that is not deleted: what a list read whole is compared with, to see what vanished. */
  stored(kind: Kind): Promise<readonly string[]>
  /** Which of the stream's records are in quarantine, and when each was last asked for: one that did not change since need not be asked for again. */
  lastAsked(remoteIds: readonly string[]): Promise<ReadonlyMap<string, Date>>
}

export interface StreamPage {
  readonly changes: readonly Change[]
  /** Records that could not be read: the page is good without them, and the engine reads them again by `readOne`. */
  readonly failed: readonly FailedRecord[]
  /** Where to go on: within this run, or in the next one when `done`. Stored with the rows. */
  readonly cursor: Json
  /** Nothing more to read now. */
  readonly done: boolean
  /** How many records the provider says the whole run holds; null when it does not say. */
  readonly total: number | null
}

/** How the provider's pushes are proven, read and understood. Pure: the engine does the storing and the re-reading. */
export interface Webhook {
  readonly proof: Proof
  /**
   * Who is pushed to. `app`: one address for all accounts of our app, proven by the app's secret; the envelope names the
   * account. `integration`: an address and a secret of each integration's own.
   */
  readonly addressee: 'app' | 'integration'
  /** Asks the provider to push to an integration's address; null where a person sets that up there. */
  readonly subscription: Subscribing | null
  /** How far deliveries tell that messages got; left out where they never do. */
  readonly receipts?: readonly Reached[]
  /** Reads the envelope of a proven body. @throws MalformedError */
  envelope(body: Json, headers: DeliveryHeaders): Envelope
  /** What a delivery means: changes that are whole in it, and records to read again. */
  interpret(body: Json): Interpretation
}

/** By lower-case name. */
export type DeliveryHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** How a delivery shows that it is the provider's. */
export type Proof = SignatureScheme | SharedSecret

/** The secret itself, in a header; compared in constant time. For providers that sign nothing. */
export interface SharedSecret {
  readonly kind: 'shared-secret'
  readonly header: string
}

/** An HMAC over the raw bytes. */
export interface SignatureScheme {
  readonly kind: 'signature'
  readonly header: string
  readonly algorithm: 'sha1' | 'sha256'
  readonly encoding: 'hex' | 'base64'
  /** Stands before the signature in the header: `sha1=`; empty for none. */
  readonly prefix: string
  /** A header whose value stands before the body in what is signed, and its limits; null where only the body is signed. */
  readonly timestamp: { readonly header: string; readonly toleranceMs: number } | null
}

/** Where an integration's deliveries are to go, and what they may be proven by. */
export interface DeliveryAddress {
  readonly url: string
  /** Ours, long and random; a provider that chooses the secret itself ignores it. */
  readonly secret: string
}

/** Webhooks that are set up by API. */
export interface Subscribing {
  /** Makes the provider push to the address. Asked again for the same address, it leaves one subscription, not two. @throws ProviderError */
  subscribe(client: AccountClient, address: DeliveryAddress): Promise<Subscription>
  /** Ends what `subscribe` made; nothing happens when it is gone. @throws ProviderError */
  unsubscribe(client: AccountClient, subscription: Json): Promise<void>
}

/** A subscription that stands at the provider. */
export interface Subscription {
  /** The connector's own note of it: what `unsubscribe` needs. */
  readonly made: Json
  /** What deliveries are proven by, when the provider chose it; null for the secret that was given. */
  readonly secret: string | null
}

export interface Envelope {
  /** The provider's id of the delivery, the same when it is sent again; null where it has none (then a hash of the body serves). */
  readonly deliveryId: string | null
  /** Null where it does not say: then the address tells. */
  readonly accountId: string | null
  readonly topic: string
  readonly sentAt: Date | null
  /** A call that only tests the URL: answered, not stored. */
  readonly probe: boolean
}

export interface Interpretation {
  readonly changes: readonly Change[]
  /** Records to read again by the stream's `readOne`, because the delivery holds only part of them. */
  readonly reread: readonly { readonly stream: string; readonly remoteId: string }[]
  /** That messages reached their customers, as far as it tells so; left out when it tells of none. */
  readonly receipts?: readonly Receipt[]
  /** The account took the app away: the integration must be reconnected. */
  readonly revoked: boolean
}
