import { sees } from '../access.ts'
import type { Ticket } from '../records.ts'
import { iso } from '../../iso.ts'
import { numberOf, timeOf, wordOf } from './call.ts'
import type { ApiCall } from './call.ts'

/** Without `updated_since` a list reaches back this far, and says nothing of it. Source: the contract. */
const listedDays = 30

/** The tickets a list asks for, in the order it asks for. @throws 400 */
export function listedTickets(call: ApiCall): Ticket[] {
  const { world, caller } = call
  const since = timeOf(call, 'updated_since')
  const edge = iso(new Date(world.clock.now().getTime() - listedDays * 86_400_000))
  const isWanted = filterOf(call)
  const rows = [...world.tickets.values()].filter(
    (ticket) =>
      !ticket.archived &&
      (since === null ? ticket.created_at >= edge : ticket.updated_at >= since) &&
      isWanted(ticket) &&
      sees(caller, ticket),
  )
  return ordered(call, rows)
}

function filterOf(call: ApiCall): (ticket: Ticket) => boolean {
  const { world, caller, query } = call
  const filter = wordOf(call, 'filter', ['new_and_my_open', 'watching', 'spam', 'deleted'])
  const requesterId = numberOf(call, 'requester_id')
  const companyId = numberOf(call, 'company_id')
  const [email, externalId] = [query.get('email')?.toLowerCase(), query.get('unique_external_id')]
  const isBy = (ticket: Ticket): boolean => {
    const person = world.contacts.get(ticket.requester_id)
    return (
      (requesterId === null || ticket.requester_id === requesterId) &&
      (companyId === null || ticket.company_id === companyId) &&
      (email === undefined || person?.email === email || person?.other_emails.includes(email) === true) &&
      (externalId === null || person?.unique_external_id === externalId)
    )
  }
  return (ticket) => isIn(ticket, filter, caller.id) && isBy(ticket)
}

function isIn(ticket: Ticket, filter: string | null, agentId: number): boolean {
  if (filter === 'deleted') return ticket.deleted
  if (filter === 'spam') return ticket.spam && !ticket.deleted
  if (ticket.deleted || ticket.spam) return false
  if (filter === 'watching') return ticket.watcherIds.includes(agentId)
  if (filter !== 'new_and_my_open') return true
  return ticket.status === 2 && (ticket.responder_id === null || ticket.responder_id === agentId)
}

function ordered(call: ApiCall, rows: Ticket[]): Ticket[] {
  const by = wordOf(call, 'order_by', ['created_at', 'due_by', 'updated_at', 'status']) ?? 'created_at'
  const direction = wordOf(call, 'order_type', ['asc', 'desc']) === 'asc' ? 1 : -1
  return rows.toSorted((left, right) => {
    const [first, second] = [left[by], right[by]]
    return direction * (first < second ? -1 : first > second ? 1 : left.id - right.id)
  })
}
