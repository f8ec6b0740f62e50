import type { Account, Credential, Settings } from '../store/account.ts'
import type { Change, FailedRecord } from '../store/change.ts'
import type { Json, Kind, Priority, TicketStatus } from '../store/kinds.ts'
import type { ProviderError } from './errors.ts'

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
  /** Asks the provider whose credential this is. The check of a new credential, and the health check of an old one. */
  identify(client: AccountClient): Promise<Account>
  /** Takes back what connecting gave, at the provider; null where the provider has no such call. */
  readonly revoke: ((client: AccountClient) => Promise<void>) | null
}

export type AuthMethod = OAuth2Method | FieldsMethod

/** OAuth 2 authorization code flow. URLs are relative to the provider's hosts and may be overridden (twins). */
export interface OAuth2Method {
  readonly kind: 'oauth2'
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
  readonly timeoutMs: number
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON; a string when the body is not JSON; null when empty. */
  readonly body: unknown
  readonly receivedAt: Date
}

export interface Quota {
  readonly limit: number
  readonly remaining: number
  readonly resetAt: Date
}

/** Who goes first when the quota is short. */
export type Lane = 'person' | 'live' | 'backfill'

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path below the base URL, or a whole URL of the same origin. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>
  readonly body?: Json
  /** True when asking twice does no harm. GET, PUT and DELETE are safe by themselves; a POST only when it says so (a search). */
  readonly safe?: boolean
  readonly signal?: AbortSignal
}

/**
 * Speaks to one account: signs, spends the rate budget, times out, retries what is safe, judges answers.
 *
 * @throws ProviderError of every class
 */
export interface AccountClient {
  readonly provider: string
  readonly accountId: string | null
  readonly settings: Settings
  request(call: Call): Promise<Answer>
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
  readonly signature: SignatureScheme
  /** Reads the envelope of a verified body. @throws MalformedError */
  envelope(body: Json): Envelope
  /** What a delivery means: changes that are whole in it, and records to read again. */
  interpret(body: Json): Interpretation
}

/** An HMAC over the raw bytes. */
export interface SignatureScheme {
  readonly header: string
  readonly algorithm: 'sha1' | 'sha256'
  readonly encoding: 'hex' | 'base64'
  /** Stands before the signature in the header: `sha1=`; empty for none. */
  readonly prefix: string
  /** A header whose value stands before the body in what is signed, and its limits; null where only the body is signed. */
  readonly timestamp: { readonly header: string; readonly toleranceMs: number } | null
}

export interface Envelope {
  /** The provider's id of the delivery, the same when it is sent again; null where it has none (then a hash of the body serves). */
  readonly deliveryId: string | null
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
  /** The account took the app away: the integration must be reconnected. */
  readonly revoked: boolean
}

/** What was asked of the provider and became true, as changes to store, and the record that it is about. */
export interface Outcome {
  readonly changes: readonly Change[]
  readonly subject: { readonly kind: Kind; readonly remoteId: string }
}

/** Text that a person wrote, and files by URL. A connector turns it into what its provider wants. */
export interface Content {
  readonly text: string
  readonly attachmentUrls: readonly string[]
}

interface Acting {
  /** In whose name; null for the integration's own agent. */
  readonly agentRemoteId: string | null
}

export type Thread = { readonly kind: 'conversation' | 'ticket'; readonly remoteId: string }
export type Taggable = { readonly kind: 'contact' | 'conversation' | 'ticket' | 'company'; readonly remoteId: string }

export interface TicketDraft {
  readonly contactRemoteId: string
  readonly type: string | null
  readonly subject: string
  readonly description: string | null
}

/** Undefined leaves a field as it is. */
export interface TicketPatch {
  readonly subject?: string
  readonly description?: string
  readonly status?: TicketStatus
  readonly priority?: Priority
  readonly assigneeRemoteId?: string | null
  readonly teamRemoteId?: string | null
}

/**
 * What can be done at the provider. An absent action is not offered there.
 *
 * Each makes its calls, and answers what then stands at the provider. @throws ProviderError
 */
export interface Actions {
  readonly reply?: (client: AccountClient, input: Acting & { thread: Thread; content: Content }) => Promise<Outcome>
  readonly note?: (client: AccountClient, input: Acting & { thread: Thread; content: Content }) => Promise<Outcome>
  readonly close?: (client: AccountClient, input: Acting & { conversationRemoteId: string }) => Promise<Outcome>
  readonly reopen?: (client: AccountClient, input: Acting & { conversationRemoteId: string }) => Promise<Outcome>
  readonly snooze?: (
    client: AccountClient,
    input: Acting & { conversationRemoteId: string; until: Date },
  ) => Promise<Outcome>
  /** Both null unassigns. */
  readonly assign?: (
    client: AccountClient,
    input: Acting & { conversationRemoteId: string; assigneeRemoteId: string | null; teamRemoteId: string | null },
  ) => Promise<Outcome>
  /** The tag is made when the account has none of that name. */
  readonly tag?: (client: AccountClient, input: Acting & { target: Taggable; name: string }) => Promise<Outcome>
  readonly untag?: (
    client: AccountClient,
    input: Acting & { target: Taggable; tagRemoteId: string },
  ) => Promise<Outcome>
  readonly createTicket?: (client: AccountClient, input: Acting & { draft: TicketDraft }) => Promise<Outcome>
  readonly updateTicket?: (
    client: AccountClient,
    input: Acting & { ticketRemoteId: string; patch: TicketPatch },
  ) => Promise<Outcome>
  /** Begins a conversation with a contact. */
  readonly messageContact?: (
    client: AccountClient,
    input: Acting & { contactRemoteId: string; content: Content; subject: string | null },
  ) => Promise<Outcome>
}
/** The name of an action, as the catalogue lists what a provider can do. */
export type ActionName = keyof Actions
