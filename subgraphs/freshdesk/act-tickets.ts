import type { Actions, Outcome, TicketDraft, TicketPatch } from '../../kit/actions.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { NotFoundError, RejectedError } from '../../kit/errors.ts'
import { gone } from '../../kit/gone.ts'
import { toHtml } from '../../kit/html.ts'
import { readBack } from '../../kit/read-back.ts'
import { refuseOthers, type Refusing } from '../../kit/refuse-others.ts'
import { wireNamed } from '../../kit/wire.ts'
import { type Body, numberOf, referenceOf, refused, told, toPriority, toStatus, write } from './acting.ts'
import { readTicket, ticketPath } from './read-ticket.ts'
import { wireTicket } from './wire-tickets.ts'
import { PROVIDER, receive } from './wire.ts'

const TICKETS: Refusing = { provider: PROVIDER, what: 'tickets of Freshdesk' }

/** What drafts and patches can both say. */
const WORDS = [
  'type',
  'subject',
  'description',
  'status',
  'priority',
  'assigneeRemoteId',
  'teamRemoteId',
  'companyRemoteId',
  'tags',
  'customFields',
  'dueAt',
] as const

/** The two due times are set together or not at all, and the first answer is due no later. Source: Freshdesk API v2, "Create a Ticket". */
const dueOf = (dueAt: Date | null | undefined): Body => {
  if (dueAt === undefined) return {}
  if (dueAt === null)
    throw refused('dueAt', 'Freshdesk reckons when tickets are due; it can be moved, but not taken away.')
  return { due_by: dueAt.toISOString(), fr_due_by: dueAt.toISOString() }
}

/** What drafts and patches have in common. */
function fieldsOf(fields: TicketPatch | TicketDraft): Body {
  const { subject, description, status, priority, assigneeRemoteId, teamRemoteId, companyRemoteId } = fields
  return {
    ...told({
      subject,
      description: description === null || description === undefined ? undefined : toHtml(description),
      type: fields.type ?? undefined,
      status: toStatus(status),
      priority: toPriority(priority),
      responder_id: referenceOf(assigneeRemoteId, 'assigneeRemoteId'),
      group_id: referenceOf(teamRemoteId, 'teamRemoteId'),
      company_id: referenceOf(companyRemoteId, 'companyRemoteId'),
      tags: fields.tags,
      custom_fields: fields.customFields,
    }),
    ...dueOf(fields.dueAt),
  }
}

/** A ticket as it now stands: what was done to it is whole only when it is read with all that was said. */
export const standing = (client: AccountClient, remoteId: string): Promise<Outcome> =>
  readBack({ changes: [], subject: { kind: 'ticket', remoteId } }, () => readTicket(client, remoteId))

/** Freshdesk's own sentence for a ticket without a description is no help; the subject serves as its words. */
const createTicket: Actions['createTicket'] = async (client, { draft }) => {
  refuseOthers(TICKETS, draft, [...WORDS, 'contactRemoteId', 'copiedTo'])
  const body = {
    status: 2,
    priority: 1,
    ...fieldsOf({ ...draft, description: draft.description ?? draft.subject }),
    requester_id: numberOf(draft.contactRemoteId, 'contactRemoteId'),
    ...told({ cc_emails: draft.copiedTo }),
  }
  const answer = await write(client, { method: 'POST', path: '/tickets', body })
  return standing(client, receive(wireNamed, answer.body, 'tickets').wire.id)
}

const updateTicket: Actions['updateTicket'] = async (client, { ticketRemoteId, patch }) => {
  refuseOthers(TICKETS, patch, WORDS)
  await write(client, { method: 'PUT', path: ticketPath(ticketRemoteId), body: fieldsOf(patch) })
  return standing(client, ticketRemoteId)
}

const isDeleted = async (client: AccountClient, remoteId: string): Promise<boolean> => {
  const answer = await client.request({ method: 'GET', path: ticketPath(remoteId) })
  return receive(wireTicket, answer.body, 'tickets').wire.deleted === true
}

/** To the trash. A call that was repeated because its answer got lost finds its own work done. */
const deleteTicket: Actions['deleteTicket'] = async (client, { ticketRemoteId }) => {
  try {
    await client.request({ method: 'DELETE', path: ticketPath(ticketRemoteId) })
  } catch (error) {
    if (!(error instanceof RejectedError) || !(await isDeleted(client, ticketRemoteId))) throw error
  }
  return { changes: [gone('ticket', ticketRemoteId)], subject: { kind: 'ticket', remoteId: ticketRemoteId } }
}

/** Out of the trash. One that is not in it is not found, and stands as it did. */
const restoreTicket: Actions['restoreTicket'] = async (client, { ticketRemoteId }) => {
  try {
    await client.request({ method: 'PUT', path: `${ticketPath(ticketRemoteId)}/restore` })
  } catch (error) {
    if (!(error instanceof NotFoundError) || (await isDeleted(client, ticketRemoteId))) throw error
  }
  return standing(client, ticketRemoteId)
}

/** What was said in the others is told as notes of the first, and they are closed. They stay, so that each is read. */
const mergeTickets: Actions['mergeTickets'] = async (client, { intoRemoteId, remoteIds }) => {
  const body = {
    primary_id: numberOf(intoRemoteId, 'intoRemoteId'),
    ticket_ids: remoteIds.map((id) => numberOf(id, 'remoteIds')),
  }
  // Asked twice, it would tell everything twice.
  await client.request({ method: 'PUT', path: '/tickets/merge', body, safe: false })
  const all = [intoRemoteId, ...remoteIds]
  return readBack({ changes: [], subject: { kind: 'ticket', remoteId: intoRemoteId } }, async () => {
    const read = []
    for (const remoteId of all) read.push(...(await readTicket(client, remoteId)))
    return read
  })
}

/** Making and changing tickets. */
export const ticketActions: Required<
  Pick<Actions, 'createTicket' | 'updateTicket' | 'deleteTicket' | 'restoreTicket' | 'mergeTickets'>
> = { createTicket, updateTicket, deleteTicket, restoreTicket, mergeTickets }
