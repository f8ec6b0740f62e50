import type { Json, Priority, TicketStatus } from '../kinds.ts'

/** A record of one account, as the provider names it. */
export interface Reference {
  readonly integrationId: string
  readonly remoteId: string
}

/** What of a ticket is set to the same in each; what is left out stays. Kept as JSON. */
export interface BulkFields {
  readonly type?: string
  readonly status?: TicketStatus
  readonly priority?: Priority
  /** All that each is to have from now on. */
  readonly tags?: readonly string[]
  readonly customFields?: { readonly [key: string]: Json }
  /** ISO 8601; null for no time. */
  readonly dueAt?: string | null
}

/** To whom each is given; what is left out stays, and null is nobody. */
export interface BulkReferences {
  readonly assignee?: Reference | null
  readonly team?: Reference | null
  readonly company?: Reference | null
}

/** What a bulk job does to each of its records. Doing it twice is the same as doing it once. */
export interface BulkWork {
  readonly fields: BulkFields
  readonly references: BulkReferences
  /** Names of tags that are put on, and taken off. */
  readonly addTags: readonly string[]
  readonly removeTags: readonly string[]
}
