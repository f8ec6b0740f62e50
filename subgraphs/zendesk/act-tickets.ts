import type { Acting, Actions, Outcome, TicketDraft, TicketPatch } from '../../kit/actions.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { readBack } from '../../kit/read-back.ts'
import { refuseOthers, type Refusing } from '../../kit/refuse-others.ts'
import type { Change } from '../../store/change.ts'
import type { Priority, TicketStatus } from '../../store/kinds.ts'
import { type Body, numberOf, referenceOf, refused, toComment, told, toTicketFields } from './acting.ts'
import { toTicket } from './mapping-tickets.ts'
import { unwrap } from './pages.ts'
import { readTicket, ticketPath } from './read-ticket.ts'
import { PROVIDER, receive } from './wire.ts'
import { wireTicket } from './wire-tickets.ts'
import { PRIORITY, TICKET_STATUS } from './words.ts'

const TICKETS: Refusing = { provider: PROVIDER, what: 'tickets of Zendesk' }

/** What a ticket that is there can be changed in: its description is its first comment, which nobody changes. */
const PATCHED = [
  'subject',
  'type',
  'status',
  'priority',
  'assigneeRemoteId',
  'teamRemoteId',
  'companyRemoteId',
  'tags',
  'customFields',
  'dueAt',
] as const

function toStatus(status: TicketStatus | undefined): string | undefined {
  if (status === undefined) return undefined
  const word = Object.keys(TICKET_STATUS).find((each) => TICKET_STATUS[each] === status)
  if (word !== undefined) return word
  throw refused('status', `A ticket cannot be ${status}; it can be ${Object.values(TICKET_STATUS).join(', ')}.`)
}

function toPriority(priority: Priority | undefined): string | null | undefined {
  if (priority === undefined) return undefined
  if (priority === 'NONE') return null
  const word = Object.keys(PRIORITY).find((each) => PRIORITY[each] === priority)
  if (word !== undefined) return word
  throw refused('priority', `A ticket cannot be ${priority}; it can be NONE, ${Object.values(PRIORITY).join(', ')}.`)
}

/** What drafts and patches have in common, as Zendesk writes it. */
const toFields = (given: TicketPatch | TicketDraft): Body =>
  told({
    subject: given.subject,
    type: given.type ?? undefined,
    status: toStatus(given.status),
    priority: toPriority(given.priority),
    assignee_id: referenceOf(given.assigneeRemoteId, 'assigneeId'),
    group_id: referenceOf(given.teamRemoteId, 'teamId'),
    organization_id: referenceOf(given.companyRemoteId, 'companyId'),
    tags: given.tags,
    custom_fields: toTicketFields(given.customFields),
    due_at: given.dueAt === undefined ? undefined : (given.dueAt?.toISOString() ?? null),
  })

/** The ticket in an answer. It came without all that belongs to it, so that the next run reads it again. */
const answered = (body: unknown): Change => toTicket(receive(wireTicket, unwrap(body, 'ticket'), 'tickets'), null, null)

/** The ticket in an answer, and then with all that belongs to it. */
export async function ticketDone(client: AccountClient, body: unknown): Promise<Outcome> {
  const ticket = answered(body)
  const subject = { kind: 'ticket', remoteId: ticket.remoteId } as const
  const read = await readBack({ changes: [], subject }, () => readTicket(client, ticket.remoteId))
  return read.changes.length > 0 ? read : { changes: [ticket], subject }
}

/** Makes a ticket, once for each act: Zendesk keeps the key for about two hours, and answers the same ticket again. */
export async function makeTicket(
  client: AccountClient,
  ticket: Body,
  { actId }: Pick<Acting, 'actId'>,
): Promise<Outcome> {
  const headers = { 'Idempotency-Key': actId }
  const body = { ticket }
  const answer = await client.request({ method: 'POST', path: '/api/v2/tickets', body, headers, safe: true })
  return ticketDone(client, answer.body)
}

/** Somebody whom Zendesk does not know yet becomes a person, and needs a name. Source: "Setting email CCs". */
const toCopied = (address: string): Body => ({
  user_email: address,
  user_name: address.split('@', 1).join(''),
  action: 'put',
})

const createTicket: Actions['createTicket'] = async (client, input) => {
  const { draft, agentRemoteId } = input
  const content = { text: draft.description ?? draft.subject, attachmentUrls: [] }
  const ticket = {
    ...toFields(draft),
    requester_id: numberOf(draft.contactRemoteId, 'contactId'),
    comment: toComment(content, { isPublic: true, agentRemoteId }),
    ...told({ email_ccs: draft.copiedTo?.map(toCopied) }),
  }
  return makeTicket(client, ticket, input)
}

const updateTicket: Actions['updateTicket'] = async (client, { ticketRemoteId, patch }) => {
  refuseOthers(TICKETS, patch, PATCHED)
  if (patch.status === 'NEW') throw refused('status', 'A ticket that was opened cannot be new again.')
  const answer = await client.request({
    method: 'PUT',
    path: ticketPath(ticketRemoteId),
    body: { ticket: toFields(patch) },
  })
  return ticketDone(client, answer.body)
}

/** Making and changing tickets. */
export const ticketActions: Required<Pick<Actions, 'createTicket' | 'updateTicket'>> = { createTicket, updateTicket }
