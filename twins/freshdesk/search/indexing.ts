import type { Company, Contact, Ticket } from '../records.ts'
import type { Searched, World } from '../world.ts'

/** What a search looks at of one record, by the names a query uses. */
export type IndexedRow = Readonly<Record<string, unknown>>

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

/** Lets the search go on seeing a record as it was before it changes, until the index has caught up. Null for one that is new. */
export function lagBehind(world: World, kind: Searched, id: number, before: IndexedRow | null): void {
  if (world.indexLagMs <= 0) return
  const key = `${kind} ${id}`
  const pending = world.unindexed.get(key)
  const now = world.clock.now().getTime()
  // What the search still sees is what was there before the first of several changes.
  if (pending && pending.untilMs > now) return
  world.unindexed.set(key, { before, untilMs: now + world.indexLagMs })
}

/** Forgets what the index has caught up with. */
export function catchUp(world: World): void {
  const now = world.clock.now().getTime()
  for (const [key, { untilMs }] of world.unindexed) if (untilMs <= now) world.unindexed.delete(key)
}

/** What the search sees of a record now; null when it does not know it. */
export function seenBySearch(world: World, kind: Searched, id: number, row: IndexedRow): IndexedRow | null {
  const pending = world.unindexed.get(`${kind} ${id}`)
  return pending && pending.untilMs > world.clock.now().getTime() ? pending.before : row
}
