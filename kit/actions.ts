import type { Change } from '../store/change.ts'
import type { Json, Kind, Priority, TicketStatus } from '../store/kinds.ts'
import type { AccountClient } from './account-client.ts'

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

/** What every action is told beside what is to be done. */
export interface Acting {
  /** In whose name; null for the integration's own agent. */
  readonly agentRemoteId: string | null
  /** This one act's own, the same however often it is tried: what goes to a provider that takes idempotency keys. */
  readonly actId: string
}

export type Thread = { readonly kind: 'conversation' | 'ticket'; readonly remoteId: string }
export type Taggable = { readonly kind: 'contact' | 'conversation' | 'ticket' | 'company'; readonly remoteId: string }

/** The account's own fields that are to be set, by their keys. */
export type CustomValues = Readonly<Record<string, Json>>

/** A ticket to be made. Undefined leaves a field to the provider; one that it does not have is refused, never dropped. */
export interface TicketDraft {
  readonly contactRemoteId: string
  readonly type: string | null
  readonly subject: string
  readonly description: string | null
  readonly status?: TicketStatus
  readonly priority?: Priority
  readonly assigneeRemoteId?: string
  readonly teamRemoteId?: string
  readonly companyRemoteId?: string
  readonly tags?: readonly string[]
  readonly customFields?: CustomValues
  readonly dueAt?: Date
  readonly copiedTo?: readonly string[]
}

/** Undefined leaves a field as it is. A field that the provider does not have is refused, never dropped. */
export interface TicketPatch {
  readonly subject?: string
  readonly description?: string
  readonly type?: string
  readonly status?: TicketStatus
  readonly priority?: Priority
  readonly assigneeRemoteId?: string | null
  readonly teamRemoteId?: string | null
  readonly companyRemoteId?: string | null
  /** All that it is to have from now on. */
  readonly tags?: readonly string[]
  readonly customFields?: CustomValues
  readonly dueAt?: Date | null
}

/** Undefined leaves a field as it is, or to the provider; null empties it. */
export interface ContactPatch {
  readonly name?: string
  readonly email?: string | null
  readonly phone?: string | null
  readonly externalId?: string | null
  readonly companyRemoteId?: string | null
  readonly tags?: readonly string[]
  readonly customFields?: CustomValues
}

/** Undefined leaves a field as it is, or to the provider; null empties it. */
export interface CompanyPatch {
  readonly name?: string
  readonly externalId?: string | null
  readonly website?: string | null
  readonly tags?: readonly string[]
  readonly customFields?: CustomValues
}

/**
 * What can be done at the provider. An absent action is not offered there.
 *
 * Each makes its calls, and answers what then stands at the provider. What only one provider can do is no action of
 * this list, but a mutation of its own subgraph. @throws ProviderError
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
  /** Away from every list; to be had back where `restoreTicket` is offered, else for good. */
  readonly deleteTicket?: (client: AccountClient, input: Acting & { ticketRemoteId: string }) => Promise<Outcome>
  readonly restoreTicket?: (client: AccountClient, input: Acting & { ticketRemoteId: string }) => Promise<Outcome>
  /** What was said in the others goes into the first, and they are closed. The first is the subject. */
  readonly mergeTickets?: (
    client: AccountClient,
    input: Acting & { intoRemoteId: string; remoteIds: readonly string[] },
  ) => Promise<Outcome>
  /** Begins a conversation with a contact. */
  readonly messageContact?: (
    client: AccountClient,
    input: Acting & { contactRemoteId: string; content: Content; subject: string | null },
  ) => Promise<Outcome>
  readonly createContact?: (client: AccountClient, input: Acting & { contact: ContactPatch }) => Promise<Outcome>
  readonly updateContact?: (
    client: AccountClient,
    input: Acting & { contactRemoteId: string; patch: ContactPatch },
  ) => Promise<Outcome>
  readonly createCompany?: (
    client: AccountClient,
    input: Acting & { company: CompanyPatch & { readonly name: string } },
  ) => Promise<Outcome>
  readonly updateCompany?: (
    client: AccountClient,
    input: Acting & { companyRemoteId: string; patch: CompanyPatch },
  ) => Promise<Outcome>
  /** Whether work can be given to the agent from now on. */
  readonly setAvailability?: (
    client: AccountClient,
    input: Acting & { remoteId: string; available: boolean },
  ) => Promise<Outcome>
}
/** The name of an action, as the catalogue lists what a provider can do. */
export type ActionName = keyof Actions
