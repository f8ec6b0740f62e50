import { json } from '../../exchange.ts'
import { checkFields } from '../check.ts'
import { invalidValue, notFound } from '../errors.ts'
import { newTicketRules, outboundRules, ticketRules } from '../fields.ts'
import { mustSee } from '../access.ts'
import { changeTicket } from '../acts/change.ts'
import { requesterFor } from '../acts/contacts.ts'
import { createTicket, mustBeAlive, updateTicket, whoIn } from '../acts/tickets.ts'
import type { Ticket } from '../records.ts'
import { renderConversation, renderListed, renderTicket } from '../render/ticket.ts'
import type { Embedded } from '../render/ticket.ts'
import { getTicket } from '../world.ts'
import { listedTickets } from './ticket-lists.ts'
import { actor, bodyOf, created, idIn, includesOf, noContent, pageOf, pageReply } from './call.ts'
import type { ApiCall, Routes } from './call.ts'

/** No page of tickets beyond this one. Source: the provider's notes. */
const lastPage = 300

const inLists: readonly Embedded[] = ['stats', 'requester', 'description', 'company']
const inOne: readonly Embedded[] = ['conversations', 'requester', 'company', 'stats']

/** The ticket a path names, if the caller may see it. @throws 404, 403 */
export function ticketOf(call: ApiCall): Ticket {
  const ticket = getTicket(call.world, idIn(call, 'ticket_id'))
  mustSee(call.caller, ticket)
  return ticket
}

/** Tickets: lists, single ones, and what is done to them as a whole. */
export const ticketRoutes: Routes = {
  'GET /tickets': {
    needs: 'view_tickets',
    paged: true,
    limited: 'ticketList',
    query: [
      'filter',
      'requester_id',
      'email',
      'unique_external_id',
      'company_id',
      'updated_since',
      'order_by',
      'order_type',
    ],
    include: { names: inLists, credits: 2 },
    answer(call) {
      const include = includesOf(call, inLists)
      if (pageOf(call).page > lastPage) {
        const message = `You cannot access tickets beyond the ${lastPage}th page. Please provide a smaller page number.`
        throw invalidValue('page', message)
      }
      return pageReply(call, listedTickets(call), (ticket) => renderListed(call.world, ticket, include))
    },
  },
  'POST /tickets': {
    needs: 'manage_tickets',
    limited: 'ticketCreate',
    answer(call) {
      const { world } = call
      const fields = bodyOf(call, newTicketRules(world.account))
      const requester = requesterFor(world, whoIn(fields))
      const source = typeof fields['source'] === 'number' ? fields['source'] : 2
      const ticket = createTicket(world, actor(call), { requester, fields, source, files: call.files })
      return created(call, `/tickets/${ticket.id}`, renderTicket(world, ticket))
    },
  },
  'POST /tickets/outbound_email': {
    needs: 'manage_tickets',
    limited: 'ticketCreate',
    answer(call) {
      const { world } = call
      const fields = { status: 5, ...bodyOf(call, outboundRules(world.account)) }
      const requester = requesterFor(world, whoIn(fields))
      const ticket = createTicket(world, actor(call), { requester, fields, source: 10, files: call.files })
      ticket.responder_id ??= call.caller.id
      return created(call, `/tickets/${ticket.id}`, renderTicket(world, ticket))
    },
  },
  'GET /tickets/{ticket_id}': {
    needs: 'view_tickets',
    include: { names: inOne, credits: 1 },
    answer: (call) => json(renderTicket(call.world, ticketOf(call), includesOf(call, inOne))),
  },
  'PUT /tickets/{ticket_id}': {
    needs: 'manage_tickets',
    limited: 'ticketUpdate',
    answer(call) {
      const ticket = ticketOf(call)
      const fields = bodyOf(call, ticketRules(call.world.account))
      updateTicket(call.world, ticket, actor(call), { fields, files: call.files })
      return json(renderTicket(call.world, ticket))
    },
  },
  'DELETE /tickets/{ticket_id}': {
    needs: 'delete_tickets',
    answer(call) {
      const ticket = ticketOf(call)
      mustBeAlive(ticket, 'DELETE')
      changeTicket(call.world, ticket, actor(call), { change: () => (ticket.deleted = true) })
      return noContent
    },
  },
  'PUT /tickets/{ticket_id}/restore': {
    needs: 'delete_tickets',
    answer(call) {
      const ticket = ticketOf(call)
      checkFields(call.body, {})
      if (!ticket.deleted) throw notFound()
      changeTicket(call.world, ticket, actor(call), { change: () => (ticket.deleted = false) })
      return noContent
    },
  },
  'GET /tickets/archived/{ticket_id}': {
    needs: 'view_tickets',
    include: { names: inOne, credits: 1 },
    answer: (call) => json(renderTicket(call.world, archivedOf(call), includesOf(call, inOne))),
  },
  'GET /tickets/archived/{ticket_id}/conversations': {
    needs: 'view_tickets',
    paged: true,
    answer: (call) => pageReply(call, archivedOf(call).conversations, (one) => renderConversation(call.world, one)),
  },
}

function archivedOf(call: ApiCall): Ticket {
  const ticket = call.world.tickets.get(idIn(call, 'ticket_id'))
  if (!ticket?.archived) throw notFound()
  mustSee(call.caller, ticket)
  return ticket
}
