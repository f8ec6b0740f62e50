import type { Clock } from '../../kit/clock.ts'
import type { Taggable, Thread } from '../../kit/actions.ts'
import type { DeliveryAddress } from '../../kit/contract.ts'
import type { Credential, Settings } from '../../store/account.ts'
import type { Json, Kind } from '../../store/kinds.ts'
import type { Reached } from '../../store/sends/receipts.ts'
import type { DeliveryFaults } from '../../twins/deliveries.ts'
import type { OddRecord, UnseenWord } from './oddities.ts'
import type { Takes } from './takes.ts'
import type { CompanyView, ContactView, ConversationView, MessageView, TicketView } from './views.ts'
import type { Way } from './ways.ts'

/**
 * What the contract suite needs of one provider: its twin, started, and hands at it.
 *
 * A driver acts and looks through the twin's own doors, never through the connector that is being tested. What a
 * provider does not have, its driver says: nothing is left out in silence, and a word that names no stream fails.
 */
export interface Driver {
  readonly provider: string
  /** Streams of which the provider cannot tell what changed, so that each run reads them whole. */
  readonly readWhole: readonly string[]
  /** Streams whose records nobody can change through a door of the twin: of all others `change` must change one. */
  readonly unchanging: readonly string[]
  /** Streams whose records nobody can delete: of all others `remove` must delete one. */
  readonly undeletable: readonly string[]
  /** Whether the provider's published description is at hand. */
  readonly described: boolean
  readonly takes: Takes
  /** How far messages got is told by deliveries so far; that a customer got them at all may not be told. */
  readonly reached: readonly Reached[]
  /** By stream, all of them: how one record of it comes to be malformed. Null where no record can be so by itself. */
  readonly odd: Readonly<Record<string, OddRecord | null>>
  /** Words of the provider's that nobody has seen yet, where a record may have one. */
  readonly unseen: readonly UnseenWord[]
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
  /** How a person connects: one for each of the connector's auth methods, in their order. */
  readonly ways: readonly Way[]
  readonly cast: Cast
  readonly faults: ProviderFaults
  /** The remote ids of every record of a stream that stands at the provider now. */
  standing(stream: string): Promise<readonly string[]>
  /** Somebody changes a record of the stream. Null for an `unchanging` one. */
  change(stream: string): Promise<Touch | null>
  /** Somebody deletes a record of the stream. Null for an `undeletable` one. */
  remove(stream: string): Promise<Touch | null>
  /** A customer gets all that was said in a thread so far; asked only for what the driver says is told. */
  reach(state: Reached, thread: Thread): Promise<void>
  /** A customer writes into a thread, or begins a new one, of the kind that customers begin there. Answers the thread. */
  customerWrites(words: { readonly thread: Thread | null; readonly text: string }): Promise<Thread>
  /** Deletes for good whoever asked for a thread, which stands on; null where that cannot be. */
  orphan(): Promise<Thread | null>
  /**
   * A person at the provider sets pushes to this address up, the provider's own probe of it first. Answers what they are
   * proven by: the app's secret, or the address's. Not asked where the connector subscribes by itself.
   */
  deliverTo(address: DeliveryAddress): Promise<string>
  /** How many subscriptions to the address stand at the provider; asked only where the connector subscribes by itself. */
  subscriptionsTo(url: string): Promise<number>
  /** Ends when every webhook that is due has been sent. */
  delivered(): Promise<void>
  /** What was said in a thread, oldest first; changes of state are left out. */
  messages(thread: Thread): Promise<readonly MessageView[]>
  /** Asked only where the cast has a conversation. */
  conversation(remoteId: string): Promise<ConversationView>
  /** Asked only where the cast has a ticket. */
  ticket(remoteId: string): Promise<TicketView>
  contact(remoteId: string): Promise<ContactView>
  company(remoteId: string): Promise<CompanyView>
  /** Whether work can be given to the agent; asked only where the connector sets it. */
  available(agentRemoteId: string): Promise<boolean>
  tagNames(target: Taggable): Promise<readonly string[]>
  /** The words of everything that was sent to a contact outside of threads, or as the first of one. */
  wordsTo(contactRemoteId: string): Promise<readonly string[]>
  /** The provider takes the credential back. */
  revoke(): Promise<void>
  /** The provider takes back what the first of `ways` let in, and nothing that the driver itself acts by; `ways` let in anew. */
  shutOut(): Promise<void>
  /** Access tokens end before their time, and can be refreshed. Null where none ends. */
  readonly expireTokens: (() => Promise<void>) | null
  /** Somebody at the provider has it choose another secret for its webhooks. Null where it chooses none. */
  readonly renewSecret: (() => Promise<void>) | null
  /** What deliveries with a flipped byte were answered; null for none that was. */
  flipped(): Promise<readonly (number | null)[]>
  /** Requests of the connector since the last `forgetRequests`, oldest first; those of the driver are not in it. */
  requests(): Promise<readonly SeenRequest[]>
  forgetRequests(): Promise<void>
  /** Requests and answers so far that are not as the provider's published description says. */
  violations(): Promise<readonly string[]>
}

/** Who and what the suite acts on. All are there at the start, and stand in no relation to what `change` and `remove` touch. */
export interface Cast {
  readonly agentRemoteId: string
  /** A member of the team, where that decides who can be given a thread. */
  readonly otherAgentRemoteId: string
  readonly teamRemoteId: string
  readonly contactRemoteId: string
  /** Of which the contact is; null where there are no companies. */
  readonly companyRemoteId: string | null
  /** At most one of a kind: open, the contact's, given to nobody. The first is what replies and faults use. */
  readonly threads: readonly [Thread, ...Thread[]]
  readonly taggable: readonly Taggable[]
  /** A remote id of the right shape for each kind of thread in `threads`, that names nothing. */
  readonly nobody: Readonly<Partial<Record<Thread['kind'], string>>>
  /** The account's own name for a sort of ticket, other than what a ticket is made as; null where there are none. */
  readonly ticketType: string | null
  /** A field of the account's own, by kind, and a value that it takes; null or absent where there is none. */
  readonly customFields: Readonly<Partial<Record<Kind, CustomValue | null>>>
}

/** A field of the account's own by its key, and a value that it takes. */
export interface CustomValue {
  readonly key: string
  readonly value: Json
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
  /** Every request that comes from now on waits so long before it is carried out. */
  slow(latencyMs: number): Promise<void>
  /** What becomes of the next webhooks; what is left out stays as it was. */
  webhooks(faults: DeliveryFaults): Promise<void>
  /** Ends those of requests. */
  clear(): Promise<void>
}

export interface SeenRequest {
  readonly method: string
  readonly path: string
  /** Null when the connection was dropped. */
  readonly status: number | null
}
