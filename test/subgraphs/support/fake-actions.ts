import type { Actions, Outcome, Taggable } from '../../../kit/actions.ts'
import type { ProviderError } from '../../../kit/errors.ts'
import type { Change } from '../../../store/change.ts'
import type { FieldsOf, Kind } from '../../../store/kinds.ts'
import { at, upsert } from '../../store/records.ts'

/** What a provider was asked, by the name of the action; and the next thing that it says no to. */
export interface FakeDesk {
  readonly asked: { readonly name: string; readonly input: unknown }[]
  refusal: ProviderError | null
  /** What happens before it answers. */
  meanwhile: (() => Promise<void>) | null
  readonly actions: Actions
}

/** A provider that does whatever it is asked, and answers the record with what was asked in its subject or name. */
export function openFakeDesk(): FakeDesk {
  const desk: FakeDesk = { asked: [], refusal: null, meanwhile: null, actions: {} }
  let seconds = 100
  const answer = async (name: string, input: unknown, change: Change): Promise<Outcome> => {
    desk.asked.push({ name, input })
    if (desk.refusal !== null) throw desk.refusal
    await desk.meanwhile?.()
    return { changes: [change], subject: { kind: change.kind, remoteId: change.remoteId } }
  }
  const stands = <K extends Kind>(kind: K, remoteId: string, fields: Partial<FieldsOf[K]>) => {
    const now = at((seconds += 1))
    return upsert(kind, remoteId, { ...fields, updatedAt: now }, { version: now })
  }
  const tagged = ({ kind, remoteId }: Taggable): Change => {
    switch (kind) {
      case 'contact':
        return stands('contact', remoteId, {})
      case 'company':
        return stands('company', remoteId, {})
      case 'conversation':
        return stands('conversation', remoteId, {})
      case 'ticket':
        return stands('ticket', remoteId, {})
    }
  }
  const actions: Actions = {
    createTicket: (_, input) =>
      answer('createTicket', input, stands('ticket', 'made', { subject: input.draft.subject })),
    updateTicket: (_, input) => answer('updateTicket', input, stands('ticket', input.ticketRemoteId, {})),
    deleteTicket: (_, input) =>
      answer('deleteTicket', input, {
        op: 'delete',
        kind: 'ticket',
        remoteId: input.ticketRemoteId,
        mergedIntoRemoteId: null,
      }),
    restoreTicket: (_, input) => answer('restoreTicket', input, stands('ticket', input.ticketRemoteId, {})),
    mergeTickets: (_, input) => answer('mergeTickets', input, stands('ticket', input.intoRemoteId, {})),
    assign: (_, input) => answer('assign', input, stands('conversation', input.conversationRemoteId, {})),
    tag: (_, input) => answer('tag', input, tagged(input.target)),
    untag: (_, input) => answer('untag', input, tagged(input.target)),
    createContact: (_, input) =>
      answer('createContact', input, stands('contact', 'made', { name: input.contact.name ?? null })),
    updateContact: (_, input) =>
      answer('updateContact', input, stands('contact', input.contactRemoteId, { name: input.patch.name ?? null })),
    createCompany: (_, input) =>
      answer('createCompany', input, stands('company', 'made', { name: input.company.name })),
    updateCompany: (_, input) =>
      answer('updateCompany', input, stands('company', input.companyRemoteId, { name: input.patch.name ?? null })),
    setAvailability: (_, input) =>
      answer('setAvailability', input, stands('agent', input.remoteId, { available: input.available })),
  }
  return Object.assign(desk, { actions })
}
