import { isRecord, json } from '../../exchange.ts'
import type { TwinReply } from '../../exchange.ts'
import { mustSee, sees } from '../access.ts'
import { stepsOf, takeJob } from '../acts/jobs.ts'
import { deleteTicket, markAsSpam } from '../acts/endings.ts'
import { createTicket, updateTicket } from '../acts/tickets.ts'
import { refusal } from '../errors.ts'
import type { Audit, Job, JobStep, Ticket } from '../records.ts'
import { renderAudit, renderTicket } from '../render/ticket.ts'
import { renderJob } from '../render/account.ts'
import { getTicket } from '../world.ts'
import { actor, counted, idIn, idsOf, noContent, wrapped, wrappedList } from './call.ts'
import type { ApiCall, Routes } from './call.ts'
import { remembering } from './idempotency.ts'
import { pageReply } from './paging.ts'
import { besideTickets } from './sideloads.ts'

/** The ticket a path names, if the caller may see it. @throws 404, 403 */
export function ticketOf(call: ApiCall): Ticket {
  const ticket = getTicket(call.world, idIn(call, 'ticket_id'))
  mustSee(call.world, call.caller, ticket)
  return ticket
}

/** Tickets that lists show: none that is deleted or archived, and none the caller does not see. */
export function listedTickets(call: ApiCall): Ticket[] {
  const { world, caller } = call
  return [...world.tickets.values()].filter((one) => !one.deleted && !one.archived && sees(world, caller, one))
}

/** A page of tickets. */
export function ticketPage(call: ApiCall, rows: readonly Ticket[]): TwinReply {
  return pageReply(call, {
    name: 'tickets',
    rows,
    render: (ticket) => renderTicket(call.world, ticket, call.base),
    sorts: { updated_at: (one) => one.updated_at, created_at: (one) => one.created_at, status: (one) => one.status },
    beside: besideTickets(call),
  })
}

/** Takes work in, and answers what it is. */
export function jobReply(call: ApiCall, job_type: string, steps: readonly JobStep[]): TwinReply {
  const job: Job = takeJob(call.world, { job_type, userId: call.caller.id, steps })
  return json({ job_status: renderJob(job, call.base) })
}

/** Tickets as wholes: lists, single ones, many at once. */
export const ticketRoutes: Routes = {
  'GET /tickets': {
    needs: 'staff',
    resource: 'tickets',
    limited: 'ticketList',
    answer(call) {
      const externalId = call.query.get('external_id')
      const rows = listedTickets(call).filter((one) => externalId === null || one.external_id === externalId)
      return ticketPage(
        call,
        rows.toSorted((left, right) => left.id - right.id),
      )
    },
  },
  'GET /tickets/count': {
    needs: 'staff',
    resource: 'tickets',
    answer: (call) => counted(call, listedTickets(call).length),
  },
  'GET /tickets/show_many': {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      const wanted = new Set(idsOf(call))
      const { world, caller } = call
      return ticketPage(
        call,
        [...world.tickets.values()].filter((one) => wanted.has(one.id) && !one.deleted && sees(world, caller, one)),
      )
    },
  },
  'POST /tickets': {
    needs: 'staff',
    resource: 'tickets',
    answer: (call) =>
      remembering(call, () => {
        const { ticket, audit } = createTicket(call.world, actor(call), wrapped(call, 'ticket'))
        return changed(call, ticket, { audit, status: 201 })
      }),
  },
  'POST /tickets/create_many': {
    needs: 'staff',
    resource: 'tickets',
    answer: (call) =>
      remembering(call, () => {
        const steps = wrappedList(call, 'tickets').map((ticket): JobStep => ({
          method: 'POST',
          path: '/tickets',
          body: { ticket },
          action: 'create',
        }))
        return jobReply(call, 'Bulk Create Ticket', steps)
      }),
  },
  'PUT /tickets/update_many': {
    needs: 'staff',
    resource: 'tickets',
    answer: (call) => jobReply(call, 'Bulk Update Ticket', updatesIn(call)),
  },
  'DELETE /tickets/destroy_many': {
    needs: 'staff',
    resource: 'tickets',
    answer: (call) =>
      jobReply(call, 'Bulk Delete Ticket', stepsOf(pathsOf(call), { method: 'DELETE', action: 'delete' })),
  },
  'PUT /tickets/mark_many_as_spam': {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      const paths = pathsOf(call).map((path) => `${path}/mark_as_spam`)
      return jobReply(call, 'Bulk Mark Tickets as Spam', stepsOf(paths, { method: 'PUT', action: 'update' }))
    },
  },
  'GET /tickets/{ticket_id}': {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      const ticket = ticketOf(call)
      return json({ ticket: renderTicket(call.world, ticket, call.base), ...besideTickets(call)([ticket]) })
    },
  },
  'PUT /tickets/{ticket_id}': {
    needs: 'staff',
    resource: 'tickets',
    limited: 'ticketUpdate',
    answer(call) {
      const ticket = ticketOf(call)
      const audit = updateTicket(call.world, ticket, actor(call), wrapped(call, 'ticket'))
      return changed(call, ticket, { audit, status: 200 })
    },
  },
  'DELETE /tickets/{ticket_id}': {
    needs: 'staff',
    resource: 'tickets',
    limited: 'ticketDelete',
    answer(call) {
      deleteTicket(call.world, ticketOf(call), actor(call))
      return noContent
    },
  },
  'PUT /tickets/{ticket_id}/mark_as_spam': {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      markAsSpam(call.world, ticketOf(call), actor(call))
      return { status: 200 }
    },
  },
}

function changed(call: ApiCall, ticket: Ticket, { audit, status }: { audit: Audit | null; status: number }): TwinReply {
  const shown = renderTicket(call.world, ticket, call.base)
  return json({ ticket: shown, ...(audit ? { audit: renderAudit(ticket, audit, call.base) } : {}) }, status)
}

function pathsOf(call: ApiCall): string[] {
  return idsOf(call).map((id) => `/tickets/${id}`)
}

/** The same change for many, or a change for each. */
function updatesIn(call: ApiCall): JobStep[] {
  const ticket = call.body['ticket']
  if (isRecord(ticket)) return stepsOf(pathsOf(call), { method: 'PUT', action: 'update', body: { ticket } })
  return wrappedList(call, 'tickets').map((one): JobStep => {
    const { id, ...body } = one
    if (typeof id !== 'number') throw refusal(400, 'BadRequest', 'each ticket needs an id')
    return { method: 'PUT', path: `/tickets/${id}`, body: { ticket: body }, action: 'update' }
  })
}
