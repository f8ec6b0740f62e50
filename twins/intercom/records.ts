/** Who wrote or did something. */
export interface Author {
  readonly type: 'user' | 'lead' | 'admin' | 'bot' | 'team'
  readonly id: string
  readonly name: string | null
  readonly email: string | null
}

/** A link to a person, team or contact. */
export interface Reference {
  readonly type: string
  readonly id: string | null
}

/** A tag as put on something. */
export interface AppliedTag {
  readonly id: string
  readonly appliedAt: number
  readonly appliedBy: Reference
}

/** A file somebody sent. */
export interface Attachment {
  readonly type: 'upload'
  readonly name: string
  readonly url: string
  readonly content_type: string
  readonly filesize: number
  readonly width: number | null
  readonly height: number | null
}

/** A person who writes in. All times are Unix seconds. */
export interface Contact {
  readonly id: string
  externalId: string | null
  role: 'user' | 'lead'
  email: string | null
  phone: string | null
  name: string | null
  avatar: string | null
  ownerId: string | null
  language: string | null
  browser: string | null
  os: string | null
  country: string | null
  region: string | null
  city: string | null
  unsubscribed: boolean
  hardBounced: boolean
  markedAsSpam: boolean
  archived: boolean
  blocked: boolean
  readonly createdAt: number
  updatedAt: number
  signedUpAt: number | null
  lastSeenAt: number | null
  lastRepliedAt: number | null
  lastContactedAt: number | null
  customAttributes: Record<string, unknown>
  tags: AppliedTag[]
  companyIds: string[]
  noteIds: string[]
  merges: { readonly sourceId: string; readonly sourceRole: 'user' | 'lead'; readonly at: number }[]
}

/** A company. Its people are those contacts that name it. */
export interface Company {
  readonly id: string
  readonly companyId: string
  name: string
  plan: string | null
  size: number | null
  website: string | null
  industry: string | null
  monthlySpend: number
  sessionCount: number
  remoteCreatedAt: number | null
  readonly createdAt: number
  updatedAt: number
  lastRequestAt: number | null
  customAttributes: Record<string, unknown>
  tags: AppliedTag[]
  noteIds: string[]
}

/** A note on a contact or a company. */
export interface Note {
  readonly id: string
  readonly about: { readonly type: 'contact' | 'company'; readonly id: string }
  readonly authorId: string | null
  readonly body: string
  readonly createdAt: number
}

/** One entry of a conversation or ticket after its opening message. */
export interface Part {
  readonly id: string
  readonly type: string
  body: string | null
  readonly createdAt: number
  updatedAt: number
  readonly author: Author
  readonly assignedTo: Reference | null
  attachments: readonly Attachment[]
  redacted: boolean
  /** The conversation's state after this part. */
  readonly state: ConversationState
  tags: AppliedTag[]
  readonly eventDetails: Record<string, unknown> | null
  /** Only on a ticket's change of state. */
  readonly ticketState?: { readonly before: string; readonly after: string }
  /** Only on a ticket's change of an attribute. */
  readonly attribute?: { readonly id: string; readonly label: string; readonly value: string }
}

/** Where a conversation stands. */
export type ConversationState = 'open' | 'closed' | 'snoozed'

/** How urgent a conversation is. */
export type Priority = 'none' | 'low' | 'medium' | 'high' | 'urgent'

/** The opening message. */
export interface Source {
  readonly type: string
  readonly id: string
  readonly deliveredAs: string
  readonly subject: string
  body: string
  readonly author: Author
  attachments: readonly Attachment[]
  readonly url: string | null
  redacted: boolean
}

/** What a customer thought of it. */
export interface Rating {
  readonly rating: number
  readonly remark: string | null
  /** When it was asked for. */
  readonly createdAt: number
  readonly updatedAt: number
  readonly contactId: string
  readonly adminId: string | null
}

/** A conversation. */
export interface Conversation {
  readonly id: string
  title: string | null
  readonly createdAt: number
  updatedAt: number
  waitingSince: number | null
  snoozedUntil: number | null
  state: ConversationState
  read: boolean
  priority: Priority
  adminId: string | null
  teamId: string | null
  readonly source: Source
  contactIds: string[]
  tags: AppliedTag[]
  rating: Rating | null
  customAttributes: Record<string, unknown>
  parts: Part[]
  ticketId: string | null
  companyId: string | null
  aiAgent: { readonly resolution: string; readonly rating: number | null; readonly createdAt: number } | null
}

/** A ticket. Shares its number space with conversations. */
export interface Ticket {
  readonly id: string
  /** The number shown to people. */
  readonly ticketId: string
  typeId: string
  stateId: string
  previousStateId: string | null
  attributes: Record<string, unknown>
  contactIds: string[]
  adminId: string | null
  teamId: string | null
  readonly createdAt: number
  updatedAt: number
  open: boolean
  snoozedUntil: number | null
  shared: boolean
  tags: AppliedTag[]
  parts: Part[]
  /** The conversation it was made from or is linked to. */
  conversationId: string | null
  companyId: string | null
  rating: number | null
}

/** A ticket's standing; a type uses some of these. */
export interface TicketState {
  readonly id: string
  readonly category: 'submitted' | 'in_progress' | 'waiting_on_customer' | 'resolved'
  readonly internalLabel: string
  readonly externalLabel: string
}

/** One field a ticket type asks for. */
export interface TicketAttribute {
  readonly id: string
  readonly name: string
  readonly dataType: 'string' | 'integer' | 'boolean'
  readonly multiline: boolean
}

/** A kind of ticket. */
export interface TicketType {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly icon: string
  readonly category: 'Customer' | 'Back-office' | 'Tracker'
  readonly attributes: readonly TicketAttribute[]
  readonly stateIds: readonly string[]
  readonly createdAt: number
}

/** Somebody who answers. */
export interface Admin {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly jobTitle: string
  readonly teamIds: readonly string[]
  away: boolean
}

/** A group of admins. */
export interface Team {
  readonly id: string
  readonly name: string
  readonly adminIds: readonly string[]
}

/** A tag of the workspace. */
export interface Tag {
  readonly id: string
  name: string
}

/** A saved filter over contacts. */
export interface Segment {
  readonly id: string
  readonly name: string
  readonly personType: 'contact' | 'user'
  readonly createdAt: number
  readonly holds: (contact: Contact, now: number) => boolean
}
