import { json } from '../../exchange.ts'
import { mergeTickets, restoreTicket, scrubTicket } from '../acts/endings.ts'
import { stepsOf } from '../acts/jobs.ts'
import { refusal } from '../errors.ts'
import type { Ticket } from '../records.ts'
import { found, getTicket } from '../world.ts'
import { actor, idIn, idsOf } from './call.ts'
import type { ApiCall, Routes } from './call.ts'
import { pageReply } from './paging.ts'
import { jobReply, ticketOf } from './tickets.ts'

/** How tickets end and come back. */
export const ticketEndingRoutes: Routes = {
  'POST /tickets/{ticket_id}/merge': {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      const ticket = ticketOf(call)
      mergedIn(call)
      const step = { method: 'MERGE', action: 'merge', body: call.body } as const
      return jobReply(call, 'Ticket Merge', stepsOf([`/tickets/${ticket.id}`], step))
    },
  },
  'GET /deleted_tickets': {
    needs: 'staff',
    resource: 'tickets',
    answer: (call) =>
      pageReply(call, {
        name: 'deleted_tickets',
        rows: [...call.world.tickets.values()].filter((one) => one.deleted && !one.scrubbed),
        render: (one) => renderDeleted(call, one),
        sorts: { subject: (one) => one.subject, deleted_at: (one) => one.deleted?.at ?? '' },
      }),
  },
  'PUT /deleted_tickets/{ticket_id}/restore': {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      restoreTicket(call.world, trashed(call, idIn(call, 'ticket_id')), actor(call))
      return { status: 200 }
    },
  },
  'PUT /deleted_tickets/restore_many': {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      for (const id of idsOf(call)) restoreTicket(call.world, trashed(call, id), actor(call))
      return { status: 200 }
    },
  },
  'DELETE /deleted_tickets/{ticket_id}': {
    needs: 'admin',
    resource: 'tickets',
    answer(call) {
      const { id } = trashed(call, idIn(call, 'ticket_id'))
      return jobReply(
        call,
        'Permanently Delete Ticket',
        stepsOf([`/tickets/${id}`], { method: 'SCRUB', action: 'delete' }),
      )
    },
  },
  'DELETE /deleted_tickets/destroy_many': {
    needs: 'admin',
    resource: 'tickets',
    answer(call) {
      const paths = idsOf(call).map((id) => `/tickets/${trashed(call, id).id}`)
      return jobReply(call, 'Bulk Permanently Delete Ticket', stepsOf(paths, { method: 'SCRUB', action: 'delete' }))
    },
  },
}

/** What only jobs do: methods that no caller can use. */
export const ticketJobRoutes: Routes = {
  'MERGE /tickets/{ticket_id}': {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      const { body } = call
      const text = (name: string): string | null => {
        const value = body[name]
        return typeof value === 'string' ? value : null
      }
      const words = {
        source: text('source_comment'),
        sourceIsPublic: body['source_comment_is_public'] === true,
        target: text('target_comment'),
        targetIsPublic: body['target_comment_is_public'] === true,
      }
      mergeTickets(call.world, ticketOf(call), mergedIn(call), { by: actor(call), words })
      return json({})
    },
  },
  'SCRUB /tickets/{ticket_id}': {
    needs: 'admin',
    resource: 'tickets',
    answer(call) {
      scrubTicket(call.world, trashed(call, idIn(call, 'ticket_id')), actor(call))
      return json({})
    },
  },
}

/** The tickets a merge names. @throws 400 none; 404 one that is not there */
function mergedIn(call: ApiCall): Ticket[] {
  const ids: unknown = call.body['ids']
  if (!Array.isArray(ids) || ids.length === 0) throw refusal(400, 'ParameterMissing', 'Parameter ids is required')
  return ids.map((id) => getTicket(call.world, Number(id)))
}

function trashed(call: ApiCall, id: number): Ticket {
  const ticket = call.world.tickets.get(id)
  return found(ticket?.deleted && !ticket.scrubbed ? ticket : undefined)
}

function renderDeleted({ world }: ApiCall, { id, subject, deleted }: Ticket) {
  const actorId = deleted?.by ?? 0
  return {
    id,
    subject,
    actor: { id: actorId, name: world.users.get(actorId)?.name ?? '' },
    deleted_at: deleted?.at ?? null,
    previous_state: deleted?.previousStatus ?? '',
  }
}
