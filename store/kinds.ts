/** Every kind of record that is mirrored from a provider. The order is the order in which `apply` takes its locks. */
export const KINDS = [
  'agent',
  'team',
  'tag',
  'company',
  'contact',
  'conversation',
  'ticket',
  'message',
  'rating',
  'definition',
  'timeEntry',
] as const
export type Kind = (typeof KINDS)[number]

/** JSON as a provider sends it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

export type ConversationStatus = 'OPEN' | 'SNOOZED' | 'CLOSED'
export type TicketStatus = 'NEW' | 'OPEN' | 'PENDING' | 'ON_HOLD' | 'SOLVED' | 'CLOSED' | 'OTHER'
export type Priority = 'NONE' | 'LOW' | 'MEDIUM' | 'HIGH' | 'URGENT' | 'OTHER'
export type Channel =
  | 'CHAT'
  | 'EMAIL'
  | 'PHONE'
  | 'SMS'
  | 'WHATSAPP'
  | 'MESSENGER'
  | 'INSTAGRAM'
  | 'TWITTER'
  | 'WEB'
  | 'FORM'
  | 'API'
  | 'OTHER'
/** Who wrote: `BOT` is an automation acting by itself, `SYSTEM` the provider. */
export type AuthorType = 'CONTACT' | 'AGENT' | 'BOT' | 'SYSTEM'
/** `REPLY` is seen by the customer, `NOTE` by agents only, `ACTIVITY` is a change of state told as a message. */
export type MessageType = 'REPLY' | 'NOTE' | 'ACTIVITY'

/**
 * By which way a provider told of a record: a `WEBHOOK`, or what was read because of one; a `SYNC` run; an `AUDIT`; an
 * `ACTION` of ours, by its answer; a `READ` that wanted it fresh.
 */
export type LearnedBy = 'WEBHOOK' | 'SYNC' | 'AUDIT' | 'ACTION' | 'READ'

/** A file beside a message. `url` is the provider's and may end; `sizeBytes` is null when not told. */
export interface Attachment {
  readonly name: string | null
  readonly url: string
  readonly contentType: string | null
  readonly sizeBytes: number | null
}

/** A field that the account itself defined. */
export interface CustomField {
  readonly key: string
  readonly label: string
  readonly type: 'TEXT' | 'NUMBER' | 'BOOLEAN' | 'DATE' | 'LIST' | 'OTHER'
  readonly value: Json
}

/** What all records share: when the provider says the record began and last changed. */
interface Dated {
  readonly createdAt: Date | null
  readonly updatedAt: Date | null
}

export interface AgentFields extends Dated {
  readonly name: string | null
  readonly email: string | null
  readonly avatarUrl: string | null
  /** Null where the provider does not tell. */
  readonly available: boolean | null
  /** A bot of the provider's that appears among the agents. */
  readonly bot: boolean
  readonly teamRemoteIds: readonly string[]
}

export interface TeamFields extends Dated {
  readonly name: string
  readonly agentRemoteIds: readonly string[]
}

export interface TagFields extends Dated {
  readonly name: string
}

export interface CompanyFields extends Dated {
  readonly name: string | null
  /** The customer's own key for the company, as given to the provider. */
  readonly externalId: string | null
  readonly website: string | null
  readonly industry: string | null
  /** Number of people, as told by the provider. */
  readonly size: number | null
  readonly plan: string | null
  readonly tagRemoteIds: readonly string[]
  readonly customFields: readonly CustomField[]
}

export interface ContactFields extends Dated {
  /** `USER` is known to our customer's own system, `LEAD` is not yet. */
  readonly role: 'USER' | 'LEAD'
  readonly name: string | null
  readonly email: string | null
  /** Whether the provider vouches that the address is theirs; null where it does not say. */
  readonly emailVerified: boolean | null
  /** As the provider gave it; not necessarily E.164. */
  readonly phone: string | null
  readonly externalId: string | null
  readonly avatarUrl: string | null
  readonly lastSeenAt: Date | null
  readonly blocked: boolean
  readonly companyRemoteIds: readonly string[]
  readonly tagRemoteIds: readonly string[]
  readonly customFields: readonly CustomField[]
}

export interface ConversationFields extends Dated {
  readonly subject: string | null
  readonly status: ConversationStatus
  readonly nativeStatus: string
  readonly priority: Priority
  readonly nativePriority: string | null
  readonly channel: Channel
  readonly nativeChannel: string | null
  readonly snoozedUntil: Date | null
  /** Since when the customer has been waiting for an answer; null when nobody waits. */
  readonly waitingSince: Date | null
  readonly read: boolean | null
  readonly contactRemoteId: string | null
  readonly contactRemoteIds: readonly string[]
  readonly assigneeRemoteId: string | null
  readonly teamRemoteId: string | null
  readonly companyRemoteId: string | null
  readonly tagRemoteIds: readonly string[]
  readonly customFields: readonly CustomField[]
}

export interface MessageFields extends Dated {
  /** Exactly one of the two is set: the thread that the message stands in. */
  readonly conversationRemoteId: string | null
  readonly ticketRemoteId: string | null
  readonly type: MessageType
  /** The provider's own word: `comment`, `assignment`, … */
  readonly nativeType: string
  readonly authorType: AuthorType
  readonly authorName: string | null
  /** Set when the author is a contact. */
  readonly contactRemoteId: string | null
  /** Set when the author is an agent or an agent's bot. */
  readonly agentRemoteId: string | null
  /** Plain text; null where the message has no words. */
  readonly text: string | null
  /** As sent, sanitised by nobody: never put into a page unescaped. */
  readonly html: string | null
  readonly attachments: readonly Attachment[]
  readonly redacted: boolean
  /** How the thread stood from then on, when this tells that its status changed. */
  readonly statusTo: ConversationStatus | TicketStatus | null
}

export interface TicketFields extends Dated {
  /** The number people see; the id is the API's. */
  readonly number: string | null
  readonly subject: string | null
  readonly description: string | null
  readonly status: TicketStatus
  readonly nativeStatus: string
  readonly priority: Priority
  readonly nativePriority: string | null
  readonly channel: Channel
  readonly nativeChannel: string | null
  /** The account's own name for the sort of ticket. */
  readonly type: string | null
  readonly contactRemoteId: string | null
  readonly contactRemoteIds: readonly string[]
  readonly companyRemoteId: string | null
  readonly assigneeRemoteId: string | null
  readonly teamRemoteId: string | null
  /** The conversation that the ticket grew out of, where there is one. */
  readonly conversationRemoteId: string | null
  /** By when it has to be solved, as the provider reckons. */
  readonly dueAt: Date | null
  /** By when somebody has to have answered first, as the provider reckons. */
  readonly firstReplyDueAt: Date | null
  /** Whether the provider told somebody that it is late; null where it does not do so. */
  readonly escalated: boolean | null
  readonly solvedAt: Date | null
  /** When it was last opened again, where the provider tells that with the ticket; null where messages tell it, or nothing. */
  readonly reopenedAt: Date | null
  readonly tagRemoteIds: readonly string[]
  readonly customFields: readonly CustomField[]
}

export interface RatingFields extends Dated {
  readonly conversationRemoteId: string | null
  readonly ticketRemoteId: string | null
  readonly contactRemoteId: string | null
  readonly agentRemoteId: string | null
  /** Normalised: 1 (worst) to 5 (best). */
  readonly score: number
  /** As the provider said it. */
  readonly nativeScore: string
  readonly remark: string | null
}

/** What a definition defines. `STATUS` is one of the account's own, `SCHEDULE` the hours in which it works. */
export type DefinitionType = 'FIELD' | 'FORM' | 'STATUS' | 'BRAND' | 'PRODUCT' | 'SLA_POLICY' | 'SCHEDULE'

/** One of the values that a field may hold. */
export interface DefinitionOption {
  /** As it stands in records. */
  readonly value: string
  readonly label: string
}

/** Something that the account itself defined and that its records refer to. Its remote id is made in `store/definition-id.ts`. */
export interface DefinitionFields extends Dated {
  readonly type: DefinitionType
  readonly name: string
  /** The kind of record that has the field, form or status; null for what is the whole account's. */
  readonly appliesTo: 'ticket' | 'contact' | 'company' | 'conversation' | null
  /** Of a field: its key among the custom fields. */
  readonly key: string | null
  /** Of a field: what it holds. */
  readonly valueType: CustomField['type'] | null
  /** Of a field with closed choices: these, in their order. */
  readonly options: readonly DefinitionOption[]
  readonly position: number | null
  readonly active: boolean
}

/** Time that an agent spent on a ticket. */
export interface TimeEntryFields extends Dated {
  readonly ticketRemoteId: string
  readonly agentRemoteId: string | null
  readonly seconds: number
  readonly billable: boolean | null
  readonly note: string | null
  /** When it was spent; null where the provider tells only when it was written down. */
  readonly spentAt: Date | null
}

/** The fields of each kind, with references as the provider's own ids. */
export interface FieldsOf {
  readonly agent: AgentFields
  readonly team: TeamFields
  readonly tag: TagFields
  readonly company: CompanyFields
  readonly contact: ContactFields
  readonly conversation: ConversationFields
  readonly ticket: TicketFields
  readonly message: MessageFields
  readonly rating: RatingFields
  readonly definition: DefinitionFields
  readonly timeEntry: TimeEntryFields
}

/** What every stored record has. */
export interface RowOrigin {
  /** Derived from integration, kind and remote id (`store/id.ts`), so that a reference needs no look-up. */
  readonly id: string
  readonly workspaceId: string
  readonly integrationId: string
  readonly provider: string
  readonly remoteId: string
  /** The provider's own time of the last change; null where it has none. */
  readonly remoteVersion: Date | null
  /** When the provider was asked for what is stored here. */
  readonly observedAt: Date
  /** By which way that was; null when it is not known, of what was stored before this was kept. */
  readonly learnedBy: LearnedBy | null
  readonly deletedAt: Date | null
  /** The record that this one was merged into at the provider; the reader follows it. */
  readonly mergedIntoId: string | null
  /** Exactly as received. */
  readonly native: Json
}

/** `assigneeRemoteId` becomes `assigneeId`, `tagRemoteIds` becomes `tagIds`: references as row ids. */
type Resolved<Fields> = {
  readonly [
    K in keyof Fields as K extends `${infer Name}RemoteIds`
      ? `${Name}Ids`
      : K extends `${infer Name}RemoteId`
        ? `${Name}Id`
        : K
  ]: Fields[K]
}

/** A stored record as it is read: the fields of its kind, references resolved, and its origin. */
export type RowOf<K extends Kind> = { readonly kind: K } & RowOrigin & Resolved<FieldsOf[K]>

export type AgentRow = RowOf<'agent'>
export type TeamRow = RowOf<'team'>
export type TagRow = RowOf<'tag'>
export type CompanyRow = RowOf<'company'>
export type ContactRow = RowOf<'contact'>
export type ConversationRow = RowOf<'conversation'>
export type TicketRow = RowOf<'ticket'>
export type MessageRow = RowOf<'message'>
export type RatingRow = RowOf<'rating'>
export type DefinitionRow = RowOf<'definition'>
export type TimeEntryRow = RowOf<'timeEntry'>
