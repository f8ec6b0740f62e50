import type { Ticket } from '../records.ts'
import { lagBehind } from '../../index-lag.ts'
import { ticketRow } from '../search/indexing.ts'
import { labelOf, priorities } from '../account.ts'
import { forPeople } from '../times.ts'
import type { Actor, Change, World } from '../world.ts'
import { nowIn } from '../../world.ts'
import { dueTimes } from './due.ts'

/** What rules can be told of a ticket's fields. */
const watched = [
  'status',
  'priority',
  'type',
  'group_id',
  'responder_id',
  'subject',
  'tags',
  'company_id',
  'product_id',
  'due_by',
  'spam',
  'deleted',
  'custom_fields',
] as const

const resolved = 4
const closed = 5
const pending = 3

/**
 * The one door through which a ticket that is there changes.
 *
 * It moves `updated_at`, keeps the statistics and the due times right, leaves the search behind, and tells the rules
 * what changed and by whom.
 *
 * @param happened what is not a change of a field: a reply, a note, a rating
 */
export function changeTicket<Outcome>(
  world: World,
  ticket: Ticket,
  by: Actor,
  act: { readonly change: () => Outcome; readonly happened?: readonly Change[] },
): Outcome {
  const before = fieldsOf(ticket)
  lagBehind(world, `tickets ${ticket.id}`, ticketRow(ticket))
  const dueBefore = ticket.due_by
  const outcome = act.change()
  ticket.updated_at = nowIn(world)
  ticket.revision += 1
  if (before.status !== ticket.status) countStatus(world, ticket, before.status)
  if (before.priority !== ticket.priority && dueBefore === ticket.due_by && !ticket.dueByHand) {
    Object.assign(ticket, dueTimes(world, ticket, ticket.created_at))
  }
  const after = fieldsOf(ticket)
  const changes = watched.flatMap((field): Change[] =>
    JSON.stringify(before[field]) === JSON.stringify(after[field])
      ? []
      : [{ field, from: before[field], to: after[field] }],
  )
  world.announce({ kind: 'updated', ticket, by, changes: [...(act.happened ?? []), ...changes] })
  return outcome
}

function fieldsOf(ticket: Ticket) {
  const { status, priority, type, group_id, responder_id, subject, company_id, product_id, due_by, spam, deleted } =
    ticket
  const plain = {
    status,
    priority,
    type,
    group_id,
    responder_id,
    subject,
    company_id,
    product_id,
    due_by,
    spam,
    deleted,
  }
  return { ...plain, tags: [...ticket.tags], custom_fields: { ...ticket.custom_fields } }
}

/** Keeps a ticket's statistics right after its status changed. */
function countStatus(world: World, ticket: Ticket, before: number): void {
  const { stats, status } = ticket
  const now = nowIn(world)
  const isOver = (value: number): boolean => value === resolved || value === closed
  stats.status_updated_at = now
  stats.pending_since = status === pending ? now : null
  if (isOver(status)) stats.resolved_at ??= now
  if (status === closed) stats.closed_at = now
  if (isOver(before) && !isOver(status)) {
    stats.reopened_at = now
    stats.resolved_at = null
    stats.closed_at = null
  }
}

/** How a change reads in `{{triggered_event}}`: `{status:{from:Open,to:Resolved}}`, labels and not numbers, dates for people. */
export function describeChange(world: World, { field, from, to }: Change): string {
  const name = (value: unknown): string => {
    if (value === null || value === undefined || value === '') return '--'
    if (field === 'due_by' && typeof value === 'string') return forPeople(value, world.account.offsetMinutes)
    if (typeof value !== 'number') return typeof value === 'string' ? value : JSON.stringify(value)
    if (field === 'status') return labelOf(world.account.statuses, value)
    if (field === 'priority') return labelOf(priorities, value)
    if (field === 'group_id') return world.groups.get(value)?.name ?? String(value)
    if (field === 'responder_id') return world.agents.get(value)?.name ?? String(value)
    return String(value)
  }
  return from === undefined ? `{${field}:${name(to)}}` : `{${field}:{from:${name(from)},to:${name(to)}}}`
}
