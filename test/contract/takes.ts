import type { ActionName, CompanyPatch, ContactPatch, TicketDraft, TicketPatch } from '../../kit/actions.ts'
import type { Priority, TicketStatus } from '../../store/kinds.ts'

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
  /** Words of a ticket's patch that are taken and never emptied: null is refused by name. None when it is left out. */
  readonly keeps?: readonly PatchWord[]
  /** What an open ticket can be made by patches, one after the other in this order: one that ends all change comes last. */
  readonly statuses: readonly TicketStatus[]
  readonly priorities: readonly Priority[]
  /** Actions that the provider does once, however often they are asked for with the same act's id. */
  readonly once: readonly ActionName[]
}
