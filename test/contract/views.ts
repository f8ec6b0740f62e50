import type { ConversationStatus, Json, Priority, TicketStatus } from '../../store/kinds.ts'

/** A message as the provider holds it. */
export interface MessageView {
  readonly type: 'REPLY' | 'NOTE'
  /** Plain text, whatever the provider makes of it. */
  readonly text: string
  readonly authorRemoteId: string | null
  readonly attachmentUrls: readonly string[]
}

/** A conversation as the provider holds it, without its messages. */
export interface ConversationView {
  readonly status: ConversationStatus
  readonly assigneeRemoteId: string | null
  readonly teamRemoteId: string | null
  readonly snoozedUntil: Date | null
}

/** A ticket as the provider holds it, without its messages. What the provider's tickets do not have is null, or empty. */
export interface TicketView {
  readonly subject: string | null
  readonly description: string | null
  readonly type: string | null
  readonly status: TicketStatus
  readonly priority: Priority | null
  readonly assigneeRemoteId: string | null
  readonly teamRemoteId: string | null
  readonly companyRemoteId: string | null
  readonly contactRemoteIds: readonly string[]
  /** Names. */
  readonly tags: readonly string[]
  /** By the keys that the contract's drafts and patches have. */
  readonly customFields: Readonly<Record<string, Json>>
  readonly dueAt: Date | null
  /** Mail addresses. */
  readonly copiedTo: readonly string[]
}

/** A contact as the provider holds it. */
export interface ContactView {
  readonly name: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly externalId: string | null
  readonly companyRemoteIds: readonly string[]
  /** Names. */
  readonly tags: readonly string[]
  readonly customFields: Readonly<Record<string, Json>>
}

/** A company as the provider holds it. */
export interface CompanyView {
  readonly name: string | null
  readonly externalId: string | null
  readonly website: string | null
  /** Names. */
  readonly tags: readonly string[]
  readonly customFields: Readonly<Record<string, Json>>
}
