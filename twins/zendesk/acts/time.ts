import { catchUp } from '../../index-lag.ts'
import { iso } from '../../iso.ts'
import type { Ticket } from '../records.ts'
import { nowIn } from '../../world.ts'
import { system } from '../world.ts'
import type { World } from '../world.ts'
import { changeTicket } from './change.ts'

/** Solved tickets are closed after four days, as every account's first automation has it; closed ones leave the lists after 120 days. */
const closedAfterMs = 4 * 86_400_000
const archivedAfterMs = 120 * 86_400_000

/** Whether time has brought anything that is not done yet. */
export function isAnythingDue(world: World): boolean {
  const now = nowIn(world)
  for (const job of world.jobs.values()) if (job.status === 'queued' && job.dueAt <= now) return true
  for (const ticket of world.tickets.values()) if (isToClose(world, ticket) || isToArchive(world, ticket)) return true
  return false
}

/** Does what time brings: jobs, by the hand that is given; the end of what is solved; the archive. */
export function passTime(world: World, doJob: (id: string) => void): void {
  catchUp(world)
  const now = nowIn(world)
  for (const job of world.jobs.values()) if (job.status === 'queued' && job.dueAt <= now) doJob(job.id)
  for (const table of [world.uploads, world.codes, world.remembered]) {
    for (const [key, { expiresAt }] of table) if (expiresAt <= now) table.delete(key)
  }
  for (const ticket of world.tickets.values()) {
    if (isToClose(world, ticket)) changeTicket(world, ticket, system, { change: () => (ticket.status = 'closed') })
    if (!isToArchive(world, ticket)) continue
    ticket.archived = true
    // The system did it: exports tell of it, and `updated_at` does not.
    ticket.generated = world.clock.seconds()
  }
}

function isToClose(world: World, ticket: Ticket): boolean {
  return ticket.status === 'solved' && !ticket.deleted && ticket.updated_at <= edge(world, closedAfterMs)
}

function isToArchive(world: World, ticket: Ticket): boolean {
  return (
    !ticket.archived && !ticket.deleted && ticket.closed_at !== null && ticket.closed_at <= edge(world, archivedAfterMs)
  )
}

function edge(world: World, ms: number): string {
  return iso(new Date(world.clock.now().getTime() - ms))
}
