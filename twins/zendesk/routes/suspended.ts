import { json } from '../../exchange.ts'
import { recoverMail } from '../acts/suspended.ts'
import { forbidden } from '../errors.ts'
import type { SuspendedTicket } from '../records.ts'
import { renderSuspended, renderTicket } from '../render/ticket.ts'
import { found } from '../world.ts'
import { actor, idIn, idsOf, noContent } from './call.ts'
import type { ApiCall, Route, Routes } from './call.ts'
import { pageReply } from './paging.ts'

/** Only for agents who see everything. Source: the reference's "Suspended Tickets". */
function unrestricted(answer: Route['answer']): Route {
  return {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      if (call.caller.ticket_restriction !== null) throw forbidden()
      return answer(call)
    },
  }
}

/** Mails that became no tickets. */
export const suspendedRoutes: Routes = {
  'GET /suspended_tickets': unrestricted((call) =>
    pageReply(call, {
      name: 'suspended_tickets',
      rows: [...call.world.suspended.values()],
      render: (one) => renderSuspended(call.world, one, call.base),
      sorts: {
        author_email: ({ author }) => author.email,
        cause: ({ cause }) => cause,
        created_at: ({ created_at }) => created_at,
        subject: ({ subject }) => subject,
      },
    }),
  ),
  // A list of one, as the description and its example have it.
  'GET /suspended_tickets/{id}': unrestricted((call) =>
    json({ suspended_tickets: [renderSuspended(call.world, suspendedOf(call, idIn(call, 'id')), call.base)] }),
  ),
  'DELETE /suspended_tickets/{id}': unrestricted((call) => {
    call.world.suspended.delete(suspendedOf(call, idIn(call, 'id')).id)
    return noContent
  }),
  'DELETE /suspended_tickets/destroy_many': unrestricted((call) => {
    for (const id of idsOf(call)) call.world.suspended.delete(id)
    return noContent
  }),
  // Whoever recovers a single one is its requester; of many, each keeps its author. Source: the same page.
  'PUT /suspended_tickets/{id}/recover': unrestricted((call) => {
    const ticket = recoverMail(call.world, suspendedOf(call, idIn(call, 'id')), actor(call))
    return json({ ticket: [renderTicket(call.world, ticket, call.base)] })
  }),
  'PUT /suspended_tickets/recover_many': unrestricted((call) => {
    const mails = idsOf(call).map((id) => suspendedOf(call, id))
    const tickets = mails.map((one) => recoverMail(call.world, one, null))
    return json({ tickets: tickets.map((ticket) => renderTicket(call.world, ticket, call.base)) })
  }),
}

function suspendedOf({ world }: ApiCall, id: number): SuspendedTicket {
  return found(world.suspended.get(id))
}
