import type { Clock } from '../../kit/clock.ts'
import type { Taggable, Thread } from '../../kit/actions.ts'
import type { Credential, Settings } from '../../store/account.ts'
import type { OAuthApp } from '../../kit/oauth.ts'
import type { ConversationStatus, TicketStatus } from '../../store/kinds.ts'

/**
 * What the contract suite needs of one provider: its twin, started, and hands at it.
 *
 * A driver acts and looks through the twin's own doors, never through the connector that is being tested.
 */
export interface Driver {
  readonly provider: string
  /** Streams of which the provider cannot tell what changed, so that each run reads them whole. */
  readonly readWhole: readonly string[]
  /** Whether the provider's published description is at hand. */
  readonly described: boolean
  /** Starts the twin with a few hundred records, so that every big stream has several pages. The clock is the twin's too. */
  start(clock: Clock, twin: TwinKind): Promise<World>
}

/** `strict` holds requests and answers to the published description, where it is at hand; that takes its time. */
export type TwinKind = 'strict' | 'fast'

/** A running twin, the account in it that the credential opens, and what people there can do. */
export interface World extends AsyncDisposable {
  readonly settings: Settings
  readonly credential: Credential
  readonly account: { readonly id: string; readonly name: string }
  readonly app: OAuthApp
  /** What deliveries are signed with. */
  readonly signingSecret: string
  readonly cast: Cast
  readonly faults: ProviderFaults
  /** The remote ids of every record of a stream that stands at the provider now. */
  standing(stream: string): Promise<readonly string[]>
  /** Somebody changes a record of the stream. Null where nobody can. */
  change(stream: string): Promise<Touch | null>
  /** Somebody deletes a record of the stream. Null where nobody can. */
  remove(stream: string): Promise<Touch | null>
  /** A customer writes: into a conversation, or a new one. */
  customerWrites(words: { readonly conversationRemoteId: string | null; readonly text: string }): Promise<string>
  /** Sends webhooks to this address from now on, the provider's own probe of it first. */
  deliverTo(url: string): Promise<void>
  /** Ends when every webhook that is due has been sent. */
  delivered(): Promise<void>
  conversation(remoteId: string): Promise<ConversationView>
  ticket(remoteId: string): Promise<TicketView>
  tagNames(target: Taggable): Promise<readonly string[]>
  /** The words of everything that was sent to a contact outside of threads, or as the first of one. */
  wordsTo(contactRemoteId: string): Promise<readonly string[]>
  /** The provider takes the credential back. */
  revoke(): Promise<void>
  /** A person opens the authorization page and answers; the address that they are sent back to. */
  decide(authorizationUrl: string, answer: 'allow' | 'deny'): Promise<URL>
  /** Requests of the connector since the last `forgetRequests`, oldest first; those of the driver are not in it. */
  requests(): Promise<readonly SeenRequest[]>
  forgetRequests(): Promise<void>
  /** Requests and answers so far that are not as the provider's published description says. */
  violations(): Promise<readonly string[]>
}

/** Who and what the suite acts on. All are there at the start, and stand in no relation to what `change` and `remove` touch. */
export interface Cast {
  readonly agentRemoteId: string
  readonly otherAgentRemoteId: string
  readonly teamRemoteId: string
  readonly contactRemoteId: string
  /** Open, with a contact, assigned to nobody. */
  readonly conversationRemoteId: string
  readonly ticketRemoteId: string
  readonly taggable: readonly Taggable[]
  /** A remote id of the right shape for each kind of thread, that names nothing. */
  readonly nobody: Readonly<Record<Thread['kind'], string>>
}

/** A record that was changed or deleted, and how that can be found out besides reading the record again. */
export interface Touch {
  readonly remoteId: string
  /** By the next run of its stream. */
  readonly seenByRun: boolean
  /** By a delivery. */
  readonly announced: boolean
}

/** Faults of the provider's side, for the next requests of the connector. */
export interface ProviderFaults {
  throttleNext(count: number): Promise<void>
  failNext(count: number, status: number): Promise<void>
  malformedNext(count: number): Promise<void>
  /** The request is carried out and the connection then dropped. */
  hangUpNext(count: number): Promise<void>
  clear(): Promise<void>
}

export interface SeenRequest {
  readonly method: string
  readonly path: string
  /** Null when the connection was dropped. */
  readonly status: number | null
}

/** A message as the provider holds it. */
export interface MessageView {
  readonly type: 'REPLY' | 'NOTE'
  readonly text: string
  readonly authorRemoteId: string | null
  readonly attachmentUrls: readonly string[]
}

export interface ConversationView {
  readonly status: ConversationStatus
  readonly assigneeRemoteId: string | null
  readonly teamRemoteId: string | null
  readonly snoozedUntil: Date | null
  /** Oldest first; changes of state are left out. */
  readonly messages: readonly MessageView[]
}

export interface TicketView {
  readonly subject: string | null
  readonly description: string | null
  readonly status: TicketStatus
  readonly assigneeRemoteId: string | null
  readonly contactRemoteIds: readonly string[]
  readonly messages: readonly MessageView[]
}
