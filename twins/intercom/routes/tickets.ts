import { json } from '../../exchange.ts'
import {
  assignTicket,
  closeTicket,
  createTicket,
  deleteTicket,
  reopenTicket,
  replyToTicketAsAdmin,
  replyToTicketAsContact,
  setTicketAttributes,
  setTicketState,
} from '../acts/tickets.ts'
import { apiError, invalid, missing } from '../errors.ts'
import { isRecord } from '../../exchange.ts'
import { renderAppliedTag } from '../render/applied-tag.ts'
import { renderTicket, renderTicketPart } from '../render/ticket.ts'
import type { Ticket, TicketType } from '../records.ts'
import { ticketSearch } from '../search/tickets.ts'
import { adminAuthor, getTag, getTicket } from '../world.ts'
import type { World } from '../world.ts'
import type { ApiCall, ApiHandler } from './call.ts'
import { actingAuthor, attachmentsOf, namedContact, nullableInteger, optionalBoolean, optionalObject } from './call.ts'
import { optionalText, param, requiredText } from './call.ts'
import { envelope, searchPage } from './searching.ts'

/** Twenty rows unless told; the most is not stated for tickets and taken from conversations. */
const limits = { usual: 20, max: 150 }

const ticketOf = (call: ApiCall): Ticket => getTicket(call.world, param(call, 'id'))

/** Tickets. There is no list of them, only the search. */
export const ticketRoutes: Readonly<Record<string, ApiHandler>> = {
  'POST /tickets/search': (call) =>
    envelope(
      searchPage(call, call.world.tickets.values(), { rules: ticketSearch(call.world), limits }),
      { type: 'ticket.list', rows: 'tickets' },
      (ticket) => renderTicket(call.world, ticket),
    ),
  'GET /tickets/{id}': (call) => json(renderTicket(call.world, ticketOf(call))),
  'POST /tickets': (call) => json(renderTicket(call.world, create(call))),
  'PUT /tickets/{id}'(call) {
    const ticket = ticketOf(call)
    update(call, ticket)
    return json(renderTicket(call.world, ticket))
  },
  'DELETE /tickets/{id}'(call) {
    const ticket = ticketOf(call)
    deleteTicket(call.world, ticket)
    return json({ id: ticket.id, object: 'ticket', deleted: true })
  },
  'POST /tickets/{id}/reply'(call) {
    const ticket = ticketOf(call)
    const message = { body: requiredText(call.body, 'body'), attachments: attachmentsOf(call) }
    if (call.body['type'] === 'admin') {
      const kind = call.body['message_type']
      if (kind !== 'comment' && kind !== 'note' && kind !== 'quick_reply') throw invalid('message_type is not valid')
      const author = actingAuthor(call)
      return json(renderTicketPart(replyToTicketAsAdmin(call.world, ticket, { ...message, author, kind })))
    }
    const contact = namedContact(call.world, call.body, { id: 'intercom_user_id', externalId: 'user_id' })
    if (!contact) throw apiError(404, 'not_found', 'User Not Found')
    return json(renderTicketPart(replyToTicketAsContact(call.world, ticket, contact, message)))
  },
  'POST /tickets/{id}/tags'(call) {
    const ticket = ticketOf(call)
    const tag = getTag(call.world, requiredText(call.body, 'id'))
    const author = actingAuthor(call)
    const appliedBy = { type: author.type, id: author.id }
    const applied = { id: tag.id, appliedAt: call.world.clock.seconds(), appliedBy }
    if (!ticket.tags.some((present) => present.id === tag.id)) ticket.tags.push(applied)
    ticket.updatedAt = applied.appliedAt
    return json(renderAppliedTag(call.world, applied))
  },
  'DELETE /tickets/{id}/tags/{tag_id}'(call) {
    const ticket = ticketOf(call)
    const applied = ticket.tags.find((tag) => tag.id === param(call, 'tag_id'))
    if (!applied) throw apiError(404, 'tag_not_found', 'Tag not found')
    ticket.tags = ticket.tags.filter((tag) => tag !== applied)
    ticket.updatedAt = call.world.clock.seconds()
    return json(renderAppliedTag(call.world, applied))
  },
}

function create(call: ApiCall): Ticket {
  const { world, body } = call
  const contacts = body['contacts']
  if (!Array.isArray(contacts) || contacts.length === 0) throw missing('contacts')
  const contactIds = contacts.map((named: unknown) => {
    const contact = isRecord(named) ? namedContact(world, named, { id: 'id', externalId: 'external_id' }) : undefined
    if (!contact) throw apiError(404, 'not_found', 'User Not Found')
    return contact.id
  })
  const assignment = optionalObject(body, 'assignment') ?? {}
  const conversationId = optionalText(body, 'conversation_to_link_id') ?? null
  const conversation = conversationId === null ? undefined : world.conversations.get(conversationId)
  if (conversationId !== null && !conversation) {
    throw apiError(404, 'conversation_not_found', 'Conversation not found')
  }
  const at = nullableInteger(body, 'created_at')
  const ticket = createTicket(world, {
    type: ticketTypeOf(world, requiredText(body, 'ticket_type_id')),
    contactIds,
    attributes: optionalObject(body, 'ticket_attributes') ?? {},
    author: adminAuthor(call.caller),
    adminId: optionalText(assignment, 'admin_assignee_id') ?? null,
    teamId: optionalText(assignment, 'team_assignee_id') ?? null,
    companyId: optionalText(body, 'company_id') ?? null,
    conversationId,
    ...(at == null ? {} : { at }),
  })
  if (conversation) conversation.ticketId = ticket.id
  return ticket
}

function update(call: ApiCall, ticket: Ticket): void {
  const { world, body } = call
  const author = actingAuthor(call)
  const assignee = optionalText(body, 'assignee_id')
  if (assignee !== undefined) assignTicket(world, ticket, assigneeOf(world, assignee), author)
  const attributes = optionalObject(body, 'ticket_attributes')
  if (attributes) setTicketAttributes(world, ticket, attributes, author)
  const stateId = optionalText(body, 'ticket_state_id')
  if (stateId !== undefined) setTicketState(world, ticket, stateId, author)
  const open = optionalBoolean(body, 'open')
  if (open === false) closeTicket(world, ticket, author)
  if (open === true) reopenTicket(world, ticket, author)
  const shared = optionalBoolean(body, 'is_shared')
  if (shared !== undefined) ticket.shared = shared
  const snoozedUntil = nullableInteger(body, 'snoozed_until')
  if (snoozedUntil !== undefined) ticket.snoozedUntil = snoozedUntil
  ticket.updatedAt = world.clock.seconds()
}

function assigneeOf(world: World, id: string): { type: 'admin' | 'team'; id: string } | null {
  if (id === '0') return null
  if (world.admins.some((admin) => admin.id === id)) return { type: 'admin', id }
  if (world.teams.some((team) => team.id === id)) return { type: 'team', id }
  throw apiError(404, 'assignee_not_found', 'Assignee not found')
}

/** @throws 404 a ticket type that is not there */
export function ticketTypeOf(world: World, id: string): TicketType {
  const type = world.ticketTypes.find((candidate) => candidate.id === id)
  if (!type) throw apiError(404, 'not_found', 'Ticket type not found')
  return type
}
