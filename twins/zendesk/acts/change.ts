import { lagBehind } from '../../index-lag.ts'
import type { Audit, AuditEvent, Change, Ticket } from '../records.ts'
import { ticketRow } from '../search/rows.ts'
import { happeningsOf } from '../webhooks/happenings.ts'
import { nextId, nowIn } from '../../world.ts'
import type { Actor, Happening, World } from '../world.ts'
import { addAudit, commentEvent } from './audit.ts'
import type { NewEvent, Said } from './audit.ts'

/** The fields of a ticket whose changes are told, by their names in the JSON. */
const watched = [
  'status',
  'custom_status_id',
  'priority',
  'type',
  'subject',
  'assignee_id',
  'group_id',
  'requester_id',
  'organization_id',
  'tags',
  'external_id',
  'problem_id',
  'due_at',
  'brand_id',
  'ticket_form_id',
  'collaborator_ids',
  'follower_ids',
  'email_cc_ids',
] as const

/** What is done to a ticket in one go. */
export interface TicketAct {
  readonly change?: () => void
  readonly said?: Said
  /** What is kept in the audit beside all that. */
  readonly custom?: Audit['custom'] | undefined
  /** What is told in the audit beside it. */
  readonly events?: readonly NewEvent[]
  /** What is told to subscribers beside it. */
  readonly happenings?: readonly Happening[]
}

/**
 * The one door through which a ticket that is there changes.
 *
 * It moves `updated_at` and `generated_timestamp`, writes the audit, leaves the search behind, and tells who subscribed
 * and the triggers. Null when nothing changed.
 */
export function changeTicket(world: World, ticket: Ticket, by: Actor, act: TicketAct): Audit | null {
  const before = fieldsOf(ticket)
  lagBehind(world, `ticket ${ticket.id}`, ticketRow(world, ticket))
  act.change?.()
  if (ticket.custom_status_id === before['custom_status_id'] && ticket.status !== before['status']) {
    ticket.custom_status_id = defaultStatusOf(world, ticket.status) ?? ticket.custom_status_id
  }
  const changes = changesBetween(before, fieldsOf(ticket))
  const events: AuditEvent[] = act.said ? [commentEvent(world, act.said)] : []
  for (const { field, from, to } of changes) {
    const told = { field_name: field, value: plainly(to), previous_value: plainly(from) }
    events.push({ id: nextId(world, 'event'), type: 'Change', ...told })
  }
  for (const event of act.events ?? []) events.push({ ...event, id: nextId(world, 'event') })
  const happenings = [...happeningsOf(world, changes, events), ...(act.happenings ?? [])]
  if (events.length === 0 && happenings.length === 0) return null
  touch(world, ticket)
  const audit = events.length === 0 ? null : addAudit(world, ticket, by, { events, custom: act.custom })
  const changed = [...changes.map(({ field }) => field), ...(act.said ? ['comment'] : [])]
  world.announce({ about: { ticket }, by, happenings, update: { type: 'Change', changed } })
  return audit
}

/** Moves both dates of a ticket to now. */
export function touch(world: World, ticket: Ticket): void {
  ticket.updated_at = nowIn(world)
  ticket.generated = world.clock.seconds()
  if (ticket.status === 'closed') ticket.closed_at ??= nowIn(world)
}

/** The standing that a status has unless somebody chose another. */
export function defaultStatusOf(world: World, status: string): number | undefined {
  const category = status === 'closed' ? 'solved' : status
  return world.account.customStatuses.find((one) => one.default && one.status_category === category)?.id
}

/** A value as audits write it: numbers as their digits. */
export function plainly(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : (value ?? null)
}

/** Fields that are told, copied. */
export function fieldsOf(ticket: Ticket): Record<string, unknown> {
  const stock = watched.map((field): [string, unknown] => {
    const value = ticket[field]
    return [field, Array.isArray(value) ? [...value] : value]
  })
  return { ...Object.fromEntries(stock), ...ticket.custom_fields }
}

/** The fields that differ. */
export function changesBetween(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Change[] {
  return Object.keys({ ...before, ...after }).flatMap((field) => {
    const [from, to] = [before[field] ?? null, after[field] ?? null]
    return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ field, from, to }]
  })
}
