import { json } from '../../exchange.ts'
import { mustSee } from '../access.ts'
import { changeTicket } from '../acts/change.ts'
import { takeJob } from '../acts/jobs.ts'
import { mergeTickets } from '../acts/merge.ts'
import type { MergeNote } from '../acts/merge.ts'
import { mustBeAlive } from '../acts/tickets.ts'
import { booleanIn, checkFields, numberIn, numbersIn, objectIn, textIn } from '../check.ts'
import type { Body } from '../check.ts'
import { invalidValue, notFound } from '../errors.ts'
import { ticketRules } from '../fields.ts'
import type { Ticket } from '../records.ts'
import { renderListed } from '../render/ticket.ts'
import { found } from '../world.ts'
import { actor, bodyOf, noContent } from './call.ts'
import type { ApiCall, Routes } from './call.ts'
import { ticketOf } from './tickets.ts'

/** What is done to tickets beside changing their fields. */
export const ticketActionRoutes: Routes = {
  'POST /tickets/bulk_update': {
    needs: 'manage_tickets',
    answer(call) {
      const { ids, action } = bulkIds(call)
      const properties = objectIn(action, 'properties') ?? {}
      checkFields(properties, ticketRules(call.world.account))
      return jobReply(call, { name: 'bulk_update', ticketIds: ids, properties, reply: bulkReply(action) })
    },
  },
  'POST /tickets/bulk_delete': {
    needs: 'delete_tickets',
    answer: (call) => jobReply(call, { name: 'bulk_delete', ticketIds: bulkIds(call).ids }),
  },
  'GET /jobs/{job_id}': {
    needs: 'any',
    answer(call) {
      const job = found(call.world.jobs.get(call.params['job_id'] ?? ''))
      const { id, name, status, created_at, updated_at, status_updated_at } = job
      const progress = status === 'IN PROGRESS' ? 0 : 100
      return json({ id, name, status, progress, download_url: null, created_at, updated_at, status_updated_at })
    },
  },
  'PUT /tickets/merge': {
    needs: 'manage_tickets',
    answer(call) {
      const fields = bodyOf(call, {
        primary_id: { kind: 'integer', required: true },
        ticket_ids: { kind: 'integers', required: true },
        convert_recepients_to_cc: { kind: 'boolean' },
        note_in_primary: { kind: 'object' },
        note_in_secondary: { kind: 'object' },
      })
      mergeTickets(call.world, actor(call), {
        primary: mergedTicket(call, 'primary_id', numberIn(fields, 'primary_id') ?? 0),
        secondaries: (numbersIn(fields, 'ticket_ids') ?? []).map((id) => mergedTicket(call, 'ticket_ids', id)),
        copies: booleanIn(fields, 'convert_recepients_to_cc') === true ? 'convert-recipients' : 'leave',
        noteInPrimary: noteIn(fields, 'note_in_primary'),
        noteInSecondary: noteIn(fields, 'note_in_secondary'),
      })
      return noContent
    },
  },
  'PUT /tickets/{ticket_id}/spam': {
    needs: 'manage_tickets',
    answer(call) {
      const ticket = ticketOf(call)
      mustBeAlive(ticket, 'PUT')
      changeTicket(call.world, ticket, actor(call), { change: () => (ticket.spam = true) })
      return noContent
    },
  },
  'PUT /tickets/{ticket_id}/unspam': {
    needs: 'manage_tickets',
    answer(call) {
      const ticket = ticketOf(call)
      if (!ticket.spam || ticket.deleted) throw notFound()
      changeTicket(call.world, ticket, actor(call), { change: () => (ticket.spam = false) })
      return noContent
    },
  },
  'GET /tickets/{ticket_id}/watchers': {
    needs: 'view_tickets',
    answer: (call) => json({ watcher_ids: ticketOf(call).watcherIds }),
  },
  'POST /tickets/{ticket_id}/watch': {
    needs: 'view_tickets',
    answer(call) {
      const ticket = ticketOf(call)
      const fields = bodyOf(call, { user_id: { kind: 'integer' } })
      const id = numberIn(fields, 'user_id') ?? call.caller.id
      if (!call.world.agents.has(id)) throw invalidValue('user_id', 'There is no agent matching the given user_id')
      ticket.watcherIds = [...new Set([...ticket.watcherIds, id])]
      return noContent
    },
  },
  'PUT /tickets/{ticket_id}/unwatch': {
    needs: 'view_tickets',
    answer(call) {
      const ticket = ticketOf(call)
      ticket.watcherIds = ticket.watcherIds.filter((id) => id !== call.caller.id)
      return noContent
    },
  },
  'GET /tickets/{ticket_id}/associated_tickets': {
    needs: 'view_tickets',
    answer(call) {
      const ids = ticketOf(call).associatedIds
      const tickets = ids.flatMap((id) => call.world.tickets.get(id) ?? [])
      return json(tickets.filter(({ archived }) => !archived).map((ticket) => renderListed(call.world, ticket)))
    },
  },
  'DELETE /attachments/{attachment_id}': {
    needs: 'manage_tickets',
    answer(call) {
      const id = Number(call.params['attachment_id'])
      for (const ticket of call.world.tickets.values()) {
        const holder = [ticket, ...ticket.conversations].find((one) => one.attachments.some((file) => file.id === id))
        if (!holder || ticket.archived) continue
        mustSee(call.caller, ticket)
        holder.attachments = holder.attachments.filter((file) => file.id !== id)
        return noContent
      }
      throw notFound()
    },
  },
}

function jobReply(call: ApiCall, work: Omit<Parameters<typeof takeJob>[1], 'agentId'>) {
  const job = takeJob(call.world, { ...work, agentId: call.caller.id })
  return { status: 202, json: { job_id: job.id, href: `${call.base}/api/v2/jobs/${job.id}` } }
}

function mergedTicket(call: ApiCall, field: string, id: number): Ticket {
  const ticket = call.world.tickets.get(id)
  if (!ticket || ticket.archived) throw invalidValue(field, `There is no ticket matching the given ${field}`)
  mustSee(call.caller, ticket)
  return ticket
}

function noteIn(fields: Body, name: string): MergeNote | null {
  const note = objectIn(fields, name)
  if (!note) return null
  checkFields(note, { body: { kind: 'string', required: true }, private: { kind: 'boolean' } })
  return { body: textIn(note, 'body') ?? '', private: booleanIn(note, 'private') ?? true }
}

/** Ids a bulk action names. @throws 400 */
function bulkIds(call: ApiCall): { ids: number[]; action: Readonly<Record<string, unknown>> } {
  checkFields(call.body, { bulk_action: { kind: 'object', required: true } })
  const action = objectIn(call.body, 'bulk_action') ?? {}
  checkFields(action, {
    ids: { kind: 'integers', required: true },
    properties: { kind: 'object' },
    reply: { kind: 'object' },
  })
  return { ids: numbersIn(action, 'ids') ?? [], action }
}

/** What a bulk action says on every ticket; null when nothing. */
function bulkReply(action: Readonly<Record<string, unknown>>): string | null {
  return textIn(objectIn(action, 'reply') ?? {}, 'body') ?? null
}
