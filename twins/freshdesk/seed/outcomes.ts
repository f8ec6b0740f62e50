import { remarks } from '../../corpus/shop.ts'
import type { Random } from '../../random.ts'
import type { Ticket } from '../records.ts'
import { iso } from '../../iso.ts'
import { nextId } from '../../world.ts'
import type { World } from '../world.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000

/** Ends a ticket, or leaves it where it stands: the older it is, the likelier it is over. */
export function finishTicket(world: World, random: Random, ticket: Ticket, at: { endMs: number; now: number }): void {
  const ageDays = (at.now - Date.parse(ticket.created_at)) / dayMs
  const isOver = at.endMs < at.now && random.chance(Math.min(0.985, 0.3 + ageDays / 10))
  if (isOver) close(world, random, ticket, at)
  else if (random.chance(0.5)) wait(world, random, ticket)
  escalate(world, ticket, iso(new Date(at.now)))
  if (random.chance(0.1)) addTime(world, random, ticket)
  const roll = random.next()
  ticket.spam = roll < 0.02
  ticket.deleted = roll >= 0.02 && roll < 0.04
  if (random.chance(0.05)) ticket.watcherIds = [random.pick([...world.agents.keys()])]
}

function close(world: World, random: Random, ticket: Ticket, { endMs, now }: { endMs: number; now: number }): void {
  const at = iso(new Date(endMs))
  const { stats } = ticket
  ticket.status = random.chance(0.3) ? 4 : 5
  stats.status_updated_at = at
  stats.resolved_at = at
  ticket.updated_at = at
  for (const field of world.account.ticketFields) {
    if (field.requiredForClosure === true) ticket.custom_fields[field.name] ??= field.choices?.[0] ?? 'solved'
  }
  if (ticket.status === 5) {
    const closedAt = iso(new Date(Math.min(now, endMs + random.int(0, 48 * hourMs))))
    stats.closed_at = closedAt
    stats.status_updated_at = closedAt
    ticket.updated_at = closedAt
  }
  ticket.is_escalated = at > ticket.due_by || ticket.fr_escalated
  if (random.chance(0.25)) addRating(world, random, ticket)
}

function wait(world: World, random: Random, ticket: Ticket): void {
  const waiting = world.account.statuses.filter(({ value }) => value !== 2 && value !== 4 && value !== 5)
  ticket.status = random.pick(waiting).value
  ticket.stats.status_updated_at = ticket.updated_at
  if (ticket.status === 3) ticket.stats.pending_since = ticket.updated_at
}

/** Those that are late by now were found late when they became so. */
function escalate(world: World, ticket: Ticket, now: string): void {
  const status = world.account.statuses.find(({ value }) => value === ticket.status)
  if (status?.slaRuns !== true) return
  const late = [ticket.stats.first_responded_at === null ? ticket.fr_due_by : null, ticket.due_by]
  const passed = late.filter((due) => due !== null && due <= now)
  if (passed.length === 0) return
  ticket.fr_escalated ||= ticket.stats.first_responded_at === null && ticket.fr_due_by <= now
  ticket.is_escalated = true
  for (const due of passed) if (due !== null && due > ticket.updated_at) ticket.updated_at = due
}

function addRating(world: World, random: Random, ticket: Ticket): void {
  const [survey] = world.surveys
  if (!survey) return
  const isClassic = world.account.survey === 'classic'
  const grade = random.pick(isClassic ? [1, 1, 2, 3] : [103, 103, 103, 102, 101, 100, -101, -103])
  const stars = isClassic ? (grade === 1 ? 5 : grade === 2 ? 3 : 1) : grade > 100 ? 5 : grade === 100 ? 3 : 1
  const at = ticket.updated_at
  const id = nextId(world, 'rating')
  world.ratings.set(id, {
    id,
    survey_id: survey.id,
    user_id: ticket.requester_id,
    agent_id: ticket.responder_id,
    group_id: ticket.group_id,
    ticket_id: ticket.id,
    feedback: random.chance(0.4) ? random.pick(remarks[stars] ?? ['Fine.']) : null,
    ratings: { default_question: grade },
    created_at: at,
    updated_at: at,
  })
}

function addTime(world: World, random: Random, ticket: Ticket): void {
  const id = nextId(world, 'timeEntry')
  const at = ticket.updated_at
  world.timeEntries.set(id, {
    id,
    agent_id: ticket.responder_id ?? random.pick([...world.agents.keys()]),
    ticket_id: ticket.id,
    billable: random.chance(0.5),
    note: random.chance(0.5) ? 'On the phone with the warehouse' : null,
    timer_running: false,
    spentSeconds: random.int(2, 90) * 60,
    executed_at: at,
    start_time: at,
    created_at: at,
    updated_at: at,
  })
}
