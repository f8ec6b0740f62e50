import type { Ticket } from '../records.ts'
import { catchUp } from '../../index-lag.ts'
import { iso } from '../../iso.ts'
import type { World } from '../world.ts'
import { nowIn } from '../../world.ts'
import { system } from '../world.ts'
import { changeTicket } from './change.ts'
import { doJob, isJobDue } from './jobs.ts'

/** Tickets that have been closed for this long leave the lists. Source: none states it; 120 days is what the desk's pages say. */
const archivedAfterMs = 120 * 86_400_000

const hourMs = 3_600_000

/** Whether time has brought anything that is not done yet. */
export function isAnythingDue(world: World): boolean {
  if (hourOf(world) !== world.hourly.ranFor) return true
  for (const job of world.jobs.values()) if (isJobDue(world, job)) return true
  const [now, edge] = [nowIn(world), archiveEdge(world.clock.now())]
  for (const ticket of world.tickets.values()) {
    if (isEscalationDue(world, ticket, now) || isOld(ticket, edge)) return true
  }
  return false
}

/** Does what time brings: jobs, escalations, the archive and the rules of every hour, which are run once for all hours missed. */
export function passTime(world: World, runHourlyRules: (ticket: Ticket) => void): void {
  const [now, edge] = [nowIn(world), archiveEdge(world.clock.now())]
  catchUp(world)
  for (const job of world.jobs.values()) if (isJobDue(world, job)) doJob(world, job)
  for (const ticket of world.tickets.values()) {
    if (isOld(ticket, edge)) ticket.archived = true
    else if (isEscalationDue(world, ticket, now)) escalate(world, ticket, now)
  }
  const hour = hourOf(world)
  if (hour === world.hourly.ranFor) return
  world.hourly.ranFor = hour
  for (const ticket of world.tickets.values()) {
    if (!ticket.archived && !ticket.deleted && !ticket.spam) runHourlyRules(ticket)
  }
}

/** The hour it is, counted from 1970. */
export function hourOf(world: World): number {
  return Math.floor(world.clock.now().getTime() / hourMs)
}

function runs(world: World, ticket: Ticket): boolean {
  if (ticket.deleted || ticket.spam || ticket.archived) return false
  return world.account.statuses.find(({ value }) => value === ticket.status)?.slaRuns === true
}

function isEscalationDue(world: World, ticket: Ticket, now: string): boolean {
  if (!runs(world, ticket)) return false
  return isFirstDue(ticket, now) || (!ticket.is_escalated && ticket.due_by <= now)
}

function isFirstDue(ticket: Ticket, now: string): boolean {
  return !ticket.fr_escalated && ticket.stats.first_responded_at === null && ticket.fr_due_by <= now
}

function escalate(world: World, ticket: Ticket, now: string): void {
  changeTicket(world, ticket, system, {
    change() {
      if (isFirstDue(ticket, now)) ticket.fr_escalated = true
      // "Escalated for any reason": an answer that is late counts, too. Source: the reference's "Tickets" attributes.
      ticket.is_escalated = true
    },
  })
}

function isOld(ticket: Ticket, edge: string): boolean {
  const { closed_at: closedAt } = ticket.stats
  return !ticket.archived && ticket.status === 5 && closedAt !== null && closedAt <= edge
}

/** What was closed by this moment is out of the lists. */
export function archiveEdge(now: Date): string {
  return iso(new Date(now.getTime() - archivedAfterMs))
}
