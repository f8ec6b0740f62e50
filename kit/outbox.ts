import type { Json } from '../store/kinds.ts'
import type { AccountClient } from './account-client.ts'
import type { Acting, Actions, Content, Outcome, Thread, TicketDraft } from './actions.ts'
import type { Fields } from './told.ts'

/**
 * What is said or made at a provider: done twice, it would stand there twice. All that doing it takes is kept before it is
 * begun, so that whoever comes after can do it, or look for it.
 */
export type Outgoing =
  | { readonly action: 'reply' | 'note'; readonly thread: Thread; readonly content: Content }
  | {
      readonly action: 'messageContact'
      readonly contactRemoteId: string
      readonly content: Content
      readonly subject: string | null
    }
  | { readonly action: 'createTicket'; readonly draft: TicketDraft }

/** The names of those actions. */
export type OutgoingAction = Outgoing['action']

/** What is kept: what to do, in whose name, and what its input has fields for. */
export interface Work extends Fields {
  readonly outgoing: Outgoing
  readonly agentRemoteId: string | null
}

/** For so long a send is tried by whoever does sends; a reply that comes later answers nobody. */
export const TRY_FOR_MS = 3_600_000

/** As it is stored. */
export const toStoredWork = (work: Work): Json => JSON.parse(JSON.stringify(work))

/** From what `toStoredWork` made. */
export function fromStoredWork(stored: Json): Work {
  // Nobody but `toStoredWork` writes it; of its values only dates are stored as something else.
  const work = stored as Json & Work
  const { outgoing } = work
  if (outgoing.action !== 'createTicket' || outgoing.draft.dueAt === undefined) return work
  const draft: TicketDraft = { ...outgoing.draft, dueAt: new Date(outgoing.draft.dueAt) }
  const { agentRemoteId, field, inputFields } = work
  return { agentRemoteId, field, inputFields, outgoing: { action: 'createTicket', draft } }
}

/** Sends of one line go one after the other: those of a thread, and those that begin one with the same person. */
export function lineOf(outgoing: Outgoing): string {
  switch (outgoing.action) {
    case 'reply':
    case 'note':
      return `${outgoing.thread.kind}:${outgoing.thread.remoteId}`
    case 'messageContact':
      return `contact:${outgoing.contactRemoteId}`
    case 'createTicket':
      return `contact:${outgoing.draft.contactRemoteId}`
  }
}

/** How it is done with what a provider offers; null where it offers no such thing. */
export function performing(
  actions: Actions,
  outgoing: Outgoing,
): ((client: AccountClient, acting: Acting) => Promise<Outcome>) | null {
  switch (outgoing.action) {
    case 'reply':
    case 'note': {
      const { thread, content } = outgoing
      const say = actions[outgoing.action]
      return say ? (client, acting) => say(client, { ...acting, thread, content }) : null
    }
    case 'messageContact': {
      const { contactRemoteId, content, subject } = outgoing
      const { messageContact } = actions
      return messageContact
        ? (client, acting) => messageContact(client, { ...acting, contactRemoteId, content, subject })
        : null
    }
    case 'createTicket': {
      const { draft } = outgoing
      const { createTicket } = actions
      return createTicket ? (client, acting) => createTicket(client, { ...acting, draft }) : null
    }
  }
}
