import type { IndexedRow } from '../../index-lag.ts'
import type { Company, Contact, Ticket } from '../records.ts'

/** A ticket as it is found. */
export function ticketRow(ticket: Ticket): IndexedRow {
  return {
    agent_id: ticket.responder_id,
    group_id: ticket.group_id,
    priority: ticket.priority,
    status: ticket.status,
    tag: [...ticket.tags],
    type: ticket.type,
    due_by: ticket.due_by,
    fr_due_by: ticket.fr_due_by,
    created_at: ticket.created_at,
    updated_at: ticket.updated_at,
    hidden: ticket.archived || ticket.deleted || ticket.spam,
    ...ticket.custom_fields,
  }
}

/** A contact as it is found. */
export function contactRow(contact: Contact): IndexedRow {
  const { active, company_id, twitter_id, email, phone, mobile, tags, language, time_zone } = contact
  const { created_at, updated_at, deleted } = contact
  const found = { active, company_id, twitter_id, email, phone, mobile, tag: [...tags], language, time_zone }
  return { ...found, created_at, updated_at, hidden: deleted, ...contact.custom_fields }
}

/** A company as it is found. */
export function companyRow(company: Company): IndexedRow {
  const { domains, created_at, updated_at } = company
  return { domain: [...domains], created_at, updated_at, hidden: false, ...company.custom_fields }
}
