import type { ActionName, CompanyPatch, ContactPatch, TicketDraft, TicketPatch } from '../../kit/actions.ts'
import type { Kind, Priority, TicketStatus } from '../../store/kinds.ts'

/** What a ticket's draft may say beside whose it is and what it is about. */
export type DraftWord = Exclude<keyof TicketDraft, 'contactRemoteId' | 'subject'>
/** What a ticket's patch may say. */
export type PatchWord = keyof TicketPatch
/** What may be said of a contact. */
export type ContactWord = keyof ContactPatch
/** What may be said of a company. */
export type CompanyWord = keyof CompanyPatch

/**
 * Which of the contract's words a provider takes. The suite writes each that is listed and looks for it at the provider;
 * each that is not must be refused with a RejectedError of that word, before anything was sent.
 */
export interface Takes {
  /** Files of replies and notes, by address: they stand beside the message, their addresses in its text, or they are refused. */
  readonly files: 'attached' | 'linked' | 'refused'
  readonly draft: readonly DraftWord[]
  readonly patch: readonly PatchWord[]
  readonly contact: readonly ContactWord[]
  readonly company: readonly CompanyWord[]
  /** Of the words above, by kind: those that only a new record takes, and a later change of them is refused. None when left out. */
  readonly fixed?: Readonly<Partial<Record<Kind, readonly string[]>>>
  /** Of the words above, by kind: those that cannot be emptied, so that null is refused. None when left out. */
  readonly keeps?: Readonly<Partial<Record<Kind, readonly string[]>>>
  /** What an open ticket can be made by patches, one after the other in this order: one that ends all change comes last. */
  readonly statuses: readonly TicketStatus[]
  readonly priorities: readonly Priority[]
  /** Actions that the provider does once, however often they are asked for with the same act's id. */
  readonly once: readonly ActionName[]
}
